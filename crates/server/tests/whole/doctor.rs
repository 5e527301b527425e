//! What the doctor says of whole servers, well and ill.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use axum::Extension;
use axum::extract::ConnectInfo;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use serde_json::json;
use symbolon_proto::address::Provider;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::language::Language;
use symbolon_server::config::Key;
use symbolon_server::doctor::{Finding, Level, Network, Patient, examine};
use symbolon_server::env::Env;
use symbolon_server::keys::rotation::rotate;
use symbolon_server::said::Said;
use symbolon_store::peers::FindPeer;

use crate::support::{
    Net, OutboundRequest, OutboundResponse, Proxy, TestServer, answer, fingerprint, keep_secret,
    logged,
};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";

/// What the doctor finds about a server.
pub(crate) async fn findings(net: &Net, server: &TestServer) -> Vec<Finding> {
    let patient = Patient {
        config: server.app.config.clone(),
        env: server.app.env.clone(),
        store: Ok(server.app.store.clone()),
        network: Some(Network {
            world: Arc::new(net.clone()),
            machine: Arc::new(net.clone()),
        }),
    };
    examine(&patient).await
}

/// Those that need attention, by their names.
fn ill(findings: &[Finding]) -> Vec<(&'static str, Level)> {
    let ill = findings.iter().filter(|one| one.level >= Level::Attention);
    ill.map(|one| (one.check, one.level)).collect()
}

/// What it says of one thing, in English. It has to have words for it in every language.
struct Told {
    level: Level,
    what: String,
    remedy: Option<String>,
}

fn of(findings: &[Finding], check: &str) -> Told {
    let found = findings.iter().find(|one| one.check == check);
    let found = found.unwrap_or_else(|| panic!("nothing about {check} in {findings:#?}"));
    let said = |said: &Said| {
        let all = Language::ALL.map(|language| said.say(language));
        assert!(all.iter().all(|text| !text.is_empty()), "{all:?}");
        said.say(Language::En)
    };
    Told {
        level: found.level,
        what: said(&found.what),
        remedy: found.remedy.as_ref().map(said),
    }
}

#[tokio::test]
async fn figures_that_everybody_can_read_need_attention_until_a_proxy_refuses_them() {
    let net = Net::default();
    let public = [(Key::Metrics, "public")];
    let cat = TestServer::with(&net, CAT, &public).await;
    let found = findings(&net, &cat).await;
    let open = of(&found, "public.metrics");
    assert_eq!(open.level, Level::Attention);
    assert!(
        open.what.contains("https://cat.example.org/metrics"),
        "{}",
        open.what
    );
    assert!(
        open.remedy
            .as_ref()
            .unwrap()
            .contains("--metrics 127.0.0.1:9464")
    );
    assert!(!found.iter().any(|one| one.check == "running.dev"));

    net.script("cat.example.org", |_| {
        answer(403, "text/plain", "not for you")
    });
    assert_eq!(
        of(&findings(&net, &cat).await, "public.metrics").level,
        Level::Ok
    );
    net.down(&cat);
    assert_eq!(
        of(&findings(&net, &cat).await, "public.metrics").level,
        Level::Attention
    );

    for door in ["off", "127.0.0.1:9464"] {
        let cat = TestServer::with(&net, CAT, &[(Key::Metrics, door)]).await;
        let found = findings(&net, &cat).await;
        assert!(
            !found.iter().any(|one| one.check == "public.metrics"),
            "{door}"
        );
    }
}

#[tokio::test]
async fn healthy_server_is_told_to_be_well_and_nothing_of_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let outbox = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    drop(outbox);
    cat.syncs().await;
    let before = fingerprint(&cat).await;
    let found = findings(&net, &cat).await;
    assert_eq!(ill(&found), [], "{found:#?}");
    for check in [
        "storage.write",
        "storage.durable",
        "storage.whole",
        "storage.room",
        "folder.keys",
        "running.ready",
        "public.reached",
        "public.description",
        "public.keys",
        "proxy.signed",
        "proxy.slash",
        "deliveries.waiting",
        "halves.compared",
    ] {
        assert_eq!(of(&found, check).level, Level::Ok, "{check}");
    }
    assert!(
        of(&found, "halves.compared")
            .what
            .contains("1 connection with 1 other server")
    );
    assert_eq!(fingerprint(&cat).await, before);
    let ourselves = FindPeer {
        provider: Provider::parse(CAT).unwrap(),
    };
    assert_eq!(cat.app.store.read(ourselves).await, Ok(None));
}

/// An answer of somebody else.
fn theirs(status: u16, to: &str) -> OutboundResponse {
    OutboundResponse {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: Bytes::from_static(b"<html>"),
        url: to.to_owned(),
    }
}

fn without(mut request: OutboundRequest, prefix: &str) -> OutboundRequest {
    request
        .headers
        .retain(|(name, _)| !name.starts_with(prefix));
    request
}

