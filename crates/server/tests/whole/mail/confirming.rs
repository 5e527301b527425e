//! An e-mail address that somebody enters counts once they have confirmed it.

use serde_json::{Value, json};

use super::{CAT, DOG, one, post};
use crate::support::{Key, Net, Person, TestServer, audit};

const NEW: &str = "bob@bauer.example.org";

/// The address that goes to other servers and gets mails, and the one that waits.
async fn addresses(person: &Person<'_>) -> (Value, Value) {
    let me = person.call("GET", "/api/v1/me", Value::Null).await;
    let me = me.assert(200).json();
    (me["email"].clone(), me["email_waiting"].clone())
}

async fn enters(person: &Person<'_>, email: &str) -> Value {
    let change = json!({ "email": email });
    let me = person.call("PATCH", "/api/v1/me", change).await;
    me.assert(200).json()
}

/// Where the link of a mail leads.
fn link(text: &str) -> String {
    let begin = format!("https://{CAT}/settings/email?token=");
    let token = text
        .split(&begin)
        .nth(1)
        .unwrap_or_else(|| panic!("{text}"));
    let token = token.split_whitespace().next().unwrap();
    format!("/settings/email?token={token}")
}

fn fields(link: &str) -> &str {
    link.split_once('?').unwrap().1
}

#[tokio::test]
async fn new_address_counts_once_its_owner_confirms_it_by_the_link_that_was_sent_there() {
    let (net, mail, cat) = post().await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let said = enters(&bob, NEW).await;
    assert_eq!(
        (&said["email"], &said["email_waiting"]),
        (&json!("bob@example.org"), &json!(NEW))
    );
    cat.drive().await;
    let sent = one(&mail);
    assert_eq!(sent.said["TO"], NEW);
    assert_eq!(sent.subject(), "Is this your address? (cat.example.org)");
    let link = link(&sent.text);
    assert!(sent.html.contains(&link), "{}", sent.html);

    // Other servers get the one that counts, and so do news.
    let _running = dog.run_outbox();
    carol.accepts(&bob.invites().await).await.assert(200);
    cat.drive().await;
    assert_eq!(mail.taken()[1].said["TO"], "bob@example.org");
    let path = "/api/v1/connections";
    let listed = carol.call("GET", path, Value::Null).await.json();
    assert_eq!(listed["items"][0]["email"], "bob@example.org");

    let page = bob.page("/settings", "en").await.assert(200).text;
    assert!(
        page.contains(&format!("{NEW} is to be your address")),
        "{page}"
    );
    let page = bob.page(&link, "en").await.assert(200).text;
    assert!(page.contains(NEW), "{page}");
    let confirmed = bob.posts("/settings/email", fields(&link)).await;
    assert_eq!(
        confirmed.headers["location"],
        "/settings?done=email#profile"
    );
    assert_eq!(addresses(&bob).await, (json!(NEW), Value::Null));
    let kinds = ["user.email_asked", "user.profile_changed"];
    let trail = audit(&cat).await;
    let of: Vec<_> = trail
        .iter()
        .filter(|one| kinds.contains(&&*one.kind))
        .collect();
    assert_eq!(of.len(), 2, "{of:?}");
    assert_eq!(of[1].data["confirmed"], true);
    let again = bob.posts("/settings/email", fields(&link)).await;
    again.assert(404);
}

#[tokio::test]
async fn second_click_on_the_button_finds_the_address_confirmed() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, NEW).await;
    cat.drive().await;
    let link = link(&one(&mail).text);
    let page = bob.page(&link, "en").await.assert(200).text;
    let held = format!(r#"name="email" value="{NEW}""#);
    assert!(page.contains(&held), "{page}");
    let click = format!("{}&email={NEW}", fields(&link));
    for _ in 0..2 {
        let confirmed = bob.posts("/settings/email", &click).await;
        assert_eq!(
            confirmed.headers["location"],
            "/settings?done=email#profile"
        );
    }
    // Without an address of one's own there is nothing that a click could have confirmed.
    enters(&bob, "").await;
    for fields in [&*click, fields(&link)] {
        bob.posts("/settings/email", fields).await.assert(404);
    }
}

