//! Everything that is known of one exchange, one connection, one invite: its events, and its deliveries with every
//! attempt.

use std::collections::{BTreeMap, BTreeSet};

use symbolon_core::{AcceptanceId, ConnectionId, InviteId, UserId};
use symbolon_proto::address::Provider;

use crate::attempts::{self, Attempt};
use crate::events::{Event, Kind, columns, event};
use crate::outbox::{self, Delivery};
use crate::{Error, Operation, Row, Statement, Tx, Value, acceptances, connections};

/// Most events of one trace, and most of one question asked for it.
const EVENTS_MAX: usize = 500;

/// Most exchanges that one trace follows.
const REFERENCES_MAX: usize = 100;

/// Most acceptances that the story of one connection tells of.
const ACCEPTANCES_MAX: usize = 20;

/// Most connections of one invite that its story follows.
const CONNECTIONS_MAX: usize = 100;

/// How many exchanges are looked up at once, so that a page with a long story costs few questions.
const GROUP: usize = 25;

/// Most deliveries of one question asked for a trace.
const DELIVERIES_MAX: usize = 100;

/// What is asked for, one more than is told: so it shows whether there is more.
const DELIVERIES_LIMIT: i64 = DELIVERIES_MAX as i64 + 1;

static BY_OBJECT: Statement = Statement::new(
    "trace.by_object",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE object = $1 ORDER BY seq DESC LIMIT $2"
    ),
);
static BESIDE: Statement = Statement::new(
    "trace.beside",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE beside = $1 ORDER BY seq DESC LIMIT $2"
    ),
);
/// A group of [`GROUP`]; the place of one that there is not is taken by another once more.
static BY_REFERENCE: Statement = Statement::new(
    "trace.by_reference",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE reference IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24, $25, $26)
         ORDER BY seq DESC LIMIT $1"
    ),
);
static BY_PEER: Statement = Statement::new(
    "trace.by_peer",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE peer = $1 ORDER BY seq DESC LIMIT $2"
    ),
);
static BY_USER: Statement = Statement::new(
    "trace.by_user",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE user_id = $1 ORDER BY seq DESC LIMIT $2"
    ),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&BY_OBJECT, &BESIDE, &BY_REFERENCE, &BY_PEER, &BY_USER];

/// What to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thread {
    /// One exchange.
    Reference(String),
    /// One half, with the acceptance or the invite that it came of.
    Connection(ConnectionId),
    /// One acceptance, with the connection that came of it.
    Acceptance(AcceptanceId),
    /// One invite, and everybody who came by it.
    Invite(InviteId),
    /// The newest of what one server has a part in.
    Peer(Provider),
    /// The newest of what happened to one person.
    User(UserId),
}

/// Loads what is known of a thread.
pub struct LoadTrace {
    /// What to follow.
    pub thread: Thread,
    /// Leaves out what other people see; `None` for administrators.
    pub only: Option<UserId>,
}

/// What is known of a thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What had to reach another server, in order, with its attempts and their numbers.
    pub deliveries: Vec<(Delivery, Vec<(u32, Attempt)>)>,
    /// There is more than fits; the oldest is left out.
    pub more: bool,
}

