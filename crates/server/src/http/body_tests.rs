//! Bodies of every wrong kind, and what each is called.

use axum::body::Body;
use futures_util::{StreamExt, stream};
use http::HeaderValue;
use serde::Deserialize;
use symbolon_proto::problem::Surface;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Invite {
    note: Option<String>,
    uses: Uses,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Uses {
    limit: u32,
}

/// Code, member, and reason or position of what a body fails with.
fn failure(body: &str) -> (Code, String, String) {
    let problem = json::<Invite>(body.as_bytes()).unwrap_err();
    let fact = |name| problem.fact(name).unwrap_or_default().to_owned();
    (problem.code(), fact("member"), fact("reason"))
}

fn failing(code: Code, member: &str, reason: &str) -> (Code, String, String) {
    (code, member.to_owned(), reason.to_owned())
}

#[test]
fn a_right_body_is_read() {
    let invite: Invite = json(br#"{"note": "hi", "uses": {"limit": 1}}"#).unwrap();
    assert_eq!(
        invite,
        Invite {
            note: Some("hi".to_owned()),
            uses: Uses { limit: 1 }
        }
    );
}

#[test]
fn unknown_missing_wrong_and_doubled_members_are_named() {
    let limit = r#""uses": {"limit": 1}"#;
    let whole = "natural";
    assert_eq!(
        failure(&format!(r#"{{{limit}, "nots": 1}}"#)),
        failing(Code::MemberUnknown, "nots", "")
    );
    assert_eq!(
        failure(r#"{"uses": {"limit": 1, "used": 0}}"#),
        failing(Code::MemberUnknown, "uses.used", "")
    );
    assert_eq!(failure("{}"), failing(Code::MemberMissing, "uses", ""));
    assert_eq!(
        failure(r#"{"uses": {}}"#),
        failing(Code::MemberMissing, "uses.limit", "")
    );
    assert_eq!(
        failure(r#"{"uses": {"limit": "one"}}"#),
        failing(Code::MemberInvalid, "uses.limit", whole)
    );
    assert_eq!(
        failure(r#"{"uses": {"limit": -1}}"#),
        failing(Code::MemberInvalid, "uses.limit", whole)
    );
    assert_eq!(
        failure(&format!(r#"{{{limit}, {limit}}}"#)),
        failing(Code::MemberInvalid, "uses", "twice")
    );
    assert_eq!(
        failure(r#"{"uses": 1}"#),
        failing(Code::MemberInvalid, "uses", "object")
    );
}

#[test]
fn only_an_object_is_a_body() {
    for body in [r#"["hi", {"limit": 1}]"#, "[]", "7", "null", "\"hi\""] {
        assert_eq!(
            failure(body),
            failing(Code::MalformedBody, "", "object"),
            "{body}"
        );
    }
}

#[test]
fn what_is_not_json_is_malformed_with_its_position() {
    let deep = format!("{{\"note\": {}", "[".repeat(100_000));
    let doubled = r#"{"uses": {"limit": 1}} {}"#;
    for body in [
        "",
        " ",
        "{",
        "{\"uses\": ",
        "nonsense",
        doubled,
        "{\"note\": \"\u{1}\"}",
        "{\"note\": \"\\ud800\"}",
    ] {
        assert_eq!(failure(body).0, Code::MalformedBody, "{body}");
    }
    assert_eq!(failure(&deep).0, Code::MemberInvalid);
    let problem = json::<Invite>(b"{\n  \"uses\": x}").unwrap_err();
    assert_eq!(problem.code(), Code::MalformedBody);
    let body = problem.body(
        Surface::Api,
        symbolon_proto::language::Language::En,
        "ref-1",
    );
    assert_eq!(
        body["position"],
        serde_json::json!({ "line": 2, "column": 11 })
    );
    assert_eq!(
        body["detail"],
        "The body of the request cannot be read: it is not JSON, at line 2, column 11."
    );
}

#[test]
fn a_long_and_strange_member_name_is_repeated_shortened_and_cleaned() {
    let body = format!(r#"{{"\u202e\n{}": 1}}"#, "x".repeat(10_000));
    let (_, member, _) = failure(&body);
    assert_eq!(member, "x".repeat(100));
}

#[test]
fn a_value_is_never_repeated() {
    let problem = json::<Invite>(br#"{"uses": {"limit": "hush"}}"#).unwrap_err();
    assert!(!format!("{problem:?}").contains("hush"), "{problem:?}");
}

#[test]
fn content_types_are_told_apart() {
    for (text, expected) in [
        ("application/json", Kind::Json),
        ("Application/JSON; charset=utf-8", Kind::Json),
        ("application/problem+json", Kind::Json),
        ("application/x-www-form-urlencoded", Kind::Form),
        ("text/json", Kind::Other),
        ("text/plain; application/json", Kind::Other),
        ("", Kind::Other),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(text));
        assert_eq!(kind(&headers), expected, "{text}");
    }
    assert_eq!(kind(&HeaderMap::new()), Kind::Other);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_and_without_its_length() {
    let announced = Request::builder()
        .header(CONTENT_LENGTH, "10000000")
        .body(Body::empty())
        .unwrap();
    let chunk = Bytes::from(vec![b'x'; 1024]);
    let chunks = stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
    let endless = Body::from_stream(chunks);
    for request in [announced, Request::new(endless)] {
        let problem = read(request, 4096).await.unwrap_err();
        assert_eq!(problem.code(), Code::BodyTooLarge);
    }
    let (_, body) = read(Request::new(Body::from("x".repeat(4096))), 4096)
        .await
        .unwrap();
    assert_eq!(body.len(), 4096);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_malformed() {
    let broken = stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("reset")),
    ]);
    let problem = read(Request::new(Body::from_stream(broken)), 4096)
        .await
        .unwrap_err();
    assert_eq!(problem.code(), Code::MalformedBody);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_is_given_up_after_fifteen_seconds() {
    let begun = tokio::time::Instant::now();
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
    let stops = Body::from_stream(first.chain(stream::pending()));
    let reading = read(Request::new(stops), 4096);
    let read = tokio::time::timeout(Duration::from_secs(60), reading).await;
    let problem = read.expect("it has an end").unwrap_err();
    assert_eq!(problem.code(), Code::MalformedBody);
    assert_eq!(problem.fact("reason"), Some("late"));
    assert_eq!(begun.elapsed().as_secs(), 15);
}
