//! The keys that sign, and what each of them is for at a moment.
//!
//! The folder is the truth, and the state of a key follows from its file and the clock alone: processes that share a
//! folder agree without speaking to each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::keys::{Jwks, RsaKey, SigningKey};

use super::files::{self, Secret};
use super::rsa::{self, OwnRsaKey};
use super::{KeyError, RSA, SEALING, SIGNING};

/// What stands before the name of a key in the name of its file.
const PREFIX: &str = "signing-";

/// The end of the name of a key's file.
pub(super) const KEY: &str = ".key";

/// The end of the name of the record of a key that is gone.
const RETIRED: &str = ".retired";

/// Bytes of the digest that name a key.
const NAME_BYTES: usize = 6;

/// Whether a file of this name is a key of this server, or the record of one that is gone.
pub(super) fn is_ours(file: &str) -> bool {
    let named = file.strip_prefix(PREFIX);
    named.is_some_and(|name| name.ends_with(KEY) || name.ends_with(RETIRED))
        || [SIGNING, SEALING, RSA, rsa::BEFORE].contains(&file)
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Published, and signs from a later time on.
    Next,
    /// Published, and signs.
    Signing,
    /// Published still, and signs no more.
    Old,
    /// Gone; only its name is kept, so that it is never given again.
    Retired,
}

impl State {
    /// The word for it in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Signing => "signing",
            Self::Old => "old",
            Self::Retired => "retired",
        }
    }
}

/// A key that is published.
pub struct OwnKey {
    key: Arc<SigningKey>,
    /// Its file.
    pub(super) path: PathBuf,
    /// The part of its id behind the `#`, which follows from the key itself.
    pub name: String,
    /// Since when it is published; `None` for the first key, which was there from the start.
    pub published_at: Option<Timestamp>,
    /// From when on it signs; `None` for the first key.
    pub signs_from: Option<Timestamp>,
}

impl OwnKey {
    /// The key.
    pub fn key(&self) -> &Arc<SigningKey> {
        &self.key
    }

    /// The name under which it is published.
    pub fn key_id(&self) -> &str {
        self.key.key_id()
    }

    fn signs(&self, now: Timestamp) -> bool {
        self.signs_from.is_none_or(|from| from <= now)
    }
}

/// A key that is gone.
pub struct RetiredKey {
    /// Its id.
    pub key_id: String,
    /// When it was retired; `None` if its record cannot be read.
    pub retired_at: Option<Timestamp>,
    pub(super) name: String,
}

/// All keys of a folder. At least one is published.
pub struct Ring {
    /// By the time from which they sign.
    keys: Vec<OwnKey>,
    retired: Vec<RetiredKey>,
    rsa: Option<OwnRsaKey>,
    rsa_before: Option<OwnRsaKey>,
}

