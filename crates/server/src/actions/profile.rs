//! What people settle about themselves.

use symbolon_proto::language::Language;
use symbolon_proto::problem::Problem;
use symbolon_store::users::{SetLanguage, User};

use super::storage_problem;
use crate::app::App;

/// Sets the language in which pages speak to a person; `None` leaves it to their browser.
pub async fn set_language(
    app: &App,
    user: &User,
    language: Option<Language>,
    reference: &str,
) -> Result<User, Problem> {
    let set = SetLanguage {
        id: user.id.clone(),
        language,
        moment: app.moment(reference),
    };
    app.store
        .write(set)
        .await
        .map_err(|error| storage_problem(&error))?;
    Ok(User {
        language,
        ..user.clone()
    })
}
