//! Files of keys: 32 bytes in base64, readable by the server's account only, written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;

use super::{KeyError, RSA, ring, rsa};
use crate::config::is_open;
use crate::env::Env;

/// Bytes of a key, for signing and for sealing.
pub(super) const KEY_BYTES: usize = 32;

/// The secret of a key, wiped when it is dropped.
pub(super) type Secret = Zeroizing<[u8; KEY_BYTES]>;

/// A file of a key: the secret in the first line, and what is said of it in the others.
pub(super) struct KeyFile {
    pub(super) secret: Secret,
    pub(super) notes: Vec<String>,
}

/// Reads a file; `None` if it is not there. One that everybody on the machine can read is used no more: whoever has read it can
/// speak in this server's name.
pub(super) fn read(path: &Path) -> Result<Option<KeyFile>, KeyError> {
    let Some(text) = text_of(path)? else {
        return Ok(None);
    };
    let file = parse(path, &text)?;
    closed(path)?;
    Ok(Some(file))
}

/// The text of a file; `None` if it is not there.
pub(super) fn text_of(path: &Path) -> Result<Option<Zeroizing<String>>, KeyError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, error)),
    }
}

/// An error if everybody can read a file.
pub(super) fn closed(path: &Path) -> Result<(), KeyError> {
    if is_open(path) {
        let path = path.display().to_string();
        return Err(KeyError::Open { path });
    }
    Ok(())
}

fn parse(path: &Path, text: &str) -> Result<KeyFile, KeyError> {
    let mut lines = text.trim().lines();
    let encoded = lines.next().unwrap_or_default().trim();
    let decoded = STANDARD.decode(encoded).ok().map(Zeroizing::new);
    let secret = decoded.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).ok());
    let secret = secret.map(Zeroizing::new).ok_or_else(|| malformed(path))?;
    let notes = lines.map(|line| line.trim().to_owned()).collect();
    Ok(KeyFile { secret, notes })
}

/// Reads a file that has nothing but a secret, and makes it if it is not there. If two processes start at once, both
/// get what one of them has made.
pub(super) fn read_or_make(path: &Path, env: &Env) -> Result<Secret, KeyError> {
    if let Some(file) = read(path)? {
        return Ok(file.secret);
    }
    let secret = Zeroizing::new(env.random());
    match write_new(path, &text(&secret, &[]), env) {
        Ok(()) => {}
        Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let made = read(path)?.map(|file| file.secret);
    made.ok_or_else(|| malformed(path))
}

/// The text of a file.
pub(super) fn text(secret: &Secret, notes: &[String]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(STANDARD.encode(secret.as_slice()));
    for note in notes {
        text.push('\n');
        text.push_str(note);
    }
    text
}

/// Writes a file that is not there yet, with the folder if need be. A file that is there stays as it is, and that is an
/// error.
pub(super) fn write_new(path: &Path, text: &str, env: &Env) -> Result<(), KeyError> {
    let beside = write_beside(path, text, env)?;
    let linked = fs::hard_link(&beside, path).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Err(error),
        // A file system without links: the name is as good as unique, and somebody who writes it at the same time loses.
        _ => fs::rename(&beside, path),
    });
    discard(&beside);
    linked
        .and_then(|()| sync_folder(path))
        .map_err(|error| unusable(path, error))
}

/// Puts a file in the place of one that is there.
pub(super) fn replace(path: &Path, text: &str, env: &Env) -> Result<(), KeyError> {
    let beside = write_beside(path, text, env)?;
    let moved = fs::rename(&beside, path).inspect_err(|_| discard(&beside));
    moved
        .and_then(|()| sync_folder(path))
        .map_err(|error| unusable(path, error))
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove(path: &Path) -> Result<(), KeyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed
            .and_then(|()| sync_folder(path))
            .map_err(|error| unusable(path, error)),
    }
}

/// All files of a folder that are keys, or records of keys, and can be read as such.
pub(super) fn stored(folder: &Path) -> Result<Vec<(String, Zeroizing<String>)>, KeyError> {
    let failed = |error| unusable(folder, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        // What else is handed over may lie beside them.
        let Some(name) = name.filter(|name| ring::is_ours(name)) else {
            continue;
        };
        // One that is gone since was retired meanwhile.
        let Some(text) = text_of(&path)? else {
            continue;
        };
        if [RSA, rsa::BEFORE].contains(&name) {
            rsa::check(&path, &text)?;
        } else if name.ends_with(ring::KEY) {
            drop(parse(&path, &text)?);
        }
        found.push((name.to_owned(), text));
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

/// Writes a whole file to the letter, readable by its owner only, where none is.
pub(super) fn store(path: &Path, text: &str) -> Result<(), KeyError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| unusable(path, error))
}

/// On disk under a name of its own, so that a crash leaves no half key under the name that counts.
fn write_beside(path: &Path, text: &str, env: &Env) -> Result<PathBuf, KeyError> {
    let folder = folder_of(path);
    let chance: [u8; 8] = env.random();
    let beside = path.with_extension(format!("{:016x}.new", u64::from_be_bytes(chance)));
    let written = make_folder(folder).and_then(|()| {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        writeln!(file, "{text}")?;
        file.sync_all()
    });
    if let Err(error) = written {
        discard(&beside);
        return Err(unusable(path, error));
    }
    if !same_owner(folder, &beside) {
        discard(&beside);
        let folder = folder.display().to_string();
        return Err(KeyError::Account { folder });
    }
    Ok(beside)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A key that belongs to another account than its folder cannot be read by the server, which would not start again.
#[cfg(unix)]
fn same_owner(folder: &Path, file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| fs::metadata(path).ok().map(|found| found.uid());
    owner(folder) == owner(file)
}

#[cfg(not(unix))]
fn same_owner(_: &Path, _: &Path) -> bool {
    true
}

fn sync_folder(path: &Path) -> io::Result<()> {
    fs::File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or_else(|| Path::new("."))
}

/// What was written beside is of no use to anybody; a rest that stays is never read.
fn discard(beside: &Path) {
    drop(fs::remove_file(beside));
}

pub(super) fn malformed(path: &Path) -> KeyError {
    let path = path.display().to_string();
    KeyError::Malformed { path }
}

pub(super) fn unusable(path: &Path, source: io::Error) -> KeyError {
    let path = path.display().to_string();
    KeyError::Io { path, source }
}