impl Operation for LoadTrace {
    type Output = Trace;
    const NAME: &'static str = "load_trace";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Trace, Error> {
        let mut found = Found::default();
        match &self.thread {
            Thread::Reference(reference) => {
                found.references.insert(reference.clone());
            }
            Thread::Connection(id) => self.connection(tx, id, &mut found).await?,
            Thread::Acceptance(id) => self.acceptance(tx, id, &mut found).await?,
            Thread::Invite(id) => self.invite(tx, id, &mut found).await?,
            Thread::Peer(provider) => {
                let provider = provider.as_str();
                self.events(tx, &BY_PEER, provider, &mut found).await?;
                let sent = outbox::of_provider(tx, provider, DELIVERIES_LIMIT).await?;
                found.deliveries(sent);
            }
            Thread::User(user) => {
                self.events(tx, &BY_USER, user.as_str(), &mut found).await?;
                found.follow();
            }
        }
        let references: Vec<String> = found.references.iter().cloned().collect();
        for group in groups(&references) {
            let limit = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
            let mut parameters: Vec<Value> = vec![limit.into()];
            parameters.extend(group.map(Value::from));
            self.take(&tx.rows(&BY_REFERENCE, &parameters).await?, &mut found)?;
        }
        if self.only.is_none() {
            for reference in &references {
                let sent = outbox::of_reference(tx, reference, DELIVERIES_LIMIT).await?;
                found.deliveries(sent);
            }
        }
        found.into_trace(tx).await
    }
}

impl LoadTrace {
    async fn connection(
        &self,
        tx: &mut Tx<'_>,
        id: &ConnectionId,
        found: &mut Found,
    ) -> Result<(), Error> {
        let Some(half) = connections::find(tx, self.only.as_ref(), id).await? else {
            return Ok(());
        };
        self.about(tx, id.as_str(), found).await?;
        found.deliveries(outbox::of_connection(tx, id, DELIVERIES_LIMIT).await?);
        for acceptance in found.acceptances(half.acceptance.as_ref()) {
            self.about(tx, acceptance.as_str(), found).await?;
            found.deliveries(outbox::of_acceptance(tx, &acceptance, DELIVERIES_LIMIT).await?);
        }
        found.follow();
        if let Some(invite) = &half.invite {
            // Of the invite itself what its owner did; who else came by it is another story.
            self.events(tx, &BY_OBJECT, invite.as_str(), found).await?;
            let peer = half.contact.provider.as_str();
            found.events.retain(|_, event| {
                let invites = event.object.as_deref() == Some(invite.as_str());
                !invites || event.peer.as_deref().is_none_or(|it| it == peer)
            });
        }
        Ok(())
    }

    async fn acceptance(
        &self,
        tx: &mut Tx<'_>,
        id: &AcceptanceId,
        found: &mut Found,
    ) -> Result<(), Error> {
        let Some(acceptance) = acceptances::find(tx, self.only.as_ref(), id).await? else {
            return Ok(());
        };
        self.about(tx, id.as_str(), found).await?;
        found.deliveries(outbox::of_acceptance(tx, id, DELIVERIES_LIMIT).await?);
        found.references.insert(acceptance.reference);
        found.follow();
        Ok(())
    }

    /// With the ends of the connections that came of it: they are why somebody came twice, or was turned away.
    async fn invite(&self, tx: &mut Tx<'_>, id: &InviteId, found: &mut Found) -> Result<(), Error> {
        self.about(tx, id.as_str(), found).await?;
        let mut halves = Found::default();
        for half in found.connected() {
            self.events(tx, &BY_OBJECT, &half, &mut halves).await?;
        }
        let ends = [Kind::ConnectionDisconnected, Kind::ConnectionTold].map(Kind::as_str);
        let ended = halves.events.into_iter();
        let ended = ended.filter(|(_, event)| ends.contains(&event.kind.as_str()));
        found.events.extend(ended);
        found.more |= halves.more;
        Ok(())
    }

    async fn about(&self, tx: &mut Tx<'_>, object: &str, found: &mut Found) -> Result<(), Error> {
        self.events(tx, &BY_OBJECT, object, found).await?;
        self.events(tx, &BESIDE, object, found).await
    }

    async fn events(
        &self,
        tx: &mut Tx<'_>,
        statement: &Statement,
        what: &str,
        found: &mut Found,
    ) -> Result<(), Error> {
        let limit = i64::try_from(EVENTS_MAX).unwrap_or(i64::MAX);
        let rows = tx.rows(statement, &[what.into(), limit.into()]).await?;
        self.take(&rows, found)
    }

