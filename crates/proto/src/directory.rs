//! Directories: lists of servers that somebody keeps for a federation (draft-05, Appendix C).
//!
//! A directory is a JWS (RFC 7515) in any of its three serialisations. Its key does not come with it: an administrator got
//! it by another way. What the list says are names and nothing more; each is read as strictly as one that a person typed.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::address::Provider;
use crate::keys::{Algorithm, Jwks};
use crate::text::clean_name;

/// Largest document, in bytes.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most servers of one directory that are read; the others are counted as left out.
pub const SERVERS_MAX: usize = 10_000;

/// Most signatures of one document that are looked at.
const SIGNATURES_MAX: usize = 16;

/// A list whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its name, for people.
    pub federation: String,
    /// Its servers in the order of their names, each once, with what it is called for people.
    pub servers: BTreeMap<Provider, String>,
    /// How many entries are none by the rules of Appendix C, or too many.
    pub left_out: usize,
}

/// Why a document is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// More than [`BYTES_MAX`].
    #[error("it has more than 4 MiB")]
    TooLarge,
    /// Neither the compact nor one of the JSON serialisations of RFC 7515.
    #[error("it is not a signed document (RFC 7515): {0}")]
    NotSigned(&'static str),
    /// The signature asks for something that is not understood (RFC 7515 §4.1.11).
    #[error("its signature has a critical extension that is not known here")]
    Critical,
    /// The algorithm is not that of any of the keys.
    #[error("it is signed with {alg:?}, and none of the keys for it has that algorithm")]
    Algorithm {
        /// What it says, shortened.
        alg: String,
    },
    /// None of the keys made any of its signatures.
    #[error("its signature was made by none of the keys for it")]
    Signature,
    /// Signed, but no directory.
    #[error("it is signed, but it is no directory of servers: {0}")]
    Payload(String),
}

/// RFC 7515 §7.2, both forms. What is not protected by the signature is not read.
#[derive(Deserialize)]
struct Envelope {
    payload: String,
    protected: Option<String>,
    signature: Option<String>,
    #[serde(default)]
    signatures: Vec<Signed>,
}