#[tokio::test]
async fn what_stands_before_a_server_and_harms_it_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let post = |request: &OutboundRequest| request.method == Method::POST;
    type Named = &'static [(&'static str, Level)];
    let cases: [(&str, Proxy, Named, &str); 7] = [
        (
            "takes signatures away",
            Arc::new(|request| Ok(without(request, "signature"))),
            &[("proxy.signed", Level::Problem)],
            "hand on all headers",
        ),
        (
            "changes Host",
            Arc::new(|mut request| {
                request
                    .headers
                    .push(("host".to_owned(), "127.0.0.1:8080".to_owned()));
                Ok(request)
            }),
            &[("proxy.host", Level::Attention)],
            "$http_host",
        ),
        (
            "changes bodies",
            Arc::new(move |mut request| {
                if post(&request) {
                    request.body = [request.body.as_ref(), b" "].concat().into();
                }
                Ok(request)
            }),
            &[("proxy.signed", Level::Problem)],
            "leave bodies",
        ),
        (
            "changes paths",
            Arc::new(|mut request| {
                request.url = request
                    .url
                    .replace("/ocm/notifications", "/ocm//notifications");
                request.url = request
                    .url
                    .replace("//notifications", "/notifications?from=proxy");
                Ok(request)
            }),
            &[("proxy.signed", Level::Problem)],
            "leave method, path",
        ),
        (
            "asks for a log-in",
            Arc::new(move |request| {
                if post(&request) {
                    Err(theirs(401, ""))
                } else {
                    Ok(request)
                }
            }),
            &[
                ("proxy.signed", Level::Problem),
                ("proxy.slash", Level::Attention),
            ],
            "ask nobody for a log-in",
        ),
        (
            "redirects a slash at the end",
            Arc::new(|request| match request.url.strip_suffix('/') {
                Some(plain) => Err(theirs(301, plain)),
                None => Ok(request),
            }),
            &[("proxy.slash", Level::Problem)],
            "instead of redirecting it",
        ),
        (
            "cannot reach the server",
            Arc::new(|_| Err(theirs(502, ""))),
            &[
                ("public.reached", Level::Problem),
                ("proxy.signed", Level::Problem),
                ("proxy.slash", Level::Attention),
            ],
            "Start the server",
        ),
    ];
    for (harm, proxy, expected, remedy) in cases {
        net.behind(&cat, proxy);
        let found = findings(&net, &cat).await;
        assert_eq!(ill(&found), expected, "a proxy that {harm}: {found:#?}");
        let first = of(&found, expected[0].0);
        let told = first.remedy.as_deref().unwrap();
        assert!(told.contains(remedy), "a proxy that {harm}: {told}");
    }
}

/// The same server, to which one address connects.
fn connected_from(cat: &TestServer, from: &str) -> TestServer {
    let from = SocketAddr::new(from.parse().unwrap(), 4711);
    TestServer {
        app: cat.app.clone(),
        router: cat.router.clone().layer(Extension(ConnectInfo(from))),
    }
}

#[tokio::test]
async fn a_proxy_in_a_private_network_that_nobody_named_is_told_in_the_log_and_by_the_doctor() {
    let net = Net::default();
    let forwards: Proxy = Arc::new(|mut request| {
        let said = ("x-forwarded-for".to_owned(), "192.0.2.7".to_owned());
        request.headers.push(said);
        Ok(request)
    });
    for (from, named, told) in [
        ("172.18.0.2", "", true),
        ("127.0.0.1", "", true),
        ("fd00::2", "172.18.0.2", true),
        ("172.18.0.2", "172.18.0.0/16", false),
        ("8.8.8.8", "", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let settings = [(Key::TrustedProxies, named)];
        let cat = TestServer::in_folder_with(&net, CAT, folder.path(), &settings).await;
        net.also("127.0.0.1:8080", &cat);
        net.behind(&connected_from(&cat, from), forwards.clone());
        let (log, guard) = logged();
        let found = findings(&net, &cat).await;
        drop(guard);
        let warned = log.lines().into_iter().filter(|line| {
            line["fields"]["message"]
                == "requests come through a proxy, and from whom they come is not known"
                && line["fields"]["proxy"] == from
        });
        assert_eq!(warned.count(), usize::from(told), "{from}");
        let expected = [("proxy.addresses", Level::Attention)];
        let expected = if told { &expected[..] } else { &[] };
        assert_eq!(ill(&found), expected, "{from}: {found:#?}");
        if told {
            let line = format!("trusted_proxies = '{from}'");
            let remedy = of(&found, "proxy.addresses").remedy.unwrap();
            assert!(remedy.contains(&line), "{remedy}");
        }
    }
}

#[tokio::test]
async fn another_server_under_the_name_of_this_one_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let old = tempfile::tempdir().unwrap();
    let keys = old.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    keep_secret(keys.join("signing.key"), &STANDARD.encode([9; 32]));
    let _other = TestServer::in_folder(&net, CAT, old.path()).await;
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [
            ("public.description", Level::Attention),
            ("public.keys", Level::Problem),
            ("proxy.signed", Level::Problem)
        ],
        "{found:#?}"
    );
    assert!(
        of(&found, "public.keys")
            .what
            .contains("another server answers there")
    );
    net.down(&cat);
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [("public.reached", Level::Problem)],
        "{found:#?}"
    );
    assert!(
        of(&found, "public.reached")
            .remedy
            .as_deref()
            .unwrap()
            .contains("Start the proxy")
    );
    assert_eq!(of(&found, "proxy.signed").level, Level::NotChecked);
}

