//! The rooms at work: what people do, step by step, on every database.

mod acceptances;
mod admin;
mod audit;
mod connections;
mod crowd;
mod departures;
mod directories;
mod email_changes;
mod giving_up;
mod identities;
mod invites;
mod mails;
mod notes;
mod peers;
mod second_factors;
mod seen;
mod sync;
mod trace;
mod trust;
mod users;

use symbolon_core::connections::Generation;
use symbolon_core::invites::{Refusal, Uses};
use symbolon_core::trust::{Mode, Proof};
use symbolon_core::{Id, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;
use symbolon_store::Store;
use symbolon_store::accept::BeginAcceptance;
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::connections::listing::ListConnections;
use symbolon_store::connections::{Connection, Contact};
use symbolon_store::events::Moment;
use symbolon_store::invites::IssueInvite;
use symbolon_store::outbox::{ClaimDue, Delivery};
use symbolon_store::redeem::Redeem;
use symbolon_store::users::{AddUser, User};

use crate::kit::Fixture;

/// How long sessions of these tests may last: longer than any of them does.
const LIFE_MS: i64 = 1_000_000_000;

/// Ids and moments that count up: the same in every run.
pub(super) struct World {
    pub(super) store: Store,
    count: u8,
}

impl World {
    pub(super) async fn new(fixture: &Fixture) -> Self {
        Self {
            store: fixture.open().await,
            count: 0,
        }
    }

    pub(super) fn id<T: From<Id>>(&mut self) -> T {
        self.count += 1;
        T::from(Id::from_parts(0, [self.count; 10]))
    }

    pub(super) async fn user(&mut self, name: &str) -> UserId {
        let id: UserId = self.id();
        let user = User {
            id: id.clone(),
            name: name.to_owned(),
            display_name: name.to_uppercase(),
            email: None,
            disabled_at: None,
            language: None,
            admin: false,
            created_at: at(0),
        };
        let add = AddUser {
            user,
            password_hash: Some("phc".to_owned()),
            moment: moment(0),
        };
        assert_eq!(self.store.write(add).await, Ok(true));
        id
    }

    pub(super) async fn invite(&mut self, owner: &UserId, token: u8, uses: Uses) {
        let issue = IssueInvite {
            id: self.id(),
            owner: owner.clone(),
            token_hash: [token; 32],
            token_sealed: vec![token],
            note: Some("for you".to_owned()),
            email: None,
            uses,
            expires_at: at(1_000),
            moment: moment(1),
        };
        self.store.write(issue).await.unwrap();
    }

    pub(super) async fn redeem(
        &mut self,
        token: u8,
        name: &str,
        floor: u64,
    ) -> Result<Connection, Refusal> {
        let redeem = self.redeeming(token, contact(name), floor);
        let admitted = self.store.write(redeem).await.unwrap();
        admitted.map(|admitted| admitted.connection)
    }

    pub(super) fn redeeming(&mut self, token: u8, contact: Contact, floor: u64) -> Redeem {
        Redeem {
            token_hash: [token; 32],
            contact,
            floor: Some(Generation(floor)),
            proof: Proof::Signature,
            signature: None,
            mode: Mode::Open,
            connection: self.id(),
            moment: moment(i64::from(self.count)),
        }
    }

    pub(super) fn accepting(
        &mut self,
        user: &UserId,
        provider: Provider,
        now: i64,
    ) -> BeginAcceptance {
        BeginAcceptance {
            id: self.id(),
            delivery: self.id(),
            user: user.clone(),
            provider,
            token_hash: [1; 32],
            token_sealed: vec![1],
            keeps_email: false,
            mode: Mode::Open,
            moment: moment(now),
        }
    }

    pub(super) async fn claim(&self, now: i64, lease: &str) -> Vec<Delivery> {
        let claim = ClaimDue {
            now: at(now),
            lease_until: at(now + 30),
            lease: lease.to_owned(),
            limit: 10,
        };
        self.store.write(claim).await.unwrap()
    }

    pub(super) async fn connected(&self, user: &UserId) -> Vec<Connection> {
        self.store.read(list(user)).await.unwrap()
    }
}

pub(super) fn list(user: &UserId) -> ListConnections {
    ListConnections {
        user: user.clone(),
        connected: true,
        search: None,
        server: None,
        after: None,
        limit: 50,
    }
}

pub(super) fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

pub(super) fn moment(secs: i64) -> Moment {
    Moment::new(at(secs), format!("reference {secs}"))
}

pub(super) fn attempt(secs: i64) -> Attempt {
    Attempt {
        at: at(secs),
        duration_ms: 250,
        stage: Stage::Answer,
        status: Some(503),
        code: Some(Code::PeerFailed),
        said: Some("503: come back later".to_owned()),
        fault: Some("the connection broke".to_owned()),
        clocks_differ_secs: Some(412),
        their_reference: Some("web1/k3J-000042".to_owned()),
    }
}

pub(super) fn there() -> Provider {
    Provider::parse("dog.example.org").unwrap()
}

pub(super) fn here() -> Provider {
    Provider::parse("cat.example.org").unwrap()
}

pub(super) fn contact(name: &str) -> Contact {
    Contact {
        provider: there(),
        remote: RemoteId::new(&name.to_lowercase(), &there()).unwrap(),
        name: name.to_owned(),
        email: format!("{}@dog.example.org", name.to_lowercase()),
    }
}
