//! Everything that is known of one exchange, one connection, one invite: its events, and its deliveries with every
//! attempt.

use std::collections::{BTreeMap, BTreeSet};

use symbolon_core::{AcceptanceId, ConnectionId, InviteId, UserId};
use symbolon_proto::address::Provider;

use crate::attempts::{self, Attempt};
use crate::events::{Event, Kind, columns, event};
use crate::outbox::{self, Delivery};
use crate::{Error, Operation, Statement, Tx, acceptances, connections};

/// Most events of one trace, and most of one question asked for it.
const EVENTS_MAX: usize = 500;

/// Most exchanges that one trace follows.
const REFERENCES_MAX: usize = 100;

/// Most acceptances that the story of one connection tells of.
const ACCEPTANCES_MAX: usize = 20;

/// Most deliveries of one trace.
const DELIVERIES_MAX: i64 = 100;

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
static BY_REFERENCE: Statement = Statement::new(
    "trace.by_reference",
    concat!(
        "SELECT ",
        columns!(),
        " FROM events WHERE reference = $1 ORDER BY seq DESC LIMIT $2"
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
            Thread::Invite(id) => self.about(tx, id.as_str(), &mut found).await?,
            Thread::Peer(provider) => {
                let provider = provider.as_str();
                self.events(tx, &BY_PEER, provider, &mut found).await?;
                let sent = outbox::of_provider(tx, provider, DELIVERIES_MAX).await?;
                found.deliveries(sent);
            }
            Thread::User(user) => {
                self.events(tx, &BY_USER, user.as_str(), &mut found).await?;
                found.follow();
            }
        }
        for reference in found.references.clone() {
            self.events(tx, &BY_REFERENCE, &reference, &mut found)
                .await?;
            if self.only.is_none() {
                let sent = outbox::of_reference(tx, &reference, DELIVERIES_MAX).await?;
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
        found.deliveries(outbox::of_connection(tx, id, DELIVERIES_MAX).await?);
        for acceptance in found.acceptances(half.acceptance.as_ref()) {
            self.about(tx, acceptance.as_str(), found).await?;
            found.deliveries(outbox::of_acceptance(tx, &acceptance, DELIVERIES_MAX).await?);
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
        found.deliveries(outbox::of_acceptance(tx, id, DELIVERIES_MAX).await?);
        found.references.insert(acceptance.reference);
        found.follow();
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
        found.more |= rows.len() == EVENTS_MAX;
        for row in &rows {
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

#[derive(Default)]
struct Found {
    events: BTreeMap<i64, Event>,
    references: BTreeSet<String>,
    deliveries: BTreeMap<String, Delivery>,
    more: bool,
}

impl Found {
    fn deliveries(&mut self, found: Vec<Delivery>) {
        for delivery in found {
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