impl Ring {
    /// Reads a folder; `None` if no key that signs is there.
    pub(super) fn read(folder: &Path, provider: &Provider) -> Result<Option<Self>, KeyError> {
        let listed = match fs::read_dir(folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::unusable(folder, error)),
        };
        let (mut keys, mut retired) = (Vec::new(), Vec::new());
        for entry in listed {
            let path = entry
                .map_err(|error| files::unusable(folder, error))?
                .path();
            let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let named = file.strip_prefix(PREFIX);
            if let Some(name) = named.and_then(|name| name.strip_suffix(RETIRED)) {
                retired.push(RetiredKey {
                    key_id: key_id(provider, name),
                    retired_at: retired_at(&path),
                    name: name.to_owned(),
                });
            } else if let Some(name) = named.and_then(|name| name.strip_suffix(KEY)) {
                keys.extend(own(&path, Some(name), provider)?);
            } else if file == SIGNING {
                keys.extend(own(&path, None, provider)?);
            }
        }
        // A crash between the two steps of retiring leaves both files: the record counts.
        keys.retain(|key: &OwnKey| retired.iter().all(|gone| gone.name != key.name));
        keys.sort_by(|a, b| (a.signs_from, &a.name).cmp(&(b.signs_from, &b.name)));
        keys.dedup_by(|a, b| a.name == b.name);
        retired.sort_by(|a, b| (a.retired_at, &a.name).cmp(&(b.retired_at, &b.name)));
        if keys.is_empty() {
            return Ok(None);
        }
        let rsa = rsa::read(folder, provider)?;
        Ok(Some(Self {
            keys,
            retired,
            rsa_before: rsa::read_before(folder, provider, rsa.as_ref())?,
            rsa,
        }))
    }

    /// A ring of one key of each kind that is kept nowhere.
    pub(super) fn ephemeral(secret: &Secret, provider: &Provider, rsa: Option<&RsaKey>) -> Self {
        let (key, name) = named(secret, provider);
        let key = OwnKey {
            key: Arc::new(key),
            path: PathBuf::new(),
            name,
            published_at: None,
            signs_from: None,
        };
        Self {
            keys: vec![key],
            retired: Vec::new(),
            rsa: rsa.map(|key| OwnRsaKey::ephemeral(key, provider)),
            rsa_before: None,
        }
    }

    /// The key that signs: the one that was last to begin. If the clock stands before all of them, the first.
    pub fn signing(&self, now: Timestamp) -> &OwnKey {
        let signing = self.keys.iter().rfind(|key| key.signs(now));
        signing.unwrap_or(&self.keys[0])
    }

    /// What a published key is for.
    pub fn state(&self, key: &OwnKey, now: Timestamp) -> State {
        if key.name == self.signing(now).name {
            State::Signing
        } else if key.signs(now) {
            State::Old
        } else {
            State::Next
        }
    }

    /// Every published key: first the one that signs, for readers that take the first, then the others, the newest first.
    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &OwnKey> {
        let signing = self.signing(now);
        let others = self.keys.iter().rev();
        let others = others.filter(|key| key.name != signing.name);
        std::iter::once(signing).chain(others)
    }

    /// The document that other servers fetch.
    pub fn jwks(&self, now: Timestamp) -> Jwks {
        self.published(now)
            .map(|key| key.key().public_jwk())
            .collect()
    }

    /// The key for servers that know nothing newer.
    pub fn rsa(&self) -> Option<&OwnRsaKey> {
        self.rsa.as_ref()
    }

    /// The one before it, for servers that still know that one, while there may be such.
    pub fn rsa_before(&self, now: Timestamp) -> Option<&OwnRsaKey> {
        let before = self.rsa_before.as_ref();
        before.filter(|own| own.until.is_some_and(|until| now < until))
    }

    /// Whether one is kept whose time is over.
    pub(super) fn has_rsa_of_no_use(&self, now: Timestamp) -> bool {
        self.rsa_before.is_some() && self.rsa_before(now).is_none()
    }

    /// The keys that are gone, the oldest first.
    pub fn retired(&self) -> &[RetiredKey] {
        &self.retired
    }

    /// Whether a name has been given to a key, be it gone.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.name == name)
            || self.retired.iter().any(|key| key.name == name)
    }

    /// The files of the keys, for those who look after them.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.keys.iter().map(|key| key.path.as_path())
    }
}

/// The file of a key that is not the first.
pub(super) fn key_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{name}{KEY}"))
}

/// The file of the record of a key that is gone.
pub(super) fn retired_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{name}{RETIRED}"))
}

/// What the file of a key says of it.
pub(super) fn notes(published_at: Timestamp, signs_from: Timestamp) -> Vec<String> {
    vec![
        format!("published {}", written(published_at)),
        format!("signs {}", written(signs_from)),
    ]
}

/// A point in time as RFC 3339, to the second.
pub(super) fn written(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_string()
}

/// The name of a key: the beginning of the digest of its public half. Another key has another name, and a name says which
/// key it is.
pub(super) fn name_of(public: &[u8]) -> String {
    let fingerprint = digest(&SHA256, public);
    fingerprint.as_ref()[..NAME_BYTES]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A key with its id.
pub(super) fn named(secret: &Secret, provider: &Provider) -> (SigningKey, String) {
    let unnamed = signing_key(secret, "unnamed").public_jwk();
    let public = serde_json::to_vec(&unnamed).expect("a key of ours is always JSON");
    let name = name_of(&public);
    (signing_key(secret, &key_id(provider, &name)), name)
}

fn signing_key(secret: &Secret, key_id: &str) -> SigningKey {
    SigningKey::generate(**secret, key_id).expect("every 32 bytes are an Ed25519 key")
}

fn key_id(provider: &Provider, name: &str) -> String {
    format!("{provider}#{name}")
}

/// Reads the file of a key, whose name must be that of the key; `None` if it has gone meanwhile.
fn own(
    path: &Path,
    expected: Option<&str>,
    provider: &Provider,
) -> Result<Option<OwnKey>, KeyError> {
    let Some(file) = files::read(path)? else {
        return Ok(None);
    };
    let (key, name) = named(&file.secret, provider);
    if expected.is_some_and(|expected| expected != name) {
        return Err(KeyError::Misnamed {
            path: path.display().to_string(),
            name,
        });
    }
    let time = |word: &str| match file.notes.iter().find_map(|note| note.strip_prefix(word)) {
        Some(text) => read_time(text).map(Some),
        // Only the first key signs from the start.
        None if expected.is_none() => Some(None),
        None => None,
    };
    let times = time("published ").zip(time("signs "));
    let (published_at, signs_from) = times.ok_or_else(|| files::malformed(path))?;
    Ok(Some(OwnKey {
        key: Arc::new(key),
        path: path.to_owned(),
        name,
        published_at,
        signs_from,
    }))
}

fn retired_at(path: &Path) -> Option<Timestamp> {
    let text = fs::read_to_string(path).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("retired "))
        .and_then(read_time)
}

pub(super) fn read_time(text: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = text.trim().parse().ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}
