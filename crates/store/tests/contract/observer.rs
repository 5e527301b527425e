//! Whoever watches the store hears of every operation once, and only of what is on disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use symbolon_core::UserId;
use symbolon_store::events::{Kind, Moment};
use symbolon_store::users::{AddUser, User};
use symbolon_store::{Access, Done, Error, Happened, Observer, Operation, Tx};

use crate::kit::{Fixture, Linger, Put, claims};

claims! {
    on_memory:
        every_operation_is_heard_of_once_with_what_it_wrote_into_the_trail,
        what_was_rolled_back_has_not_happened,
        whoever_goes_away_does_not_take_the_report_with_them;
    on_disk:
        every_operation_is_heard_of_once_with_what_it_wrote_into_the_trail,
        what_was_rolled_back_has_not_happened,
        whoever_goes_away_does_not_take_the_report_with_them;
    on_postgres:
        every_operation_is_heard_of_once_with_what_it_wrote_into_the_trail,
        what_was_rolled_back_has_not_happened,
        whoever_goes_away_does_not_take_the_report_with_them;
}

/// One operation, as it was heard of.
#[derive(Clone, Debug)]
struct Heard {
    operation: &'static str,
    access: Access,
    took: Duration,
    failed: bool,
    happened: Vec<Happened>,
}

/// Keeps everything; a second passes with each look at the clock.
#[derive(Default)]
struct Listener {
    heard: Mutex<Vec<Heard>>,
    seconds: AtomicU64,
}

impl Listener {
    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

impl Observer for Listener {
    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.seconds.fetch_add(1, Ordering::Relaxed))
    }

    fn done(&self, done: &Done<'_>) {
        self.heard.lock().unwrap().push(Heard {
            operation: done.operation,
            access: done.access,
            took: done.took,
            failed: done.error.is_some(),
            happened: done.happened.to_vec(),
        });
    }
}

fn bob() -> AddUser {
    let id = symbolon_core::Id::from_parts(0, [1; 10]);
    AddUser {
        user: User {
            id: UserId::from(id),
            name: "bob".to_owned(),
            display_name: "Bob".to_owned(),
            email: None,
            disabled_at: None,
            language: None,
            admin: false,
            created_at: symbolon_core::Timestamp::from_secs(1),
        },
        password_hash: None,
        moment: Moment::new(symbolon_core::Timestamp::from_secs(1), "ref"),
    }
}

/// Writes an event, and then fails.
struct Regret;

impl Operation for Regret {
    type Output = bool;
    const NAME: &'static str = "regret";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        bob().run(tx).await?;
        Err(Error::Database("on purpose".to_owned()))
    }
}

async fn every_operation_is_heard_of_once_with_what_it_wrote_into_the_trail(fixture: Fixture) {
    let listener = Arc::new(Listener::default());
    let store = fixture.open().await.observed(listener.clone());
    assert_eq!(store.write(bob()).await, Ok(true));
    let last = symbolon_store::events::LastEvent;
    assert!(store.read(last).await.unwrap() > 0);
    let heard = listener.heard();
    let [added, read] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!((added.operation, added.access), ("add_user", Access::Write));
    assert_eq!((read.operation, read.access), ("last_event", Access::Read));
    assert!(!added.failed && !read.failed && read.happened.is_empty());
    assert_eq!(added.took, Duration::from_secs(1));
    let [event] = &added.happened[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(
        (event.kind, event.reference.as_str()),
        (Kind::UserAdded, "ref")
    );
    assert_eq!(event.result, "done");
}

async fn what_was_rolled_back_has_not_happened(fixture: Fixture) {
    let listener = Arc::new(Listener::default());
    let store = fixture.open().await.observed(listener.clone());
    assert!(store.write(Regret).await.is_err());
    let heard = listener.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].failed && heard[0].happened.is_empty());
}

async fn whoever_goes_away_does_not_take_the_report_with_them(fixture: Fixture) {
    let listener = Arc::new(Listener::default());
    let plain = fixture.open().await;
    let store = plain.clone().observed(listener.clone());
    let busy = tokio::spawn({
        let plain = plain.clone();
        async move { plain.write(Linger).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let waiting = tokio::time::timeout(Duration::from_millis(20), store.write(Put::new("left")));
    assert!(waiting.await.is_err());
    busy.await.unwrap().unwrap();
    // What comes behind it is done when it is.
    plain.write(Put::new("behind")).await.unwrap();
    while listener.heard().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let heard = listener.heard();
    assert_eq!((heard.len(), heard[0].operation), (1, "put"));
}