#[derive(Deserialize)]
struct Signed {
    protected: String,
    signature: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Payload {
    federation: String,
    servers: Vec<Value>,
}

/// Reads a directory that one of `keys` has signed. With `dev`, plain HTTP is a server's address, too.
pub fn read(document: &[u8], keys: &Jwks, dev: bool) -> Result<Directory, DirectoryError> {
    if document.len() > BYTES_MAX {
        return Err(DirectoryError::TooLarge);
    }
    let text = std::str::from_utf8(document)
        .map_err(|_| DirectoryError::NotSigned("it is not text"))?
        .trim();
    let (payload, signatures) = envelope(text)?;
    let mut error = DirectoryError::NotSigned("it has no signature");
    for signed in signatures.iter().take(SIGNATURES_MAX) {
        match verify(signed, &payload, keys) {
            Ok(()) => return listed(&payload, dev),
            Err(why) => error = why,
        }
    }
    Err(error)
}

fn envelope(text: &str) -> Result<(String, Vec<Signed>), DirectoryError> {
    if !text.starts_with('{') {
        let mut parts = text.split('.').map(str::to_owned);
        let (Some(protected), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let what = "it is neither JSON nor three parts with dots between them";
            return Err(DirectoryError::NotSigned(what));
        };
        let signed = Signed {
            protected,
            signature,
        };
        return Ok((payload, vec![signed]));
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(|_| {
        DirectoryError::NotSigned("its members are not payload, protected and signature")
    })?;
    let mut signatures = envelope.signatures;
    if let (Some(protected), Some(signature)) = (envelope.protected, envelope.signature) {
        signatures.push(Signed {
            protected,
            signature,
        });
    }
    Ok((envelope.payload, signatures))
}

fn verify(signed: &Signed, payload: &str, keys: &Jwks) -> Result<(), DirectoryError> {
    let header = decode(&signed.protected, "its protected header cannot be read")?;
    let header: Header = serde_json::from_slice(&header)
        .map_err(|_| DirectoryError::NotSigned("its protected header names no algorithm"))?;
    if header.crit.is_some() {
        return Err(DirectoryError::Critical);
    }
    let signature = decode(&signed.signature, "its signature cannot be read")?;
    let input = format!("{}.{payload}", signed.protected);
    // The key decides: what the document says may choose among algorithms of keys, never add one (RFC 8725 §3.1).
    let named = Algorithm::from_name(&header.alg);
    let verifiers = keys.iter().filter_map(|key| key.verifier().ok());
    let mut fits = false;
    for verifier in verifiers.filter(|verifier| Some(verifier.algorithm()) == named) {
        fits = true;
        if verifier.verify(input.as_bytes(), &signature) {
            return Ok(());
        }
    }
    if fits {
        return Err(DirectoryError::Signature);
    }
    let alg = header.alg.chars().take(20).collect();
    Err(DirectoryError::Algorithm { alg })
}

fn listed(payload: &str, dev: bool) -> Result<Directory, DirectoryError> {
    let payload = decode(payload, "its payload cannot be read")?;
    let payload: Payload = serde_json::from_slice(&payload)
        .map_err(|error| DirectoryError::Payload(error.to_string()))?;
    let federation = clean_name(&payload.federation);
    if federation.is_empty() {
        return Err(DirectoryError::Payload("its name is empty".to_owned()));
    }
    let (mut servers, mut left_out) = (BTreeMap::new(), 0);
    for entry in &payload.servers {
        match server(entry, dev) {
            Some((provider, name)) if servers.len() < SERVERS_MAX => {
                servers.entry(provider).or_insert(name);
            }
            _ => left_out += 1,
        }
    }
    Ok(Directory {
        federation,
        servers,
        left_out,
    })
}

/// A scheme, a host, perhaps a port, and nothing else (Appendix C).
fn server(entry: &Value, dev: bool) -> Option<(Provider, String)> {
    let text = entry.get("url")?.as_str()?;
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || (dev && url.scheme() == "http");
    let bare = url.username().is_empty() && url.password().is_none();
    let short = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !(safe && bare && short) {
        return None;
    }
    let provider = Provider::parse(text).ok()?;
    let name = entry.get("displayName").and_then(Value::as_str);
    let name = name.map(clean_name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| provider.to_string());
    Some((provider, name))
}

fn decode(text: &str, what: &'static str) -> Result<Vec<u8>, DirectoryError> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(text);
    decoded.map_err(|_| DirectoryError::NotSigned(what))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    };
    use serde_json::json;

    use super::*;

    /// Somebody who keeps a directory.
    struct Keeper(EcdsaKeyPair);

    impl Keeper {
        fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
        }

        fn keys(&self) -> Jwks {
            let point = self.0.public_key().as_ref();
            let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
            jwks(
                &json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y, "alg": "ES256" }),
            )
        }

        fn signed(&self, header: &Value, payload: &Value) -> [String; 3] {
            let (protected, payload) = (encode(&bytes(header)), encode(&bytes(payload)));
            let input = format!("{protected}.{payload}");
            let signature = self.0.sign(&SystemRandom::new(), input.as_bytes());
            [protected, payload, encode(signature.unwrap().as_ref())]
        }

        fn document(&self, payload: &Value) -> String {
            let [protected, payload, signature] = self.signed(&json!({ "alg": "ES256" }), payload);
            flattened(&protected, &payload, &signature)
        }
    }

    fn jwks(key: &Value) -> Jwks {
        Jwks::parse(&bytes(&json!({ "keys": [key] }))).unwrap()
    }

    fn bytes(value: &Value) -> Vec<u8> {
        serde_json::to_vec(value).unwrap()
    }

    fn encode(bytes: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn flattened(protected: &str, payload: &str, signature: &str) -> String {
        json!({ "protected": protected, "payload": payload, "signature": signature }).to_string()
    }

    fn mesh() -> Value {
        json!({ "federation": "The Mesh", "servers": [
            { "url": "https://cat.example.org", "displayName": "Cat University" },
            { "url": "https://dog.example.org:8443/", "displayName": "Dog Institute" },
        ] })
    }

    fn names(directory: &Directory) -> Vec<&str> {
        directory.servers.keys().map(Provider::as_str).collect()
    }

    #[test]
    fn a_signed_list_is_read_in_all_three_forms_and_ports_survive() {
        let keeper = Keeper::new();
        let [protected, payload, signature] = keeper.signed(&json!({ "alg": "ES256" }), &mesh());
        let strange = json!({ "protected": encode(b"{\"alg\":\"none\"}"), "signature": "" });
        let good = json!({ "protected": protected, "signature": signature });
        let general = json!({ "payload": payload, "signatures": [strange, good] });
        for document in [
            flattened(&protected, &payload, &signature),
            general.to_string(),
            format!("{protected}.{payload}.{signature}\n"),
        ] {
            let directory = read(document.as_bytes(), &keeper.keys(), false).unwrap();
            assert_eq!(directory.federation, "The Mesh");
            assert_eq!(
                names(&directory),
                ["cat.example.org", "dog.example.org:8443"]
            );
            assert_eq!(directory.left_out, 0);
        }
    }

    #[test]
    fn an_ed25519_key_signs_as_well() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let x = encode(pair.public_key().as_ref());
        let keys = jwks(&json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x }));
        let (protected, payload) = (encode(b"{\"alg\":\"EdDSA\"}"), encode(&bytes(&mesh())));
        let signature = encode(
            pair.sign(format!("{protected}.{payload}").as_bytes())
                .as_ref(),
        );
        let document = flattened(&protected, &payload, &signature);
        assert!(read(document.as_bytes(), &keys, false).is_ok());
    }

    #[test]
    fn a_list_that_was_changed_or_signed_by_somebody_else_is_not_believed() {
        let keeper = Keeper::new();
        let document = keeper.document(&mesh());
        let other = Keeper::new().keys();
        let error = read(document.as_bytes(), &other, false).unwrap_err();
        assert_eq!(error, DirectoryError::Signature);
        let [protected, _, signature] = keeper.signed(&json!({ "alg": "ES256" }), &mesh());
        let another = encode(&bytes(&json!({ "federation": "The Mesh", "servers": [] })));
        let changed = flattened(&protected, &another, &signature);
        let error = read(changed.as_bytes(), &keeper.keys(), false).unwrap_err();
        assert_eq!(error, DirectoryError::Signature);
    }

    #[test]
    fn the_document_does_not_choose_how_it_is_verified() {
        let keeper = Keeper::new();
        for alg in ["none", "HS256", "ES384", "EdDSA", ""] {
            let [protected, payload, signature] = keeper.signed(&json!({ "alg": alg }), &mesh());
            let document = flattened(&protected, &payload, &signature);
            let error = read(document.as_bytes(), &keeper.keys(), false).unwrap_err();
            assert_eq!(
                error,
                DirectoryError::Algorithm {
                    alg: alg.to_owned()
                }
            );
        }
        let header = json!({ "alg": "ES256", "b64": false, "crit": ["b64"] });
        let [protected, payload, signature] = keeper.signed(&header, &mesh());
        let document = flattened(&protected, &payload, &signature);
        let error = read(document.as_bytes(), &keeper.keys(), false).unwrap_err();
        assert_eq!(error, DirectoryError::Critical);
        // A key beside the signature is somebody's key, and not ours to believe.
        let own = json!({ "payload": payload, "protected": encode(b"{}"), "signature": signature,
                          "header": { "jwk": {} } });
        let error = read(own.to_string().as_bytes(), &keeper.keys(), false).unwrap_err();
        assert!(matches!(error, DirectoryError::NotSigned(_)), "{error}");
    }

    #[test]
    fn an_unsigned_list_is_refused() {
        let keeper = Keeper::new();
        for document in [
            mesh().to_string(),
            json!({ "payload": mesh(), "protected": {}, "signature": "" }).to_string(),
            json!({ "payload": "e30" }).to_string(),
            String::new(),
            "<html>".to_owned(),
            "a.b".to_owned(),
        ] {
            let error = read(document.as_bytes(), &keeper.keys(), false).unwrap_err();
            assert!(
                matches!(error, DirectoryError::NotSigned(_)),
                "{document}: {error}"
            );
        }
        let large = vec![b' '; BYTES_MAX + 1];
        assert_eq!(
            read(&large, &keeper.keys(), false),
            Err(DirectoryError::TooLarge)
        );
        let none = keeper.document(&json!({ "servers": [] }));
        let error = read(none.as_bytes(), &keeper.keys(), false).unwrap_err();
        assert!(matches!(error, DirectoryError::Payload(_)), "{error}");
    }

    #[test]
    fn what_is_no_server_by_the_draft_is_left_out_and_counted() {
        let keeper = Keeper::new();
        let servers = [
            "https://cat.example.org/ocm",
            "https://carol@cat.example.org",
            "https://cat.example.org/?a=b",
            "https://cat.example.org/#a",
            "http://cat.example.org",
            "ftp://cat.example.org",
            "cat.example.org",
            "",
        ];
        let mut servers: Vec<Value> = servers.iter().map(|url| json!({ "url": url })).collect();
        servers.extend([json!(1), json!({}), json!({ "url": 1 })]);
        let all = servers.len();
        servers.extend([
            json!({ "url": "https://Dog.example.org", "displayName": "  Dog\u{202e}\n " }),
            json!({ "url": "https://dog.example.org:443", "displayName": "Dog again" }),
            json!({ "url": "https://emu.example.org" }),
        ]);
        let payload = json!({ "federation": "The Mesh", "servers": servers });
        let directory = read(keeper.document(&payload).as_bytes(), &keeper.keys(), false).unwrap();
        assert_eq!(directory.left_out, all);
        assert_eq!(names(&directory), ["dog.example.org", "emu.example.org"]);
        let called: Vec<&str> = directory.servers.values().map(String::as_str).collect();
        assert_eq!(called, ["Dog", "emu.example.org"]);
        let directory = read(keeper.document(&payload).as_bytes(), &keeper.keys(), true).unwrap();
        assert!(
            names(&directory).contains(&"cat.example.org"),
            "with dev, plain HTTP, too"
        );
    }
}
