//! Changing the keys of a folder: a new one that will sign, an old one that goes. A running server takes it up by itself.

use std::path::Path;

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::signature::AGE_MAX_SECS;

use super::ring::{self, OwnKey, Ring, State};
use super::{KeyError, LOOK_MS, files, is_handed_over, rsa};
use crate::env::Env;
use secrecy::zeroize::Zeroizing;

/// The shortest time for which a key is published before it signs, in milliseconds: every process on the folder must have
/// looked, or one of them would not publish yet what another one signs with.
pub const LEAD_LEAST_MS: i64 = 3 * LOOK_MS;

/// For how long after its end the old key stays published at least, in milliseconds, unless it is in a hurry: what it has
/// signed may be under way for so long.
pub const OVERLAP_LEAST_MS: i64 = AGE_MAX_SECS * 1_000;

/// Most keys that are published at a time. Other servers read the list at each look.
const PUBLISHED_MAX: usize = 8;

/// Why the keys were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The folder cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// There is nothing to change.
    #[error("there is no key in {folder} yet; the server makes the first one when it is started")]
    NoKeys {
        /// The folder.
        folder: String,
    },
    /// A new key is waiting already.
    #[error(
        "{key_id} is published already, and signs from {from} on. Wait for it, retire it, or let it sign now with --at-once"
    )]
    Waiting {
        /// Its id.
        key_id: String,
        /// When it begins.
        from: String,
    },
    /// An RSA key that was replaced is still used by servers that know no newer one.
    #[error(
        "{key_id} was replaced, and is used until {until} by servers that do not know the new one yet. Wait for it, retire it, or leave it to nobody with --at-once"
    )]
    StillUsed {
        /// Its id.
        key_id: String,
        /// When it is used no more.
        until: String,
    },
    /// Old keys were never retired.
    #[error(
        "{count} keys are published, which is the most. Retire the old ones first: symbolon keys list"
    )]
    TooMany {
        /// How many.
        count: usize,
    },
    /// There is no such key.
    #[error("there is no key {given}; symbolon keys list shows those that there are")]
    Unknown {
        /// What was asked for.
        given: String,
    },
    /// The key is in use.
    #[error("{key_id} is the key that signs. Make another one first: symbolon keys rotate")]
    Signs {
        /// Its id.
        key_id: String,
    },
    /// The key signed until a moment ago.
    #[error(
        "messages that {key_id} has signed may still be under way until {until}. Wait, or retire it now with --at-once"
    )]
    UnderWay {
        /// Its id.
        key_id: String,
        /// For how long.
        until: String,
    },
}

/// A key that will sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new key's id.
    pub key_id: String,
    /// The id of the key that signs until then.
    pub until_then: String,
    /// When it begins to sign.
    pub signs_from: Timestamp,
}

/// A key that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its id.
    pub key_id: String,
    /// What it was for.
    pub was: State,
}

/// Makes a key that signs after `lead_ms`. At once means: as soon as every process publishes it; a key that waits already is
/// hurried then.
pub fn rotate(
    folder: &Path,
    env: &Env,
    provider: &Provider,
    lead_ms: i64,
    at_once: bool,
) -> Result<Rotated, ChangeError> {
    let (ring, now) = (existing(folder, provider)?, to_the_second(env.now()));
    let lead_ms = if at_once { 0 } else { lead_ms };
    // Rounded up: times are written in whole seconds.
    let signs_from = to_the_second(now.plus_millis(lead_ms.max(LEAD_LEAST_MS) + 999));
    let until_then = ring.signing(now).key_id().to_owned();
    let waiting = ring
        .published(now)
        .find(|key| ring.state(key, now) == State::Next);
    let key_id = match waiting {
        Some(key) if at_once => hurry(key, env, now, signs_from)?,
        Some(key) => {
            return Err(ChangeError::Waiting {
                key_id: key.key_id().to_owned(),
                from: key.signs_from.map(ring::written).unwrap_or_default(),
            });
        }
        None => add(folder, &ring, env, provider, now, signs_from)?,
    };
    Ok(Rotated {
        key_id,
        until_then,
        signs_from,
    })
}

