//! Somebody who is connected with ten thousand people, as their browser meets that.

use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Answer, Net, Person, TestServer};

/// How many people.
const CROWD: u64 = 10_000;

/// What it is compared with: somebody who knows a hundred, on two pages as well.
const FEW: u64 = 100;

/// A page may take so many times as long for ten thousand people. A list that is read as a whole takes a hundred times.
const RATIO: f64 = 10.0;

/// Whatever is faster than this is without delay: the eye takes ten times as long.
const FLOOR: Duration = Duration::from_millis(5);

/// How often each page is asked for, in turn with the same page of the few.
const TIMES: usize = 9;

impl Person<'_> {
    /// Connects this person with so many people of fifty servers; every fifth of them is called Carol.
    async fn knows(&self, people: u64) {
        let id = &self.id;
        self.server
            .meddle(&format!(
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {people} - 1)
                 INSERT INTO connections (id, user_id, provider, subject, remote_user_id, name, email, generation, phase,
                     barrier, signed, keeps_generations, connected_at, sync_bucket, words, called)
                 SELECT SUBSTR('{id}', 1, 20) || SUBSTR('000000' || i, LENGTH('' || i) + 1), '{id}',
                     's' || (i % 50) || '.example.org', 'user' || i, 'user' || i,
                     CASE WHEN i % 5 = 0 THEN 'Carol' ELSE 'Person' END || i, '', 1, 'connected', 0, 1, 1, i, -1,
                     CASE WHEN i % 5 = 0 THEN 'carol' ELSE 'person' END || i || ' user' || i || '@s' || (i % 50)
                         || '.example.org', CASE WHEN i % 5 = 0 THEN 'carol' ELSE 'person' END || i
                 FROM n"
            ))
            .await;
    }

    /// A page, and how long it took.
    async fn looks_at(&self, cookie: &str, path: &str) -> (Answer, Duration) {
        let request = http::Request::get(path).header("cookie", cookie);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let began = Instant::now();
        let page = self.server.request(request).await.assert(200);
        (page, began.elapsed())
    }

    /// The middle of many times, for two people who look at a page each, in turn: whatever else the machine does hits both.
    async fn compared(&self, path: &str, few: &Self, their_path: &str) -> (Duration, Duration) {
        let (mine, theirs) = (self.cookie().await, few.cookie().await);
        let (mut took, mut took_few) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            took.push(self.looks_at(&mine, path).await.1);
            took_few.push(few.looks_at(&theirs, their_path).await.1);
        }
        (middle(took), middle(took_few))
    }
}

fn middle(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

/// Where "more people" leads.
fn more(page: &str) -> String {
    let (_, link) = page.split_once("/connections?").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    format!("/connections?{}", link.replace("&amp;", "&"))
}

#[tokio::test]
async fn ten_thousand_connections_scroll_and_search_without_delay() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    bob.knows(CROWD).await;
    carol.knows(FEW).await;
    let cookie = bob.cookie().await;
    let first = bob.looks_at(&cookie, "/connections").await.0.text;
    assert!(
        first.contains("Person9999") && !first.contains("Person9949"),
        "{first}"
    );
    let behind = |person: &Person<'_>, at: u64| {
        let (start, place) = (&person.id.as_str()[..20], at + 1);
        format!("/connections?after={place}-{start}{place:06}")
    };
    let (last, _) = bob.looks_at(&cookie, &more(&first)).await;
    assert!(last.text.contains("Person9949"), "the next fifty follow");
    let last = bob.looks_at(&cookie, &behind(&bob, 49)).await.0.text;
    assert!(
        last.contains("Carol0<") && !last.contains("Person51<"),
        "{last}"
    );
    for (what, path, their_path) in [
        ("the first page", "/connections", "/connections"),
        ("the last page", &behind(&bob, 49), &behind(&carol, 49)),
        (
            "a name of many",
            "/connections?q=carol",
            "/connections?q=carol",
        ),
        (
            "the person known longest",
            "/connections?q=carol0+s0.example",
            "/connections?q=carol0+s0.example",
        ),
        ("nobody", "/connections?q=zebra", "/connections?q=zebra"),
        (
            "one server",
            "/connections?server=s7.example.org",
            "/connections?server=s7.example.org",
        ),
    ] {
        let (took, few) = bob.compared(path, &carol, their_path).await;
        println!("{what}: {took:?} of {CROWD} people, {few:?} of {FEW}");
        let ratio = took.div_duration_f64(few.max(FLOOR));
        assert!(
            ratio <= RATIO,
            "{what} takes {took:?} of {CROWD} people, {few:?} of {FEW}"
        );
    }
}
