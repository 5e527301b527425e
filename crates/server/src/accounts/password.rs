//! Passwords as they are kept.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::digest::{SHA256, digest};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use symbolon_proto::problem::{Code, Problem};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use crate::env::Env;

/// Memory, passes and lanes of argon2id: what OWASP recommends for a log-in, 19 MiB and two passes.
fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash of no password at all: checked against when there is no account of the name.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3ltYm9sb24gc2FsdCAx$0q4j2rIpo3IoJ6bFlTVrkZ1dmbE0hJ7vGkVJ3xu3kIk";

/// Longest password that is hashed, in bytes; nobody types more, and hashing takes time by length.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Shortest password in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;

/// How many password hashes are computed at once.
pub(crate) const AT_ONCE: usize = 2;

/// The same for browsers in which somebody has logged in before, and for people who are logged in: threads and places of their
/// own, which strangers cannot fill. All that these do to them is to take two processors for some tens of milliseconds more.
pub(crate) const KNOWN_AT_ONCE: usize = 1;

/// How long somebody waits until their password is hashed. More would be behind the patience of browsers and proxies.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Guessed too soon.
    #[error("it has fewer than {PASSWORD_CHARS_MIN} characters")]
    Short,
    /// Hashing more would only cost time.
    #[error("it has more than {PASSWORD_BYTES_MAX} bytes")]
    Long,
    /// Nobody can type it.
    #[error("it has control characters, which nobody can type")]
    Control,
}

impl PasswordError {
    /// What whoever chose it is told.
    pub fn problem(self, member: &str) -> Problem {
        let problem = Problem::new(Code::MemberInvalid).with("member", member);
        match self {
            Self::Short => problem
                .with("reason", "too-short")
                .with("limit", &PASSWORD_CHARS_MIN.to_string()),
            Self::Long => problem.with("reason", "too-long"),
            Self::Control => problem.with("reason", "control"),
        }
    }
}

/// Checks that a text can be a password.
pub fn check_new_password(password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        Err(PasswordError::Short)
    } else if password.len() > PASSWORD_BYTES_MAX {
        Err(PasswordError::Long)
    } else if password.chars().any(char::is_control) {
        Err(PasswordError::Control)
    } else {
        Ok(())
    }
}

/// Hashes an account password with argon2id, in PHC form. Takes tens of milliseconds on purpose.
pub fn hash_password(env: &Env, password: &SecretString) -> String {
    let salt = Salt::new(&env.random::<16>()).expect("16 bytes are a salt");
    let hasher = hasher();
    let hash = computed(&hasher, password, &salt, Params::DEFAULT_OUTPUT_LEN);
    let params = ParamsString::try_from(hasher.params());
    let whole = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: params.expect("the parameters can be written"),
        salt: Some(salt),
        hash: Some(hash.expect("salt and parameters are within bounds")),
    };
    whole.to_string()
}

/// Whether a password is the one behind a hash, by the parameters that stand there.
fn is_right(password: &SecretString, hash: &PasswordHash) -> bool {
    let by_its_parameters = || {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let hasher = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
        let wanted = hash.hash.as_ref()?;
        let found = computed(&hasher, password, hash.salt.as_ref()?, wanted.len())?;
        // They are compared in constant time.
        Some(found == *wanted)
    };
    by_its_parameters().unwrap_or(false)
}

