//! What walking towards another server tells of it: where the way ends, why, and whose turn it is.

use http::Method;
use serde_json::{Value, json};
use symbolon_core::trust::{Mode, Policy, Rule};
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;
use symbolon_server::check::{Report, Stage, Step, Walker, check};
use symbolon_server::doctor::Level;
use symbolon_server::transport::Redirects;
use symbolon_store::trust::Decide;

use crate::support::{
    Net, OutboundRequest, OutboundResponse, TestServer, TlsFault, TransportError, answer,
    fingerprint,
};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";

async fn walk(net: &Net, from: &TestServer, to: &str) -> Report {
    let walker = Walker {
        us: from.app.provider().clone(),
        trust: from.app.config.trust,
        dev: false,
        env: &from.app.env,
        transport: net,
        store: Some(&from.app.store),
        key: Some(from.app.keys.signing(from.app.now())),
    };
    check(&walker, &Provider::parse(to).unwrap()).await
}

fn of(report: &Report, stage: Stage) -> &Step {
    report
        .steps
        .iter()
        .find(|step| step.stage == stage)
        .unwrap()
}

/// What is said of a step, with what to do.
fn said(step: &Step) -> String {
    assert_eq!(
        step.remedy.is_some(),
        step.level >= Level::Attention,
        "{step:?}"
    );
    let remedy = step.remedy.as_ref().map(|said| said.say(Language::En));
    format!(
        "{} {}",
        step.what.say(Language::En),
        remedy.unwrap_or_default()
    )
}

/// The steps that need attention.
fn ill(report: &Report) -> Vec<(Stage, Level)> {
    let ill = report
        .steps
        .iter()
        .filter(|step| step.level >= Level::Attention);
    ill.map(|step| (step.stage, step.level)).collect()
}

#[tokio::test]
async fn every_step_to_another_symbolon_is_well_and_nothing_changes_on_either_side() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let bob = cat.person("bob").await;
    let carol = dog.person("carol").await;
    let invite = bob.invites().await;
    carol.accepts(&invite).await;
    dog.drive().await;
    net.sent.lock().unwrap().clear();
    let before = (fingerprint(&cat).await, fingerprint(&dog).await);
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [], "{report:#?}");
    assert_eq!(report.steps.len(), Stage::ALL.len());
    for stage in Stage::ALL
        .into_iter()
        .filter(|stage| *stage != Stage::Clock)
    {
        assert_eq!(of(&report, stage).level, Level::Ok, "{stage:?}");
    }
    assert!(said(of(&report, Stage::Signature)).contains("has been able to fetch our key"));
    assert!(said(of(&report, Stage::TrustsUs)).contains("It deals with this server"));
    assert!(
        report
            .verdict()
            .say(Language::De)
            .contains("spricht nichts dagegen")
    );
    assert_eq!((fingerprint(&cat).await, fingerprint(&dog).await), before);
    // As when somebody accepts: documents may have moved within the server, messages may not.
    for request in net.sent.lock().unwrap().iter() {
        let follows = request.redirects == Redirects::SameHost(3);
        let document = request.url.contains("/.well-known/") && !request.headers.is_empty();
        assert_eq!(follows, document, "{}", request.url);
    }
}

fn tls(fault: TlsFault) -> TransportError {
    TransportError::Tls {
        fault,
        reason: "as rustls says it".to_owned(),
    }
}

