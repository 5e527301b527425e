//! What the probe says of servers, ours and deliberately wrong ones.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::invite::{InviteToken, PastedInvite};
use symbolon_proto::keys::SigningKey;
use symbolon_proto::language::Language;
use symbolon_server::probe::{Demand, Outcome, Report, Target, Tester, html, probe};

use crate::support::{Net, TestServer, TransportError, answer, fingerprint};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";

async fn look(net: &Net, by: &TestServer, at: &str, tester: Option<&Tester>) -> Report {
    let target = Target {
        provider: Provider::parse(at).unwrap(),
        origin: format!("https://{at}"),
        transport: net,
        env: &by.app.env,
        patience: Duration::from_secs(5),
    };
    probe(&target, tester, Language::En).await
}

fn of(report: &Report, outcome: Outcome) -> Vec<&'static str> {
    let found = report.findings.iter().filter(|one| one.outcome == outcome);
    found.map(|one| one.id).collect()
}

fn why<'a>(report: &'a Report, id: &str) -> &'a str {
    let found = report.findings.iter().find(|one| one.id == id);
    &found.unwrap_or_else(|| panic!("there is no {id}")).why
}

fn token(invite: &str) -> InviteToken {
    PastedInvite::parse(invite).unwrap().token
}

/// What the draft demands and this server does not do: it has no shares yet, and says so by an empty list.
const OURS: [&str; 1] = ["D3.some"];

/// In whose name a tester signs.
fn signs(server: &TestServer) -> Option<(Provider, Arc<SigningKey>)> {
    let app = &server.app;
    Some((app.provider().clone(), app.keys.signing(app.now())))
}

#[tokio::test]
async fn this_server_fails_nothing_but_having_shares_and_is_only_asked_by_get() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let before = fingerprint(&dog).await;
    let report = look(&net, &cat, DOG, None).await;
    assert_eq!(of(&report, Outcome::Fail), OURS, "{report:#?}");
    let passed = of(&report, Outcome::Pass);
    for id in [
        "A2",
        "D1",
        "D2.endPoint",
        "D5",
        "D7",
        "D9",
        "H5",
        "H5.ed25519",
        "P1",
    ] {
        assert!(passed.contains(&id), "{id}");
    }
    assert!(
        net.sent
            .lock()
            .unwrap()
            .iter()
            .all(|request| request.method == Method::GET)
    );
    assert_eq!(fingerprint(&dog).await, before);
    for finding in &report.findings {
        let silent = finding.outcome != Outcome::Pass && finding.why.is_empty();
        assert!(!silent, "{} does not say why", finding.id);
    }
}

#[tokio::test]
async fn what_the_document_says_of_rules_is_about_rules_that_there_are() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let report = look(&net, &cat, DOG, None).await;
    let ids: Vec<&str> = report.findings.iter().map(|one| one.id).collect();
    let text = include_str!("../../../../docs/probe.md");
    let table = text.split_once("| rule |").unwrap().1;
    let rows = table
        .lines()
        .skip(2)
        .map_while(|line| line.strip_suffix(" |"));
    let named = rows.flat_map(|row| row.rsplit_once("| ").unwrap().1.split(", "));
    let named: Vec<&str> = named.filter(|id| *id != "none").collect();
    assert_eq!(named.len(), 14);
    for id in named.into_iter().chain(OURS).chain(["D9"]) {
        assert!(ids.contains(&id), "{id}");
    }
}

#[tokio::test]
async fn this_server_refuses_every_wrong_acceptance_takes_the_right_one_and_forgets_the_tester() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let carol = dog.person("carol").await;
    let invite = carol.invites().await;
    let tester = Tester {
        token: token(&invite),
        signs: signs(&cat),
    };
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    assert_eq!(of(&report, Outcome::Fail), OURS, "{report:#?}");
    let passed = of(&report, Outcome::Pass);
    for id in [
        "I1",
        "I6.json",
        "I6.members",
        "I7.400",
        "I7.409",
        "I8",
        "H6.components",
        "H6.old",
        "H6.ahead",
        "H6.value",
        "H7",
        "H8.tag",
        "H8.two",
        "H9",
    ] {
        assert!(passed.contains(&id), "{id}: {}", why(&report, id));
    }
    assert_eq!(carol.lists().await, Vec::<String>::new());
    let told = serde_json::to_string(&report).unwrap() + &html(&report, Language::En);
    assert!(!told.contains(tester.token.expose()));
}

