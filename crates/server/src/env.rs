//! Time and chance, handed in from here to everything else.
//!
//! This is the only file that reads the machine's clock or its entropy; `clippy.toml` bans both everywhere else, so
//! that the simulator can run whole servers under a virtual clock and print the same ids for the same seed.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use symbolon_core::{Id, Timestamp};

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present, in milliseconds since the epoch. It may step backwards when an administrator sets the clock.
    fn now(&self) -> Timestamp;

    /// The time since some moment, for measuring how long something takes. That of a machine never steps backwards; any
    /// other clock is as exact as its present is.
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.now().as_millis().max(0).cast_unsigned())
    }
}

/// Where chance comes from. Tokens and keys are made of it, so a real one must be cryptographically strong.
pub trait Entropy: Send + Sync {
    /// Overwrites all of `buf`.
    fn fill(&self, buf: &mut [u8]);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read"
    )]
    fn elapsed(&self) -> Duration {
        static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
        FIRST.elapsed()
    }
}

/// The operating system's entropy, by way of AWS-LC.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where entropy is read"
    )]
    fn fill(&self, buf: &mut [u8]) {
        aws_lc_rs::rand::fill(buf)
            .expect("a machine without entropy can make no secret and must stop");
    }
}

/// Clock and entropy together; cheap to clone.
#[derive(Clone)]
pub struct Env {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The entropy.
    pub entropy: Arc<dyn Entropy>,
}

impl Env {
    /// The machine's own.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` bytes of entropy.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A fresh id: 48 bits of now, 80 bits of chance, so that ids sort by age and cannot be guessed.
    pub fn id(&self) -> Id {
        Id::from_parts(self.now().as_millis(), self.random())
    }
}

#[cfg(test)]
pub(crate) mod fixed {
    //! A clock that stands still and chance that counts, for tests.

    use std::sync::Mutex;

    use super::{Arc, Clock, Entropy, Env, Timestamp};

    /// Always the same moment.
    struct Still(Timestamp);

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    /// 0, 1, 2, …
    struct Counting(Mutex<u8>);

    impl Entropy for Counting {
        fn fill(&self, buf: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            for byte in buf {
                *byte = *next;
                *next = next.wrapping_add(1);
            }
        }
    }

    /// 2026-11-24T00:00:00Z for ever.
    pub(crate) fn env() -> Env {
        Env {
            clock: Arc::new(Still(Timestamp::from_secs(1_795_478_400))),
            entropy: Arc::new(Counting(Mutex::new(0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_clock_and_chance_print_the_same_ids() {
        assert_eq!(fixed::env().id(), fixed::env().id());
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let env = fixed::env();
        assert_ne!(env.id(), env.id());
    }

    #[test]
    fn the_machine_knows_roughly_what_year_it_is_and_never_repeats_itself() {
        let env = Env::system();
        assert!(env.now() > Timestamp::from_secs(1_700_000_000));
        assert_ne!(env.random::<16>(), env.random::<16>());
    }
}
