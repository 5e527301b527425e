//! What may become of a half in one commit.

use symbolon_core::acceptances::Outcome;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_store::acceptances::State;
use symbolon_store::connections::{Connection, Told};

use super::Watch;
use crate::message::Message;
use crate::world::World;

/// One half before and after a commit.
pub(super) struct Change<'a> {
    pub(super) world: &'a World,
    pub(super) operation: &'static str,
    pub(super) before: Option<&'a Connection>,
    pub(super) after: &'a Connection,
    pub(super) cause: Option<&'a Message>,
    pub(super) accepter_here: Option<usize>,
    /// When somebody took back the acceptance that is undone by this, if one is.
    pub(super) undone_at: Option<u64>,
}

impl Change<'_> {
    pub(super) fn check(&self, watch: &mut Watch, expected: &mut Vec<String>) {
        let (world, after) = (self.world, self.after);
        let id = after.id.to_string();
        let us = world.person(after.user.as_str()).unwrap_or(usize::MAX);
        let them = after.contact.remote.subject().to_owned();
        let other = world.person(&them).unwrap_or(usize::MAX);
        let key = (us, them);
        let was = self.before.is_some_and(|half| half.half.is_connected());
        let is = after.half.is_connected();
        let fell = self
            .before
            .is_some_and(|half| half.half.generation > after.half.generation);
        if fell {
            self.violated("no zombie", "the generation of a half fell");
        }
        let bumped = self.before.map(|half| half.half.generation) != Some(after.half.generation);
        let by_invite = self.operation == "redeem"
            || (self.operation == "accept_here" && self.accepter_here != Some(us));
        if by_invite && is && (bumped || !was) {
            expected.push(format!("invite.accepted {id}"));
        }
        if self.operation == "apply_claims" {
            watch.tally.synced += u64::from(was != is || bumped);
            if is && (bumped || !was) {
                self.violated("consent", "a comparison connected a half");
            }
        }
        if is && !was {
            watch.tally.connected += 1;
            expected.push(format!("connection.connected {id}"));
            self.consent(watch, &key, us, other);
            if by_invite {
                self.once(watch, &key.1);
            }
            self.no_zombie(watch);
            self.rolled_back(watch);
        }
        if was && !is {
            watch.tally.disconnected += 1;
            expected.push(format!("connection.disconnected {id}"));
            let old = self.cause.and_then(|message| message.generation);
            let before = self.before.map_or(0, |half| half.half.generation.0);
            if self.operation == "receive_removal" && old.is_some_and(|old| old < before) {
                self.violated("no zombie", "an old removal ended a newer connection");
            }
        }
        let by_us = |half: &Connection| half.half.phase == Phase::Disconnected(EndedBy::Us);
        if by_us(after) && !self.before.is_some_and(by_us) {
            // What is undone was taken back before, and nothing that the person has done since.
            let at = self.undone_at.unwrap_or(watch.seq);
            let last = watch.disconnected.entry(key).or_default();
            *last = at.max(*last);
        }
        let before = self.before.filter(|half| !half.half.is_connected());
        let told = before.and_then(|half| half.told);
        let news = after.told.filter(|told| *told != Told::Telling);
        if told.is_some() && news.is_some() && told != news {
            expected.push(format!("connection.told {id}"));
        }
    }

    fn consent(&self, watch: &Watch, key: &(usize, String), us: usize, other: usize) {
        let since = watch.disconnected.get(key).copied().unwrap_or(0);
        let accepted = watch.newest_acceptance(self.world, us, other, true);
        if accepted.is_some_and(|at| at > since) {
            return;
        }
        let board = self.world.posted();
        let invited = board.iter().any(|posted| {
            let issued = watch.invites.get(&posted.id);
            watch.asked.contains(&(other, posted.hash))
                && issued.is_some_and(|issued| issued.owner == us && issued.at > since)
        });
        drop(board);
        if !invited {
            self.violated(
                "consent",
                "a half became connected without a gesture of its person",
            );
        }
    }

    fn once(&self, watch: &mut Watch, them: &str) {
        let Some(invite) = &self.after.invite else {
            return self.violated(
                "once",
                "an invite was redeemed, and the half does not name it",
            );
        };
        let Some(issued) = watch.invites.get_mut(invite.as_str()) else {
            return self.violated("once", "a half names an invite that nobody issued");
        };
        issued.people.insert(them.to_owned());
        if issued
            .limit
            .is_some_and(|limit| issued.people.len() > limit as usize)
        {
            self.violated("once", "an invite connected more people than it is for");
        }
    }

    /// A late copy of an acceptance that has long connected the two connects nobody.
    fn no_zombie(&self, watch: &Watch) {
        let Some(message) = self.cause.filter(|message| message.copy && message.accepts) else {
            return;
        };
        let settled = watch.accepted.values().any(|accepted| {
            accepted.reference == message.reference
                && accepted.state == State::Settled(Outcome::Connected)
        });
        if settled && !watch.restored_any() {
            self.violated("no zombie", "a late copy of an acceptance connected a half");
        }
    }

    /// An acceptance that ends as cancelled connects nobody.
    fn rolled_back(&self, watch: &Watch) {
        let by = self.after.acceptance.as_ref().map(ToString::to_string);
        let by = by.and_then(|id| watch.accepted.get(&id));
        let cancelled = State::Settled(Outcome::Cancelled);
        if self.operation == "record_answer" && by.is_some_and(|by| by.state == cancelled) {
            self.violated("roll-back", "a cancelled acceptance connected a half");
        }
    }

    fn violated(&self, oracle: &'static str, seen: &str) {
        let (us, them) = (
            self.world.name_of(self.after.user.as_str()),
            self.world.name_of(self.after.contact.remote.subject()),
        );
        let seen = format!("{seen}: {us} with {them}, by {}", self.operation);
        self.world.story.violated(oracle, seen);
    }
}
