//! What people and other servers have done over years, written into the storage at once.

use symbolon_core::Timestamp;
use symbolon_core::connections::Generation;
use symbolon_core::invites::Uses;
use symbolon_core::trust::{Mode, Proof};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_server::actions::invites::{NewInvite, issue};
use symbolon_server::keys::token_hash;
use symbolon_store::connections::{Connection, Contact};
use symbolon_store::events::Moment;
use symbolon_store::invites::TokenHash;
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::Disconnect;

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
        let redeem = Redeem {
            token_hash: by.token,
            contact,
            floor: Some(Generation(0)),
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
}
