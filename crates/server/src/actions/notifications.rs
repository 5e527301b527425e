//! What people want to be told by mail.

use symbolon_proto::problem::{Code, Problem};
use symbolon_store::notifications::{FindNotifications, Notifications, SetNotifications};
use symbolon_store::users::User;

use super::storage_problem;
use crate::app::App;

/// A person's wishes; `None` if this server sends no mail, where there is nothing to wish for.
pub async fn find(app: &App, user: &User) -> Result<Option<Notifications>, Problem> {
    if app.config.mail.is_none() {
        return Ok(None);
    }
    let find = FindNotifications {
        user: user.id.clone(),
    };
    let found = app.store.read(find).await;
    found.map(Some).map_err(|error| storage_problem(&error))
}

/// Sets a person's wishes.
pub async fn set(
    app: &App,
    user: &User,
    wishes: Notifications,
    reference: &str,
) -> Result<(), Problem> {
    let set = SetNotifications {
        user: user.id.clone(),
        wishes,
        moment: app.moment(reference),
    };
    let written = app.store.write(set).await;
    match written.map_err(|error| storage_problem(&error))? {
        true => Ok(()),
        false => Err(Problem::new(Code::AccountDisabled)),
    }
}
