//! The set of keys that an OCM server publishes (RFC 7517 §5).

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use super::Jwk;

/// A set of public keys. Reading is lenient: unknown members are ignored and a key that cannot be used does not spoil the
/// others. Writing gives the document back without what was ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

/// Why a document is not a set of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwksError {
    /// The document is larger than anybody needs.
    #[error("the key document has {bytes} bytes, {JWKS_BYTES_MAX} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The document is not JSON, has no array `keys`, or more keys than [`KEYS_MAX`].
    #[error("the key document cannot be read: {reason}")]
    Malformed {
        /// What is wrong, in English.
        reason: String,
    },
}

/// What a set holds under a key id.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// One key.
    Found(&'a Jwk),
    /// No key.
    Absent,
    /// Several keys: an id that is used twice names none of them.
    Ambiguous,
}

/// The largest document that [`Jwks::parse`] reads, in bytes: room for [`KEYS_MAX`] RSA keys.
pub const JWKS_BYTES_MAX: usize = 128 * 1024;

/// The most keys in a document. Servers publish one to three of them.
pub const KEYS_MAX: usize = 64;

impl Jwks {
    /// Parses what a peer answered at its JWKS URL.
    pub fn parse(document: &[u8]) -> Result<Self, JwksError> {
        if document.len() > JWKS_BYTES_MAX {
            return Err(JwksError::TooLarge {
                bytes: document.len(),
            });
        }
        serde_json::from_slice(document).map_err(|error| JwksError::Malformed {
            reason: error.to_string(),
        })
    }

    /// The key that is called `key_id`, character for character (draft-05, Appendix B; RFC 7517 §4.5).
    pub fn find(&self, key_id: &str) -> Lookup<'_> {
        let mut found = self.keys.iter().filter(|key| key.kid() == key_id);
        match (found.next(), found.next()) {
            (Some(key), None) => Lookup::Found(key),
            (None, _) => Lookup::Absent,
            (Some(_), Some(_)) => Lookup::Ambiguous,
        }
    }

    /// Whether a key is called `key_id`; if not, it is worth to fetch the document again, once.
    pub fn contains(&self, key_id: &str) -> bool {
        self.key_ids().any(|kid| kid == key_id)
    }

    /// Adds the keys of another document of the same server whose ids this one does not have, up to [`KEYS_MAX`] in all.
    pub fn add(&mut self, other: Self) {
        let room = KEYS_MAX.saturating_sub(self.keys.len());
        let own = &self.keys;
        let new = other.keys.into_iter();
        let new = new.filter(|key| own.iter().all(|known| known.kid() != key.kid()));
        let new: Vec<Jwk> = new.take(room).collect();
        self.keys.extend(new);
    }

    /// All keys, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter()
    }

    /// The ids of all keys, in the order of the document.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(Jwk::kid)
    }

    /// Whether there is no key that a signature can refer to. A peer that publishes such a set cannot be asked to sign.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl FromIterator<Jwk> for Jwks {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Jwks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }
        let document = Document::deserialize(deserializer)?;
        if document.keys.len() > KEYS_MAX {
            return Err(de::Error::custom(format_args!("more than {KEYS_MAX} keys")));
        }
        Ok(document.keys.iter().filter_map(Jwk::from_value).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{JWKS_BYTES_MAX, Jwks, JwksError, KEYS_MAX, Lookup};

    const X: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

    fn parse(document: &serde_json::Value) -> Result<Jwks, JwksError> {
        Jwks::parse(document.to_string().as_bytes())
    }

    #[test]
    fn one_bad_key_does_not_spoil_the_set() {
        let keys = parse(
            &json!({"keys": [7, {"kid": 1}, {"kty": "XYZ", "kid": "odd"},
            {"kty": "OKP", "crv": "Ed25519", "kid": "good", "x": X, "extra": {}}], "extra": 1}),
        )
        .unwrap();
        assert_eq!(keys.key_ids().collect::<Vec<_>>(), ["odd", "good"]);
        assert!(matches!(keys.find("good"), Lookup::Found(key) if key.verifier().is_ok()));
        assert!(matches!(keys.find("odd"), Lookup::Found(key) if key.verifier().is_err()));
    }

    #[test]
    fn ids_are_compared_character_for_character_and_must_be_unique() {
        let key = |kid: &str| json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": X});
        let keys = parse(
            &json!({"keys": [key("example.org#a"), key("example.org#b"), key("example.org#b")]}),
        )
        .unwrap();
        assert!(keys.contains("example.org#a"));
        assert!(matches!(keys.find("example.org#b"), Lookup::Ambiguous));
        for other in [
            "Example.org#a",
            "example.org#a ",
            "example.org#A",
            "https://example.org#a",
            "",
        ] {
            assert!(matches!(keys.find(other), Lookup::Absent));
            assert!(!keys.contains(other));
        }
    }

    #[test]
    fn keys_of_a_second_document_are_added_and_replace_none() {
        let of = |ids: &[&str], x: &str| {
            let key = |kid: &&str| json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x});
            parse(&json!({"keys": ids.iter().map(key).collect::<Vec<_>>()})).unwrap()
        };
        let mut keys = of(&["a", "b"], X);
        keys.add(of(&["b", "c", "c"], "other"));
        assert_eq!(keys.key_ids().collect::<Vec<_>>(), ["a", "b", "c", "c"]);
        assert!(matches!(keys.find("b"), Lookup::Found(key) if key.verifier().is_ok()));
        assert!(matches!(keys.find("c"), Lookup::Ambiguous));
        let many: Vec<String> = (0..KEYS_MAX).map(|number| number.to_string()).collect();
        keys.add(of(&many.iter().map(String::as_str).collect::<Vec<_>>(), X));
        assert_eq!(keys.key_ids().count(), KEYS_MAX);
    }

    #[test]
    fn a_set_survives_writing_and_reading() {
        let keys = parse(
            &json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": X, "use": "sig"}]}),
        )
        .unwrap();
        let written = serde_json::to_string(&keys).unwrap();
        assert_eq!(
            written,
            format!(
                r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{X}","kid":"a","use":"sig"}}]}}"#
            )
        );
        assert_eq!(Jwks::parse(written.as_bytes()), Ok(keys));
    }

    #[test]
    fn documents_have_limits() {
        assert!(matches!(
            Jwks::parse(&vec![b' '; JWKS_BYTES_MAX + 1]),
            Err(JwksError::TooLarge { .. })
        ));
        let many = vec![json!({}); KEYS_MAX + 1];
        for document in [
            json!({ "keys": many }),
            json!({}),
            json!([]),
            json!({"keys": {}}),
            json!("<html>"),
        ] {
            assert!(
                matches!(parse(&document), Err(JwksError::Malformed { .. })),
                "{document}"
            );
        }
        assert!(parse(&json!({"keys": []})).unwrap().is_empty());
    }
}