#[tokio::test]
async fn where_the_way_ends_is_named_with_what_to_do_and_nothing_behind_it_is_looked_at() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let name = TransportError::NameNotFound {
        host: DOG.to_owned(),
        reason: "no such name".to_owned(),
    };
    let private = TransportError::AddressNotAllowed("10.0.0.1".parse().unwrap());
    for (error, stage, words) in [
        (name, Stage::Name, "entry in the DNS"),
        (private, Stage::Name, "public address"),
        (
            TransportError::ConnectionRefused,
            Stage::Connect,
            "have to start it",
        ),
        (
            tls(TlsFault::WrongName),
            Stage::Tls,
            "made for another name",
        ),
        (tls(TlsFault::UnknownIssuer), Stage::Tls, "does not know"),
        (tls(TlsFault::Expired), Stage::Tls, "has run out"),
        (tls(TlsFault::Other), Stage::Tls, "could not be made"),
    ] {
        let failing = error.clone();
        net.script(DOG, move |_| Err(failing.clone()));
        let report = walk(&net, &cat, DOG).await;
        assert_eq!(ill(&report), [(stage, Level::Problem)], "{error}");
        let told = said(of(&report, stage));
        assert!(told.contains(words), "{error}: {told}");
        let behind = |later: &Stage| *later > stage;
        for later in Stage::ALL.into_iter().filter(behind) {
            assert_eq!(
                of(&report, later).level,
                Level::NotChecked,
                "{error} {later:?}"
            );
        }
        let facts = &of(&report, stage).facts;
        assert!(
            facts.iter().any(|fact| fact.value == error.to_string()),
            "{facts:?}"
        );
        assert!(
            report
                .verdict()
                .say(Language::En)
                .contains("cannot connect")
        );
    }
}

/// A server of another make, with this description, that answers everything else with `otherwise`.
fn other(
    net: &Net,
    description: &Value,
    otherwise: impl Fn(&OutboundRequest) -> Result<OutboundResponse, TransportError>
    + Send
    + Sync
    + 'static,
) {
    let described = description.to_string();
    net.script(DOG, move |request| {
        if request.url.ends_with("/.well-known/ocm") {
            return answer(200, "application/json", described.clone());
        }
        otherwise(request)
    });
}

fn nothing(_: &OutboundRequest) -> Result<OutboundResponse, TransportError> {
    answer(404, "text/plain", "no such page")
}

fn description(capabilities: &[&str]) -> Value {
    json!({
        "enabled": true, "apiVersion": "1.2.0", "endPoint": format!("https://{DOG}/ocm"), "provider": "Other",
        "resourceTypes": [{ "name": "file", "shareTypes": ["user"], "protocols": { "webdav": "/dav" } }],
        "capabilities": capabilities, "inviteAcceptDialog": "/accept",
    })
}

#[tokio::test]
async fn what_is_wrong_with_a_description_is_told_by_reason_and_by_member() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut off = description(&["invites"]);
    off["enabled"] = json!(false);
    let mut elsewhere = description(&["invites"]);
    elsewhere["endPoint"] = json!("https://bird.example.org/ocm");
    for (described, words) in [
        (json!("<html>"), "not a server that people can connect with"),
        (off, "switched it off"),
        (elsewhere, "says that it is another one"),
    ] {
        other(&net, &described, nothing);
        let report = walk(&net, &cat, DOG).await;
        assert_eq!(
            ill(&report),
            [(Stage::Description, Level::Problem)],
            "{described}"
        );
        let told = said(of(&report, Stage::Description));
        assert!(told.contains(words), "{told}");
    }
    net.script(DOG, |_| answer(503, "text/plain", "later"));
    let report = walk(&net, &cat, DOG).await;
    assert!(said(of(&report, Stage::Description)).contains("Try again in a moment"));

    let mut flawed = description(&["/invites", "notifications"]);
    flawed["resourceTypes"][0]["shareTypes"] = json!([]);
    other(&net, &flawed, nothing);
    let report = walk(&net, &cat, DOG).await;
    let step = of(&report, Stage::Description);
    assert_eq!(step.level, Level::Ok);
    assert!(said(step).contains("2 things are not"), "{}", said(step));
    let note = |name: &str| {
        let fact = step.facts.iter().find(|fact| fact.name == name);
        fact.unwrap_or_else(|| panic!("nothing of {name}"))
            .note
            .clone()
    };
    assert!(
        note("resourceTypes").contains("`file` has no `user`"),
        "{}",
        note("resourceTypes")
    );
    assert!(note("capabilities").contains("`/invites` is written `invites`"));
    assert_eq!(note("enabled"), "required");
}

