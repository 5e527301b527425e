//! The one RSA key, for servers that know nothing newer than draft-cavage (`docs/decisions/0023-draft-cavage.md`).
//!
//! A description has room for one, so that a new key takes the place of the old one in it, under a new name, at once. The one
//! before is kept for as long as descriptions are kept elsewhere: whoever has the old one there refuses what the new key signs,
//! and is sent the same message once more, signed with the one before.

use std::io;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::keys::RsaKey;

use super::ring::{name_of, read_time, written};
use super::{KeyError, files};
use crate::env::Env;

/// Its file: PKCS#8 in PEM, behind a line that says since when it is published.
pub const RSA: &str = "rsa.pem";

/// The file of the one before, with a line that says until when it is used.
pub(super) const BEFORE: &str = "rsa-before.pem";

/// How long the one before is used, in milliseconds: an hour more than Nextcloud keeps a description.
pub(super) const OVERLAP_MS: i64 = 25 * 3_600 * 1_000;

/// What stands before the name of the key behind the `#` of its id.
const PREFIX: &str = "rsa-";

/// The RSA key of a folder.
#[derive(Clone)]
pub struct OwnRsaKey {
    key: RsaKey,
    /// Since when it is published, and signs.
    pub published_at: Option<Timestamp>,
    /// Until when it is used, if another one is published.
    pub until: Option<Timestamp>,
}

impl OwnRsaKey {
    /// The key.
    pub fn key(&self) -> &RsaKey {
        &self.key
    }

    /// A key that is kept nowhere.
    pub(super) fn ephemeral(key: &RsaKey, provider: &Provider) -> Self {
        let key_id = key_id(provider, &key.public_der());
        Self {
            key: key.named(&key_id),
            published_at: None,
            until: None,
        }
    }
}

/// Reads it; `None` if there is none.
pub(super) fn read(folder: &Path, provider: &Provider) -> Result<Option<OwnRsaKey>, KeyError> {
    read_at(&folder.join(RSA), provider)
}

/// Reads the one before; `None` if there is none, or none that was replaced by another one: a crash may have come in between.
pub(super) fn read_before(
    folder: &Path,
    provider: &Provider,
    present: Option<&OwnRsaKey>,
) -> Result<Option<OwnRsaKey>, KeyError> {
    let before = read_at(&folder.join(BEFORE), provider)?;
    let is_another = |before: &OwnRsaKey| {
        present.is_some_and(|present| present.key.key_id() != before.key.key_id())
    };
    Ok(before.filter(|before| before.until.is_some() && is_another(before)))
}

fn read_at(path: &Path, provider: &Provider) -> Result<Option<OwnRsaKey>, KeyError> {
    let Some(text) = files::text_of(path)? else {
        return Ok(None);
    };
    let key = parse(path, &text, provider)?;
    files::closed(path)?;
    Ok(Some(key))
}

/// Makes one if there is none. If two processes start at once, both use what one of them has made.
pub(super) fn make(folder: &Path, env: &Env) -> Result<(), KeyError> {
    let path = folder.join(RSA);
    if path.exists() {
        return Ok(());
    }
    match files::write_new(&path, &fresh(&path, env)?, env) {
        Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Puts a new one in the place of whichever is there, which is kept until then, or else is gone, and so is the one before it.
pub(super) fn replace(
    folder: &Path,
    env: &Env,
    kept_until: Option<Timestamp>,
) -> Result<(), KeyError> {
    let path = folder.join(RSA);
    let fresh = fresh(&path, env)?;
    // First of all: it may be in the wrong hands.
    if kept_until.is_none() {
        forget_before(folder)?;
    }
    if let Some(until) = kept_until
        && let Some(present) = files::text_of(&path)?
    {
        let mut text = Zeroizing::new(String::with_capacity(present.len() + 64));
        text.push_str(&format!("until {}\n", written(until)));
        text.push_str(present.trim_end());
        files::replace(&folder.join(BEFORE), &text, env)?;
    }
    files::replace(&path, &fresh, env)
}

/// Removes the one before.
pub(super) fn forget_before(folder: &Path) -> Result<(), KeyError> {
    files::remove(&folder.join(BEFORE))
}

/// Whether a text is such a file.
pub(super) fn check(path: &Path, text: &str) -> Result<(), KeyError> {
    key(path, text, "unnamed").map(drop)
}

fn fresh(path: &Path, env: &Env) -> Result<Zeroizing<String>, KeyError> {
    let made = RsaKey::generate().map_err(|_| malformed(path))?;
    let text = format!("published {}\n{}", written(env.now()), made.expose_secret());
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

fn parse(path: &Path, text: &str, provider: &Provider) -> Result<OwnRsaKey, KeyError> {
    let unnamed = key(path, text, "unnamed")?;
    let time = |word: &str| text.lines().find_map(|line| line.strip_prefix(word));
    Ok(OwnRsaKey {
        key: unnamed.named(&key_id(provider, &unnamed.public_der())),
        published_at: time("published ").and_then(read_time),
        until: time("until ").and_then(read_time),
    })
}

fn key(path: &Path, text: &str, key_id: &str) -> Result<RsaKey, KeyError> {
    let begin = text.find("-----BEGIN").ok_or_else(|| malformed(path))?;
    let pem = SecretString::from(&text[begin..]);
    RsaKey::from_pem(&pem, key_id).map_err(|_| malformed(path))
}

/// The name follows from the key: another key has another name. Nextcloud reads the server out of it as out of an address,
/// and believes no second key under a name that it knows.
fn key_id(provider: &Provider, public: &[u8]) -> String {
    format!("https://{provider}/ocm#{PREFIX}{}", name_of(public))
}

fn malformed(path: &Path) -> KeyError {
    let path = path.display().to_string();
    KeyError::NotRsa { path }
}
