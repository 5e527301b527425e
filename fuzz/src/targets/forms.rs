//! Bodies and queries of clients: JSON to the letter, and forms.

use axum::extract::FromRequestParts;
use futures_util::FutureExt;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use symbolon_proto::problem::Problem;
use symbolon_server::http::body::{Kind, json, kind};
use symbolon_server::http::query::Params;
use symbolon_server::http::reference::Reference;

/// What a client may send, with a member of each shape that there is.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    uses: Option<u32>,
    #[serde(default)]
    expires: Option<i64>,
    #[serde(default)]
    dry: bool,
    #[serde(default)]
    inside: Vec<Inside>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Inside {
    name: String,
}

pub(crate) fn play(bytes: &[u8]) {
    if let Err(problem) = json::<Body>(bytes) {
        is_told(&problem);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut headers = HeaderMap::new();
    if let Ok(value) = text.parse() {
        headers.insert(CONTENT_TYPE, value);
    }
    // A form of a stranger's page has one of three types, and none of them is ever taken for JSON.
    let essence = text.split(';').next().unwrap_or_default().trim();
    let forms = [
        "text/plain",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ];
    if forms.iter().any(|form| essence.eq_ignore_ascii_case(form)) {
        assert_ne!(kind(&headers), Kind::Json, "{text}");
    }
    query(&text);
}

/// The same as a query.
fn query(text: &str) {
    let Ok(uri) = format!("/api/v1/invites?{text}").parse() else {
        return;
    };
    let mut request = http::Request::new(());
    *request.uri_mut() = uri;
    let reference = Reference::parse("0000000000000000000000ref1").expect("it is a reference");
    request.extensions_mut().insert(reference);
    let (mut parts, ()) = request.into_parts();
    let read = Params::<Inside>::from_request_parts(&mut parts, &()).now_or_never();
    drop(read.expect("nothing is waited for"));
}

/// A problem names its member in words that fit on a line.
fn is_told(problem: &Problem) {
    let member = problem.fact("member").unwrap_or_default();
    assert!(
        member.chars().count() <= 100 && !member.contains(char::is_control),
        "{member:?}"
    );
}
