//! Repeatable chance: everything that a world leaves to luck comes from its seed.

use std::sync::{Mutex, PoisonError};

use symbolon_server::env::Entropy;

/// One stream of numbers. Streams of different names are independent, so that more luck in one place does not
/// change what happens in another.
pub struct Chance(Mutex<u64>);

impl Chance {
    /// The stream of this name in the world of this seed.
    pub fn of(seed: u64, name: &str) -> Self {
        let mixed = name.bytes().fold(mix(seed ^ 0x5a17), |state, byte| {
            mix(state ^ u64::from(byte))
        });
        Self(Mutex::new(mixed))
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(*state)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number from `low` on and below `high`.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        low + self.below(high - low)
    }

    /// True once in `times`; never if that is 0.
    pub fn one_in(&self, times: u64) -> bool {
        times != 0 && self.below(times) == 0
    }

    /// One of them; `None` if there are none.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(from.len()).ok()?.max(1));
        from.get(usize::try_from(place).ok()?)
    }
}

impl Entropy for Chance {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let bytes = self.next().to_be_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// Spreads a number over all 64 bits (the finalizer of SplitMix64).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
