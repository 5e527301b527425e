//! Databases of simulated servers: in memory, and each statement carried out where it is asked for.

use symbolon_store::{Database, Options, Store};
use tokio::sync::OnceCell;

/// A database with the whole schema and nothing in it. The migrations are applied once in a process and copied after
/// that: worlds, which open several databases each, spent a sixth of their time on them.
pub(crate) async fn empty() -> Store {
    static MIGRATED: OnceCell<Store> = OnceCell::const_new();
    let migrated = MIGRATED.get_or_init(async || {
        let options = Options {
            inline: true,
            ..Options::default()
        };
        let store = Store::open(&Database::Memory, options).await;
        store.expect("memory can be opened")
    });
    migrated.await.copy().expect("memory takes a copy")
}
