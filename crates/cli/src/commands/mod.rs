//! One file for each command.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod config;
pub(crate) mod connection;
pub(crate) mod demo;
pub(crate) mod directory;
pub(crate) mod doctor;
pub(crate) mod invite;
pub(crate) mod keys;
pub(crate) mod outbox;
pub(crate) mod peer;
pub(crate) mod probe;
pub(crate) mod serve;
pub(crate) mod trace;
pub(crate) mod user;
