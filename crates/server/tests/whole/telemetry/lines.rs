//! Log lines.

use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::support::{Net, TestServer, logged};

fn shown(lines: &[Value]) -> Vec<&Value> {
    let quiet = |line: &&Value| !matches!(line["level"].as_str(), Some("DEBUG" | "TRACE"));
    let ours = |line: &&Value| line["target"].as_str().unwrap().starts_with("symbolon");
    lines.iter().filter(quiet).filter(ours).collect()
}

#[tokio::test]
async fn a_server_that_is_away_is_one_line_however_often_it_is_tried() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    net.down(&cat);
    let running = dog.run_outbox();
    carol.accepts(&invite).await.assert(202);
    let waiting = |line: &Value| line["fields"]["event"] == "acceptance.waiting";
    assert!(logs.has(waiting).await);
    drop(running);
    let before = shown(&logs.lines()).len();
    for _ in 0..10 {
        net.pass_ms(3_600_000);
        dog.drive().await;
        dog.syncs().await;
    }
    let lines = logs.lines();
    let new: Vec<&Value> = shown(&lines).split_off(before);
    assert!(new.is_empty(), "{new:#?}");
    let tried = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "tried");
    assert!(tried.count() >= 10);
    let away: Vec<&Value> = shown(&lines)
        .into_iter()
        .filter(|line| line["fields"]["message"] == "a server cannot be dealt with")
        .collect();
    assert_eq!(away.len(), 1, "{away:#?}");
    assert_eq!(away[0]["level"], "WARN");
    assert_eq!(away[0]["fields"]["peer"], "cat.example.org");
    assert_eq!(away[0]["fields"]["code"], "connection_refused");
    net.up(&cat);
    net.pass_ms(3_600_000);
    dog.drive().await;
    let lines = logs.lines();
    let back = shown(&lines)
        .into_iter()
        .filter(|line| line["fields"]["message"] == "a server can be dealt with again");
    assert_eq!(back.count(), 1);
}

#[tokio::test]
async fn long_method_and_long_path_are_cut_in_lines_and_whoever_sends_them_writes_no_more() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let method = "LONG".repeat(2_000);
    let path = format!("/ocm/{}", "x".repeat(8_000));
    let request = Request::builder().method(method.as_str()).uri(path);
    cat.request(request.body(Body::empty()).unwrap()).await;
    let lines = logs.lines();
    let answered = lines
        .iter()
        .find(|line| line["fields"]["message"] == "answered")
        .unwrap();
    let span = &answered["span"];
    assert_eq!(span["method"], "LONG".repeat(5));
    assert_eq!(span["path"].as_str().unwrap().len(), 200);
    assert!(lines.iter().all(|line| line.to_string().len() < 1_000));
}

#[tokio::test]
async fn every_event_of_the_trail_is_a_line_under_its_reference() {
    let (logs, _guard) = logged();
    let net = Net::default();
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::new(&net, "dog.example.org").await;
    let _running = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let accepted = carol.accepts(&bob.invites().await).await.assert(200);
    let reference = accepted.headers["x-request-id"].to_str().unwrap();
    for server in [&cat, &dog] {
        for event in crate::support::audit(server).await {
            let told = |line: &Value| {
                let fields = &line["fields"];
                fields["event"] == *event.kind
                    && fields["object"].as_str() == event.object.as_deref()
                    && fields["reference"].as_str() == event.reference.as_deref()
                    && fields["result"].as_str() == event.result.as_deref()
            };
            assert!(logs.has(told).await, "{event:?}");
        }
    }
    let lines = logs.lines();
    let told: Vec<&str> = lines
        .iter()
        .filter(|line| line["fields"]["reference"] == reference && line["level"] == "INFO")
        .filter_map(|line| line["fields"]["event"].as_str())
        .collect();
    for event in [
        "acceptance.started",
        "invite.accepted",
        "acceptance.settled",
    ] {
        assert!(told.contains(&event), "{told:?}");
    }
}
