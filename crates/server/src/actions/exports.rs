//! A copy of what is kept about a person.

use symbolon_proto::problem::Problem;
use symbolon_store::users::User;

use super::storage_problem;
use crate::app::App;
use crate::export::{self, Format};

/// Makes it. The trail notes it once an hour for each format, so that a script that fetches it every minute fills nothing.
pub async fn copy(
    app: &App,
    user: &User,
    format: Format,
    reference: &str,
) -> Result<String, Problem> {
    let moment = app.moment(reference);
    let what = format!("{}/{}", user.id, format.as_str());
    let note = app.shown.is_news(&what, moment.now);
    export::copy(&app.store, app.provider(), user, format, moment, note)
        .await
        .map_err(|error| storage_problem(&error))
}