/// Replaces the RSA key. There is room for one in a description, so that the new one counts as soon as it is there; its lead
/// is none. The one before is kept for whoever has the description of before, unless it is to be gone at once.
pub fn rotate_rsa(
    folder: &Path,
    env: &Env,
    provider: &Provider,
    at_once: bool,
) -> Result<Rotated, ChangeError> {
    let of = |ring: &Ring| ring.rsa().map(|own| own.key().key_id().to_owned());
    let no_keys = || ChangeError::NoKeys {
        folder: folder.display().to_string(),
    };
    let ring = existing(folder, provider)?;
    let until_then = of(&ring).ok_or_else(no_keys)?;
    // There is room for one before. Another one would take the place of what some still have.
    if !at_once && let Some(before) = ring.rsa_before(env.now()) {
        return Err(ChangeError::StillUsed {
            key_id: before.key().key_id().to_owned(),
            until: before.until.map(ring::written).unwrap_or_default(),
        });
    }
    let until = to_the_second(env.now().plus_millis(rsa::OVERLAP_MS));
    rsa::replace(folder, env, (!at_once).then_some(until))?;
    let key_id = of(&existing(folder, provider)?).ok_or_else(no_keys)?;
    Ok(Rotated {
        key_id,
        until_then,
        signs_from: to_the_second(env.now()),
    })
}

/// Retires a key, given by its id or the part of it behind the `#`: its secret is removed, its name is kept.
/// `None` if it was retired before.
pub fn retire(
    folder: &Path,
    env: &Env,
    provider: &Provider,
    given: &str,
    at_once: bool,
) -> Result<Option<Gone>, ChangeError> {
    let (ring, now) = (existing(folder, provider)?, env.now());
    let is_meant = |key_id: &str, name: &str| given == key_id || given == name;
    if let Some(before) = ring.rsa_before(now)
        && let key_id = before.key().key_id()
        && is_meant(key_id, key_id.rsplit('#').next().unwrap_or_default())
    {
        rsa::forget_before(folder)?;
        return Ok(Some(Gone {
            key_id: key_id.to_owned(),
            was: State::Old,
        }));
    }
    let mut published = ring.published(now);
    let Some(key) = published.find(|key| is_meant(key.key_id(), &key.name)) else {
        let mut retired = ring.retired().iter();
        return match retired.find(|key| is_meant(&key.key_id, &key.name)) {
            Some(gone) => {
                // What a crash may have left.
                files::remove(&ring::key_path(folder, &gone.name))?;
                Ok(None)
            }
            None => Err(ChangeError::Unknown {
                given: given.to_owned(),
            }),
        };
    };
    let key_id = key.key_id().to_owned();
    let was = ring.state(key, now);
    let since = ring.signing(now).signs_from;
    match (was, since) {
        (State::Signing, _) => return Err(ChangeError::Signs { key_id }),
        (State::Old, Some(since)) if !at_once => {
            let until = since.plus_millis(OVERLAP_LEAST_MS);
            if now < until {
                let until = ring::written(until);
                return Err(ChangeError::UnderWay { key_id, until });
            }
        }
        _ => {}
    }
    let record = format!("{key_id}\nretired {}", ring::written(now));
    files::write_new(&ring::retired_path(folder, &key.name), &record, env)?;
    files::remove(&key.path)?;
    Ok(Some(Gone { key_id, was }))
}

/// The keys of a folder in which they may be changed.
fn existing(folder: &Path, provider: &Provider) -> Result<Ring, ChangeError> {
    let folder_shown = || folder.display().to_string();
    if is_handed_over(folder) {
        let folder = folder_shown();
        return Err(KeyError::HandedOver { folder }.into());
    }
    Ring::read(folder, provider)?.ok_or_else(|| ChangeError::NoKeys {
        folder: folder_shown(),
    })
}

fn add(
    folder: &Path,
    ring: &Ring,
    env: &Env,
    provider: &Provider,
    now: Timestamp,
    signs_from: Timestamp,
) -> Result<String, ChangeError> {
    let count = ring.published(now).count();
    if count >= PUBLISHED_MAX {
        return Err(ChangeError::TooMany { count });
    }
    loop {
        let secret = Zeroizing::new(env.random());
        let (key, name) = ring::named(&secret, provider);
        // One in 2^48; but a name that meant another key once must never mean this one.
        if ring.knows(&name) {
            continue;
        }
        let text = files::text(&secret, &ring::notes(now, signs_from));
        files::write_new(&ring::key_path(folder, &name), &text, env)?;
        return Ok(key.key_id().to_owned());
    }
}

/// Lets a key that waits sign earlier; never later than it would have.
fn hurry(
    key: &OwnKey,
    env: &Env,
    now: Timestamp,
    signs_from: Timestamp,
) -> Result<String, ChangeError> {
    if key.signs_from.is_some_and(|from| from > signs_from) {
        let file = files::read(&key.path)?.ok_or_else(|| files::malformed(&key.path))?;
        let published = key.published_at.unwrap_or(now);
        let text = files::text(&file.secret, &ring::notes(published, signs_from));
        files::replace(&key.path, &text, env)?;
    }
    Ok(key.key_id().to_owned())
}

fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_secs(at.as_secs())
}
