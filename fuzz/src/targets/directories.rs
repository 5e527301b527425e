//! Directories of servers, and the lists that other servers keep.

use std::sync::OnceLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::json;
use symbolon_proto::address::Provider;
use symbolon_proto::directory::{Directory, SERVERS_MAX, read};
use symbolon_proto::keys::Jwks;
use symbolon_proto::ocmproviders;

/// Somebody who keeps a directory.
struct Keeper {
    pair: Ed25519KeyPair,
    keys: Jwks,
}

fn keeper() -> &'static Keeper {
    static KEEPER: OnceLock<Keeper> = OnceLock::new();
    KEEPER.get_or_init(|| {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes are a seed");
        let x = BASE64.encode(pair.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x });
        let keys = json!({ "keys": [key] }).to_string();
        let keys = Jwks::parse(keys.as_bytes()).expect("it is a set of keys");
        Keeper { pair, keys }
    })
}

impl Keeper {
    /// A document that is signed, in the compact form.
    fn signs(&self, payload: &[u8]) -> String {
        let input = format!(
            "{}.{}",
            BASE64.encode(b"{\"alg\":\"EdDSA\"}"),
            BASE64.encode(payload)
        );
        let signature = BASE64.encode(self.pair.sign(input.as_bytes()).as_ref());
        format!("{input}.{signature}")
    }
}

pub(crate) fn play(bytes: &[u8]) {
    let keeper = keeper();
    // As the payload of a document that is signed: what a keeper of directories could do to us.
    let signed = keeper.signs(bytes);
    for dev in [false, true] {
        if let Ok(directory) = read(signed.as_bytes(), &keeper.keys, dev) {
            is_sound(&directory);
        }
    }
    // As the document itself: what anybody could. The keeper has signed nothing that could be found here.
    assert!(
        read(bytes, &keeper.keys, true).is_err(),
        "a forged directory"
    );
    if let Ok(listed) = ocmproviders::parse(bytes) {
        for provider in listed.iter().filter_map(|one| one.provider.as_ref().ok()) {
            is_canonical(provider);
        }
    }
}

fn is_sound(directory: &Directory) {
    assert!(directory.servers.len() <= SERVERS_MAX);
    assert!(!directory.federation.is_empty());
    for (provider, name) in &directory.servers {
        is_canonical(provider);
        assert!(!name.is_empty());
    }
}

fn is_canonical(provider: &Provider) {
    assert_eq!(Provider::parse(provider.as_str()).as_ref(), Ok(provider));
}