#[tokio::test]
async fn the_mail_speaks_the_language_of_the_page_on_which_the_address_was_entered() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    for (wished, set, subject) in [
        ("de", Value::Null, "Ist das Ihre Adresse? (cat.example.org)"),
        ("de", json!("en"), "Is this your address? (cat.example.org)"),
    ] {
        let change = json!({ "language": set });
        bob.call("PATCH", "/api/v1/me", change).await.assert(200);
        let form = http::Request::post("/settings/profile")
            .header("cookie", bob.cookie().await)
            .header("origin", format!("https://{CAT}"))
            .header("accept-language", wished)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(format!("name=Bob&email={NEW}")));
        cat.request(form.unwrap()).await.assert(303);
        cat.drive().await;
        assert_eq!(mail.taken().last().unwrap().subject(), subject);
    }
}

#[tokio::test]
async fn opening_the_link_confirms_nothing_however_often() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, NEW).await;
    cat.drive().await;
    let link = link(&one(&mail).text);
    for _ in 0..10 {
        bob.page(&link, "en").await.assert(200);
        let stranger = http::Request::get(&link).body(axum::body::Body::empty());
        let sent = cat.request(stranger.unwrap()).await.assert(303);
        let to = sent.headers["location"].to_str().unwrap();
        assert!(
            to.starts_with("/login?next=%2Fsettings%2Femail%3Ftoken%3D"),
            "{to}"
        );
    }
    assert_eq!(
        addresses(&bob).await,
        (json!("bob@example.org"), json!(NEW))
    );
}

#[tokio::test]
async fn nobody_confirms_an_address_for_somebody_else() {
    let (_net, mail, cat) = post().await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    enters(&bob, "carol@fox.example.org").await;
    cat.drive().await;
    let link = link(&one(&mail).text);
    let page = carol.page(&link, "en").await.assert(404).text;
    assert!(page.contains("This link confirms no address"), "{page}");
    carol
        .posts("/settings/email", fields(&link))
        .await
        .assert(404);
    let elsewhere = http::Request::post("/settings/email")
        .header("cookie", bob.cookie().await)
        .header("origin", "https://evil.example.org")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(fields(&link).to_owned()));
    cat.request(elsewhere.unwrap()).await.assert(403);
    for person in [&bob, &carol] {
        let (email, _) = addresses(person).await;
        assert_ne!(email, "carol@fox.example.org");
    }
}

#[tokio::test]
async fn link_that_is_too_old_replaced_or_not_wanted_any_more_confirms_nothing() {
    let (net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, NEW).await;
    cat.drive().await;
    let first = link(&one(&mail).text);
    bob.posts("/settings/email/again", "").await.assert(303);
    cat.drive().await;
    let second = link(&mail.taken()[1].text);
    assert_ne!(first, second);
    bob.posts("/settings/email", fields(&first))
        .await
        .assert(404);
    net.pass_ms(3 * 86_400_000);
    bob.page(&second, "en").await.assert(404);
    bob.posts("/settings/email", fields(&second))
        .await
        .assert(404);
    let page = bob.page("/settings", "de").await.assert(200).text;
    assert!(page.contains("gilt nicht mehr"), "{page}");
    bob.posts("/settings/email/again", "").await.assert(303);
    cat.drive().await;
    let third = link(&mail.taken()[2].text);
    bob.posts("/settings/email/give-up", "").await.assert(303);
    bob.posts("/settings/email", fields(&third))
        .await
        .assert(404);
    assert_eq!(
        addresses(&bob).await,
        (json!("bob@example.org"), Value::Null)
    );
}