thread_local! {
    /// What hashes are computed in. It is kept: whoever gives 19 MiB back and takes them again a hundred times has an allocator
    /// keep several of them, since other things have come to lie in between.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

fn computed(
    hasher: &Argon2<'_>,
    password: &SecretString,
    salt: &Salt,
    length: usize,
) -> Option<Output> {
    MEMORY.with_borrow_mut(|memory| {
        let blocks = hasher.params().block_count().max(memory.len());
        memory.resize(blocks, Block::new());
        let mut out = vec![0; length];
        let password = password.expose_secret().as_bytes();
        let done = hasher.hash_password_into_with_memory(password, salt, &mut out, memory);
        done.ok()?;
        Output::new(&out).ok()
    })
}

/// The same on a thread of its own, for somebody whom strangers do not keep waiting; `places` as in [`matches()`].
pub(super) async fn hash_beside(
    places: &Arc<Semaphore>,
    env: &Env,
    password: SecretString,
) -> Result<String, Problem> {
    let place = place(places).await?;
    let env = env.clone();
    beside(&OF_KNOWN, move || {
        let _place = place;
        hash_password(&env, &password)
    })
    .await
}

type Work = Box<dyn FnOnce() + Send>;

/// Where passwords are hashed: threads of their own, as many as there are places, each with its [`MEMORY`].
static THREADS: LazyLock<Threads> = LazyLock::new(|| threads(AT_ONCE));

/// The same for browsers in which somebody has logged in before.
static OF_KNOWN: LazyLock<Threads> = LazyLock::new(|| threads(KNOWN_AT_ONCE));

type Threads = Sender<Work>;

fn threads(count: usize) -> Threads {
    let (sender, works) = mpsc::channel::<Work>();
    let works = Arc::new(Mutex::new(works));
    for _ in 0..count {
        let works = works.clone();
        let thread = thread::Builder::new().name("passwords".to_owned());
        let started = thread.spawn(move || {
            let next = || works.lock().ok()?.recv().ok();
            while let Some(work) = next() {
                // Whoever waits for a work that panicked hears of it by themselves.
                let _ = catch_unwind(AssertUnwindSafe(work));
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "a thread for passwords cannot be started");
        }
    }
    sender
}

/// Does something on one of these.
async fn beside<T: Send + 'static>(
    threads: &Threads,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let (done, answer) = oneshot::channel();
    let internal = || Problem::new(Code::Internal);
    let work = Box::new(move || {
        // Whoever asked may have hung up.
        let _ = done.send(work());
    });
    threads.send(work).map_err(|_| internal())?;
    answer.await.map_err(|_| internal())
}

/// One of the places. It goes with the work, which nobody can stop: whoever hangs up must not make room for another one
/// beside it.
async fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    match timeout(PATIENCE, places.clone().acquire_owned()).await {
        Ok(place) => place.map_err(|_| Problem::new(Code::ShuttingDown)),
        // Those before them had as much to do.
        Err(_) => {
            Err(Problem::new(Code::TooManyRequests)
                .with("seconds", &PATIENCE.as_secs().to_string()))
        }
    }
}

/// A new app password, to be shown once, and what is kept of it: 160 random bits in eight groups.
pub fn new_app_password(env: &Env) -> (Zeroizing<String>, Vec<u8>) {
    let plain = letters::<32>(env);
    let hash = app_password_hash(&plain);
    (plain, hash)
}

/// A password for an account, to be shown once and handed over: 80 random bits in four groups.
pub(crate) fn new_password(env: &Env) -> SecretString {
    SecretString::from(letters::<16>(env).as_str())
}

/// Random letters that nobody takes for each other, five bits each, in groups of four.
pub(super) fn letters<const N: usize>(env: &Env) -> Zeroizing<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let random = Zeroizing::new(env.random::<N>());
    // It never grows, which would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(N + N / 4));
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    text
}

/// What is kept of an app password. It is random enough to need no slow hash.
pub fn app_password_hash(plain: &str) -> Vec<u8> {
    digest(&SHA256, plain.as_bytes()).as_ref().to_vec()
}

/// Whether a password is the one behind a hash. `None` for no account: takes the same time and is always wrong. `places` bounds
/// how many are computed at once, since each takes 19 MiB and a processor.
pub(super) async fn matches(
    places: &Arc<Semaphore>,
    hash: Option<String>,
    password: SecretString,
) -> Result<bool, Problem> {
    matches_on(&THREADS, places, hash, password).await
}

