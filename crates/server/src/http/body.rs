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
use crate::pace::Reading;

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
/// it is held in memory; one that comes slowly makes room if others need its place.
pub async fn read(request: Request, limit: usize) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    if announced(&parts.headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let reading = tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect());
    let read = match Reading::carried(&parts.extensions) {
        (Some(places), client) => places.within(client, reading).await?,
        (None, _) => reading.await,
    };
    let body = read.map_err(|_| malformed("late"))?.map_err(|error| {
        match error.downcast_ref::<LengthLimitError>() {
            Some(_) => too_large(limit),
            None => malformed("broken-off"),
        }
    })?;
    Ok((parts, body.to_bytes()))
}

/// Parses JSON into a type with `deny_unknown_fields`. Each way to fail has its own code and names the member and the
/// position; the value itself is never repeated, since it may be a token.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.trim_ascii().is_empty() {
        return Err(malformed("empty"));
    }
    // serde would read a list as the members of an object in their order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(malformed("object"));
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

/// The problem with a body that cannot be read; what the reason means is a matter of the texts.
pub(crate) fn malformed(reason: &str) -> Problem {
    Problem::new(Code::MalformedBody).with("reason", reason)
}

/// The problem with a body that is not the JSON that somebody reads into a type.
pub(crate) fn unreadable(error: &serde_json::Error) -> Problem {
    explain(".", error)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let at = |reason| {
        malformed(reason)
            .with("line", &line.to_string())
            .with("column", &column.to_string())
    };
    let problem = match error.classify() {
        Category::Data => member_problem(path, &words(error)),
        Category::Eof => at("ends"),
        Category::Syntax | Category::Io => at("syntax"),
    };
    problem.with_member("position", json!({ "line": line, "column": column }))
}

/// Which problem with which member serde's words mean. `path` leads to the value, `.` being the whole. Of the words
/// themselves nothing is handed on: they are English, and may hold what a stranger sent.
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
        return knowing(about(Code::MemberUnknown, &member), choices(words));
    }
    if let Some(name) = named(words, "missing field `") {
        return about(Code::MemberMissing, &inside(name));
    }
    if let Some(name) = named(words, "duplicate field `") {
        return about(Code::MemberInvalid, &inside(name)).with("reason", "twice");
    }
    let problem = if path == "." {
        Problem::new(Code::MalformedBody)
    } else {
        about(Code::MemberInvalid, path)
    };
    match reason(words) {
        Some("choices") => knowing(problem.with("reason", "choices"), choices(words)),
        Some(reason) => problem.with("reason", reason),
        None => problem,
    }
}

/// A problem that says what would have been right, where that is a choice of few.
fn knowing(problem: Problem, choices: Vec<&str>) -> Problem {
    if choices.is_empty() {
        return problem;
    }
    problem
        .with("choices", &choices.join(", "))
        .with_member("choices", choices.into())
}

/// The names that serde would have taken: it quotes each, behind what it met.
fn choices(words: &str) -> Vec<&str> {
    match words.rsplit_once("expected ") {
        Some((_, names)) => names.split('`').skip(1).step_by(2).collect(),
        None => Vec::new(),
    }
}

/// A problem with a member, named in its words and for machines. The name may be anything that a stranger sent.
fn about(code: Code, member: &str) -> Problem {
    let member: String = clean_name(member).chars().take(MEMBER_CHARS).collect();
    Problem::new(code)
        .with("member", &member)
        .with_member("member", member.into())
}

/// What serde says against a value, as a reason that the texts know; none where its form is wrong in another way.
fn reason(words: &str) -> Option<&'static str> {
    let Some((_, kind)) = words.rsplit_once("expected ") else {
        return unparsed(words);
    };
    let reason = match kind {
        "a string" | "string" => "no-text",
        "a boolean" => "boolean",
        "a sequence" => "list",
        "a map" => "object",
        _ if kind.starts_with("a number of people") => "people",
        _ if kind.starts_with("one of `") || kind.starts_with('`') => "choices",
        _ => match kind.split(' ').next() {
            Some("struct" | "enum" | "internally") => "object",
            Some("u8" | "u16" | "u32" | "u64" | "usize") => "natural",
            Some("i8" | "i16" | "i32" | "i64" | "isize") => "whole",
            Some("f32" | "f64") => "number",
            _ => return None,
        },
    };
    Some(reason)
}

/// What Rust says against a query's text that is to be a value.
fn unparsed(words: &str) -> Option<&'static str> {
    const NUMBERS: [&str; 4] = [
        "invalid digit",
        "cannot parse integer",
        "number too large",
        "number too small",
    ];
    if NUMBERS.iter().any(|begin| words.starts_with(begin)) {
        return Some("whole");
    }
    words
        .starts_with("provided string was not `true`")
        .then_some("boolean")
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
