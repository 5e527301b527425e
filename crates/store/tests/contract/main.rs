//! What the rooms rely on, as claims that hold on SQLite in memory, SQLite on disk, and PostgreSQL.
//!
//! PostgreSQL is the server that `SYMBOLON_TEST_POSTGRES` names (`scripts/postgres` starts one); without it these
//! tests fail.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod kit;

mod crash;
mod disk;
mod durability;
mod groups;
mod migrations;
mod observer;
mod processes;
mod rooms;
mod statements;
mod values;
