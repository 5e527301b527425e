//! What the trail says of a commit.

use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{Actor, Kind as Event, LastEvent};

use super::Watch;
use super::eyes::{ALL, look};
use crate::world::World;

/// Every event belongs to exactly one change, and every change has its event.
pub(super) fn check(
    world: &World,
    watch: &mut Watch,
    index: usize,
    operation: &str,
    mut expected: Vec<String>,
) {
    let server = &world.servers[index];
    let last = look(&server.store(), LastEvent);
    let seen = &mut watch.servers[index];
    let mut found = Vec::new();
    if last != seen.events {
        let list = ListEvents {
            filter: Filter::default(),
            page: Page::After(seen.events),
            limit: ALL,
        };
        for event in look(&server.store(), list) {
            complete(world, &event);
            if EXACT.iter().any(|kind| kind.as_str() == event.kind) {
                let object = event.object.as_deref().unwrap_or_default();
                found.push(format!("{} {object}", event.kind));
            }
        }
        seen.events = last;
    }
    expected.sort_unstable();
    found.sort_unstable();
    if expected != found {
        let seen = format!("{operation} changed {expected:?} and noted {found:?}");
        world.story.violated("events", seen);
    }
}

/// The events that belong to exactly one change of what is watched. The others tell of a look, a refusal, a wait or a
/// comparison, which leave halves, invites and acceptances as they are.
const EXACT: [Event; 9] = [
    Event::InviteIssued,
    Event::InviteAccepted,
    Event::AcceptanceStarted,
    Event::AcceptanceRepeated,
    Event::AcceptanceCancelling,
    Event::AcceptanceSettled,
    Event::ConnectionConnected,
    Event::ConnectionDisconnected,
    Event::ConnectionTold,
];

/// Every event is of a kind that there is, and says who, how it went, and in which exchange.
fn complete(world: &World, event: &symbolon_store::events::Event) {
    let known = Event::parse(&event.kind).is_some();
    let whose = event.actor != Actor::Person || event.user.is_some();
    let with = event.actor != Actor::Peer || event.peer.is_some();
    let named = event.reference.as_ref().is_some_and(|it| !it.is_empty());
    if !(known && whose && with && named && event.result.is_some()) {
        let seen = format!("an event is not complete: {event:?}");
        world.story.violated("events", seen);
    }
}
