//! The database: it can be read and written, keeps what it confirms, is whole, and has room.

use std::path::Path;
use std::time::Duration;

use symbolon_store::durability::{self, Durability, Integrity, LoadDurability};
use symbolon_store::{Database, Error, Store};

use super::words::size;
use super::{Findings, Patient};

/// How long the file is looked through for damage: about a gigabyte on a common disk.
const PATIENCE: Duration = Duration::from_secs(10);

/// Room on the disk in bytes below which somebody should look, and below which writes are in danger: a day of a busy
/// server, and the largest that the log of SQLite becomes.
const ROOM_LITTLE: u64 = 1 << 30;
const ROOM_NONE: u64 = 100 << 20;

/// The oldest PostgreSQL whose words this store uses.
const POSTGRES_MIN: u32 = 130_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let database = &patient.config.database;
    match &patient.store {
        Err(why) => findings.problem(
            "storage.open",
            why,
            "Mend what the sentence names; nothing that is in the database can be looked at until then.",
        ),
        Ok(store) => opened(store, database, findings).await,
    }
    if let Database::Sqlite { path } = database {
        if patient.store.is_ok() {
            whole(database, findings).await;
        }
        disk(path.parent().unwrap_or_else(|| Path::new(".")), findings);
    }
}

async fn opened(store: &Store, database: &Database, findings: &mut Findings) {
    let name = database.describe();
    match store.check().await {
        Ok(()) => findings.ok(
            "storage.write",
            format!("the {name} can be read and written"),
        ),
        Err(Error::Full) => findings.problem(
            "storage.write",
            "the disk of the database is full; people's gestures are refused",
            "Make room on it, or move the data folder to a larger disk.",
        ),
        Err(Error::Busy) => findings.attention(
            "storage.write",
            "another process has been holding the database for more than ten seconds",
            "Look for a backup or another program that has the database open, and let it end.",
        ),
        Err(error) => findings.problem(
            "storage.write",
            format!("the {name} cannot be written: {error}"),
            "Look at the permissions of the file and its folder, and at the log of the database.",
        ),
    }
    match store.read(LoadDurability).await {
        Ok(durability) => keeps(&durability, findings),
        Err(error) => findings.problem(
            "storage.durable",
            format!("the {name} does not say how it keeps what it confirms: {error}"),
            "Look at the log of the database.",
        ),
    }
}

/// Whether what has been confirmed survives a loss of power.
fn keeps(durability: &Durability, findings: &mut Findings) {
    const CHECK: &str = "storage.durable";
    match durability {
        Durability::Sqlite {
            version,
            journal,
            synchronous,
        } => {
            if journal == "wal" && synchronous == "2" {
                let text = format!("what SQLite {version} confirms is on disk");
                findings.ok(CHECK, text);
            } else {
                findings.problem(
                    CHECK,
                    format!(
                        "SQLite {version} would forget confirmed gestures when the power fails \
                         (journal {journal}, synchronous {synchronous})"
                    ),
                    "Move the data folder to a local disk, where a write-ahead log can be used.",
                );
            }
        }
        Durability::Postgres {
            version,
            version_number,
            fsync,
            full_page_writes,
            synchronous_commit,
            in_recovery,
        } => {
            let mut well = true;
            let mut wrong = |check, what: String, remedy: &str| {
                well = false;
                findings.problem(check, what, remedy);
            };
            if *version_number < POSTGRES_MIN {
                wrong(
                    "storage.version",
                    format!("PostgreSQL {version} is too old"),
                    "Upgrade it to 13 or newer.",
                );
            }
            if *in_recovery {
                wrong(
                    CHECK,
                    "this PostgreSQL follows another one and takes no writes".to_owned(),
                    "Give Symbolon the address of the primary.",
                );
            }
            if !fsync || !full_page_writes {
                wrong(
                    CHECK,
                    format!(
                        "PostgreSQL {version} may lose everything when the power fails (fsync {}, full_page_writes {})",
                        switch(*fsync),
                        switch(*full_page_writes)
                    ),
                    "Set fsync = on and full_page_writes = on in postgresql.conf, and restart PostgreSQL.",
                );
            }
            if synchronous_commit == "off" {
                wrong(
                    CHECK,
                    "PostgreSQL confirms what is not on disk yet (synchronous_commit off)"
                        .to_owned(),
                    "Set synchronous_commit = on for Symbolon's role.",
                );
            }
            if well {
                let text = format!(
                    "what PostgreSQL {version} confirms is on disk (synchronous_commit {synchronous_commit})"
                );
                findings.ok(CHECK, text);
            }
        }
    }
}

fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

