//! Event streams: how long they go on.

use std::time::Duration;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::BodyExt;
use secrecy::SecretString;
use serde_json::{Value, json};
use symbolon_server::accounts;
use symbolon_store::users::{SetAdmin, SetDisabled, SetPassword};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::support::{Key, Net, Person, TestServer};

/// Longer than anything here takes, and shorter than between two heartbeats.
const SOON: Duration = Duration::from_secs(10);

/// Longer than between two heartbeats.
const LATER: Duration = Duration::from_secs(40);

/// A stream that somebody reads all the time, as browsers and scripts do.
struct Opened {
    told: UnboundedReceiver<String>,
}

impl Opened {
    async fn with(server: &TestServer, by: (&str, &str)) -> Self {
        Self::at(server, "/api/v1/events", by).await
    }

    async fn at(server: &TestServer, path: &str, (name, value): (&str, &str)) -> Self {
        let request = Request::get(path).header(name, value);
        let request = request.body(Body::empty()).unwrap();
        let response = server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        let (tells, told) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(frame) = body.frame().await {
                let data = frame.unwrap().into_data().unwrap();
                let _ = tells.send(String::from_utf8_lossy(&data).into_owned());
            }
        });
        Self { told }
    }

    /// What it tells until it ends or this is in it, and whether it is.
    async fn until(&mut self, words: &str, within: Duration) -> (String, bool) {
        let mut all = String::new();
        let heard = timeout(within, async {
            while !all.contains(words) {
                let Some(told) = self.told.recv().await else {
                    return false;
                };
                all.push_str(&told);
            }
            true
        });
        let heard = heard.await;
        let heard = heard.unwrap_or_else(|_| panic!("it goes on and says no more than {all:?}"));
        (all, heard)
    }

    /// All that it tells from now on, for so long.
    async fn all_for(&mut self, while_: Duration) -> String {
        let mut all = String::new();
        let listens = async {
            while let Some(told) = self.told.recv().await {
                all.push_str(&told);
            }
        };
        let _ = timeout(while_, listens).await;
        all
    }

    /// It ends, and tells of nothing before.
    async fn ends(&mut self, within: Duration, why: &str) {
        let (told, heard) = self.until("event: ", within).await;
        assert!(!heard, "{why}: {told}");
    }

    /// It tells of what happens to its person now.
    async fn goes_on(&mut self, person: &Person<'_>, why: &str) {
        let reference = something_happens(person).await;
        self.hears(&reference, why).await;
    }

    async fn hears(&mut self, reference: &str, why: &str) {
        let (told, heard) = self.until(reference, SOON).await;
        assert!(heard, "{why}: {told}");
    }
}

/// Under the reference that is given back.
async fn something_happens(person: &Person<'_>) -> String {
    let made = person.call("POST", "/api/v1/invites", json!({})).await;
    let made = made.assert(201);
    made.headers["x-request-id"].to_str().unwrap().to_owned()
}

/// What a browser of the person asks for with a cookie.
async fn with_cookie(server: &TestServer, method: &str, path: &str, cookie: &str) -> u16 {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header("cookie", cookie)
        .header("origin", server.app.base_url())
        .header("sec-fetch-site", "same-origin");
    let answer = server.request(request.body(Body::empty()).unwrap()).await;
    answer.status
}

/// As `symbolon user set NAME --password-stdin` does it.
async fn set_password(server: &TestServer, bob: &Person<'_>, password: &str) {
    let password = SecretString::from(password.to_owned());
    let set = SetPassword {
        id: bob.id.clone(),
        password_hash: accounts::hash_password(&server.app.env, &password),
        keep: None,
        moment: server.app.moment("a password"),
    };
    assert!(server.app.store.write(set).await.unwrap());
}

async fn disable(server: &TestServer, bob: &Person<'_>) {
    let set = SetDisabled {
        id: bob.id.clone(),
        disabled: true,
        moment: server.app.moment("disabled"),
    };
    assert!(server.app.store.write(set).await.unwrap());
}

#[tokio::test]
async fn a_stream_ends_with_the_session_or_the_account_that_opened_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    let mut by_app = Opened::with(&cat, ("authorization", &bob.authorization)).await;
    let mut hers = Opened::with(&cat, ("authorization", &eve.authorization)).await;

    let (one, other) = (bob.cookie().await, bob.cookie().await);
    let mut here = Opened::with(&cat, ("cookie", &one)).await;
    let mut there = Opened::with(&cat, ("cookie", &other)).await;
    here.goes_on(&bob, "the session is new").await;
    assert_eq!(with_cookie(&cat, "POST", "/logout", &one).await, 303);
    here.ends(SOON, "the log-out").await;
    there.goes_on(&bob, "another session").await;

    let third = bob.cookie().await;
    let mut here = Opened::with(&cat, ("cookie", &third)).await;
    let others = with_cookie(&cat, "DELETE", "/api/v1/me/sessions", &third).await;
    assert_eq!(others, 200);
    there.ends(SOON, "ended from another session").await;
    here.goes_on(&bob, "the session that ended the others")
        .await;

    set_password(&cat, &bob, "a new password").await;
    here.ends(SOON, "a new password").await;

    by_app.goes_on(&bob, "no session was behind it").await;
    let path = "/api/v1/me/app-passwords";
    let listed = bob.call("GET", path, Value::Null).await.json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    let path = format!("{path}/{id}");
    bob.call("DELETE", &path, Value::Null).await.assert(204);
    by_app.ends(SOON, "the app password is removed").await;

    let mut here = Opened::with(&cat, ("cookie", &eve.cookie().await)).await;
    let reference = something_happens(&eve).await;
    hers.hears(&reference, "nothing of hers has changed").await;
    here.hears(&reference, "the session is new").await;
    disable(&cat, &eve).await;
    here.ends(SOON, "the account is disabled").await;
    hers.ends(SOON, "the account is disabled").await;
}