#[tokio::test]
async fn address_that_is_taken_away_or_entered_again_needs_no_link_and_ends_what_waits() {
    let (_net, mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, NEW).await;
    enters(&bob, "bob@example.org").await;
    assert_eq!(
        addresses(&bob).await,
        (json!("bob@example.org"), Value::Null)
    );
    enters(&bob, NEW).await;
    enters(&bob, "").await;
    assert_eq!(addresses(&bob).await, (Value::Null, Value::Null));
    cat.drive().await;
    assert!(mail.taken().is_empty(), "{:#?}", mail.taken());
}

#[tokio::test]
async fn saving_a_name_leaves_an_address_waiting_that_is_in_no_form() {
    let (_net, _mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, NEW).await;
    let fields = "name=Bobby&email=bob%40example.org";
    let saved = bob.posts("/settings/profile", fields).await;
    assert_eq!(saved.headers["location"], "/settings?done=saved#profile");
    let me = bob.call("GET", "/api/v1/me", Value::Null).await.json();
    assert_eq!(me["display_name"], "Bobby");
    let both = (json!("bob@example.org"), json!(NEW));
    assert_eq!(addresses(&bob).await, both);
}

#[tokio::test]
async fn nobody_is_buried_by_confirmations_and_a_refused_one_changes_nothing() {
    let (_net, mail, cat) = post().await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    for _ in 0..4 {
        enters(&bob, NEW).await;
    }
    enters(&carol, NEW).await;
    let change = json!({ "email": NEW, "display_name": "Not Carol" });
    let refused = carol.call("PATCH", "/api/v1/me", change).await;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert_eq!(refused.problem(), "mail_limit");
    assert_eq!(refused.headers["retry-after"], "86400");
    let remedy = refused.json()["remedy"].as_str().unwrap().to_owned();
    assert!(remedy.contains("newest of these mails"), "{remedy}");
    assert!(remedy.ends_with("try again in 24 h."), "{remedy}");
    let me = carol.call("GET", "/api/v1/me", Value::Null).await.json();
    assert_eq!(me["display_name"], "Carol");
    cat.drive().await;
    assert_eq!(mail.taken().len(), 2, "what was replaced was not sent");
    let told = bob.posts("/settings/email/again", "").await;
    assert_eq!(told.status, 429, "{}", told.text);
    assert!(
        told.text.contains(NEW),
        "what waits waits on: {}",
        told.text
    );
}

#[tokio::test]
async fn mail_that_cannot_be_delivered_says_so_beside_the_address_that_waits() {
    let (_net, _mail, cat) = post().await;
    let bob = cat.person("bob").await;
    enters(&bob, "unknown@dog.example.org").await;
    let sent = "/settings?done=email-sent";
    let is_on_its_way = async || {
        let page = bob.page(sent, "en").await.assert(200).text;
        page.contains("A link is on its way")
    };
    assert!(is_on_its_way().await);
    cat.drive().await;
    assert!(!is_on_its_way().await, "it was not sent");
    let page = bob.page(sent, "en").await.assert(200).text;
    assert!(
        page.contains("not sent to unknown@dog.example.org"),
        "{page}"
    );
}

#[tokio::test]
async fn address_from_an_administrator_counts_at_once_and_without_mail_every_one_does() {
    let (_net, mail, cat) = post().await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    cat.meddle("UPDATE users SET admin = 1 WHERE name = 'carol'")
        .await;
    enters(&bob, "bob@fox.example.org").await;
    let path = format!("/admin/people/{}/profile", bob.id);
    carol
        .posts(&path, &format!("name=Bob&email={NEW}"))
        .await
        .assert(303);
    assert_eq!(addresses(&bob).await, (json!(NEW), Value::Null));
    cat.drive().await;
    assert!(mail.taken().is_empty());

    let without = TestServer::with(&Net::default(), CAT, &[(Key::Name, "Cat University")]).await;
    let dave = without.person("dave").await;
    enters(&dave, NEW).await;
    assert_eq!(addresses(&dave).await, (json!(NEW), Value::Null));
    let page = dave.page("/settings", "en").await.assert(200).text;
    assert!(
        page.contains("Addresses are not verified on this server"),
        "{page}"
    );
}