#[tokio::test]
async fn server_that_describes_itself_at_the_old_place_only_is_looked_at_there() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut old = description(&[]);
    old["apiVersion"] = json!("1.0-proposal1");
    net.script(DOG, move |request| {
        if request.url.ends_with("/ocm-provider") {
            return answer(200, "application/json", old.to_string());
        }
        nothing(request)
    });
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [(Stage::Invitations, Level::Problem)]);
    let kind = of(&report, Stage::Kind);
    assert!(said(kind).contains("Nextcloud"), "{}", said(kind));
    let quirks: Vec<String> = kind
        .notes
        .iter()
        .map(|said| said.say(Language::En))
        .collect();
    assert!(
        quirks.iter().any(|quirk| quirk.contains("older way")),
        "{quirks:?}"
    );
}

#[tokio::test]
async fn keys_that_are_missing_broken_or_forgotten_are_told() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let serve = |keys: Value| {
        move |request: &OutboundRequest| {
            if request.url.ends_with("/jwks.json") && !keys.is_null() {
                return answer(200, "application/json", keys.to_string());
            }
            nothing(request)
        }
    };
    let good = json!({"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#1",
        "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"});
    let short = json!({"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#2", "x": "AAAA"});
    for (keys, level, words) in [
        (Value::Null, Level::Problem, "cannot be read"),
        (
            json!({ "keys": [short.clone()] }),
            Level::Problem,
            "None of its keys",
        ),
        (
            json!({ "keys": [good.clone(), short] }),
            Level::Attention,
            "One of its keys cannot",
        ),
        (json!({ "keys": [good] }), Level::Ok, "Its key can be used"),
    ] {
        other(&net, &description(&["invites", "http-sig"]), serve(keys));
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Keys);
        assert_eq!(step.level, level);
        assert!(said(step).contains(words), "{}", said(step));
    }
    other(&net, &description(&["invites"]), nothing);
    let never = walk(&net, &cat, DOG).await;
    assert_eq!(of(&never, Stage::Keys).level, Level::Ok);
    cat.app
        .peers
        .note_signs(&Provider::parse(DOG).unwrap())
        .await
        .unwrap();
    let forgotten = walk(&net, &cat, DOG).await;
    let step = of(&forgotten, Stage::Keys);
    assert_eq!(step.level, Level::Problem);
    assert!(said(step).contains("has signed before"), "{}", said(step));
}

#[tokio::test]
async fn keys_are_looked_for_where_messages_would_be_checked_with_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let set = json!({ "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#1",
        "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}] });
    for named in [
        "https://dog.example.org/ocm/jwks",
        // Behind a proxy that ends TLS, and relative.
        "http://dog.example.org/ocm/jwks",
        "/ocm/jwks",
    ] {
        let mut described = description(&["invites", "http-sig"]);
        described["jwksUri"] = json!(named);
        let set = set.to_string();
        other(&net, &described, move |request| {
            if request.url == "https://dog.example.org/ocm/jwks" {
                return answer(200, "application/json", set.clone());
            }
            nothing(request)
        });
        let step = of(&walk(&net, &cat, DOG).await, Stage::Keys).clone();
        assert_eq!(step.level, Level::Ok, "{named}: {step:?}");
    }
    // Another server's keys are nobody's here either: the ones at the fixed place count.
    let mut described = description(&["invites", "http-sig"]);
    described["jwksUri"] = json!("https://bird.example.org/jwks");
    other(&net, &described, move |request| {
        if request.url.ends_with("/.well-known/jwks.json") {
            return answer(200, "application/json", set.to_string());
        }
        nothing(request)
    });
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(of(&report, Stage::Keys).level, Level::Ok);
}

#[tokio::test]
async fn difference_of_the_clocks_is_told_in_seconds() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for (date, level, words) in [
        ("Tue, 24 Nov 2026 00:00:01 GMT", Level::Ok, "agrees"),
        (
            "Tue, 24 Nov 2026 00:00:20 GMT",
            Level::Attention,
            "by 20 seconds",
        ),
        (
            "Mon, 23 Nov 2026 23:50:00 GMT",
            Level::Problem,
            "by 599 seconds",
        ),
    ] {
        let described = description(&["invites"]).to_string();
        net.script(DOG, move |_| {
            let mut found = answer(200, "application/json", described.clone())?;
            found.headers.push(("date".to_owned(), date.to_owned()));
            Ok(found)
        });
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Clock);
        assert_eq!(step.level, level, "{date}");
        assert!(said(step).contains(words), "{}", said(step));
    }
}

