//! Digests over pairs of people, by which two servers find out where their halves differ without listing them.
//!
//! A pair has a place, one of [`BUCKETS`], that depends on the two people alone, and a digest that depends on the state of
//! the half too. Digests are added by exclusive or, so that one that is kept up to date costs two additions per change.
//! They find accidents, not lies: whoever lies about its own halves needs no collision for it. Section 5.3 of
//! `docs/protocol/connection-lifecycle.md` gives them byte by byte, with test vectors.

use aws_lc_rs::digest::{Context, SHA256};

use crate::address::Provider;

/// How many buckets there are for each pair of servers.
pub const BUCKETS: usize = 65_536;

/// How many groups the buckets form, and how many buckets a group has.
pub const GROUP: usize = 256;

/// Keeps these hashes apart from all others.
const DOMAIN: &[u8] = b"ocm-connection-sync";

/// Two people on two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair([u8; 32]);

impl Pair {
    /// The pair of two people, each by server and identifier without the server's name behind it; in either order.
    pub fn new(one: (&Provider, &str), other: (&Provider, &str)) -> Self {
        let (low, high) = if one <= other {
            (one, other)
        } else {
            (other, one)
        };
        let mut hash = Context::new(&SHA256);
        hash.update(DOMAIN);
        for part in [low.0.as_str(), low.1, high.0.as_str(), high.1] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(bytes(hash))
    }

    /// Its bucket: the first two bytes of the hash.
    pub fn bucket(&self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }

    /// What a half of this pair adds to the digests.
    pub fn item(&self, generation: u64, connected: bool) -> u64 {
        let mut hash = Context::new(&SHA256);
        hash.update(&self.0);
        hash.update(&generation.to_be_bytes());
        hash.update(&[connected.into()]);
        let [a, b, c, d, e, f, g, h, ..] = bytes(hash);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// The group of a bucket.
pub fn group(bucket: u16) -> u8 {
    bucket.to_be_bytes()[0]
}

/// The buckets of a group.
pub fn buckets(group: u8) -> impl Iterator<Item = u16> {
    (0..=u8::MAX).map(move |low| u16::from_be_bytes([group, low]))
}

fn bytes(hash: Context) -> [u8; 32] {
    let digest = hash.finish();
    let bytes = digest.as_ref().try_into();
    bytes.expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str) -> Provider {
        Provider::parse(name).unwrap()
    }

    #[test]
    fn both_servers_compute_the_same_pair() {
        let (cat, dog) = (provider("cat.example.org"), provider("dog.example.org"));
        let here = Pair::new((&cat, "bob"), (&dog, "carol"));
        let there = Pair::new((&dog, "carol"), (&cat, "bob"));
        assert_eq!(here, there);
        assert_ne!(here, Pair::new((&cat, "carol"), (&dog, "bob")));
        assert_ne!(here, Pair::new((&cat, "bo"), (&dog, "bcarol")));
    }

    #[test]
    fn digest_depends_on_generation_and_phase() {
        let (cat, dog) = (provider("cat.example.org"), provider("dog.example.org"));
        let pair = Pair::new((&cat, "bob"), (&dog, "carol"));
        let items = [pair.item(1, true), pair.item(1, false), pair.item(2, true)];
        assert_ne!(items[0], items[1]);
        assert_ne!(items[0], items[2]);
    }

    #[test]
    fn every_bucket_is_in_one_group() {
        let mut seen = 0;
        for one in 0..=u8::MAX {
            for bucket in buckets(one) {
                assert_eq!(group(bucket), one);
                assert_eq!(usize::from(bucket), seen);
                seen += 1;
            }
        }
        assert_eq!(seen, BUCKETS);
    }
}