    fn take(&self, rows: &[Row], found: &mut Found) -> Result<(), Error> {
        found.more |= rows.len() == EVENTS_MAX;
        for row in rows {
            let event = event(row)?;
            let shown = self
                .only
                .as_ref()
                .is_none_or(|only| event.user.as_ref() == Some(only));
            if shown {
                found.events.insert(event.seq, event);
            }
        }
        Ok(())
    }
}

/// The references in groups for one question each, filled up with the last of the group.
fn groups(references: &[String]) -> impl Iterator<Item = [&str; GROUP]> {
    references
        .chunks(GROUP)
        .map(|chunk| std::array::from_fn(|place| chunk[place.min(chunk.len() - 1)].as_str()))
}

#[derive(Default)]
struct Found {
    events: BTreeMap<i64, Event>,
    references: BTreeSet<String>,
    deliveries: BTreeMap<String, Delivery>,
    more: bool,
}

impl Found {
    /// Newest first, as they were asked for.
    fn deliveries(&mut self, found: Vec<Delivery>) {
        self.more |= found.len() > DELIVERIES_MAX;
        for delivery in found.into_iter().take(DELIVERIES_MAX) {
            self.deliveries.insert(delivery.id.to_string(), delivery);
        }
    }

    /// The acceptances that connected the two, the newest ones.
    fn acceptances(&self, current: Option<&AcceptanceId>) -> BTreeSet<AcceptanceId> {
        let settled = self.events.values().rev();
        let settled = settled.filter(|event| event.kind == Kind::AcceptanceSettled.as_str());
        let earlier = settled.filter_map(|event| AcceptanceId::parse(event.object.as_deref()?));
        let all = current.cloned().into_iter().chain(earlier);
        all.take(ACCEPTANCES_MAX).collect()
    }

    /// The connections that came of an invite, the newest ones.
    fn connected(&mut self) -> BTreeSet<String> {
        let mut halves = BTreeSet::new();
        let accepted = self.events.values().rev();
        let accepted = accepted.filter(|event| event.kind == Kind::InviteAccepted.as_str());
        for half in accepted.filter_map(|event| event.object.as_ref()) {
            if halves.len() == CONNECTIONS_MAX && !halves.contains(half) {
                self.more = true;
                break;
            }
            halves.insert(half.clone());
        }
        halves
    }

    /// The exchanges that were found are followed to their other events.
    fn follow(&mut self) {
        let of_deliveries = self.deliveries.values().map(|one| &one.reference);
        let of_events = self.events.values().rev();
        let of_events = of_events.filter_map(|event| event.reference.as_ref());
        for reference in of_deliveries.chain(of_events) {
            if self.references.len() >= REFERENCES_MAX {
                self.more = true;
                return;
            }
            self.references.insert(reference.clone());
        }
    }

    async fn into_trace(self, tx: &mut Tx<'_>) -> Result<Trace, Error> {
        let surplus = self.events.len().saturating_sub(EVENTS_MAX);
        let mut deliveries = Vec::with_capacity(self.deliveries.len());
        for (_, delivery) in self.deliveries {
            let tried = attempts::of_delivery(tx, &delivery.id).await?;
            deliveries.push((delivery, tried));
        }
        Ok(Trace {
            events: self.events.into_values().skip(surplus).collect(),
            deliveries,
            more: self.more || surplus > 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_story_looks_its_exchanges_up_with_four_questions_and_forgets_none() {
        let all: Vec<String> = (0..REFERENCES_MAX).map(|n| format!("{n:03}")).collect();
        assert_eq!(groups(&all).count(), 4);
        for few in [0, 1, GROUP, GROUP + 1, REFERENCES_MAX] {
            let asked: BTreeSet<&str> = groups(&all[..few]).flatten().collect();
            assert!(
                asked
                    .iter()
                    .copied()
                    .eq(all[..few].iter().map(String::as_str))
            );
        }
    }
}