#[tokio::test]
async fn server_that_does_not_accept_our_signature_is_told_with_the_reason() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let signature = async || {
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Signature).clone();
        (step.level, said(&step))
    };
    // A proxy there takes the signature away.
    net.behind(
        &dog,
        std::sync::Arc::new(|mut request: OutboundRequest| {
            request
                .headers
                .retain(|(name, _)| !name.starts_with("signature"));
            Ok(request)
        }),
    );
    let (level, told) = signature().await;
    assert_eq!(level, Level::Problem);
    assert!(
        told.contains("does not accept what this server signs"),
        "{told}"
    );
    // It cannot reach this server for its keys, which it has never seen.
    net.up(&dog);
    net.down(&cat);
    let (level, told) = signature().await;
    assert_eq!(level, Level::Problem);
    assert!(told.contains("cannot fetch our keys"), "{told}");
    assert!(told.contains(&format!("be able to reach {CAT}")), "{told}");
    // And now it can, and asks again.
    net.up(&cat);
    net.pass_ms(11_000);
    assert_eq!(signature().await.0, Level::Ok);
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_does_not_look_at_signatures_nor_to_one_that_makes_strangers_wait()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut nextcloud = description(&["invite-accepted", "notifications"]);
    nextcloud["apiVersion"] = json!("1.0-proposal1");
    other(&net, &nextcloud, nothing);
    let report = walk(&net, &cat, DOG).await;
    for stage in [Stage::Signature, Stage::TrustsUs] {
        assert_eq!(of(&report, stage).level, Level::NotChecked);
    }
    let sent = net.sent.lock().unwrap();
    assert!(sent.iter().all(|request| request.method == Method::GET));
}

#[tokio::test]
async fn server_that_does_not_trust_us_is_told_before_anybody_accepts_an_invitation() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut ocis = description(&["/invite-accepted"]);
    ocis["provider"] = json!("oCIS");
    for (status, body, level, words) in [
        (
            401,
            json!({"code": "UNAUTHENTICATED", "message": "provider not authorized"}),
            Level::Problem,
            "put cat.example.org on their list",
        ),
        (
            404,
            json!({"code": "RESOURCE_NOT_FOUND", "message": "token not found"}),
            Level::Ok,
            "It deals with this server",
        ),
    ] {
        other(&net, &ocis, move |request| match request.method {
            Method::POST => answer(status, "application/json", body.to_string()),
            _ => nothing(request),
        });
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::TrustsUs);
        assert_eq!(step.level, level);
        assert!(said(step).contains(words), "{}", said(step));
        let kind = of(&report, Stage::Kind);
        assert!(
            said(kind).contains("ownCloud Infinite Scale"),
            "{}",
            said(kind)
        );
        assert!(!kind.notes.is_empty());
    }
    let mut list = description(&["invites"]);
    list["criteria"] = json!(["allowlist"]);
    other(&net, &list, nothing);
    let report = walk(&net, &cat, DOG).await;
    let step = of(&report, Stage::TrustsUs);
    assert_eq!(step.level, Level::NotChecked);
    assert!(said(step).contains("only with servers on its list"), "{}", said(step));
}

