//! Reading the `Signature` field (draft-cavage-http-signatures-12 §2.1, §4.1).

use base64::{Engine, prelude::BASE64_STANDARD};

use super::super::{
    error::SignatureError,
    verify::{FIELD_BYTES_MAX, KEY_ID_BYTES_MAX, malformed},
};

/// More names than anybody covers; they are compared pairwise.
const HEADERS_MAX: usize = 32;

/// The longest signature that is read, in bytes: one by an RSA key of 8192 bits.
const SIGNATURE_BYTES_MAX: usize = 1024;

/// The parameters of one signature, as they were sent.
#[derive(Debug)]
pub(super) struct Parameters {
    pub(super) key_id: String,
    pub(super) algorithm: Option<String>,
    /// In lower case, in order.
    pub(super) headers: Vec<String>,
    pub(super) signature: Vec<u8>,
    pub(super) created: Option<i64>,
    pub(super) expires: Option<i64>,
}

/// Whether a line of the field is of this dialect. The values of RFC 9421 are byte sequences between colons.
pub(super) fn is_one(line: &str) -> bool {
    let value = line.split_once('=').map(|(_, value)| value);
    value.is_some_and(|value| {
        value.starts_with(|first: char| first == '"' || first.is_ascii_digit())
    })
}

impl Parameters {
    /// Strict: names once, values quoted without escapes, or numbers where the draft has numbers. Parameters with other names
    /// are passed over.
    pub(super) fn parse(line: &str) -> Result<Self, SignatureError> {
        if line.len() > FIELD_BYTES_MAX {
            return Err(malformed("Signature", "it is longer than 16 KiB"));
        }
        let mut raw = Raw::default();
        let mut rest = line.trim_matches(BLANK);
        let mut names: Vec<&str> = Vec::new();
        loop {
            let (name, value, behind) = parameter(rest)?;
            if names.contains(&name) {
                return Err(malformed("Signature", "a parameter occurs twice"));
            }
            if names.len() == HEADERS_MAX {
                return Err(malformed("Signature", "it has too many parameters"));
            }
            names.push(name);
            raw.take(name, value)?;
            rest = behind.trim_start_matches(BLANK);
            if rest.is_empty() {
                break;
            }
            let comma = rest.strip_prefix(',');
            let comma =
                comma.ok_or_else(|| malformed("Signature", "no comma between parameters"))?;
            rest = comma.trim_start_matches(BLANK);
        }
        raw.whole()
    }
}

#[derive(Default)]
struct Raw<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
    created: Option<i64>,
    expires: Option<i64>,
}

/// What stands behind a `=`.
#[derive(Clone, Copy)]
enum Value<'a> {
    Quoted(&'a str),
    Number(i64),
}

impl<'a> Raw<'a> {
    fn take(&mut self, name: &str, value: Value<'a>) -> Result<(), SignatureError> {
        match (name, value) {
            ("keyId", Value::Quoted(text)) => self.key_id = Some(text),
            ("algorithm", Value::Quoted(text)) => self.algorithm = Some(text),
            ("headers", Value::Quoted(text)) => self.headers = Some(text),
            ("signature", Value::Quoted(text)) => self.signature = Some(text),
            ("created", Value::Number(number)) => self.created = Some(number),
            ("expires", Value::Number(number)) => self.expires = Some(number),
            ("keyId" | "algorithm" | "headers" | "signature" | "created" | "expires", _) => {
                return Err(malformed(
                    "Signature",
                    "a parameter has a value of the wrong type",
                ));
            }
            _ => {}
        }
        Ok(())
    }

    fn whole(self) -> Result<Parameters, SignatureError> {
        let key_id = self.key_id.filter(|id| !id.is_empty());
        let key_id = key_id.ok_or(SignatureError::NoKeyId)?;
        if key_id.len() > KEY_ID_BYTES_MAX {
            return Err(malformed("keyId", "it is longer than 1,024 characters"));
        }
        let signature = self.signature.unwrap_or_default();
        let signature = BASE64_STANDARD.decode(signature).unwrap_or_default();
        if signature.is_empty() || signature.len() > SIGNATURE_BYTES_MAX {
            return Err(malformed(
                "signature",
                "it is not base64, or of an odd length",
            ));
        }
        // Without the parameter, only the time of creation is covered (§2.1.6), which is never enough here.
        let headers = self.headers.unwrap_or("(created)");
        Ok(Parameters {
            key_id: key_id.to_owned(),
            algorithm: self.algorithm.map(str::to_owned),
            headers: names(headers)?,
            signature,
            created: self.created,
            expires: self.expires,
        })
    }
}

/// The names that are covered, each once.
fn names(text: &str) -> Result<Vec<String>, SignatureError> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(' ') {
        let name = name.to_ascii_lowercase();
        if !is_name(&name) {
            return Err(malformed(
                "headers",
                "it is not a list of names with single spaces",
            ));
        }
        if names.contains(&name) {
            return Err(malformed("headers", "a name occurs twice"));
        }
        if names.len() == HEADERS_MAX {
            return Err(malformed("headers", "it has more than 32 names"));
        }
        names.push(name);
    }
    Ok(names)
}

/// A header, or one of the three that stand for something else.
fn is_name(name: &str) -> bool {
    let special = matches!(name, "(request-target)" | "(created)" | "(expires)");
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    special || (!name.is_empty() && name.bytes().all(token))
}

/// The first parameter of a text, and what is behind it.
fn parameter(text: &str) -> Result<(&str, Value<'_>, &str), SignatureError> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        .ok_or_else(|| malformed("Signature", "it is not a list of name=\"value\""))?;
    if let Some(quoted) = value.strip_prefix('"') {
        let (inside, behind) = quoted
            .split_once('"')
            .ok_or_else(|| malformed("Signature", "a quote is not closed"))?;
        if !inside
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\')
        {
            return Err(malformed(
                "Signature",
                "a value has characters that it cannot have",
            ));
        }
        return Ok((name, Value::Quoted(inside), behind));
    }
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = value.split_at(digits);
    let number = number
        .parse()
        .map_err(|_| malformed("Signature", "a value is neither quoted nor a number"))?;
    Ok((name, Value::Number(number), behind))
}

/// Optional white space (RFC 9110 §5.6.3).
const BLANK: [char; 2] = [' ', '\t'];
