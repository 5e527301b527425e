//! Reading requests as leniently as oCIS does, from whichever place the client put the fields.

use axum::extract::Request;
use serde_json::{Map, Value};
use symbolon_proto::problem::{Code, Problem};

use crate::http::body::{self, Kind};

/// The fields of a request: of its JSON body if it says it has one, otherwise of its form and its query.
pub(super) async fn fields(request: Request) -> Result<Map<String, Value>, Problem> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let (parts, bytes) = body::read(request, body::API_REQUEST_BYTES).await?;
    if body::kind(&parts.headers) == Kind::Json {
        if bytes.trim_ascii().is_empty() {
            return Ok(Map::new());
        }
        return serde_json::from_slice(&bytes).map_err(|error| body::unreadable(&error));
    }
    let pairs =
        url::form_urlencoded::parse(query.as_bytes()).chain(url::form_urlencoded::parse(&bytes));
    Ok(pairs
        .map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())))
        .collect())
}

/// A field that may be absent, null or empty.
pub(super) fn optional(
    fields: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, Problem> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty())),
        Some(_) => Err(Problem::new(Code::MemberInvalid)
            .with("member", name)
            .with("reason", "no-text")),
    }
}

/// A field that must be there.
pub(super) fn required(fields: &Map<String, Value>, name: &'static str) -> Result<String, Problem> {
    optional(fields, name)?.ok_or_else(|| Problem::new(Code::MemberMissing).with("member", name))
}
