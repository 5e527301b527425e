//! One file for each target, and what several of them need.

pub(crate) mod acceptances;
pub(crate) mod addresses;
pub(crate) mod cavage;
pub(crate) mod cookies;
pub(crate) mod decisions;
pub(crate) mod directories;
pub(crate) mod discovery;
pub(crate) mod forms;
pub(crate) mod identities;
pub(crate) mod invites;
pub(crate) mod keys;
pub(crate) mod notifications;
pub(crate) mod operations;
pub(crate) mod planted;
pub(crate) mod signatures;
pub(crate) mod sync;

use std::borrow::Cow;

use symbolon_proto::address::Provider;

/// The server on the other side.
fn cat() -> Provider {
    Provider::parse("cat.example.org").expect("it is the name of a server")
}

/// A message in an input: the text up to the first empty line, and the body behind it.
fn split(bytes: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 2..]),
        None => (bytes, &[][..]),
    };
    (String::from_utf8_lossy(head), body)
}

/// Numbers out of an input, zeros when it has ended.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// Any number of eight bytes, small and extreme ones more often than others: the first byte chooses.
    fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..=127 => u64::from(small),
            128..=159 => u64::MAX - u64::from(self.byte()),
            160..=191 => (1 << 53) + u64::from(self.byte()) - 128,
            192..=223 => (1 << 63) + u64::from(self.byte()) - 128,
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    fn signed(&mut self) -> i64 {
        self.number().cast_signed()
    }

    fn is(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    fn is_over(&self) -> bool {
        self.0.is_empty()
    }
}
