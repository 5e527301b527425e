//! The one RSA key, for servers that know nothing newer than draft-cavage (`docs/decisions/0023-draft-cavage.md`).
//!
//! There is one at a time, since a description has room for one: a new key takes the place of the old one, under a new name,
//! at once.

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

/// What stands before the name of the key behind the `#` of its id.
const PREFIX: &str = "rsa-";

/// The RSA key of a folder.
#[derive(Clone)]
pub struct OwnRsaKey {
    key: RsaKey,
    /// Since when it is published, and signs.
    pub published_at: Option<Timestamp>,
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
        }
    }
}

/// Reads it; `None` if there is none.
pub(super) fn read(folder: &Path, provider: &Provider) -> Result<Option<OwnRsaKey>, KeyError> {
    let path = folder.join(RSA);
    let Some(text) = files::text_of(&path)? else {
        return Ok(None);
    };
    let key = parse(&path, &text, provider)?;
    files::closed(&path)?;
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

/// Puts a new one in the place of whichever is there.
pub(super) fn replace(folder: &Path, env: &Env) -> Result<(), KeyError> {
    let path = folder.join(RSA);
    files::replace(&path, &fresh(&path, env)?, env)
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
    let published = text
        .lines()
        .find_map(|line| line.strip_prefix("published "));
    Ok(OwnRsaKey {
        key: unnamed.named(&key_id(provider, &unnamed.public_der())),
        published_at: published.and_then(read_time),
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