#[tokio::test]
async fn what_administrators_here_decided_is_told_in_both_directions_also_of_a_server_that_is_away()
{
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = Provider::parse(DOG).unwrap();
    let here = async |invitations_in, invitations_out| {
        let walker = Walker {
            us: cat.app.provider().clone(),
            trust: Policy {
                invitations_in,
                invitations_out,
            },
            dev: false,
            env: &cat.app.env,
            transport: &net,
            store: Some(&cat.app.store),
            key: None,
        };
        let report = check(&walker, &dog).await;
        let step = of(&report, Stage::TrustedHere).clone();
        (step.level, said(&step))
    };
    let (open, list) = (Mode::Open, Mode::Allowlist);
    assert_eq!(here(open, open).await.0, Level::Ok);
    let (level, told) = here(list, open).await;
    assert_eq!(level, Level::Attention);
    assert!(
        told.contains("people here may not accept invitations from there"),
        "{told}"
    );
    let (level, told) = here(open, list).await;
    assert_eq!(level, Level::Attention);
    assert!(told.contains("people there may not accept ours"), "{told}");
    let (level, told) = here(list, list).await;
    assert_eq!(level, Level::Problem);
    assert!(
        told.contains(&format!("Your administrators decide about {DOG}")),
        "{told}"
    );
    let decide = async |rule| {
        let decide = Decide {
            provider: dog.clone(),
            rule,
            note: None,
            by: None,
            moment: cat.app.moment("test"),
        };
        cat.app.store.write(decide).await.unwrap();
    };
    decide(Rule::Trusted).await;
    assert_eq!(here(list, list).await.0, Level::Ok);
    decide(Rule::Blocked).await;
    assert_eq!(here(open, open).await.0, Level::Problem);
}

#[tokio::test]
async fn blocked_server_is_told_first_and_not_asked_for_anything() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let decide = Decide {
        provider: dog.app.provider().clone(),
        rule: Rule::Blocked,
        note: None,
        by: None,
        moment: cat.app.moment("test"),
    };
    cat.app.store.write(decide).await.unwrap();
    net.sent.lock().unwrap().clear();
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [(Stage::TrustedHere, Level::Problem)]);
    assert_eq!(report.steps[0].stage, Stage::TrustedHere);
    for step in &report.steps[1..] {
        assert!(!step.reached, "{step:?}");
        assert!(said(step).contains("have blocked it"), "{}", said(step));
    }
    assert!(net.sent.lock().unwrap().is_empty());
    let verdict = report.verdict().say(Language::En);
    assert!(verdict.contains("does not trust"), "{verdict}");
}

#[tokio::test]
async fn server_that_is_on_no_list_here_is_looked_at_and_sent_nothing_in_our_name() {
    let net = Net::default();
    let (cat, _dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let walker = Walker {
        us: cat.app.provider().clone(),
        trust: Policy {
            invitations_in: Mode::Allowlist,
            invitations_out: Mode::Allowlist,
        },
        dev: false,
        env: &cat.app.env,
        transport: &net,
        store: Some(&cat.app.store),
        key: Some(cat.app.keys.signing(cat.app.now())),
    };
    net.sent.lock().unwrap().clear();
    let report = check(&walker, &Provider::parse(DOG).unwrap()).await;
    assert_eq!(ill(&report), [(Stage::TrustedHere, Level::Problem)]);
    assert_eq!(report.steps[0].stage, Stage::TrustedHere);
    for stage in [Stage::Description, Stage::Keys, Stage::Invitations] {
        assert_eq!(of(&report, stage).level, Level::Ok, "{stage:?}");
    }
    for stage in [Stage::Signature, Stage::TrustsUs] {
        let step = of(&report, stage);
        assert_eq!(step.level, Level::NotChecked);
        assert!(said(step).contains("does not trust"), "{}", said(step));
    }
    let sent = net.sent.lock().unwrap();
    assert!(sent.iter().all(|request| request.method == Method::GET));
}

#[tokio::test]
async fn symbolon_that_does_not_let_us_in_is_seen_before_anybody_accepts_an_invitation() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let decide = Decide {
        provider: cat.app.provider().clone(),
        rule: Rule::Blocked,
        note: None,
        by: None,
        moment: dog.app.moment("test"),
    };
    dog.app.store.write(decide).await.unwrap();
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(
        ill(&report),
        [(Stage::TrustsUs, Level::Problem)],
        "{report:#?}"
    );
    let told = said(of(&report, Stage::TrustsUs));
    assert!(told.contains("put cat.example.org on their list"), "{told}");
    assert_eq!(of(&report, Stage::Signature).level, Level::Ok);
}

