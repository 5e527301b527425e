//! When somebody last saw their invitations' secrets, took a copy of their data or came with an app password, so that doing
//! so again and again writes no row each time.

use std::sync::Mutex;

use symbolon_core::{InviteId, Timestamp, UserId};
use symbolon_store::invites::NoteShown;

use crate::app::App;
use crate::bounded::Bounded;
use crate::http::reference::{Reference, current};

/// The trail notes it this often, in milliseconds.
const EVERY_MS: i64 = 3_600_000;

/// How many are remembered; beyond that those seen longest ago are noted once more than need be.
const REMEMBERED_MAX: usize = 10_000;

/// When each was last noted: invitations, people for their lists, and app passwords.
pub struct Shown(Mutex<Bounded<String, Timestamp>>);

impl Default for Shown {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(REMEMBERED_MAX)))
    }
}

impl Shown {
    /// Whether that is worth a line in the trail; from now on it is not for a while.
    pub(crate) fn is_news(&self, id: &str, now: Timestamp) -> bool {
        let mut shown = self.0.lock().expect("no holder of this lock panics");
        let id = id.to_owned();
        let noted = shown.get(&id).is_some_and(|at| at.is_recent(now, EVERY_MS));
        if noted {
            return false;
        }
        shown.insert(&id, now);
        true
    }
}

/// Notes that a person sees the secret of an invitation again, or of all on their list. Nobody is kept from seeing it by a
/// database that cannot be written.
pub(super) async fn note(app: &App, owner: &UserId, id: Option<&InviteId>) {
    let what = id.map_or(owner.as_str(), InviteId::as_str);
    if !app.shown.is_news(what, app.now()) {
        return;
    }
    let reference = current().unwrap_or_else(|| Reference::fresh(&app.env));
    let note = NoteShown {
        owner: owner.clone(),
        id: id.cloned(),
        moment: app.moment(reference.as_str()),
    };
    if let Err(error) = app.store.write(note).await {
        super::storage_problem(&error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_looked_at_all_day_is_noted_once_an_hour() {
        let (shown, now) = (Shown::default(), Timestamp::from_secs(1_000));
        assert!(shown.is_news("a", now));
        assert!(!shown.is_news("a", now.plus_millis(EVERY_MS - 1)));
        assert!(shown.is_news("b", now));
        assert!(shown.is_news("a", now.plus_millis(EVERY_MS)));
    }
}
