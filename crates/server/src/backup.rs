//! Backups of a data folder, and their way back.
//!
//! A backup is a folder with the same names in it as the data folder: the database, unless that is PostgreSQL, and the keys
//! without which it is of no use. It is made beside a running server, appears under its name when it is whole, and
//! replaces nothing; nor does a restore.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use symbolon_store::Database;
use symbolon_store::durability::back_up;

use crate::config::StorageConfig;
use crate::env::Env;
use crate::keys::{self, KeyError};

/// The database in a backup, under the name that it has in a data folder.
const DATABASE: &str = "symbolon.db";

/// How often the keys are copied anew because they were changed meanwhile. Nobody changes them twice in a second.
const LOOKS_MAX: u32 = 5;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whether the database is in it; not that of PostgreSQL.
    pub database: bool,
    /// How many files of keys are.
    pub keys: usize,
}

/// Why there is no backup, or nothing was restored. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A backup would replace something.
    #[error("{path} exists already, and nothing is replaced. Name a folder that does not exist")]
    Exists {
        /// What is there.
        path: String,
    },
    /// A restore would replace something.
    #[error(
        "{path} exists already, and nothing is replaced. Move it away if it is no longer needed, or name another data \
         folder"
    )]
    InTheWay {
        /// What is there.
        path: String,
    },
    /// There is nothing to back up.
    #[error("{path} is not there. Name the server's data folder with --data or SYMBOLON_DATA")]
    Nothing {
        /// What is missing.
        path: String,
    },
    /// What should be a backup lacks something.
    #[error("{path} is not there, so that this is not a whole backup")]
    NotWhole {
        /// What is missing.
        path: String,
    },
    /// A backup of one kind of database for a server with another.
    #[error(
        "the backup {holds} a database, and the settings say {settings}. Name the database of that server with --database"
    )]
    OtherDatabase {
        /// `holds` or `lacks`, as a word.
        holds: &'static str,
        /// What the settings say, without secrets.
        settings: String,
    },
    /// Nothing of a database in memory outlives its process.
    #[error("a database in memory cannot be backed up")]
    Memory,
    /// The keys changed again and again.
    #[error("the keys are being changed; try again in a moment")]
    KeysChange,
    /// A key cannot be used.
    #[error("{0}")]
    Keys(#[from] KeyError),
    /// The database cannot be read or written.
    #[error("the database: {0}")]
    Store(#[from] symbolon_store::Error),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Makes a backup of database and keys under a name that does not exist yet. Blocks for as long as the disk needs.
pub fn backup(storage: &StorageConfig, to: &Path, env: &Env) -> Result<Kept, BackupError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Exists { path: shown(to) });
    }
    let source = match &storage.database {
        Database::Sqlite { path } if path.exists() => Some(path.clone()),
        Database::Sqlite { path } => return Err(BackupError::Nothing { path: shown(path) }),
        Database::Postgres { .. } => None,
        Database::Memory => return Err(BackupError::Memory),
    };
    let folder = &storage.keys;
    if !folder.is_dir() {
        return Err(BackupError::Nothing {
            path: shown(folder),
        });
    }
    let beside = Beside::new(to, env)?;
    if let Some(source) = &source {
        back_up(source, &beside.0.join(DATABASE))?;
    }
    // After the database: keys that are newer than it do no harm, and tokens in it that they do not open would.
    let keys = copy_keys(folder, &beside.0.join(keys::FOLDER))?;
    beside.becomes(to)?;
    Ok(Kept {
        database: source.is_some(),
        keys,
    })
}

