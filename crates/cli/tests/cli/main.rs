//! The built binary, used as people and scripts use it.

mod binary;
mod config;
mod connections;
mod demo;
mod directories;
mod doctor;
mod help;
mod invites;
mod keys;
mod outbox;
mod peer_check;
mod peers;
mod postgres;
mod probe;
mod serve;
mod trace;
mod users;
mod web;
