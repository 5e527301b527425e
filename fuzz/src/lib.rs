//! Everything that a stranger can send, played on what reads it.
//!
//! A target takes any bytes, hands them to a parser or to a list of operations, and panics if something does not hold that
//! must hold for every input: nothing panics, what was read and written is read again as the same, a canonical form is its
//! own canonical form, and nobody is believed whose signature does not fit. `scripts/fuzz` drives the targets with
//! libFuzzer, which looks for inputs that go new ways; `cargo test` plays the inputs that are kept in `corpus/`.
//!
//! Inputs are texts wherever they can be, so that a finding can be read: parts are separated by line feeds.

mod targets;

/// Something that takes any bytes.
pub struct Target {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// Plays an input; panics if something does not hold.
    pub play: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 15] = [
    Target::new("acceptances", targets::acceptances::play),
    Target::new("addresses", targets::addresses::play),
    Target::new("cavage", targets::cavage::play),
    Target::new("cookies", targets::cookies::play),
    Target::new("decisions", targets::decisions::play),
    Target::new("directories", targets::directories::play),
    Target::new("discovery", targets::discovery::play),
    Target::new("forms", targets::forms::play),
    Target::new("identities", targets::identities::play),
    Target::new("invites", targets::invites::play),
    Target::new("keys", targets::keys::play),
    Target::new("notifications", targets::notifications::play),
    Target::new("operations", targets::operations::play),
    Target::new("signatures", targets::signatures::play),
    Target::new("sync", targets::sync::play),
];

/// A mistake that is planted, to see that it is found and told.
pub const PLANTED: Target = Target::new("planted", targets::planted::play);

impl Target {
    const fn new(name: &'static str, play: fn(&[u8])) -> Self {
        Self { name, play }
    }
}

/// The target that the environment names in `SYMBOLON_FUZZ`.
pub fn chosen() -> fn(&[u8]) {
    static CHOSEN: std::sync::OnceLock<fn(&[u8])> = std::sync::OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let name = std::env::var("SYMBOLON_FUZZ").unwrap_or_default();
        let mut all = TARGETS.iter().chain([&PLANTED]);
        let found = all.find(|target| target.name == name);
        found.expect("SYMBOLON_FUZZ names a target").play
    })
}
