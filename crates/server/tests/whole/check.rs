//! What walking towards another server tells of it: where the way ends, why, and whose turn it is.

mod description;
mod keys;
mod trust;
mod way;

use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::language::Language;
use symbolon_server::check::{Report, Stage, Step, Walker, check};
use symbolon_server::doctor::Level;
use symbolon_server::transport::Redirects;

use crate::support::{
    Net, OutboundRequest, OutboundResponse, TestServer, TransportError, answer, fingerprint,
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
        rsa: from.app.keys.rsa(from.app.now()),
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
