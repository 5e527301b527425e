//! Passwords that are wrong: how often anybody may try, and what it costs nobody else.

use axum::body::Body;
use http::Request;
use secrecy::SecretString;
use symbolon_server::accounts;

use super::*;
use crate::support::addresses::{ANOTHER, SOMEBODY, figure, seconds, send, until_it_is_too_much};

fn log_in(name: &str, password: &str) -> (http::request::Builder, String) {
    let request = Request::post("/login")
        .header("origin", format!("https://{CAT}"))
        .header("content-type", "application/x-www-form-urlencoded");
    (request, format!("name={name}&password={password}"))
}

#[tokio::test]
async fn log_ins_that_fail_are_limited_by_address_and_lock_nobody_else_out() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let secret = bob.secrets().remove(0);
    let me = |password: &str| {
        use base64::Engine;
        let both = base64::engine::general_purpose::STANDARD.encode(format!("bob:{password}"));
        Request::get("/api/v1/me").header("authorization", format!("Basic {both}"))
    };
    let wrong = async || send(&cat, SOMEBODY, None, me("wrong"), Body::empty()).await;
    let (tried, refused) = until_it_is_too_much(wrong).await;
    assert_eq!(tried, 10);
    assert_eq!(refused.problem(), "too_many_tries");
    assert_eq!(seconds(&refused), 6);
    send(&cat, ANOTHER, None, me(&secret), Body::empty())
        .await
        .assert(200);
    let before = audit(&cat).await.len();
    let (form, body) = log_in("bob", "wrong");
    let page = send(&cat, SOMEBODY, None, form, body).await;
    assert_eq!(page.status, 429, "{}", page.text);
    assert_eq!(audit(&cat).await.len(), before, "nothing is written for it");
    net.pass_ms(6_000);
    let then = send(&cat, SOMEBODY, None, me("wrong"), Body::empty()).await;
    then.assert(401);
}

/// Gives somebody a password.
async fn set_password(server: &TestServer, name: &str, password: &str) {
    let hash = accounts::hash_password(&server.app.env, &SecretString::from(password.to_owned()));
    let sql = format!("UPDATE users SET password_hash = '{hash}' WHERE name = '{name}'");
    server.meddle(&sql).await;
}

#[tokio::test]
async fn strangers_behind_a_proxy_that_is_not_named_lock_nobody_out() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    cat.person("bob").await;
    set_password(&cat, "bob", "correct horse").await;
    let log_in = async |from: &str, password: &str| {
        let (form, body) = log_in("bob", password);
        send(&cat, "127.0.0.1", Some(from), form, body).await
    };
    for _ in 0..12 {
        log_in("203.0.113.66", "wrong").await.assert(401);
    }
    log_in("192.0.2.7", "correct horse").await.assert(303);
}

#[tokio::test]
async fn a_hundred_tries_at_the_same_moment_are_still_ten() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    cat.person("bob").await;
    let tries = (0..100).map(|_| {
        let (form, body) = log_in("bob", "wrong");
        send(&cat, SOMEBODY, None, form, body)
    });
    let answers = futures_util::future::join_all(tries).await;
    let with = |status| answers.iter().filter(|it| it.status == status).count();
    assert_eq!((with(401), with(429)), (10, 90));
}

#[tokio::test]
async fn a_try_counts_though_whoever_sent_it_does_not_wait_for_the_answer() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    cat.person("bob").await;
    let places = cat.app.hashing.clone();
    let all = u32::try_from(places.available_permits()).unwrap();
    let taken = places.acquire_many_owned(all).await.unwrap();
    let tried = || {
        let (form, body) = log_in("bob", "wrong");
        Box::pin(send(&cat, SOMEBODY, None, form, body))
    };
    // Ten wait until theirs is looked at; the eleventh is answered, and then they all hang up.
    let (first, _, waiting) = futures_util::future::select_all((0..11).map(|_| tried())).await;
    first.assert(429);
    drop(waiting);
    drop(taken);
    tried().await.assert(429);
}

#[tokio::test]
async fn who_cannot_be_hashed_within_seconds_is_told_when_to_come_again() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    cat.person("bob").await;
    let mut taken = Vec::new();
    for places in [cat.app.hashing.clone(), cat.app.hashing_known.clone()] {
        let all = u32::try_from(places.available_permits()).unwrap();
        taken.push(places.acquire_many_owned(all).await.unwrap());
    }
    let name = "symbolon_limited_total{limit=\"under_way\"}";
    let counted = figure(&cat, name).await;
    let tries = (0..10).map(|_| {
        let (form, body) = log_in("bob", "wrong");
        send(&cat, SOMEBODY, None, form, body)
    });
    let (answers, new) = tokio::join!(
        futures_util::future::join_all(tries),
        accounts::hash_new(&cat.app, "a new password")
    );
    for answer in answers {
        assert_eq!(seconds(&answer.assert(429)), 5);
    }
    let new = new.unwrap_err();
    assert_eq!(new.code(), Code::TooManyRequests);
    assert_eq!(new.fact("seconds"), Some("5"));
    assert!((figure(&cat, name).await - counted - 11.0).abs() < 0.1);
    // Nothing was tried, so nothing is counted against them.
    drop(taken);
    let (form, body) = log_in("bob", "wrong");
    let then = send(&cat, SOMEBODY, None, form, body).await;
    then.assert(401);
}

#[tokio::test]
async fn wrong_tries_of_a_stranger_lock_nobodys_apps_out_from_wherever_either_comes() {
    use base64::Engine;
    let me = |name: &str, password: &str| {
        let both = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
        Request::get("/api/v1/me").header("authorization", format!("Basic {both}"))
    };
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let secret = bob.secrets().remove(0);
    let app = async |from: &str| send(&cat, from, None, me("bob", &secret), Body::empty()).await;
    let wrong = async |from: &str| send(&cat, from, None, me("bob", "wrong"), Body::empty()).await;
    // From many addresses, until none may try this name any more.
    let mut last = 200;
    for number in 0..20 {
        for _ in 0..10 {
            last = wrong(&format!("198.51.100.{number}")).await.status;
        }
    }
    assert_eq!(last, 429);
    app("203.0.113.9").await.assert(200);
    // From the very address of the app, which does not undo the limit for whoever guesses beside it.
    let shared = "198.51.100.1";
    app(shared).await.assert(200);
    assert_eq!(wrong(shared).await.problem(), "too_many_tries");
    app(shared).await.assert(200);
}
