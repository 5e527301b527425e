//! The database: it can be read and written, keeps what it confirms, is whole, and has room.

use std::path::Path;
use std::time::Duration;

use symbolon_store::durability::{self, Durability, Integrity, LoadDurability};
use symbolon_store::{Database, Error, Store};

use super::words::size;
use super::{Findings, NoStore, Patient};
use crate::said::Said;

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
        Err(NoStore::Missing(path)) => {
            let what = Said::new("doctor-storage-none").with("path", path.display().to_string());
            findings.problem("storage.open", what);
        }
        Err(NoStore::Fails(error)) => {
            let what = Said::new("doctor-storage-open")
                .with("database", patient.config.database_in_words())
                .with("error", error.as_str());
            findings.problem("storage.open", what);
        }
        Ok(store) => opened(store, patient, findings).await,
    }
    if let Database::Sqlite { path } = database {
        if patient.store.is_ok() {
            whole(database, findings).await;
        }
        disk(path.parent().unwrap_or_else(|| Path::new(".")), findings);
    }
}

async fn opened(store: &Store, patient: &Patient, findings: &mut Findings) {
    const WRITE: &str = "storage.write";
    let of = |text| Said::new(text).with("database", patient.config.database_in_words());
    match store.check().await {
        Ok(()) => findings.ok(WRITE, of("doctor-storage-works")),
        Err(Error::Full) => findings.problem(WRITE, Said::new("doctor-storage-full")),
        Err(Error::Busy) => findings.attention(WRITE, Said::new("doctor-storage-busy")),
        Err(error) => {
            let what = of("doctor-storage-unwritten").with("error", error.to_string());
            findings.problem(WRITE, what);
        }
    }
    match store.read(LoadDurability).await {
        Ok(durability) => keeps(&durability, findings),
        Err(error) => {
            let what = of("doctor-storage-unsaid").with("error", error.to_string());
            findings.problem("storage.durable", what);
        }
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
            let of = |text| Said::new(text).with("database", format!("SQLite {version}"));
            if journal == "wal" && synchronous == "2" {
                findings.ok(CHECK, of("doctor-storage-keeps"));
            } else {
                let what = of("doctor-storage-forgets")
                    .with("journal", journal.as_str())
                    .with("synchronous", synchronous.as_str());
                findings.problem(CHECK, what);
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
            let of = |text| Said::new(text).with("database", format!("PostgreSQL {version}"));
            let mut wrong = |check, what| {
                well = false;
                findings.problem(check, what);
            };
            if *version_number < POSTGRES_MIN {
                wrong("storage.version", of("doctor-storage-old"));
            }
            if *in_recovery {
                wrong(CHECK, Said::new("doctor-storage-follows"));
            }
            if !fsync || !full_page_writes {
                let what = of("doctor-storage-unsafe")
                    .with("fsync", switch(*fsync))
                    .with("pages", switch(*full_page_writes));
                wrong(CHECK, what);
            }
            if synchronous_commit == "off" {
                wrong(CHECK, Said::new("doctor-storage-early"));
            }
            if well {
                findings.ok(CHECK, of("doctor-storage-keeps"));
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
        Ok(Integrity::Sound) => findings.ok(CHECK, Said::new("doctor-storage-sound")),
        Ok(Integrity::Unfinished) => {
            let what = Said::new("doctor-storage-large").with("seconds", PATIENCE.as_secs());
            findings.not_checked(CHECK, what);
        }
        Ok(Integrity::Damaged(lines)) => {
            let what = Said::new("doctor-storage-damaged").with("damage", lines.join("; "));
            findings.problem(CHECK, what);
        }
        Err(error) => {
            let what = Said::new("doctor-storage-unseen").with("error", error.to_string());
            findings.problem(CHECK, what);
        }
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
        let what = Said::new("doctor-storage-network").with("kind", kind);
        findings.attention("storage.local", what);
    }
}

fn room(free: u64, findings: &mut Findings) {
    const CHECK: &str = "storage.room";
    let of = |text| Said::new(text).with("left", size(free));
    if free < ROOM_NONE {
        findings.problem(CHECK, of("doctor-storage-little"));
    } else if free < ROOM_LITTLE {
        findings.attention(CHECK, of("doctor-storage-little"));
    } else {
        findings.ok(CHECK, of("doctor-storage-room"));
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
