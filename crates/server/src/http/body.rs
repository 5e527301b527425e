//! Request bodies: bounded in size and time, of a known kind, and parsed to the letter.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::json;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::clean_name;

use super::problem::{ApiProblem, surface};
use super::reference::Reference;

/// Largest body of a client's request in bytes. An invite with a note in a script of four bytes per character has a
/// tenth of it.
pub const API_REQUEST_BYTES: usize = 64 * 1024;

/// How long a client may take to send a body. Bodies are small; whoever is slower holds a connection for nothing.
const BODY_TIME: Duration = Duration::from_secs(15);

/// Longest member name that an answer repeats, in characters.
const MEMBER_CHARS: usize = 100;

/// What a request says its body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `application/json`, or a type built on it (`+json`).
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Something else, or nothing at all.
    Other,
}

/// Reads `Content-Type`; parameters such as `charset` are ignored.
pub fn kind(headers: &HeaderMap) -> Kind {
    let text = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = text
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        other if other.starts_with("application/") && other.ends_with("+json") => Kind::Json,
        _ => Kind::Other,
    }
}

/// Reads a whole body of at most `limit` bytes. A larger one is refused, by its announced length if it has one, before
/// it is held in memory.
pub async fn read(request: Request, limit: usize) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    if announced(&parts.headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let reading = tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect());
    let body = reading
        .await
        .map_err(|_| malformed("it did not arrive in time"))?
        .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(limit),
            None => malformed("it did not arrive whole"),
        })?;
    Ok((parts, body.to_bytes()))
}

/// Parses JSON into a type with `deny_unknown_fields`. Each way to fail has its own code and names the member and the
/// position; the value itself is never repeated, since it may be a token.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // serde would read a list as the members of an object in their order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(member_problem(".", "expected struct"));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, &error.into_inner())
    })?;
    reader.end().map_err(|error| explain(".", &error))?;
    Ok(parsed)
}

/// A JSON body, as an extractor for handlers. It must say that it is JSON, which also keeps a form on a stranger's
/// page from sending one with our user's cookie.
pub struct JsonBody<T>(pub T);

impl<T, S> FromRequest<S> for JsonBody<T>
where
    T: DeserializeOwned,
    S: Sync,
{
    type Rejection = ApiProblem;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiProblem> {
        let surface = surface(request.uri().path());
        let reference = Reference::carried(request.extensions());
        let parsed = async {
            if kind(request.headers()) != Kind::Json {
                return Err(Problem::new(Code::UnsupportedMediaType));
            }
            let (_, body) = read(request, API_REQUEST_BYTES).await?;
            json(&body)
        };
        parsed
            .await
            .map(Self)
            .map_err(|problem| ApiProblem::new(problem, surface, &reference))
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge).with("limit", &limit.to_string())
}

fn malformed(reason: &str) -> Problem {
    Problem::new(Code::MalformedBody).with("reason", reason)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let words = words(error);
    let problem = match error.classify() {
        Category::Data => member_problem(path, &words),
        Category::Syntax | Category::Eof | Category::Io => {
            malformed(&format!("{words}, in line {line}, column {column}"))
        }
    };
    problem.with_member("position", json!({ "line": line, "column": column }))
}

/// Which problem with which member serde's words mean. `path` leads to the value, `.` being the whole.
pub(super) fn member_problem(path: &str, words: &str) -> Problem {
    let inside = |name: &str| {
        if path == "." {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    if let Some(name) = named(words, "unknown field `") {
        // serde's path already leads into the member that it does not know.
        let leads = path == name || path.ends_with(&format!(".{name}"));
        let member = if leads { path.to_owned() } else { inside(name) };
        return about(Code::MemberUnknown, &member);
    }
    if let Some(name) = named(words, "missing field `") {
        return about(Code::MemberMissing, &inside(name));
    }
    if let Some(name) = named(words, "duplicate field `") {
        return about(Code::MemberInvalid, &inside(name)).with("reason", "twice");
    }
    let reason = match words.rsplit_once("expected ") {
        Some((_, kind)) => &format!("expected {}", plain(kind)),
        None => words,
    };
    let member = if path == "." { "the body" } else { path };
    about(Code::MemberInvalid, member).with("reason", reason)
}

/// A problem with a member, named in its words and for machines. The name may be anything that a stranger sent.
fn about(code: Code, member: &str) -> Problem {
    let member: String = clean_name(member).chars().take(MEMBER_CHARS).collect();
    Problem::new(code)
        .with("member", &member)
        .with_member("member", member.into())
}

/// A kind of value in words that do not come from Rust.
fn plain(kind: &str) -> &str {
    match kind.split(' ').next() {
        Some("struct" | "enum" | "internally") => "an object",
        Some("u8" | "u16" | "u32" | "u64" | "usize") => "a whole number that is not negative",
        Some("i8" | "i16" | "i32" | "i64" | "isize") => "a whole number",
        Some("f32" | "f64") => "a number",
        _ if kind == "a sequence" => "a list",
        _ => kind,
    }
}

fn named<'a>(words: &'a str, before: &str) -> Option<&'a str> {
    words.strip_prefix(before)?.split('`').next()
}

/// The words without the position, which is told apart.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
