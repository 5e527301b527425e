//! One request and one answer, as a double sees them.

use bytes::Bytes;
use http::Method;
use serde_json::Value;
use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::signature::{MessageParts, sign_with};
use url::Url;

/// A request between two servers.
#[derive(Clone)]
pub struct Asked {
    /// GET or POST.
    pub method: Method,
    /// An absolute address.
    pub url: Url,
    /// All headers, `host` excepted.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Bytes,
}

/// An answer.
#[derive(Clone)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// All headers.
    pub headers: Vec<(String, String)>,
    /// Whole.
    pub body: Bytes,
}

impl Asked {
    /// A document is asked for.
    pub fn get(url: &str) -> Self {
        Self {
            method: Method::GET,
            url: Url::parse(url).expect("doubles ask addresses"),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// JSON is sent.
    pub fn post(url: &str, body: String) -> Self {
        Self {
            method: Method::POST,
            url: Url::parse(url).expect("doubles ask addresses"),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Bytes::from(body),
        }
    }

    /// Signs it as the draft wants it.
    pub fn sign(&mut self, key: &SigningKey, now_secs: i64) {
        let length = self.body.len().to_string();
        let digest = content_digest(&self.body);
        self.headers.push(("content-length".to_owned(), length));
        self.headers.push(("content-digest".to_owned(), digest));
        let view = self.view();
        let message = MessageParts::request("POST", self.url.as_str(), &view);
        let signed = sign_with(&message, key, now_secs, &[]).expect("all of it is there");
        let input = ("signature-input".to_owned(), signed.signature_input);
        self.headers.push(input);
        let signature = ("signature".to_owned(), signed.signature);
        self.headers.push(signature);
    }

    /// The headers as signatures look at them.
    pub fn view(&self) -> Vec<(&str, &str)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| (&**name, &**value)).collect()
    }

    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(known, _): &&(String, String)| known.eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| &**value)
    }

    /// The path without a slash at its end.
    pub fn path(&self) -> &str {
        let path = self.url.path();
        path.strip_suffix('/').unwrap_or(path)
    }

    /// Whether it says that it brings JSON.
    pub fn brings_json(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"))
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Said {
    /// An answer of some kind.
    pub fn new(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into(),
        }
    }

    /// JSON, said to be JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// The body as JSON; `null` if it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A member that is a text, empty if it is not there or something else.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
