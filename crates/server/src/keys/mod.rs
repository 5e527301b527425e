//! This server's own keys: those that sign requests, and the one that seals invite tokens at rest.
//!
//! They are kept in the data folder, readable by the server's account only, and not in the database, so that a copy of
//! the database alone opens no invite and speaks for nobody. The first ones are made at the first start; keys that sign
//! are replaced with overlap ([`rotation`], `docs/keys.md`).

mod files;
mod ring;
pub mod rotation;
mod rsa;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use secrecy::zeroize::Zeroizing;
use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::keys::{Jwks, RsaKey, SigningKey};

use self::files::Secret;
pub use self::ring::{OwnKey, RetiredKey, Ring, State};
pub use self::rsa::{OwnRsaKey, RSA};
use crate::env::Env;

/// The folder of the server's own keys, inside the data folder.
pub const FOLDER: &str = "keys";

/// The file of the first key that signs. Those after it are called `signing-NAME.key`.
pub const SIGNING: &str = "signing.key";

/// The file of the key that seals.
pub const SEALING: &str = "sealing.key";

/// How long the folder is believed before it is looked at again, in milliseconds: a change made by the command line, or
/// by another process, is in force that soon. A look reads a handful of small files.
pub const LOOK_MS: i64 = 5_000;

/// Why the keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file could not be read or written.
    #[error("{path}: {source}. The server's keys must be readable and writable by its account")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Everybody on the machine can read the file.
    #[error(
        "everybody on this machine can read {path}, and with it speak in this server's name: chmod 600 {path}, and if \
         somebody may have read it, replace the key (docs/keys.md)"
    )]
    Open {
        /// The file.
        path: String,
    },
    /// The file holds something else.
    #[error(
        "{path} is not a key of this server: 32 bytes in base64 were expected. Restore it from a backup; \
         without it, open invitations can no longer be shown and other servers must fetch a new key"
    )]
    Malformed {
        /// The file.
        path: String,
    },
    /// The file of the RSA key holds something else.
    #[error(
        "{path} is not an RSA key (unencrypted PKCS#8 in PEM). Restore it from a backup, or remove it: the next start makes \
         another one, which servers that need it fetch within a day"
    )]
    NotRsa {
        /// The file.
        path: String,
    },
    /// A key that is handed over is not among the others.
    #[error(
        "{path} is not there, and nothing is made in a folder that is handed over read-only: hand over signing.key, \
         sealing.key and rsa.pem (docs/keys.md)"
    )]
    Missing {
        /// The file.
        path: String,
    },
    /// Keys that are handed over cannot be changed.
    #[error(
        "{folder} is handed over read-only, so that keys are changed where they come from: run this with --keys on a \
         folder of your own, and hand that over (docs/keys.md)"
    )]
    HandedOver {
        /// The folder.
        folder: String,
    },
    /// The file holds another key than its name says.
    #[error(
        "{path} holds the key {name}, which is not the one in its name. Restore it from a backup"
    )]
    Misnamed {
        /// The file.
        path: String,
        /// The name of the key that it holds.
        name: String,
    },
    /// Somebody else than the server's account is at work.
    #[error(
        "{folder} belongs to another account, which could not read a key that is made now. Run this as the server's account"
    )]
    Account {
        /// The folder.
        folder: String,
    },
}

/// The keys that sign, and the one that seals.
pub struct ServerKeys {
    /// Where to look again; `None` for keys that are kept nowhere.
    place: Option<(PathBuf, Provider)>,
    looked: Mutex<Looked>,
    sealing: LessSafeKey,
}

/// What the last look found.
struct Looked {
    ring: Arc<Ring>,
    at: Timestamp,
    /// The key that signed when it was last asked for, to tell of a change.
    signing: String,
    /// Why the last look failed, to tell it once.
    failure: Option<String>,
}

impl ServerKeys {
    /// Reads the keys from `folder`, making those that are not there yet, unless the folder is handed over
    /// ([`is_handed_over`]).
    pub fn open(folder: &Path, env: &Env, provider: &Provider) -> Result<Self, KeyError> {
        if is_handed_over(folder) {
            all_there(folder, provider)?;
        }
        if Ring::read(folder, provider)?.is_none() {
            files::read_or_make(&folder.join(SIGNING), env)?;
        }
        rsa::make(folder, env)?;
        let ring = Ring::read(folder, provider)?;
        let ring = ring.ok_or_else(|| files::malformed(&folder.join(SIGNING)))?;
        let sealing = files::read_or_make(&folder.join(SEALING), env)?;
        let place = Some((folder.to_owned(), provider.clone()));
        Ok(Self::new(place, ring, &sealing, env.now()))
    }

    /// Reads the keys and makes none; `None` if there is none that signs, or none that seals.
    pub fn read(folder: &Path, env: &Env, provider: &Provider) -> Result<Option<Self>, KeyError> {
        let ring = Ring::read(folder, provider)?;
        let sealing = files::read(&folder.join(SEALING))?;
        let place = Some((folder.to_owned(), provider.clone()));
        let both = ring.zip(sealing);
        Ok(both.map(|(ring, sealing)| Self::new(place, ring, &sealing.secret, env.now())))
    }

    /// Fresh keys that are kept nowhere, for tests and the simulator; without an RSA key, which takes long to make and cannot
    /// be made twice.
    pub fn ephemeral(env: &Env, provider: &Provider) -> Self {
        Self::ephemeral_with(env, provider, None)
    }

    /// The same with an RSA key.
    pub fn ephemeral_with(env: &Env, provider: &Provider, rsa: Option<&RsaKey>) -> Self {
        let signing = Zeroizing::new(env.random());
        let sealing = Zeroizing::new(env.random());
        let ring = Ring::ephemeral(&signing, provider, rsa);
        Self::new(None, ring, &sealing, env.now())
    }

