//! Whole servers in one process, seen from outside: by other servers, by clients, and by people's scripts.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod accepter;
mod ahead;
mod attacks;
mod caches;
mod cavage;
mod certificates;
mod check;
mod clients;
mod collector;
mod crowd;
mod directories;
mod doctor;
mod events;
mod examples;
mod inviter;
mod keys;
mod language;
mod log_in;
mod mail;
mod probe;
mod quirks;
mod refusals;
mod secrets;
mod stopped;
mod story;
mod support;
mod sync;
mod telemetry;
mod trace;
mod trust;
