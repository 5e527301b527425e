//! The doors of Symbolon: what other servers, clients and browsers speak to, and the way out to other servers.
//!
//! Read in this order: [`config`] (what is set), [`mod@env`] (time and chance), [`app`] (everything a handler may reach), [`router`]
//! (every path on one page), then [`http`] (what all doors share), the doors themselves ([`ocm`] for servers) and
//! [`actions`] (what a person can do, behind every door for people), then [`transport`] with its two
//! holders [`peers`] and [`outbox`], then [`sync`] (when all else has failed to reach the other side), and [`start`]
//! and [`lifecycle`] for how a server starts and stops. [`telemetry`] is what an operator sees of it
//! meanwhile, and [`backup`] what they keep for bad days; [`housekeeping`] is what happens by itself. [`mail`] is the way to the mail server. [`doctor`] looks at
//! this server from outside, [`check`] walks
//! towards another, and [`probe`] holds another against the draft.

pub mod accounts;
pub mod actions;
pub mod api;
pub mod app;
pub mod backup;
mod bounded;
pub mod check;
pub mod config;
pub mod departures;
pub mod directories;
pub mod doctor;
pub mod env;
pub mod export;
pub mod housekeeping;
pub mod http;
pub mod keys;
pub mod lifecycle;
pub mod logging;
pub mod mail;
pub mod ocm;
pub mod oidc;
mod open_files;
pub mod outbox;
mod pace;
pub mod peers;
pub mod probe;
pub mod router;
pub mod said;
pub mod sciencemesh;
pub mod start;
pub mod sync;
pub mod telemetry;
mod texts;
pub mod transport;
pub mod web;

pub use start::{Seams, StartError, run, run_with};

#[cfg(test)]
mod specification;
