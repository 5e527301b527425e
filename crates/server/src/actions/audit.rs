//! The audit trail, page by page.

use std::collections::HashMap;

use symbolon_core::UserId;
use symbolon_proto::problem::Problem;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{Event, LastEvent};
use symbolon_store::users::{FindCredentials, FindUser, User};

use super::storage_problem;
use crate::app::App;

/// Rows of one page.
pub const PAGE: u32 = 50;

/// Where no index leads to exactly what is asked for, one page looks at this many rows and no more.
const WINDOW: i64 = 100_000;

/// A page of the trail, the newest first.
pub struct Found {
    /// What was found.
    pub events: Vec<Event>,
    /// Where the next page begins; `None` at the end of the trail.
    pub next: Option<i64>,
}

/// Looks through the trail before a position, or from its newest row on.
pub async fn page(app: &App, filter: Filter, before: Option<i64>) -> Result<Found, Problem> {
    let failed = |error| storage_problem(&error);
    let before = match before {
        Some(before) => before,
        None => app
            .store
            .read(LastEvent)
            .await
            .map_err(failed)?
            .saturating_add(1),
    };
    let behind = if is_exact(&filter) {
        0
    } else {
        before.saturating_sub(WINDOW).max(0)
    };
    let list = ListEvents {
        filter,
        page: Page::Within(before, behind),
        limit: PAGE,
    };
    let events = app.store.read(list).await.map_err(failed)?;
    let full = events.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = match events.last() {
        Some(last) if full => Some(last.seq),
        _ => (behind > 0).then_some(behind + 1),
    };
    Ok(Found { events, next })
}

/// Whether every row that an index finds is one that is asked for.
fn is_exact(filter: &Filter) -> bool {
    let exact_kind = filter.kind.as_deref().map(|kind| kind.contains('.'));
    let asked = [
        filter.reference.is_some(),
        filter.user.is_some(),
        filter.peer.is_some(),
        filter.kind.is_some(),
        filter.since.is_some() || filter.until.is_some(),
    ];
    let asked = asked.into_iter().filter(|asked| *asked).count();
    filter.reference.is_some()
        || asked == 0
        || (asked == 1
            && exact_kind != Some(false)
            && filter.since.is_none()
            && filter.until.is_none())
}

/// The account with a log-in name; or with a number, which is all that is left of a name in the trail once somebody has left.
pub async fn account(app: &App, name: &str) -> Result<Option<User>, Problem> {
    let failed = |error| storage_problem(&error);
    let name = name.to_lowercase();
    let id = UserId::parse(&name);
    let found = app.store.read(FindCredentials { name }).await;
    match (found.map_err(failed)?, id) {
        (Some(found), _) => Ok(Some(found.user)),
        (None, Some(id)) => app.store.read(FindUser { id }).await.map_err(failed),
        (None, None) => Ok(None),
    }
}

/// What the accounts are called that events name: those whose page shows them, and administrators.
pub async fn names(app: &App, events: &[Event]) -> Result<HashMap<UserId, String>, Problem> {
    let mut names = HashMap::new();
    let mut ids = Vec::new();
    for event in events {
        ids.extend(event.user.clone());
        ids.extend(by(event));
    }
    for id in ids {
        if names.contains_key(&id) {
            continue;
        }
        let found = app.store.read(FindUser { id: id.clone() }).await;
        let found = found.map_err(|error| storage_problem(&error))?;
        // Whoever has left has no name any more.
        let name = found
            .map(|user| user.name)
            .filter(|name| !name.starts_with('~'));
        names.insert(id.clone(), name.unwrap_or_else(|| id.to_string()));
    }
    Ok(names)
}

/// The administrator who did it on a page.
pub fn by(event: &Event) -> Option<UserId> {
    event.data["by_user"].as_str().and_then(UserId::parse)
}

#[cfg(test)]
mod tests {
    use symbolon_core::Timestamp;

    use super::*;

    #[test]
    fn what_no_index_finds_exactly_is_looked_for_within_a_window() {
        let kind = |kind: &str| Filter {
            kind: Some(kind.to_owned()),
            ..Filter::default()
        };
        let since = |filter| Filter {
            since: Some(Timestamp::from_secs(1)),
            ..filter
        };
        let of_dog = |filter| Filter {
            peer: Some("dog.example.org".to_owned()),
            ..filter
        };
        for exact in [
            Filter::default(),
            kind("invite.issued"),
            of_dog(Filter::default()),
        ] {
            assert!(is_exact(&exact), "{exact:?}");
        }
        for seldom in [
            kind("invite"),
            since(Filter::default()),
            since(kind("invite.issued")),
            of_dog(kind("invite.issued")),
        ] {
            assert!(!is_exact(&seldom), "{seldom:?}");
        }
    }
}
