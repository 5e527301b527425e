//! `symbolon backup` and `symbolon restore`.

use std::path::PathBuf;

use anyhow::Result;
use symbolon_server::backup::{self, BackupError, Kept};
use symbolon_server::config::StorageConfig;
use symbolon_server::env::Env;
use symbolon_store::backups::{Done, NoteBackup};

use crate::errors::{backup_failed, store_failed};
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output;
use crate::settings::{Desk, Place};

/// Keep database and keys in a new folder, while the server runs.
///
/// The folder appears when it is whole, and replaces nothing. Keep it secret: it is this server. With PostgreSQL it
/// holds the keys only; keep the database with `pg_dump`, before the keys.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The folder to make.
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Put a backup into an empty data folder, before the server is started.
///
/// Nothing is replaced. After the start, the server finds out from other servers what has happened since the backup, and
/// needs no further help. With PostgreSQL, restore the database with `pg_restore`, and the keys with this.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// A folder that `symbolon backup` has made.
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Runs `backup`.
pub(crate) async fn back_up(args: &Backup) -> Result<()> {
    let storage = args.place.storage()?;
    let kept = backup::backup(&storage, &args.to, &Env::system());
    let kept = kept.map_err(|error| failure(&error))?;
    let path = args.to.display().to_string();
    output::say(&match kept.database {
        true => say!("backup-all", path = path, keys = kept.keys),
        false => say!("backup-keys", path = path, keys = kept.keys),
    })?;
    note(&storage, Done::Made, &kept).await;
    Ok(())
}

/// Runs `restore`.
pub(crate) async fn restore(args: &Restore) -> Result<()> {
    let storage = args.place.storage()?;
    let kept = backup::restore(&args.from, &storage, &Env::system());
    let kept = kept.map_err(|error| failure(&error))?;
    let path = storage.data.display().to_string();
    output::say(&match kept.database {
        true => say!("restore-all", path = path, keys = kept.keys),
        false => say!("restore-keys", path = path, keys = kept.keys),
    })?;
    note(&storage, Done::Restored, &kept).await;
    Ok(())
}

/// Notes it in the audit trail. What was done stands if that fails: with PostgreSQL the keys alone are kept, whether the
/// database is there or not.
async fn note(storage: &StorageConfig, done: Done, kept: &Kept) {
    let written = Desk::note(&storage.database, |moment| NoteBackup {
        done,
        database: kept.database,
        keys: kept.keys,
        moment,
    });
    if let Err(error) = written.await {
        eprintln!("{}", say!("backup-not-noted", why = store_failed(&error)));
    }
}

fn failure(error: &BackupError) -> anyhow::Error {
    let exit = match error {
        BackupError::Exists { .. } | BackupError::InTheWay { .. } => Exit::Taken,
        BackupError::Nothing { .. } | BackupError::OtherDatabase { .. } => Exit::Settings,
        _ => Exit::Failed,
    };
    Failure::error(exit, backup_failed(error))
}