/// The same for somebody in whose browser they have logged in before, whom strangers do not keep waiting.
pub(super) async fn matches_of_known(
    places: &Arc<Semaphore>,
    hash: Option<String>,
    password: SecretString,
) -> Result<bool, Problem> {
    matches_on(&OF_KNOWN, places, hash, password).await
}

async fn matches_on(
    threads: &Threads,
    places: &Arc<Semaphore>,
    hash: Option<String>,
    password: SecretString,
) -> Result<bool, Problem> {
    if password.expose_secret().len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let place = place(places).await?;
    beside(threads, move || {
        let _place = place;
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let Ok(parsed) = PasswordHash::new(&text) else {
            return false;
        };
        let right = is_right(&password, &parsed);
        known && right
    })
    .await
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    async fn check(hash: Option<String>, password: &str) -> bool {
        matches(
            &Arc::new(Semaphore::new(1)),
            hash,
            SecretString::from(password),
        )
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn only_the_password_itself_matches() {
        let hash = hash_password(&Env::system(), &SecretString::from("correct horse"));
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(check(Some(hash.clone()), "correct horse").await);
        assert!(!check(Some(hash), "correct horsf").await);
        assert!(!check(None, "correct horse").await);
    }

    #[tokio::test]
    async fn who_hangs_up_makes_no_room_beside_the_work_that_goes_on() {
        let places = Arc::new(Semaphore::new(1));
        // The work cannot be over before it is looked at.
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..AT_ONCE {
            let held = held.clone();
            let busy = move || {
                let _ = held.lock().unwrap().recv();
            };
            THREADS.send(Box::new(busy)).unwrap();
        }
        let mut checked = Box::pin(matches(&places, None, SecretString::from("a password")));
        assert!(futures_util::poll!(&mut checked).is_pending());
        drop(checked);
        assert!(places.try_acquire().is_err());
        drop(release);
        // The work ends by itself, and its place is free again.
        assert!(timeout(PATIENCE, places.acquire()).await.is_ok());
    }

    #[test]
    fn hashes_are_those_of_everybody_elses_argon2id() {
        let (right, wrong) = (SecretString::from("correct horse"), SecretString::from("x"));
        let ours = hash_password(&Env::system(), &right);
        let verified =
            hasher().verify_password(b"correct horse", &PasswordHash::new(&ours).unwrap());
        assert!(verified.is_ok());
        // With other parameters than ours, too.
        let params = Params::new(64, 3, 2, Some(24)).unwrap();
        let other = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let theirs = other
            .hash_password_with_salt(b"correct horse", b"some salt")
            .unwrap();
        assert!(is_right(&right, &theirs) && !is_right(&wrong, &theirs));
        assert!(!is_right(
            &right,
            &PasswordHash::new("$argon2id$v=19$m=64,t=3,p=2").unwrap()
        ));
    }

    #[test]
    fn nobodys_hash_is_a_hash_so_that_it_takes_time() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!(params.block_count(), hasher().params().block_count());
        assert!(!is_right(&SecretString::from(""), &parsed));
    }

    #[test]
    fn short_long_and_unprintable_passwords_are_refused() {
        for password in ["correct horse", "pässwört", &"x".repeat(PASSWORD_BYTES_MAX)] {
            assert_eq!(check_new_password(password), Ok(()));
        }
        for (password, error) in [
            ("", PasswordError::Short),
            ("pässwör", PasswordError::Short),
            ("has\ttabulator", PasswordError::Control),
            (&*"x".repeat(PASSWORD_BYTES_MAX + 1), PasswordError::Long),
        ] {
            assert_eq!(check_new_password(password), Err(error));
        }
    }

    #[test]
    fn app_passwords_are_long_and_their_hash_is_reproducible() {
        let (plain, hash) = new_app_password(&Env::system());
        assert_eq!(plain.len(), 39);
        assert_eq!(app_password_hash(&plain), hash);
        assert_ne!(new_app_password(&Env::system()).0, plain);
    }
}
