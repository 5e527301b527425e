//! E-mail addresses that wait to be confirmed.

use symbolon_core::UserId;
use symbolon_core::mails::TooMany;
use symbolon_proto::language::Language;
use symbolon_store::departures::{BeginDeparture, ContinueDeparture, Progress};
use symbolon_store::email_changes::{
    AskConfirmation, ConfirmEmail, DropEmailChange, FindByToken, FindEmailChange, NotAsked,
};
use symbolon_store::mails::Posting;
use symbolon_store::outbox::DeliveryState;
use symbolon_store::users::{ChangeProfile, FindUser};

use super::{World, at, here, moment};
use crate::kit::{Fixture, claims};

claims! {
    on_memory: an_address_waits_until_its_owner_shows_what_was_sent_there,
        the_last_token_alone_counts_for_its_own_account_and_its_own_time,
        whatever_is_said_of_the_address_ends_what_waits_and_so_does_leaving,
        too_many_confirmations_are_refused_before_anything_is_written;
    on_postgres: an_address_waits_until_its_owner_shows_what_was_sent_there,
        the_last_token_alone_counts_for_its_own_account_and_its_own_time,
        whatever_is_said_of_the_address_ends_what_waits_and_so_does_leaving,
        too_many_confirmations_are_refused_before_anything_is_written;
}

const NEW: &str = "bob@bauer.example.org";

impl World {
    async fn asks(
        &mut self,
        user: &UserId,
        email: &str,
        token: u8,
        secs: i64,
    ) -> Result<(), NotAsked> {
        let ask = AskConfirmation {
            user: user.clone(),
            token_hash: [token; 32],
            token_sealed: vec![token],
            expires_at: at(secs + 100),
            posting: Posting {
                delivery: self.id(),
                recipient: email.to_owned(),
                language: Language::De,
            },
            moment: moment(secs),
        };
        self.store.write(ask).await.unwrap()
    }

    async fn confirms(&self, user: &UserId, token: u8, secs: i64) -> Option<String> {
        let confirm = ConfirmEmail {
            user: user.clone(),
            token_hash: [token; 32],
            moment: moment(secs),
        };
        self.store.write(confirm).await.unwrap()
    }

    /// The address that counts, and the one that waits with its mail.
    async fn emails(&self, user: &UserId) -> (Option<String>, Option<(String, DeliveryState)>) {
        let find = FindUser { id: user.clone() };
        let found = self.store.read(find).await.unwrap().unwrap();
        let waiting = FindEmailChange { user: user.clone() };
        let waiting = self.store.read(waiting).await.unwrap();
        let waiting = waiting.map(|(change, mail)| (change.email, mail.unwrap().state));
        (found.email, waiting)
    }
}

async fn an_address_waits_until_its_owner_shows_what_was_sent_there(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    assert_eq!(world.asks(&bob, NEW, 1, 10).await, Ok(()));
    let waiting = Some((NEW.to_owned(), DeliveryState::Due));
    assert_eq!(world.emails(&bob).await, (None, waiting.clone()));
    let find = FindByToken {
        user: bob.clone(),
        token_hash: [1; 32],
        now: at(11),
    };
    assert_eq!(
        world.store.read(find).await,
        Ok(Some(NEW.to_owned())),
        "looking changes nothing"
    );
    assert_eq!(world.emails(&bob).await, (None, waiting));
    assert_eq!(world.confirms(&bob, 1, 12).await.as_deref(), Some(NEW));
    assert_eq!(world.emails(&bob).await, (Some(NEW.to_owned()), None));
    assert_eq!(world.confirms(&bob, 1, 13).await, None);
    assert!(world.claim(14, "lease").await.is_empty());
}

async fn the_last_token_alone_counts_for_its_own_account_and_its_own_time(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    assert_eq!(world.asks(&bob, NEW, 1, 10).await, Ok(()));
    assert_eq!(world.asks(&bob, NEW, 2, 20).await, Ok(()));
    assert_eq!(world.claim(20, "lease").await.len(), 1, "one mail waits");
    for (user, token, secs) in [(&bob, 1, 21), (&carol, 2, 21), (&bob, 2, 120)] {
        assert_eq!(world.confirms(user, token, secs).await, None, "{token}");
    }
    assert_eq!(world.confirms(&bob, 2, 119).await.as_deref(), Some(NEW));
    assert_eq!(world.emails(&carol).await, (None, None));
}

async fn whatever_is_said_of_the_address_ends_what_waits_and_so_does_leaving(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    for (token, email) in [
        (1, None),
        (2, Some("bob@example.org")),
        (3, Some("bob@example.org")),
    ] {
        assert_eq!(world.asks(&bob, NEW, token, 10).await, Ok(()));
        let change = ChangeProfile {
            id: bob.clone(),
            display_name: None,
            email: Some(email.map(str::to_owned)),
            moment: moment(11),
        };
        world.store.write(change).await.unwrap();
        assert_eq!(
            world.emails(&bob).await,
            (email.map(str::to_owned), None),
            "{token}"
        );
        assert_eq!(world.confirms(&bob, token, 12).await, None);
    }
    assert_eq!(world.asks(&bob, NEW, 4, 10).await, Ok(()));
    let renamed = ChangeProfile {
        id: bob.clone(),
        display_name: Some("Bob".to_owned()),
        email: None,
        moment: moment(11),
    };
    world.store.write(renamed).await.unwrap();
    let (_, waiting) = world.emails(&bob).await;
    assert!(waiting.is_some(), "a name says nothing of the address");
    let drop = DropEmailChange {
        user: bob.clone(),
        now: at(12),
    };
    world.store.write(drop).await.unwrap();
    assert_eq!(world.confirms(&bob, 4, 13).await, None);

    let carol = world.user("carol").await;
    assert_eq!(
        world.asks(&carol, "carol@fox.example.org", 5, 20).await,
        Ok(())
    );
    let begin = BeginDeparture {
        user: carol.clone(),
        moment: moment(21),
    };
    assert!(world.store.write(begin).await.unwrap());
    assert_eq!(world.confirms(&carol, 5, 22).await, None);
    let step = ContinueDeparture {
        user: carol.clone(),
        deliveries: vec![world.id()],
        here: here(),
        mail: true,
        now: at(23),
    };
    assert_eq!(world.store.write(step).await, Ok(Progress::Left));
    let waiting = FindEmailChange { user: carol };
    assert!(world.store.read(waiting).await.unwrap().is_none());
}

async fn too_many_confirmations_are_refused_before_anything_is_written(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let (bob, carol) = (world.user("bob").await, world.user("carol").await);
    for count in 0..5 {
        assert_eq!(world.asks(&bob, NEW, count, 10).await, Ok(()));
    }
    let tomorrow = at(10 + 86_400);
    assert_eq!(
        world.asks(&carol, "BOB@bauer.example.org", 9, 11).await,
        Err(NotAsked::TooMany(TooMany::ToAddress(tomorrow)))
    );
    assert_eq!(world.emails(&carol).await, (None, None));
    for count in 5..10 {
        let other = format!("bob{count}@example.org");
        assert_eq!(world.asks(&bob, &other, count, 12).await, Ok(()));
    }
    assert_eq!(
        world.asks(&bob, "bob@example.org", 11, 13).await,
        Err(NotAsked::TooMany(TooMany::Yours(tomorrow)))
    );
    let (_, waiting) = world.emails(&bob).await;
    assert_eq!(waiting.unwrap().0, "bob9@example.org");
}
