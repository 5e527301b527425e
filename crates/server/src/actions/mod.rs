//! What a person can do here, once for every surface: the API, the oCIS-compatible API and the pages only translate.

pub mod acceptances;
pub mod app_passwords;
pub mod audit;
pub mod connections;
pub mod deliveries;
pub mod departures;
pub mod doctor;
pub mod emails;
pub mod exports;
pub mod invites;
pub mod mails;
pub mod notifications;
pub mod people;
pub mod profile;
pub mod servers;
pub mod sessions;
mod shown;
pub mod trace;
pub mod trust;

pub use shown::Shown;

use symbolon_proto::problem::{Code, Problem};
use symbolon_store::events::Moment;
use symbolon_store::users::User;

use crate::app::App;

/// What a failing database means to the person who asked. The cause is logged here, where it is still known.
pub(crate) fn storage_problem(error: &symbolon_store::Error) -> Problem {
    tracing::error!(%error, "the database failed");
    Problem::new(match error {
        symbolon_store::Error::Full => Code::StorageFull,
        symbolon_store::Error::Closed => Code::ShuttingDown,
        _ => Code::Internal,
    })
}

/// Now, under a reference, by the hand of an administrator on a page.
fn by_administrator(app: &App, by: &User, reference: &str) -> Moment {
    Moment {
        administrator: true,
        by: Some(by.id.clone()),
        ..app.moment(reference)
    }
}

/// Nothing with that name, or it is somebody else's: the two are not told apart.
pub(crate) fn not_found(what: &str) -> Problem {
    Problem::new(Code::NotFound).with("what", what)
}