#[tokio::test]
async fn without_a_server_of_ones_own_nothing_is_claimed_of_signatures() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let carol = dog.person("carol").await;
    let tester = Tester {
        token: token(&carol.invites().await),
        signs: None,
    };
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    assert_eq!(of(&report, Outcome::Fail), OURS, "{report:#?}");
    let unseen = of(&report, Outcome::NotObservable);
    for id in ["I1", "I7.400", "I8", "H6.old", "H8.two"] {
        assert!(unseen.contains(&id), "{id}");
        assert!(!why(&report, id).is_empty(), "{id}");
    }
}

/// A server that serves these documents, and answers messages by `post`.
fn serve(net: &Net, description: Value, keys: Value) {
    net.script(DOG, move |request| {
        let document = match request.url.trim_start_matches("https://dog.example.org") {
            "/.well-known/ocm" => &description,
            "/.well-known/jwks.json" => &keys,
            _ => return answer(404, "text/plain", ""),
        };
        answer(200, "application/json", document.to_string())
    });
}

fn right() -> Value {
    json!({
        "enabled": true, "apiVersion": "1.4.0", "endPoint": "https://dog.example.org/ocm", "provider": "Dog",
        "resourceTypes": [{
            "name": "file", "shareTypes": ["user"],
            "protocols": { "webdav": "/dav", "webdav-receive": { "uri": "absolute" }, "webapp": {},
                "webapp-receive": { "targets": ["blank"] } },
        }],
        "capabilities": ["http-sig", "invites", "notifications", "exchange-token"],
        "criteria": ["must-exchange-token"], "inviteAcceptDialog": "/accept",
        "tokenEndPoint": "https://dog.example.org/ocm/token",
    })
}

fn key(more: &Value) -> Value {
    let mut key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#1", "alg": "EdDSA",
        "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"});
    for (name, value) in more.as_object().unwrap() {
        key[name] = value.clone();
    }
    key
}

