//! Whether the two servers deal with each other.

use http::Method;
use serde_json::json;
use symbolon_core::trust::{Mode, Policy, Rule};
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;
use symbolon_server::check::{Stage, Walker, check};
use symbolon_server::doctor::Level;
use symbolon_store::trust::Decide;

use super::{CAT, DOG, description, ill, nothing, of, other, said, walk};
use crate::support::{Net, TestServer, answer};

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
    assert!(
        said(step).contains("only with servers on its list"),
        "{}",
        said(step)
    );
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
            rsa: None,
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
        rsa: None,
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
    // It has turned us away by our name, and looked at no signature.
    assert_eq!(of(&report, Stage::Signature).level, Level::NotChecked);
}
