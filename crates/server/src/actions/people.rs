//! The people with an account here, as administrators look after them.

use symbolon_core::UserId;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::people::{CountPeople, Counted, ListPeople, Person};
use symbolon_store::users::{FindUser, SetDisabled, User};

use super::{by_administrator, not_found, storage_problem};
use crate::app::App;

/// People by their log-in names.
pub async fn list(
    app: &App,
    begins: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Person>, Problem> {
    let list = ListPeople {
        begins: begins.to_owned(),
        after: after.to_owned(),
        limit,
    };
    let people = app.store.read(list).await;
    people.map_err(|error| storage_problem(&error))
}

/// How many there are.
pub async fn count(app: &App) -> Result<Counted, Problem> {
    let counted = app.store.read(CountPeople).await;
    counted.map_err(|error| storage_problem(&error))
}

/// Disables an account or enables it again; what it was before is no error. Nobody disables their own, since nobody may be
/// left to enable it.
pub async fn set_disabled(
    app: &App,
    by: &User,
    id: &str,
    disabled: bool,
    reference: &str,
) -> Result<(), Problem> {
    let none = || not_found("account");
    let id = UserId::parse(id).ok_or_else(none)?;
    if disabled && id == by.id {
        return Err(Problem::new(Code::MemberInvalid)
            .with("member", "account")
            .with("reason", "own-account"));
    }
    let found = app.store.read(FindUser { id: id.clone() }).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    let found = found.ok_or_else(none)?;
    if found.disabled_at.is_some() == disabled {
        return Ok(());
    }
    let set = SetDisabled {
        id,
        disabled,
        moment: by_administrator(app, by, reference),
    };
    let set = app.store.write(set).await;
    match set.map_err(|error| storage_problem(&error))? {
        true => Ok(()),
        false => Err(none()),
    }
}