/// Puts a backup where the settings say that data is, if nothing is there.
pub fn restore(from: &Path, storage: &StorageConfig, env: &Env) -> Result<Kept, BackupError> {
    let (database, folder) = (from.join(DATABASE), from.join(keys::FOLDER));
    if !folder.is_dir() {
        return Err(BackupError::NotWhole {
            path: shown(&folder),
        });
    }
    let target = match (&storage.database, database.exists()) {
        (Database::Sqlite { path }, true) => Some(path.clone()),
        (Database::Postgres { .. }, false) => None,
        (Database::Memory, _) => return Err(BackupError::Memory),
        (settings, there) => {
            return Err(BackupError::OtherDatabase {
                holds: if there { "holds" } else { "lacks" },
                settings: settings.describe(),
            });
        }
    };
    let keys_target = &storage.keys;
    free(keys_target)?;
    if keys::is_handed_over(keys_target) {
        // What is put there is covered by what the service manager hands over, and gone after a start of the machine.
        let folder = shown(keys_target);
        return Err(KeyError::HandedOver { folder }.into());
    }
    if let Some(target) = &target {
        free(target)?;
        // What a database that is gone has left behind would be taken for a part of this one.
        for rest in ["-wal", "-shm", "-journal"] {
            let mut beside = target.clone().into_os_string();
            beside.push(rest);
            free(Path::new(&beside))?;
        }
    }
    let beside_keys = Beside::new(keys_target, env)?;
    let keys = copy_keys(&folder, &beside_keys.0)?;
    if let Some(target) = &target {
        let beside = Beside::new(target, env)?;
        let copy = beside.0.join(DATABASE);
        back_up(&database, &copy)?;
        beside_keys.becomes(keys_target)?;
        // Last, since a server without a database makes one, and with one needs its keys.
        let placed = fs::hard_link(&copy, target).or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::rename(&copy, target),
        });
        let placed = placed.map_err(|error| failed(target, error));
        let kept = placed
            .and_then(|()| sync(parent(target)).inspect_err(|_| drop(fs::remove_file(target))));
        kept.inspect_err(|_| beside_keys.takes_back(keys_target))?;
    } else {
        beside_keys.becomes(keys_target)?;
    }
    Ok(Kept {
        database: target.is_some(),
        keys,
    })
}

/// A folder under a name of its own beside the one that counts, which is removed unless it takes that.
struct Beside(PathBuf);

impl Beside {
    fn new(counts: &Path, env: &Env) -> Result<Self, BackupError> {
        let chance = u64::from_be_bytes(env.random());
        let mut name = counts.as_os_str().to_owned();
        name.push(format!(".{chance:016x}.partial"));
        let path = PathBuf::from(name);
        private_folder(parent(&path), true)?;
        private_folder(&path, false)?;
        Ok(Self(path))
    }

    fn becomes(&self, counts: &Path) -> Result<(), BackupError> {
        sync(&self.0)?;
        // An empty folder may be there by now, and nothing else is replaced.
        fs::rename(&self.0, counts).map_err(|error| failed(counts, error))?;
        sync(parent(counts)).inspect_err(|_| self.takes_back(counts))
    }

    /// Undoes [`Self::becomes`], so that what fails afterwards leaves nothing in the way of the next try.
    fn takes_back(&self, counts: &Path) {
        drop(fs::rename(counts, &self.0));
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After `becomes` it is not there any more, unless that was undone; a rest that stays has a name that says what it is.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Copies the files of keys, all of one moment, and reads each copy as a server would. How many they are.
fn copy_keys(from: &Path, to: &Path) -> Result<usize, BackupError> {
    for _ in 0..LOOKS_MAX {
        let before = keys::stored(from)?;
        if !before.iter().any(|(name, _)| name == keys::SEALING) {
            return Err(BackupError::NotWhole {
                path: shown(&from.join(keys::SEALING)),
            });
        }
        drop(fs::remove_dir_all(to));
        private_folder(to, false)?;
        for (name, text) in &before {
            keys::store(&to.join(name), text)?;
        }
        if keys::stored(from)? == before && keys::stored(to)? == before {
            sync(to)?;
            return Ok(before.len());
        }
    }
    Err(BackupError::KeysChange)
}

fn free(path: &Path) -> Result<(), BackupError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(BackupError::InTheWay { path: shown(path) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path, error)),
    }
}

fn private_folder(path: &Path, may_exist: bool) -> Result<(), BackupError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(may_exist);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| failed(path, error))
}

fn sync(folder: &Path) -> Result<(), BackupError> {
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| failed(folder, error))
}

/// The folder that something is in; that of a bare name is the present one.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn failed(path: &Path, source: io::Error) -> BackupError {
    let path = shown(path);
    BackupError::Io { path, source }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