async fn set_admin(server: &TestServer, person: &Person<'_>, admin: bool) {
    let set = SetAdmin {
        id: person.id.clone(),
        admin,
        moment: server.app.moment("an administrator"),
    };
    assert!(server.app.store.write(set).await.unwrap());
}

const WRITTEN: &str = "event: server.changed";
const ASKING: &str = "/api/v1/events?server=true";

#[tokio::test]
async fn administrators_who_ask_hear_that_something_was_written_and_nobody_else_does() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    set_admin(&cat, &bob, true).await;
    let by = ("authorization", &*bob.authorization);
    let mut asking = Opened::at(&cat, ASKING, by).await;
    let mut plain = Opened::with(&cat, by).await;
    let mut hers = Opened::at(&cat, ASKING, ("authorization", &eve.authorization)).await;

    // What happened while nobody listened counts too.
    assert!(asking.until(WRITTEN, SOON).await.1);
    let reference = something_happens(&eve).await;
    let (told, heard) = asking.until(WRITTEN, SOON).await;
    assert!(
        heard && told.ends_with(&format!("{WRITTEN}\ndata: {{}}\n\n")),
        "{told}"
    );
    assert!(
        !told.contains(&reference) && !told.contains("id: "),
        "{told}"
    );
    hers.hears(&reference, "it happened to her").await;
    plain.goes_on(&bob, "it was not asked for more").await;

    let own = something_happens(&bob).await;
    asking.hears(&own, "his own events come as before").await;
    set_admin(&cat, &bob, false).await;
    something_happens(&eve).await;
    let later = asking.all_for(Duration::from_millis(2_500)).await;
    // At most what was under way just before.
    assert!(later.matches(WRITTEN).count() <= 1, "{later}");
    something_happens(&eve).await;
    let pause = Duration::from_millis(1_500);
    for (who, stream) in [
        ("bob", &mut asking),
        ("plain", &mut plain),
        ("eve", &mut hers),
    ] {
        let told = stream.all_for(pause).await;
        assert!(!told.contains(WRITTEN), "{who}: {told}");
    }
    asking.goes_on(&bob, "the stream goes on").await;
}

#[tokio::test]
async fn however_much_is_written_an_administrator_hears_it_twice_a_second_and_of_the_last_of_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let (bob, eve) = (cat.person("bob").await, cat.person("eve").await);
    set_admin(&cat, &bob, true).await;
    let by = ("authorization", &*bob.authorization);
    let mut asking = Opened::at(&cat, ASKING, by).await;
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < Duration::from_millis(2_200) {
        something_happens(&eve).await;
    }
    let wrote_for = begun.elapsed().as_millis();
    let all = asking.all_for(Duration::from_millis(1_500)).await;
    // At the beginning, after each half of a second, and one for the last.
    let beats = all.matches(WRITTEN).count() as u128;
    assert!(
        (3..=wrote_for / 500 + 2).contains(&beats),
        "{beats} in {wrote_for} ms"
    );
}

#[tokio::test]
async fn a_stream_ends_when_its_session_has_run_out_though_nothing_happens() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let mut here = Opened::with(&cat, ("cookie", &bob.cookie().await)).await;
    here.goes_on(&bob, "the session is new").await;
    // What is noted of the requests is written, so that nothing but time ends it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    net.pass_ms(15 * 86_400 * 1_000);
    here.ends(LATER, "it has run out").await;
}

#[tokio::test]
async fn a_stream_that_an_account_password_opened_ends_with_that_password() {
    let net = Net::default();
    let url = "http://cat.localhost:8080";
    let settings = [(Key::Dev, "true"), (Key::PublicUrl, url)];
    let cat = TestServer::with(&net, "cat.localhost:8080", &settings).await;
    let bob = cat.person("bob").await;
    set_password(&cat, &bob, "an old password").await;
    let header = format!("Basic {}", STANDARD.encode("bob:an old password"));
    let mut here = Opened::with(&cat, ("authorization", &header)).await;
    here.goes_on(&bob, "the password is still the same").await;
    set_password(&cat, &bob, "a new password").await;
    here.ends(SOON, "a new password").await;
}
