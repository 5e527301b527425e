//! The proof that two halves always fit: a model check of the rules ([`model`]), worlds of several whole servers under a
//! virtual clock, real processes that are killed ([`failpoints`] and `tests/crashes`), and measurements of whole servers
//! (`benches/figures.rs`, [`cost`]).
//!
//! [`world`] is the beginning: a seed makes a [`plan`], and everything else follows. [`server`], [`disk`] and [`net`] are
//! what a server stands on; [`people`] act, [`chaos`] lets things go wrong; [`watch`], [`confirmed`] and [`verdict`] are
//! the oracles; [`faults`] are what they are tried on. Nothing uses this crate.

pub mod account;
pub mod chance;
pub mod chaos;
pub mod confirmed;
pub mod cost;
pub mod crowd;
mod database;
pub mod disk;
pub mod doubles;
pub mod failpoints;
pub mod faults;
pub mod meddle;
pub mod message;
pub mod model;
pub mod net;
pub mod people;
pub mod plan;
pub mod runner;
pub mod server;
pub mod story;
pub mod verdict;
pub mod watch;
pub mod world;
