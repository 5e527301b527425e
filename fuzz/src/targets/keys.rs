//! The sets of keys that other servers publish.

use symbolon_proto::keys::{Jwks, KEYS_MAX, Lookup};

pub(crate) fn play(bytes: &[u8]) {
    let Ok(keys) = Jwks::parse(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&keys).expect("keys can be written");
    assert_eq!(Jwks::parse(&written).as_ref(), Ok(&keys));
    assert!(keys.iter().count() <= KEYS_MAX);
    assert_eq!(keys.is_empty(), keys.iter().next().is_none());
    for key in keys.iter() {
        assert!(keys.contains(key.kid()));
        assert!(!matches!(keys.find(key.kid()), Lookup::Absent));
        if let Ok(verifier) = key.verifier() {
            assert_eq!(Ok(verifier.algorithm()), key.algorithm());
            // Nobody has signed anything here.
            assert!(!verifier.verify(b"what nobody signed", &[7; 64]));
        }
    }
}