async fn whole(database: &Database, findings: &mut Findings) {
    const CHECK: &str = "storage.whole";
    match durability::examine(database, PATIENCE).await {
        Ok(Integrity::NoFile) => {}
        Ok(Integrity::Sound) => findings.ok(CHECK, "the file has no damage"),
        Ok(Integrity::Unfinished) => findings.not_checked(
            CHECK,
            format!(
                "the file is too large to be looked through in {} seconds; `sqlite3 FILE 'PRAGMA quick_check'` takes \
                 the time that it needs",
                PATIENCE.as_secs()
            ),
        ),
        Ok(Integrity::Damaged(lines)) => findings.problem(
            CHECK,
            format!("the file is damaged: {}", lines.join("; ")),
            "Stop the server, keep a copy of the file, and restore the last backup; other servers tell what it has \
             forgotten. Look for the cause in the disk or the memory of this machine.",
        ),
        Err(error) => findings.problem(
            CHECK,
            format!("the file cannot be looked through: {error}"),
            "Look at the permissions of the file, and run the doctor as the server's account.",
        ),
    }
}

fn disk(folder: &Path, findings: &mut Findings) {
    if let Ok(found) = rustix::fs::statvfs(folder) {
        room(found.f_bavail.saturating_mul(found.f_frsize), findings);
    }
    #[cfg(target_os = "linux")]
    if let Ok(found) = rustix::fs::statfs(folder)
        && let Some(kind) = network(found.f_type)
    {
        findings.attention(
            "storage.local",
            format!("the database is on a network file system ({kind}), whose locks SQLite cannot rely on"),
            "Move the data folder to a local disk, or use PostgreSQL.",
        );
    }
}

fn room(free: u64, findings: &mut Findings) {
    const CHECK: &str = "storage.room";
    let left = size(free);
    let remedy = "Make room on the disk of the data folder.";
    if free < ROOM_NONE {
        findings.problem(CHECK, format!("only {left} are free on its disk"), remedy);
    } else if free < ROOM_LITTLE {
        findings.attention(CHECK, format!("only {left} are free on its disk"), remedy);
    } else {
        findings.ok(CHECK, format!("{left} are free on its disk"));
    }
}

/// File systems that are somebody else's disk, by the number that Linux gives them.
#[cfg(target_os = "linux")]
fn network(kind: rustix::fs::FsWord) -> Option<&'static str> {
    // As 32 bits, since on some machines the number is signed and on some it is wider.
    match kind as u32 {
        0x6969 => Some("NFS"),
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => Some("SMB"),
        0x6573_5546 => Some("FUSE"),
        0x00c3_6400 => Some("Ceph"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn told(durability: &Durability) -> Vec<(Level, &'static str, String)> {
        let mut findings = Findings::none();
        keeps(durability, &mut findings);
        findings.told()
    }

    fn postgres() -> (u32, bool, bool, &'static str, bool) {
        (160_002, true, true, "on", false)
    }

    fn told_of(
        (version_number, fsync, full_page_writes, commit, in_recovery): (
            u32,
            bool,
            bool,
            &str,
            bool,
        ),
    ) -> Vec<(Level, &'static str, String)> {
        told(&Durability::Postgres {
            version: "16.2".to_owned(),
            version_number,
            fsync,
            full_page_writes,
            synchronous_commit: commit.to_owned(),
            in_recovery,
        })
    }

    #[test]
    fn database_that_may_forget_what_it_confirmed_is_a_problem() {
        assert_eq!(told_of(postgres())[0].0, Level::Ok);
        for (change, words) in [
            ((120_009, true, true, "on", false), "Upgrade"),
            ((160_002, false, true, "on", false), "fsync off"),
            ((160_002, true, false, "on", false), "full_page_writes off"),
            ((160_002, true, true, "off", false), "synchronous_commit"),
            ((160_002, true, true, "on", true), "primary"),
        ] {
            let told = told_of(change);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].0, Level::Problem);
            assert!(told[0].2.contains(words), "{told:?}");
        }
        let sqlite = |journal: &str, synchronous: &str| Durability::Sqlite {
            version: "3.50".to_owned(),
            journal: journal.to_owned(),
            synchronous: synchronous.to_owned(),
        };
        assert_eq!(told(&sqlite("wal", "2"))[0].0, Level::Ok);
        assert_eq!(told(&sqlite("delete", "2"))[0].0, Level::Problem);
        assert_eq!(told(&sqlite("wal", "1"))[0].0, Level::Problem);
    }

    #[test]
    fn disk_that_is_nearly_full_needs_attention_before_it_is_a_problem() {
        for (free, level) in [
            (2 << 30, Level::Ok),
            (500 << 20, Level::Attention),
            (20 << 20, Level::Problem),
        ] {
            let mut findings = Findings::none();
            room(free, &mut findings);
            assert_eq!(findings.told()[0].0, level, "{free}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn network_file_systems_are_known_by_their_numbers() {
        assert_eq!(network(0x6969), Some("NFS"));
        assert_eq!(network(0xfe53_4d42_u32 as rustix::fs::FsWord), Some("SMB"));
        assert_eq!(network(0xef53), None, "ext4");
    }
}