#[tokio::test]
async fn kinds_of_servers_in_use_are_told_by_their_descriptions_with_what_is_peculiar_to_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let with = |members: Value| {
        let mut described = description(&["invites"]);
        for (name, value) in members.as_object().unwrap() {
            described[name] = value.clone();
        }
        described
    };
    let list = "put this server on their list";
    for (described, name, peculiar) in [
        (
            with(json!({ "provider": "oCIS" })),
            "ownCloud Infinite Scale",
            list,
        ),
        (
            with(json!({ "provider": "reva", "capabilities": ["/invite-accepted"] })),
            "CERNBox",
            list,
        ),
        (
            with(json!({ "provider": "Physics", "capabilities": ["/invite-accepted"] })),
            "Infinite Scale",
            list,
        ),
        (with(json!({ "provider": "OpenCloud" })), "OpenCloud", list),
        (
            with(json!({ "provider": "Physics", "capabilities": ["invites", "webdav-uri"] })),
            "OpenCloud",
            list,
        ),
        (
            with(
                json!({ "apiVersion": "1.0-proposal1", "version": "1.1.0", "publicKey": { "keyId": "a" } }),
            ),
            "Nextcloud",
            "signs in an older way",
        ),
        (
            with(
                json!({ "apiVersion": "1.0-proposal1", "capabilities": ["invite-accepted", "http-sig"] }),
            ),
            "Nextcloud",
            "accepted once only",
        ),
        (
            with(
                json!({ "capabilities": ["http-sig", "invites"], "criteria": ["must-use-http-sig"],
                "jwksUri": format!("https://{DOG}/ocm/jwks") }),
            ),
            "OpenCloudMesh-Go",
            "accepted once only",
        ),
        (
            with(json!({ "publicKey": "-----BEGIN RSA PUBLIC KEY-----" })),
            "test stub",
            "made for tests",
        ),
        (
            with(json!({ "capabilities": ["invites", "connection-sync"] })),
            "Symbolon",
            "other side shows it",
        ),
    ] {
        other(&net, &described, nothing);
        let report = walk(&net, &cat, DOG).await;
        let kind = of(&report, Stage::Kind);
        assert!(said(kind).contains(name), "{described}: {}", said(kind));
        let notes: Vec<String> = kind
            .notes
            .iter()
            .map(|said| said.say(Language::En))
            .collect();
        assert!(
            notes.iter().any(|note| note.contains(peculiar)),
            "{name}: {notes:?}"
        );
    }
}

#[tokio::test]
async fn server_without_invitations_is_told_so() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    other(&net, &description(&["notifications"]), nothing);
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(ill(&report), [(Stage::Invitations, Level::Problem)]);
    assert!(said(of(&report, Stage::Invitations)).contains("switch invitations on"));
    assert_eq!(of(&report, Stage::Kind).level, Level::NotChecked);
}

#[tokio::test]
async fn slow_server_costs_no_more_than_the_walk_may_take() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let clock = net.clock.clone();
    let described = description(&["invites", "http-sig", "notifications", "connection-sync"]);
    let described = described.to_string();
    net.script(DOG, move |_| {
        clock.pass_ms(9_000);
        answer(200, "application/json", described.clone())
    });
    let report = walk(&net, &cat, DOG).await;
    for stage in [Stage::Signature, Stage::TrustsUs] {
        assert!(
            said(of(&report, stage)).contains("took too long"),
            "{stage:?}"
        );
    }
    assert_eq!(of(&report, Stage::Description).took_ms, Some(9_000));
}
