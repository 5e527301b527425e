//! Measurements of whole servers, and later worlds of several servers under a virtual clock.
//!
//! For now this crate holds the benchmark alone: `cargo build --release && cargo bench -p symbolon-sim`
//! (`benches/figures.rs`). Nothing uses this crate.
