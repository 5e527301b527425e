//! Migrations: numbered, append-only, embedded, one text for both databases, each in a transaction of its own.

use aws_lc_rs::digest::{SHA256, digest};

use crate::{Error, Operation, Statement, Tx};

/// One step of the schema. A released one never changes: its checksum is stored, and another one is refused.
#[derive(Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// All of them, by version, without gaps.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "initial",
        sql: include_str!("../migrations/0001_initial.sql"),
    },
    Migration {
        version: 2,
        name: "sync",
        sql: include_str!("../migrations/0002_sync.sql"),
    },
    Migration {
        version: 3,
        name: "found",
        sql: include_str!("../migrations/0003_found.sql"),
    },
    Migration {
        version: 4,
        name: "audit",
        sql: include_str!("../migrations/0004_audit.sql"),
    },
    Migration {
        version: 5,
        name: "language",
        sql: include_str!("../migrations/0005_language.sql"),
    },
    Migration {
        version: 6,
        name: "heard",
        sql: include_str!("../migrations/0006_heard.sql"),
    },
    Migration {
        version: 7,
        name: "trust",
        sql: include_str!("../migrations/0007_trust.sql"),
    },
    Migration {
        version: 8,
        name: "directories",
        sql: include_str!("../migrations/0008_directories.sql"),
    },
    Migration {
        version: 9,
        name: "seen",
        sql: include_str!("../migrations/0009_seen.sql"),
    },
    Migration {
        version: 10,
        name: "health",
        sql: include_str!("../migrations/0010_health.sql"),
    },
    Migration {
        version: 11,
        name: "clocks",
        sql: include_str!("../migrations/0011_clocks.sql"),
    },
    Migration {
        version: 12,
        name: "stopped",
        sql: include_str!("../migrations/0012_stopped.sql"),
    },
    Migration {
        version: 13,
        name: "proof",
        sql: include_str!("../migrations/0013_proof.sql"),
    },
    Migration {
        version: 14,
        name: "kept_email",
        sql: include_str!("../migrations/0014_kept_email.sql"),
    },
    Migration {
        version: 15,
        name: "people",
        sql: include_str!("../migrations/0015_people.sql"),
    },
    Migration {
        version: 16,
        name: "mails",
        sql: include_str!("../migrations/0016_mails.sql"),
    },
    Migration {
        version: 17,
        name: "admin",
        sql: include_str!("../migrations/0017_admin.sql"),
    },
    Migration {
        version: 18,
        name: "said",
        sql: include_str!("../migrations/0018_said.sql"),
    },
    Migration {
        version: 19,
        name: "identities",
        sql: include_str!("../migrations/0019_identities.sql"),
    },
    Migration {
        version: 20,
        name: "dialect",
        sql: include_str!("../migrations/0020_dialect.sql"),
    },
    Migration {
        version: 21,
        name: "second_factor",
        sql: include_str!("../migrations/0021_second_factor.sql"),
    },
    Migration {
        version: 22,
        name: "peer_notes",
        sql: include_str!("../migrations/0022_peer_notes.sql"),
    },
    Migration {
        version: 23,
        name: "connected_and_confirmed",
        sql: include_str!("../migrations/0023_connected_and_confirmed.sql"),
    },
    Migration {
        version: 24,
        name: "recognised",
        sql: include_str!("../migrations/0024_recognised.sql"),
    },
    Migration {
        version: 25,
        name: "known_browsers",
        sql: include_str!("../migrations/0025_known_browsers.sql"),
    },
    Migration {
        version: 26,
        name: "lists",
        sql: include_str!("../migrations/0026_lists.sql"),
    },
    Migration {
        version: 27,
        name: "called",
        sql: include_str!("../migrations/0027_called.sql"),
    },
    Migration {
        version: 28,
        name: "sent",
        sql: include_str!("../migrations/0028_sent.sql"),
    },
    Migration {
        version: 29,
        name: "accounted",
        sql: include_str!("../migrations/0029_accounted.sql"),
    },
];

const CREATE_TABLE: &str = "CREATE TABLE migrations (
    version {int} PRIMARY KEY,
    name {key} NOT NULL,
    checksum {key} NOT NULL
) {table};";

