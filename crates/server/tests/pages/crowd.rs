//! What people and other servers have done over years, written into the storage at once.

use symbolon_core::Timestamp;
use symbolon_core::connections::Generation;
use symbolon_core::invites::Uses;
use symbolon_core::trust::{Mode, Proof};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::problem::Code;
use symbolon_server::actions::invites::{NewInvite, issue};
use symbolon_server::keys::token_hash;
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::connections::{Connection, Contact};
use symbolon_store::events::Moment;
use symbolon_store::invites::TokenHash;
use symbolon_store::outbox::{ClaimDue, Delivery, Kind};
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::{Disconnect, RecordTelling, Telling};

use crate::admin::account;
use crate::world::World;

/// An invitation that others have.
pub(crate) struct Invitation {
    pub(crate) page: String,
    token: TokenHash,
}

/// Somebody on another server.
pub(crate) fn person(name: &str, account: &str, server: &str) -> Contact {
    let provider = Provider::parse(server).unwrap();
    Contact {
        remote: RemoteId::new(account, &provider).unwrap(),
        name: name.to_owned(),
        email: format!("{account}@example.org"),
        provider,
    }
}

impl World {
    /// So many seconds from now.
    pub(crate) fn in_secs(&self, secs: i64) -> Timestamp {
        self.app.now().plus_millis(secs * 1_000)
    }

    fn moment(&self, secs: i64) -> Moment {
        Moment::new(self.in_secs(secs), "test")
    }

    /// Somebody here invites.
    pub(crate) async fn invites(&self, owner: &str, note: &str, uses: Uses) -> Invitation {
        let new = NewInvite {
            note: Some(note.to_owned()),
            email: None,
            mail_language: None,
            expires_in_secs: None,
            uses,
        };
        let owner = account(self, owner).await;
        let made = issue(&self.app, &owner, new, "test").await.unwrap();
        Invitation {
            page: format!("/invitations/{}", made.invite.id),
            token: token_hash(&made.token),
        }
    }

    /// Somebody comes by an invitation.
    pub(crate) async fn comes(&self, by: &Invitation, contact: Contact) -> Connection {
        self.comes_with(by, contact, Some(Generation(0))).await
    }

    /// Somebody whose server does not number connections comes, and so never tells when they end.
    pub(crate) async fn comes_from_afar(&self, by: &Invitation, contact: Contact) -> Connection {
        self.comes_with(by, contact, None).await
    }

    async fn comes_with(
        &self,
        by: &Invitation,
        contact: Contact,
        floor: Option<Generation>,
    ) -> Connection {
        let redeem = Redeem {
            token_hash: by.token,
            contact,
            floor,
            mode: Mode::Open,
            proof: Proof::Signature,
            signature: None,
            connection: self.app.env.id().into(),
            moment: self.moment(0),
        };
        let admitted = self.app.store.write(redeem).await.unwrap();
        admitted.ok().unwrap().connection
    }

    /// The person here ends a connection, in so many seconds.
    pub(crate) async fn ends(&self, connection: &Connection, secs: i64) -> Connection {
        let disconnect = Disconnect {
            user: Some(connection.user.clone()),
            connection: connection.id.clone(),
            delivery: self.app.env.id().into(),
            here: self.app.provider().clone(),
            moment: self.moment(secs),
        };
        self.app.store.write(disconnect).await.unwrap().unwrap()
    }

    /// Messages about disconnects that are due in so many seconds are being sent.
    pub(crate) async fn claims(&self, secs: i64, limit: u32) -> Vec<Delivery> {
        let claim = ClaimDue {
            now: self.in_secs(secs),
            lease_until: self.in_secs(secs + 30),
            lease: "test".to_owned(),
            limit,
        };
        self.app.store.write(claim).await.unwrap()
    }

    /// One of them does not arrive.
    pub(crate) async fn fails(&self, sent: &Delivery, said: &str, secs: i64) {
        let Kind::UserRemoved(connection, generation) = &sent.kind else {
            panic!("it tells of no disconnect");
        };
        let attempt = Attempt {
            at: self.in_secs(secs),
            duration_ms: 250,
            stage: Stage::Answer,
            status: Some(503),
            code: Some(Code::PeerFailed),
            said: Some(said.to_owned()),
            fault: None,
            clocks_differ_secs: None,
            their_reference: None,
        };
        let record = RecordTelling {
            delivery: sent.id.clone(),
            lease: "test".to_owned(),
            attempts: sent.attempts,
            attempt,
            gives_up_at: sent.gives_up_at,
            connection: connection.clone(),
            generation: *generation,
            telling: Telling::Failed(Code::PeerFailed),
            detail: Some(said.to_owned()),
            retry_after: None,
            jitter: 0,
            moment: self.moment(secs),
        };
        assert_eq!(self.app.store.write(record).await, Ok(true));
    }
}
