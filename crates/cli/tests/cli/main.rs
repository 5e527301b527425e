//! The built binary, used as people and scripts use it.

mod backup;
mod binary;
#[expect(clippy::unwrap_used, reason = "the tests of the server have it, too")]
#[path = "../../../server/tests/whole/collector.rs"]
mod collector;
mod config;
mod connections;
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod credentials;
mod demo;
mod directories;
mod doctor;
mod help;
mod invites;
mod keys;
mod language;
mod limits;
mod outbox;
mod peer_check;
mod peer_notes;
mod peers;
mod postgres;
mod probe;
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod release;
mod secrets;
mod serve;
mod telemetry;
mod trace;
mod users;
mod web;
