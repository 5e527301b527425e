//! What happened in a world, for people to read and for two runs to be compared by.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// The lines of one world so far.
pub struct Story {
    began: Instant,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    lines: Vec<String>,
    hash: u64,
    violation: Option<Violation>,
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which oracle noticed.
    pub oracle: &'static str,
    /// What it saw.
    pub seen: String,
}

impl Story {
    /// An empty one, beginning now.
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            told: Mutex::default(),
        }
    }

    /// How many milliseconds of the world have passed.
    pub fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Adds a line.
    pub fn tell(&self, line: impl AsRef<str>) {
        let millis = self.millis();
        let line = format!(
            "{:>5}.{:03} {}",
            millis / 1_000,
            millis % 1_000,
            line.as_ref()
        );
        let mut told = self.lock();
        // FNV-1a: the same on every machine.
        for byte in line.bytes() {
            told.hash = (told.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        told.lines.push(line);
    }

    /// A promise was not kept; the first such finding is the one that counts.
    pub fn violated(&self, oracle: &'static str, seen: impl Into<String>) {
        let seen = seen.into();
        self.tell(format!("*** {oracle}: {seen}"));
        self.lock()
            .violation
            .get_or_insert(Violation { oracle, seen });
    }

    /// The first finding.
    pub fn violation(&self) -> Option<Violation> {
        self.lock().violation.clone()
    }

    /// A number that two runs share only if they told the same.
    pub fn hash(&self) -> u64 {
        self.lock().hash
    }

    /// All lines.
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Story {
    fn default() -> Self {
        Self::new()
    }
}