#[tokio::test]
async fn each_wrong_thing_in_what_a_server_shows_is_named_and_nothing_else() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let good = json!({ "keys": [key(&json!({}))] });
    serve(&net, right(), good.clone());
    let report = look(&net, &cat, DOG, None).await;
    assert_eq!(
        of(&report, Outcome::Fail),
        Vec::<&str>::new(),
        "{report:#?}"
    );

    let resource = |name: &str, value: Value| {
        let mut types = right()["resourceTypes"].clone();
        types[0][name] = value;
        types
    };
    let mut seen = BTreeSet::new();
    let cases: Vec<(&str, Value, &[&str])> = vec![
        ("enabled", json!("yes"), &["D2.enabled"]),
        ("apiVersion", json!(1.4), &["D2.apiVersion"]),
        ("endPoint", json!("/ocm"), &["D2.endPoint"]),
        (
            "endPoint",
            json!("https://bird.example.org/ocm"),
            &["D2.endPoint.here"],
        ),
        ("provider", json!({}), &["D2.provider"]),
        ("resourceTypes", json!({}), &["D2.resourceTypes"]),
        ("resourceTypes", json!([]), &["D3.some"]),
        ("resourceTypes", resource("name", json!("")), &["D3.name"]),
        (
            "resourceTypes",
            json!([right()["resourceTypes"][0], right()["resourceTypes"][0]]),
            &["D2.unique"],
        ),
        (
            "resourceTypes",
            resource("shareTypes", json!(["group"])),
            &["D3.shareTypes"],
        ),
        (
            "resourceTypes",
            resource("protocols", Value::Null),
            &["D3.protocols", "D3.webdav"],
        ),
        (
            "resourceTypes",
            resource("protocols", json!({ "webdav": {} })),
            &["D4.webdav"],
        ),
        (
            "resourceTypes",
            resource("protocols", json!({ "webdav-receive": { "uri": "any" } })),
            &["D4.webdav-receive"],
        ),
        (
            "resourceTypes",
            resource(
                "protocols",
                json!({ "webdav": "/", "webapp-receive": { "targets": ["popup"] } }),
            ),
            &["D4.webapp-receive"],
        ),
        (
            "capabilities",
            json!(["/invites", "exchange-token"]),
            &["D5.known", "P1"],
        ),
        (
            "capabilities",
            json!({ "0": "notifications" }),
            &["D5", "D6.exchange", "S7", "P1"],
        ),
        (
            "capabilities",
            json!(["notifications"]),
            &["D6.exchange", "S7"],
        ),
        ("criteria", json!("must-invite"), &["D6"]),
        ("criteria", json!(["Must-Invite"]), &["D6.known"]),
        ("inviteAcceptDialog", Value::Null, &["D7"]),
        (
            "inviteAcceptDialog",
            json!("https://bird.example.org/accept"),
            &["D7"],
        ),
        ("tokenEndPoint", json!("/ocm/token"), &["D8"]),
    ];
    for (member, value, expected) in cases {
        let mut wrong = right();
        wrong[member] = value.clone();
        serve(&net, wrong, good.clone());
        let report = look(&net, &cat, DOG, None).await;
        let failed: BTreeSet<_> = of(&report, Outcome::Fail).into_iter().collect();
        assert_eq!(
            failed,
            expected.iter().copied().collect(),
            "{member}: {value}"
        );
        seen.extend(failed);
    }
    for (keys, expected) in [
        (json!("<html>"), &["D9"][..]),
        (
            json!({ "keys": [key(&json!({ "d": "AAAA" })), key(&json!({}))] }),
            &["D9.public"],
        ),
        (
            json!({ "keys": [key(&json!({})), key(&json!({}))] }),
            &["H10"],
        ),
        (
            json!({ "keys": [key(&json!({ "alg": "HS256" }))] }),
            &["H5"],
        ),
    ] {
        serve(&net, right(), keys.clone());
        let report = look(&net, &cat, DOG, None).await;
        let failed: BTreeSet<_> = of(&report, Outcome::Fail).into_iter().collect();
        assert_eq!(failed, expected.iter().copied().collect(), "{keys}");
        seen.extend(failed);
    }
    for (status, body) in [(404, "{}"), (200, "<html>"), (200, "[]")] {
        net.script(DOG, move |_| answer(status, "text/html", body));
        let report = look(&net, &cat, DOG, None).await;
        assert_eq!(of(&report, Outcome::Fail), ["A2", "D1"], "{status} {body}");
    }
    net.script(DOG, |_| Err(TransportError::ConnectionRefused));
    let report = look(&net, &cat, DOG, None).await;
    assert_eq!(of(&report, Outcome::Fail), ["A2", "D1"]);
    for rule in ["A2", "D1"] {
        assert_eq!(why(&report, rule), "the connection was refused");
    }
    // What only an invitation shows has its own test.
    seen.extend(["A2", "D1"]);
    let shown = report
        .findings
        .iter()
        .filter(|one| !one.why.contains("--token"));
    let never = shown.filter(|one| !seen.contains(one.id)).map(|one| one.id);
    let never: Vec<&str> = never
        .filter(|id| id.starts_with('D') || *id == "S7" || *id == "P1")
        .collect();
    assert_eq!(never, Vec::<&str>::new(), "no test breaks these");
}

#[tokio::test]
async fn server_that_takes_whatever_comes_fails_by_every_rule_about_signatures() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let asked = AtomicU32::new(0);
    net.script(DOG, move |request| {
        if request.method == Method::GET {
            return answer(200, "application/json", right().to_string());
        }
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => answer(200, "text/plain", r#"{"userID":"carol","name":"Carol"}"#),
            _ => answer(409, "application/json", "{}"),
        }
    });
    let tester = Tester {
        token: InviteToken::parse("an-invitation-of-the-tester").unwrap(),
        signs: signs(&cat),
    };
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    let failed = of(&report, Outcome::Fail);
    for id in [
        "I7.400",
        "I8",
        "H6.components",
        "H6.old",
        "H6.ahead",
        "H6.value",
        "H7",
        "H8.tag",
        "H8.two",
        "H9",
    ] {
        assert!(failed.contains(&id), "{id}: {}", why(&report, id));
    }
    for id in ["I6.json", "I6.members"] {
        assert!(failed.contains(&id), "{id}");
    }
    // The invitation went to the first that should have been refused, so the right one cannot be judged.
    assert!(
        why(&report, "I1").contains("should have been refused"),
        "{}",
        why(&report, "I1")
    );
    assert!(report.count(Demand::Must, Outcome::Fail) >= 8);
}