    fn new(
        place: Option<(PathBuf, Provider)>,
        ring: Ring,
        sealing: &Secret,
        now: Timestamp,
    ) -> Self {
        let unbound = UnboundKey::new(&AES_256_GCM, sealing.as_slice());
        let unbound = unbound.expect("the key has the right length");
        let looked = Looked {
            signing: ring.signing(now).key_id().to_owned(),
            ring: Arc::new(ring),
            at: now,
            failure: None,
        };
        Self {
            place,
            looked: Mutex::new(looked),
            sealing: LessSafeKey::new(unbound),
        }
    }

    /// The key that signs requests to other servers now.
    pub fn signing(&self, now: Timestamp) -> Arc<SigningKey> {
        self.ring(now).signing(now).key().clone()
    }

    /// The key that signs requests to servers that know nothing newer.
    pub fn rsa(&self, now: Timestamp) -> Option<RsaKey> {
        let ring = self.ring(now);
        ring.rsa().map(|own| own.key().clone())
    }

    /// The one before it, while other servers may not know the present one yet.
    pub(crate) fn rsa_before(&self, now: Timestamp) -> Option<RsaKey> {
        let ring = self.ring(now);
        ring.rsa_before(now).map(|own| own.key().clone())
    }

    /// Every key that other servers may verify with now.
    pub fn published(&self, now: Timestamp) -> Jwks {
        self.ring(now).jwks(now)
    }

    /// The keys that sign, did or will. Looks at the folder if the last look is older than [`LOOK_MS`]; if it cannot be
    /// read, the keys of the last look go on.
    pub fn ring(&self, now: Timestamp) -> Arc<Ring> {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((folder, provider)) = &self.place
            && !looked.at.is_recent(now, LOOK_MS)
        {
            looked.look(folder, provider);
            looked.at = now;
            if looked.ring.has_rsa_of_no_use(now) && !is_handed_over(folder) {
                // One that cannot be removed now is not used either, and the next look tries again.
                drop(rsa::forget_before(folder));
            }
        }
        let signing = looked.ring.signing(now).key_id();
        if signing != looked.signing {
            tracing::info!(
                key_id = signing,
                before = looked.signing,
                "signs with another key from now on"
            );
            looked.signing = signing.to_owned();
        }
        looked.ring.clone()
    }

    /// Encrypts a token for the database.
    pub fn seal(&self, env: &Env, token: &InviteToken) -> Vec<u8> {
        self.seal_for(env, b"", token.expose().as_bytes())
    }

    /// Decrypts a token; `None` if it was sealed with another key or is damaged.
    pub fn unseal(&self, sealed: &[u8]) -> Option<InviteToken> {
        let plain = self.unseal_for(b"", sealed)?;
        InviteToken::parse(std::str::from_utf8(&plain).ok()?).ok()
    }

    /// Encrypts something small. It can only be decrypted for the same purpose.
    pub(crate) fn seal_for(&self, env: &Env, purpose: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = env.random();
        let mut sealed = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose),
                &mut sealed,
            )
            .expect("it is far below the limit of the cipher");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts it; `None` if it was sealed with another key or for another purpose, or is damaged.
    pub(crate) fn unseal_for(&self, purpose: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(purpose), &mut opened)
            .ok()?;
        Some(Zeroizing::new(plain.to_vec()))
    }
}

/// The files of a folder of keys by their names, in order: secrets, and records of those that are gone. What is being
/// written beside them is none of them.
pub(crate) fn stored(folder: &Path) -> Result<Vec<(String, Zeroizing<String>)>, KeyError> {
    files::stored(folder)
}

/// Writes a file that [`stored`] has read, as it was, where none is.
pub(crate) fn store(path: &Path, text: &str) -> Result<(), KeyError> {
    files::store(path, text)
}

/// Where systemd puts what it hands over to services.
const CREDENTIALS: &str = "/run/credentials";

/// Whether a folder is a place where somebody else puts keys, as a service manager does: nothing is made and nothing is changed
/// in it. Nobody may write there, not even the owner, whatever root could do.
pub fn is_handed_over(folder: &Path) -> bool {
    let found = std::fs::metadata(folder);
    folder.starts_with(CREDENTIALS) || found.is_ok_and(|found| found.permissions().readonly())
}

/// Whether every key has been handed over that a server needs.
fn all_there(folder: &Path, provider: &Provider) -> Result<(), KeyError> {
    let signs = Ring::read(folder, provider)?.is_some();
    let there = |name| folder.join(name).exists();
    let needed = [
        (SIGNING, signs),
        (SEALING, there(SEALING)),
        (RSA, there(RSA)),
    ];
    match needed.into_iter().find(|(_, there)| !there) {
        None => Ok(()),
        Some((name, _)) => Err(KeyError::Missing {
            path: folder.join(name).display().to_string(),
        }),
    }
}

/// What an invite token is looked up by: SHA-256, which is enough for 128 random bits and more.
pub fn token_hash(token: &InviteToken) -> [u8; 32] {
    let hash = digest(&SHA256, token.expose().as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

impl Looked {
    fn look(&mut self, folder: &Path, provider: &Provider) {
        let failure = match Ring::read(folder, provider) {
            Ok(Some(ring)) => {
                self.ring = Arc::new(ring);
                None
            }
            Ok(None) => Some(format!("no key is left in {}", folder.display())),
            Err(error) => Some(error.to_string()),
        };
        if failure != self.failure
            && let Some(failure) = &failure
        {
            tracing::error!(failure, "the keys cannot be read; those of before go on");
        }
        self.failure = failure;
    }
}

#[cfg(test)]
mod tests;
