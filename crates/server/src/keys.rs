//! This server's own keys: one to sign requests, one to seal invite tokens at rest.
//!
//! Both are made at the first start and kept in the data folder, readable by the server's account only. They are not
//! in the database, so that a copy of the database alone opens no invite and speaks for nobody.

use std::fs;
use std::io::Write;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use symbolon_proto::address::Provider;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::keys::SigningKey;

use crate::env::Env;

/// The folder of the server's own keys, inside the data folder.
pub const FOLDER: &str = "keys";

/// The file of the key that signs.
pub const SIGNING: &str = "signing.key";

/// The file of the key that seals.
pub const SEALING: &str = "sealing.key";

/// Bytes of either key.
const KEY_BYTES: usize = 32;

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
    /// The file holds something else.
    #[error(
        "{path} is not a key of this server: 32 bytes in base64 were expected. Restore it from a backup; \
         without it, open invitations can no longer be shown and other servers must fetch a new key"
    )]
    Malformed {
        /// The file.
        path: String,
    },
}

/// The signing and the sealing key.
pub struct ServerKeys {
    signing: SigningKey,
    sealing: LessSafeKey,
}

impl ServerKeys {
    /// Reads both keys from `folder`, making those that are not there yet.
    pub fn open(folder: &Path, env: &Env, provider: &Provider) -> Result<Self, KeyError> {
        let signing = read_or_make(&folder.join(SIGNING), env)?;
        let sealing = read_or_make(&folder.join(SEALING), env)?;
        Ok(Self::from_seeds(signing, sealing, provider))
    }

    /// Reads both keys and makes none; `None` if one is not there.
    pub fn read(folder: &Path, provider: &Provider) -> Result<Option<Self>, KeyError> {
        let signing = read(&folder.join(SIGNING))?;
        let sealing = read(&folder.join(SEALING))?;
        let both = signing.zip(sealing);
        Ok(both.map(|(signing, sealing)| Self::from_seeds(signing, sealing, provider)))
    }

    /// Fresh keys that are kept nowhere, for tests and the simulator.
    pub fn ephemeral(env: &Env, provider: &Provider) -> Self {
        Self::from_seeds(env.random(), env.random(), provider)
    }

    fn from_seeds(signing: [u8; KEY_BYTES], sealing: [u8; KEY_BYTES], provider: &Provider) -> Self {
        // The fragment names the key itself: a new key gets a new name, and no name is ever used twice.
        let public = serde_json::to_vec(&signing_key(signing, "unnamed").public_jwk());
        let fingerprint = digest(&SHA256, &public.expect("a key of ours is always JSON"));
        let fragment: String = fingerprint.as_ref()[..6]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let key_id = format!("{provider}#{fragment}");
        let unbound =
            UnboundKey::new(&AES_256_GCM, &sealing).expect("the key has the right length");
        Self {
            signing: signing_key(signing, &key_id),
            sealing: LessSafeKey::new(unbound),
        }
    }

    /// The key that signs requests to other servers.
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    /// Encrypts a token for the database.
    pub fn seal(&self, env: &Env, token: &InviteToken) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = env.random();
        let mut sealed = token.expose().as_bytes().to_vec();
        self.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut sealed,
            )
            .expect("a token is far below the limit of the cipher");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts a token; `None` if it was sealed with another key or is damaged.
    pub fn unseal(&self, sealed: &[u8]) -> Option<InviteToken> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut opened = sealed.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::empty(), &mut opened)
            .ok()?;
        InviteToken::parse(std::str::from_utf8(plain).ok()?).ok()
    }
}

/// What an invite token is looked up by: SHA-256, which is enough for 128 random bits and more.
pub fn token_hash(token: &InviteToken) -> [u8; 32] {
    let hash = digest(&SHA256, token.expose().as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn signing_key(seed: [u8; KEY_BYTES], key_id: &str) -> SigningKey {
    SigningKey::generate(seed, key_id).expect("every 32 bytes are an Ed25519 key")
}

fn read_or_make(path: &Path, env: &Env) -> Result<[u8; KEY_BYTES], KeyError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let key: [u8; KEY_BYTES] = env.random();
    write_new(path, &STANDARD.encode(key)).map_err(|source| unusable(path, source))?;
    Ok(key)
}

fn read(path: &Path) -> Result<Option<[u8; KEY_BYTES]>, KeyError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let bytes = STANDARD.decode(text.trim()).ok();
            let key = bytes.and_then(|bytes| bytes.try_into().ok());
            let path = path.display().to_string();
            key.map(Some).ok_or(KeyError::Malformed { path })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, error)),
    }
}

fn unusable(path: &Path, source: std::io::Error) -> KeyError {
    let path = path.display().to_string();
    KeyError::Io { path, source }
}

/// Whole or not at all: written beside, synced, then moved, so that a crash leaves no half key.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let provider = Provider::parse("cat.example.org").unwrap();
        let env = Env::system();
        let first = ServerKeys::open(folder.path(), &env, &provider).unwrap();
        let again = ServerKeys::open(folder.path(), &env, &provider).unwrap();
        assert_eq!(first.signing().key_id(), again.signing().key_id());
        let token = InviteToken::from_random([7; 20]);
        let sealed = first.seal(&env, &token);
        assert_eq!(again.unseal(&sealed).unwrap().expose(), token.expose());
        let other = ServerKeys::ephemeral(&env, &provider);
        assert!(other.unseal(&sealed).is_none());
        assert!(again.unseal(b"short").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn key_files_are_for_the_server_alone_and_a_damaged_one_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let provider = Provider::parse("cat.example.org").unwrap();
        ServerKeys::open(folder.path(), &Env::system(), &provider).unwrap();
        let path = folder.path().join("sealing.key");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::write(&path, "nonsense").unwrap();
        let error = ServerKeys::open(folder.path(), &Env::system(), &provider)
            .err()
            .unwrap();
        assert!(error.to_string().contains("sealing.key"), "{error}");
    }
}