#[tokio::test]
async fn answers_without_content_type_or_members_and_refusals_of_everything_are_told_apart() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let tester = Tester {
        token: InviteToken::parse("an-invitation-of-the-tester").unwrap(),
        signs: signs(&cat),
    };
    // Refuses whatever comes: nothing follows from that.
    net.script(DOG, |request| match request.method {
        Method::GET => answer(200, "application/json", right().to_string()),
        _ => answer(
            403,
            "text/plain",
            "an-invitation-of-the-tester is not for you",
        ),
    });
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    let failed = of(&report, Outcome::Fail);
    assert!(
        failed.contains(&"I1") && !failed.contains(&"I8"),
        "{failed:?}"
    );
    assert!(why(&report, "H6.old").contains("was not accepted either"));
    assert!(
        why(&report, "I1").contains("… is not for you"),
        "{}",
        why(&report, "I1")
    );

    // Looks at signatures only by their presence, answers sloppily, and unknown invitations with 404.
    net.script(DOG, |request| {
        let has = |name: &str| request.headers.iter().any(|(header, _)| header == name);
        match request.method {
            Method::GET => answer(200, "application/json", right().to_string()),
            _ if !has("signature") => answer(401, "text/plain", ""),
            _ if String::from_utf8_lossy(&request.body).contains("an-invitation") => answer(
                200,
                "text/plain",
                r#"{"userID":"carol","email":"carol@example.org"}"#,
            ),
            _ => answer(404, "application/json", "{}"),
        }
    });
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    let failed = of(&report, Outcome::Fail);
    assert!(of(&report, Outcome::Pass).contains(&"I8"));
    for id in ["I6.json", "I6.members", "I7.400", "H6.old", "H8.tag"] {
        assert!(failed.contains(&id), "{id}: {}", why(&report, id));
    }
    assert_eq!(why(&report, "I6.members"), "it lacks name");

    // The invitation goes to nobody but the server that was named.
    let mut elsewhere = right();
    elsewhere["endPoint"] = json!("https://bird.example.org/ocm");
    serve(&net, elsewhere, json!({}));
    net.sent.lock().unwrap().clear();
    let report = look(&net, &cat, DOG, Some(&tester)).await;
    assert!(
        why(&report, "I1").contains("goes nowhere else"),
        "{}",
        why(&report, "I1")
    );
    let sent = net.sent.lock().unwrap();
    assert!(sent.iter().all(|request| request.method == Method::GET));
}

#[tokio::test]
async fn the_report_is_one_file_that_fetches_nothing_and_runs_nothing_of_the_other_server() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut hostile = right();
    hostile["capabilities"] = json!(["<script>alert(1)</script>"]);
    serve(&net, hostile, json!({}));
    let report = look(&net, &cat, DOG, None).await;
    for language in Language::ALL {
        let page = html(&report, language);
        assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
        assert!(page.contains(&format!("<html lang=\"{}\"", language.tag())));
        for fetched in [
            "<script",
            "<link",
            "<img",
            "src=",
            "href=\"http",
            "@import",
            "url(",
        ] {
            assert!(!page.contains(fetched), "{fetched}");
        }
        for finding in &report.findings {
            assert!(
                page.contains(&format!("id=\"{}\"", finding.id)),
                "{}",
                finding.id
            );
        }
    }
}

#[tokio::test]
async fn the_report_lists_every_request_that_was_sent() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    net.sent.lock().unwrap().clear();
    let report = look(&net, &cat, DOG, None).await;
    let sent = net.sent.lock().unwrap();
    let sent: BTreeSet<_> = sent
        .iter()
        .map(|request| format!("{} {}", request.method, request.url))
        .collect();
    let listed: BTreeSet<_> = report
        .requests
        .iter()
        .map(|asked| asked.request.clone())
        .collect();
    assert!(sent.contains("GET https://dog.example.org/ocm-provider"));
    assert_eq!(listed, sent);
}
