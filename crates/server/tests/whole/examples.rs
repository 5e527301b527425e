//! Every entry of the catalogue is provoked by a test that names it; those that are provoked nowhere else, here.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use symbolon_proto::problem::Code;
use symbolon_store::events::Moment;
use symbolon_store::users::SetDisabled;

use crate::support::{Net, TestServer, TransportError, answer, discovery};

/// Entries whose cause cannot be made from outside of a server: where else they are provoked.
const ELSEWHERE: [(&str, &str); 1] = [
    // A disk cannot be filled from outside.
    ("storage_full", "crates/store/tests/contract/disk.rs"),
];

/// Entries whose names are kept for what the server does not do yet: nothing in it says them.
const KEPT: [&str; 2] = ["forbidden", "name_taken"];

/// All files of tests below a folder, as one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_problem_has_an_example_that_provokes_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    sources(&root.join("tests"), &mut tests);
    // What is listed below is not provoked by being listed.
    let (before, behind) = tests.split_once("const ELSEWHERE").unwrap();
    let behind = behind.split_once("fn every_problem_has").unwrap().1;
    let tests = format!("{before}{behind}");
    let mut code = String::new();
    sources(&root.join("src"), &mut code);
    for one in Code::all() {
        let named = tests.contains(&format!("\"{}\"", one.as_str()));
        let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == one.as_str());
        let kept = KEPT.contains(&one.as_str());
        assert!(
            named || elsewhere.is_some() || kept,
            "no test provokes {}",
            one.as_str()
        );
        if let Some((_, file)) = elsewhere {
            assert!(root.join("../..").join(file).exists(), "{file}");
        }
        if kept {
            let said = format!("Problem::new(Code::{one:?})");
            assert!(!code.contains(&said), "{one:?} is said now: provoke it");
        }
    }
}

#[tokio::test]
async fn a_disabled_account_is_told_so() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let bob = cat.person("bob").await;
    let disable = SetDisabled {
        id: bob.id.clone(),
        disabled: true,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(disable).await.unwrap());
    let told = bob.call("GET", "/api/v1/me", Value::Null).await.assert(403);
    assert_eq!(told.problem(), "account_disabled");
}

#[tokio::test]
async fn who_fails_to_log_in_too_often_has_to_wait() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let mut last = String::new();
    for _ in 0..11 {
        let request = Request::get("/api/v1/me").header("authorization", "Basic Ym9iOndyb25n");
        let told = cat.request(request.body(Body::empty()).unwrap()).await;
        last = told.problem();
    }
    assert_eq!(last, "too_many_tries");
}

#[tokio::test]
async fn another_sites_page_cannot_act_by_the_api() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let request = Request::post("/api/v1/invites").header("sec-fetch-site", "cross-site");
    let told = cat.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!(told.assert(403).problem(), "cross_origin");
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_not_ready() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    cat.app.shutdown.cancel();
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let told = cat.request(request).await.assert(503);
    let name = "shutting_down";
    assert!(told.text.contains(name), "{}", told.text);
}

#[tokio::test]
async fn trying_again_what_one_has_cancelled_says_that_it_is_cancelled() {
    let net = Net::default();
    let dog = TestServer::new(&net, "dog.example.org").await;
    let carol = dog.person("carol").await;
    net.script("cat.example.org", |_| {
        Err(TransportError::ConnectionRefused)
    });
    let _running = dog.run_outbox();
    let pending = carol.accepts("abcdefgh@cat.example.org").await.assert(202);
    let id = pending.json()["acceptance"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/v1/acceptances/{id}");
    carol.call("DELETE", &path, Value::Null).await.assert(200);
    // Only an answer tells whether there is a connection to undo: there is none.
    net.script("cat.example.org", |request| match request.method.as_str() {
        "GET" => answer(
            200,
            "application/json",
            discovery("cat.example.org", &["invites"]),
        ),
        _ => answer(400, "application/json", r#"{"message":"no"}"#),
    });
    let again = carol
        .call("POST", &format!("{path}/retry"), json!({}))
        .await;
    assert_eq!(again.assert(409).problem(), "acceptance_cancelled");
}

#[tokio::test]
async fn trying_again_what_has_been_disconnected_since_says_so() {
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let _running = dog.run_outbox();
    let invite = bob.invites().await;
    let accepted = carol.accepts(&invite).await.assert(200).json();
    let id = accepted["acceptance"]["id"].as_str().unwrap();
    carol.disconnects().await.assert(200);
    let path = format!("/api/v1/acceptances/{id}/retry");
    let again = carol.call("POST", &path, json!({})).await;
    assert_eq!(again.assert(409).problem(), "disconnected_meanwhile");
}
