//! Traces on their way to a collector.

use symbolon_server::config::Key;
use symbolon_server::telemetry::Export;

use crate::collector::{Collector, Span};
use crate::support::{Net, TestServer, logged_and_exported};

/// The trace id and the span that a header names.
fn named(traceparent: &str) -> (&str, &str) {
    let mut parts = traceparent.split('-').skip(1);
    (parts.next().unwrap(), parts.next().unwrap())
}

#[tokio::test]
async fn spans_have_the_trace_id_that_travelled_to_the_peer_and_hang_together_across_both() {
    let collector = Collector::start();
    let net = Net::default();
    let url = collector.url();
    let to = [(Key::OtlpEndpoint, url.as_str())];
    let cat = TestServer::new(&net, "cat.example.org").await;
    let dog = TestServer::with(&net, "dog.example.org", &to).await;
    let config = &dog.app.config;
    let export = Export::start(config.collector.as_ref().unwrap(), config, &dog.app.env).unwrap();
    let (_, guard) = logged_and_exported(Some(&export));
    let running = (cat.run_outbox(), dog.run_outbox());
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let accepted = carol.accepts(&bob.invites().await).await.assert(200);
    drop(running);
    drop(guard);
    export.end().await;

    let posted = net.posted("/invite-accepted");
    let header = posted[0].headers.iter();
    let header = header
        .clone()
        .find(|(name, _)| name == "traceparent")
        .unwrap();
    let (trace, sent) = named(&header.1);
    let spans = collector.spans();
    let in_trace = |name: &str| -> Vec<&Span> {
        spans
            .iter()
            .filter(|span| span.trace == trace && span.name == name)
            .collect()
    };
    let reference = accepted.headers["x-request-id"].to_str().unwrap();
    let gesture = in_trace("request")
        .into_iter()
        .find(|span| span.attributes["path"] == "/api/v1/acceptances")
        .expect("the gesture is part of the trace");
    assert_eq!(gesture.attributes["reference"], reference);
    assert_eq!((gesture.kind, gesture.parent.as_str()), (2, ""));
    let post = spans.iter().find(|span| span.id == sent).unwrap();
    assert_eq!((post.name.as_str(), post.kind), ("send", 3));
    assert_eq!(post.trace, trace);
    assert_eq!(post.instance, "dog.example.org");
    let delivery = in_trace("delivery")[0];
    assert_eq!(post.parent, delivery.id);
    let theirs = in_trace("request")
        .into_iter()
        .find(|span| span.attributes["path"] == "/ocm/invite-accepted")
        .unwrap();
    assert_eq!(theirs.parent, sent, "the peer's span continues ours");
    assert!(collector.heads().iter().all(|head| {
        head.starts_with("post /v1/traces ")
            && head.contains("content-type: application/x-protobuf")
    }));
}
