//! How decisions survive a crash: SQLite and PostgreSQL behind one concrete [`Store`].
//!
//! Every unit of work is an [`Operation`]: a struct with its inputs, run in one transaction. What was acknowledged is
//! on disk; what failed has changed nothing. [`Store::write`] groups operations that arrive together into one commit;
//! [`Store::read`] runs beside it on one state of the database. The SQL is written once for both databases
//! ([`Statement`]); what differs is in one file, `dialect`.
//!
//! The engine first, then one room per noun.

mod database;
mod dialect;
mod error;
mod migrate;
mod observer;
mod operation;
mod postgres;
mod sqlite;
mod statement;
mod store;
mod tx;
mod value;

pub mod accept;
pub mod acceptances;
pub mod ahead;
pub mod app_passwords;
pub mod attempts;
pub mod audit;
pub mod backups;
pub mod connections;
pub mod departures;
pub mod directories;
pub mod durability;
pub mod email_changes;
pub mod events;
pub mod gestures;
pub mod giving_up;
pub mod identities;
pub mod invites;
pub mod keys;
pub mod mails;
pub mod notes;
pub mod notifications;
pub mod outbox;
pub mod peers;
pub mod people;
pub mod piles;
pub mod redeem;
pub mod removal;
pub mod second_factors;
pub mod seen;
pub mod servers;
pub mod sessions;
pub mod settle;
pub mod stop;
pub mod sync;
pub mod trace;
pub mod trust;
pub mod users;

pub use database::{Database, PostgresUrl};
pub use error::Error;
pub use observer::{Access, Done, Happened, Observer};
pub use operation::Operation;
pub use statement::Statement;
pub use store::{Disk, Options, Store, Wait};
pub use tx::Tx;
pub use value::{Row, Value};

/// Every statement there is, for the test that prepares them all on both databases.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        accept::STATEMENTS,
        acceptances::STATEMENTS,
        ahead::STATEMENTS,
        app_passwords::STATEMENTS,
        attempts::STATEMENTS,
        audit::STATEMENTS,
        connections::STATEMENTS,
        connections::called::STATEMENTS,
        connections::listing::STATEMENTS,
        departures::STATEMENTS,
        directories::STATEMENTS,
        events::STATEMENTS,
        gestures::STATEMENTS,
        giving_up::STATEMENTS,
        identities::STATEMENTS,
        invites::STATEMENTS,
        email_changes::STATEMENTS,
        mails::STATEMENTS,
        migrate::STATEMENTS,
        notes::STATEMENTS,
        notifications::STATEMENTS,
        outbox::STATEMENTS,
        outbox::leases::STATEMENTS,
        outbox::listing::STATEMENTS,
        peers::STATEMENTS,
        people::STATEMENTS,
        piles::STATEMENTS,
        redeem::STATEMENTS,
        second_factors::STATEMENTS,
        seen::STATEMENTS,
        servers::STATEMENTS,
        sessions::STATEMENTS,
        stop::STATEMENTS,
        store::STATEMENTS,
        sync::claims::STATEMENTS,
        sync::digests::STATEMENTS,
        sync::schedule::STATEMENTS,
        trace::STATEMENTS,
        trust::STATEMENTS,
        users::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
