//! A server whose clock was ahead for a while, and is right again.

use std::time::Duration;

use symbolon_store::sync::schedule::NextSync;

use crate::support::{Net, TestServer};

const MONTH_MS: i64 = 30 * 24 * 3_600_000;

#[tokio::test]
async fn what_was_put_off_while_the_clock_was_ahead_is_done_once_it_is_right_again() {
    let net = Net::default();
    let ahead = net.with_a_clock_of_its_own();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&ahead, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    {
        let _running = dog.run_outbox();
        carol.accepts(&bob.invites().await).await.assert(200);
    }
    ahead.pass_ms(MONTH_MS);
    dog.syncs().await;
    net.down(&cat);
    carol.disconnects().await.assert(200);
    dog.drive().await;
    ahead.pass_ms(-MONTH_MS);
    net.up(&cat);
    // As if nobody looked for it: it would be sent in a month.
    dog.drive().await;
    assert_eq!(bob.lists().await, ["Carol"]);

    symbolon_server::housekeeping::call_back(&dog.app)
        .await
        .unwrap();
    let next = dog.app.store.read(NextSync).await.unwrap();
    assert!(next.is_some_and(|at| at <= dog.app.now()), "{next:?}");
    let _running = dog.run_outbox();
    let told = async {
        while !bob.lists().await.is_empty() {
            ahead.pass_ms(1_000);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(10), told).await;
    assert!(told.is_ok(), "bob still has carol on his list");
}