#[tokio::test]
async fn clock_that_is_wrong_is_found_by_what_other_servers_say() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let bob = cat.person("bob").await;
    for host in ["dog.example.org", "emu.example.org"] {
        let server = TestServer::new(&net, host).await;
        let carol = server.person("carol").await;
        let invite = bob.invites().await;
        let _outbox = server.run_outbox();
        carol.accepts(&invite).await.assert(200);
        net.script(host, |_| {
            let described = answer(200, "application/json", "{}");
            described.map(|mut answer| {
                // Ten minutes before the test begins.
                let date = "Mon, 23 Nov 2026 23:50:00 GMT";
                answer.headers.push(("date".to_owned(), date.to_owned()));
                answer
            })
        });
    }
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [("clock.others", Level::Problem)],
        "{found:#?}"
    );
    let clock = of(&found, "clock.others");
    assert!(
        clock.what.contains("ahead of that of 2 other servers"),
        "{}",
        clock.what
    );
    assert!(clock.remedy.as_deref().unwrap().contains("NTP"));
}

#[tokio::test]
async fn messages_that_do_not_arrive_are_told_with_their_server() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let outbox = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    drop(outbox);
    cat.syncs().await;
    net.down(&dog);
    bob.disconnects().await.assert(200);
    let found = findings(&net, &cat).await;
    assert!(
        of(&found, "deliveries.waiting")
            .what
            .contains("1 message on the way")
    );
    net.pass_ms(2 * 3_600 * 1_000);
    let found = findings(&net, &cat).await;
    let overdue = of(&found, "deliveries.overdue");
    assert_eq!(
        overdue.level,
        Level::Problem,
        "the loop is not running: {found:#?}"
    );
    cat.drive().await;
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [("deliveries.waiting", Level::Attention)],
        "{found:#?}"
    );
    let told = of(&found, "deliveries.waiting").what;
    assert!(told.contains(DOG) && told.contains("2 hours"), "{told}");
    net.pass_ms(73 * 3_600 * 1_000);
    cat.drive().await;
    symbolon_server::sync::drive(&cat.app).await.unwrap();
    let found = findings(&net, &cat).await;
    let expected = [
        ("deliveries.given_up", Level::Attention),
        ("halves.failing", Level::Attention),
    ];
    assert_eq!(ill(&found), expected, "{found:#?}");
}

#[tokio::test]
async fn server_without_its_memory_and_what_comparing_found_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    net.also("127.0.0.1:8080", &cat);
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let outbox = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    drop(outbox);
    dog.syncs().await;
    cat.syncs().await;
    net.down(&dog);
    net.pass_ms(600_000);
    TestServer::new(&net, DOG).await;
    cat.syncs().await;
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [("halves.stranger", Level::Attention)],
        "{found:#?}"
    );
    net.pass_ms(73 * 3_600 * 1_000);
    cat.syncs().await;
    assert!(bob.lists().await.is_empty());
    let found = findings(&net, &cat).await;
    assert_eq!(ill(&found), [], "{found:#?}");
    let told = of(&found, "halves.found").what;
    assert!(
        told.contains("1 difference") && told.contains("1 connection ended"),
        "{told}"
    );
}