static APPLIED: Statement = Statement::new(
    "migrations.applied",
    "SELECT version, name, checksum FROM migrations ORDER BY version",
);
static RECORD: Statement = Statement::new(
    "migrations.record",
    "INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)",
);

/// Every statement of this room.
pub(crate) const STATEMENTS: &[&Statement] = &[&APPLIED, &RECORD];

/// Applies the next migration. Several processes may do so at once: each holds the writer's lock while it looks and
/// applies.
pub(crate) struct ApplyNext {
    pub(crate) known: &'static [Migration],
}

impl Operation for ApplyNext {
    /// Whether there may be more.
    type Output = bool;
    const NAME: &'static str = "apply_next_migration";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let dialect = tx.dialect();
        if tx.row(dialect.migrations_exist(), &[]).await?.is_none() {
            tx.batch(&dialect.schema(CREATE_TABLE)).await?;
        }
        let mut applied = Vec::new();
        for row in tx.rows(&APPLIED, &[]).await? {
            applied.push((row.int(0)?, row.text(2)?.to_owned()));
        }
        let Some(next) = next(self.known, &applied)? else {
            return Ok(false);
        };
        let failed = |error| match error {
            Error::Database(text) => {
                Error::Migration(format!("{:04} {}: {text}", next.version, next.name))
            }
            other => other,
        };
        tx.batch(&dialect.schema(next.sql)).await.map_err(failed)?;
        let parameters = [
            next.version.into(),
            next.name.into(),
            checksum(next.sql).into(),
        ];
        tx.execute_one(&RECORD, &parameters).await?;
        Ok(true)
    }
}

/// The first migration that is missing, if what has been applied is what we know.
fn next<'a>(
    known: &'a [Migration],
    applied: &[(i64, String)],
) -> Result<Option<&'a Migration>, Error> {
    let newest_known = known.last().map_or(0, |migration| migration.version);
    let newest = applied.last().map_or(0, |(version, _)| *version);
    if newest > newest_known {
        return Err(Error::SchemaTooNew {
            found: newest,
            known: newest_known,
        });
    }
    for (migration, (version, stored)) in known.iter().zip(applied) {
        let (number, name) = (migration.version, migration.name);
        if *version != number {
            return Err(Error::Migration(format!(
                "{number:04} {name} is missing below {newest:04}"
            )));
        }
        if *stored != checksum(migration.sql) {
            let text =
                format!("{number:04} {name} was applied with another text than this program has");
            return Err(Error::Migration(text));
        }
    }
    Ok(known.get(applied.len()))
}

/// SHA-256 in hexadecimal, of the text before it is put into the words of a database.
fn checksum(sql: &str) -> String {
    let digest = digest(&SHA256, sql.as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Migration] = &[
        Migration {
            version: 1,
            name: "one",
            sql: "A",
        },
        Migration {
            version: 2,
            name: "two",
            sql: "B",
        },
    ];

    #[test]
    fn migrations_are_applied_in_order() {
        let version =
            |applied: &[(i64, String)]| next(TWO, applied).map(|next| next.map(|m| m.version));
        assert_eq!(version(&[]), Ok(Some(1)));
        assert_eq!(version(&[(1, checksum("A"))]), Ok(Some(2)));
        assert_eq!(version(&[(1, checksum("A")), (2, checksum("B"))]), Ok(None));
    }

    #[test]
    fn newer_changed_and_missing_migrations_are_refused() {
        let refused = |applied: &[(i64, String)]| next(TWO, applied).map(drop).unwrap_err();
        let newer = [(1, checksum("A")), (2, checksum("B")), (3, String::new())];
        assert_eq!(refused(&newer), Error::SchemaTooNew { found: 3, known: 2 });
        assert!(
            refused(&[(1, checksum("a"))])
                .to_string()
                .contains("0001 one was applied with another text")
        );
        assert!(
            refused(&[(2, checksum("B"))])
                .to_string()
                .contains("0001 one is missing")
        );
    }

    #[test]
    fn versions_count_up_from_one() {
        for (migration, version) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.version, version, "{}", migration.name);
        }
    }
}