#[tokio::test]
async fn stranger_who_speaks_in_our_name_is_refused_and_makes_us_ask_nobody() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let key = SigningKey::generate([9; 32], &format!("{CAT}#stranger")).unwrap();
    let body = json!({ "notificationType": "USER_REMOVED", "providerId": "bob" }).to_string();
    let url = format!("https://{CAT}/ocm/notifications");
    let digest = symbolon_proto::digest::content_digest(body.as_bytes());
    let length = body.len().to_string();
    let view = [
        ("content-type", "application/json"),
        ("content-digest", digest.as_str()),
        ("content-length", length.as_str()),
    ];
    let parts = symbolon_proto::signature::MessageParts::request("POST", &url, &view);
    let seconds = cat.app.now().as_secs();
    let signed = symbolon_proto::signature::sign(&parts, &key, seconds).unwrap();
    let mut request = http::Request::post("/ocm/notifications");
    for (name, value) in view {
        request = request.header(name, value);
    }
    let request = request
        .header("signature-input", signed.signature_input)
        .header("signature", signed.signature)
        .body(axum::body::Body::from(body));
    let refused = cat.request(request.unwrap()).await.assert(401);
    assert_eq!(refused.problem(), "signature_unknown_key");
    assert!(net.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_network_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    let patient = Patient {
        config: cat.app.config.clone(),
        env: cat.app.env.clone(),
        store: Ok(cat.app.store.clone()),
        network: None,
    };
    let found = examine(&patient).await;
    assert_eq!(ill(&found), [], "{found:#?}");
    assert_eq!(of(&found, "public.reached").level, Level::NotChecked);
    assert!(net.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_old_key_that_nobody_retired_and_a_new_one_that_is_not_published_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, data).await;
    net.also("127.0.0.1:8080", &cat);
    let keys = data.join("keys");
    let env = Env {
        clock: net.clock.clone(),
        ..Env::system()
    };
    let old = cat.app.keys.signing(cat.app.now()).key_id().to_owned();
    let new = rotate(&keys, &env, cat.app.provider(), 3_600_000, false).unwrap();
    // The running server has not looked yet.
    let found = findings(&net, &cat).await;
    assert_eq!(ill(&found), [("public.keys", Level::Problem)], "{found:#?}");
    assert!(of(&found, "public.keys").what.contains(&new.key_id));
    net.pass_ms(5_000);
    let found = findings(&net, &cat).await;
    assert_eq!(ill(&found), [], "{found:#?}");
    let told = of(&found, "folder.rotation").what;
    let said = [
        &*old,
        " signs",
        &*new.key_id,
        " will from 2026-11-24 01:00 UTC on",
    ];
    assert!(said.iter().all(|words| told.contains(words)), "{told}");
    net.pass_ms(8 * 24 * 3_600_000);
    let found = findings(&net, &cat).await;
    assert_eq!(
        ill(&found),
        [("folder.rotation", Level::Attention)],
        "{found:#?}"
    );
    let remedy = of(&found, "folder.rotation").remedy.unwrap();
    assert_eq!(remedy, format!("Run `symbolon keys retire {old}`."));
    let aside = keys.join(format!(
        "signing-{}.key",
        new.key_id.split('#').nth(1).unwrap()
    ));
    let open = async |mode: u32| {
        std::fs::set_permissions(&aside, Permissions::from_mode(mode)).unwrap();
        findings(&net, &cat).await
    };
    let found = open(0o640).await;
    assert!(
        ill(&found).contains(&("folder.private", Level::Problem)),
        "{found:#?}"
    );
    // One that everybody can read would not be used after the next start.
    let found = open(0o644).await;
    assert!(
        ill(&found).contains(&("folder.keys", Level::Problem)),
        "{found:#?}"
    );
    let told = of(&found, "folder.keys").what;
    assert!(told.contains("chmod 600"), "{told}");
}

#[tokio::test]
async fn keys_that_others_can_read_are_missing_or_do_not_open_the_database_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, data).await;
    net.also("127.0.0.1:8080", &cat);
    let bob = cat.person("bob").await;
    bob.invites().await;
    let sealing = data.join("keys/sealing.key");
    let signing = data.join("keys/signing.key");
    let mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    let expect = async |expected: &[(&str, Level)], words: &str| {
        let found = findings(&net, &cat).await;
        assert_eq!(ill(&found), expected, "{found:#?}");
        let told = of(&found, expected[0].0);
        let told = format!("{} {}", told.what, told.remedy.as_deref().unwrap());
        assert!(told.contains(words), "{told}");
    };
    let private = [("folder.private", Level::Problem)];
    mode(&signing, 0o640);
    expect(&private, "signing.key can be read").await;
    mode(&signing, 0o600);
    mode(&data.join("symbolon.db"), 0o644);
    expect(&private, "chmod 600").await;
    mode(&data.join("symbolon.db"), 0o600);
    mode(data, 0o777);
    expect(&private, "can be changed").await;
    mode(data, 0o755);

    let kept = std::fs::read(&sealing).unwrap();
    std::fs::write(&sealing, STANDARD.encode([9; 32])).unwrap();
    let sealed = [("folder.sealing", Level::Problem)];
    expect(&sealed, "does not open the newest invitation").await;
    std::fs::write(&sealing, "nonsense").unwrap();
    let keys = [("folder.keys", Level::Problem)];
    expect(&keys, "sealing.key is not a key").await;
    std::fs::write(&sealing, kept).unwrap();
    std::fs::remove_file(&signing).unwrap();
    expect(&keys, "there are not both keys").await;
    assert!(!signing.exists(), "the doctor makes none");
}
