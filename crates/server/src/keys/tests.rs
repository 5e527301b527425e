use std::fs;
use std::path::PathBuf;

use symbolon_proto::keys::Lookup;

use super::rotation::{ChangeError, LEAD_LEAST_MS, OVERLAP_LEAST_MS, retire, rotate, rotate_rsa};
use super::*;
use crate::env::{Clock, Env, SystemEntropy};

const HOUR_MS: i64 = 3_600_000;

/// A clock that the test moves.
#[derive(Clone)]
struct Moved(Arc<Mutex<Timestamp>>);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A folder of keys, and what looks at it.
struct Place {
    _whole: tempfile::TempDir,
    folder: PathBuf,
    clock: Moved,
    env: Env,
    provider: Provider,
}

impl Place {
    fn new() -> Self {
        let whole = tempfile::tempdir().unwrap();
        let clock = Moved(Arc::new(Mutex::new(Timestamp::from_secs(1_795_478_400))));
        Self {
            folder: whole.path().join(FOLDER),
            _whole: whole,
            env: Env {
                clock: Arc::new(clock.clone()),
                entropy: Arc::new(SystemEntropy),
            },
            clock,
            provider: Provider::parse("cat.example.org").unwrap(),
        }
    }

    fn open(&self) -> ServerKeys {
        ServerKeys::open(&self.folder, &self.env, &self.provider).unwrap()
    }

    fn pass_ms(&self, ms: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.plus_millis(ms);
    }

    fn now(&self) -> Timestamp {
        self.env.now()
    }

    fn rotate(&self, lead_ms: i64, at_once: bool) -> Result<String, ChangeError> {
        let made = rotate(&self.folder, &self.env, &self.provider, lead_ms, at_once);
        made.map(|made| made.key_id)
    }

    fn retire(&self, given: &str, at_once: bool) -> Result<Option<String>, ChangeError> {
        let gone = retire(&self.folder, &self.env, &self.provider, given, at_once);
        gone.map(|gone| gone.map(|gone| gone.key_id))
    }

    fn signing(&self, keys: &ServerKeys) -> String {
        keys.signing(self.now()).key_id().to_owned()
    }

    fn published(&self, keys: &ServerKeys) -> Vec<String> {
        let published = keys.published(self.now());
        published.key_ids().map(str::to_owned).collect()
    }

    fn files(&self) -> Vec<String> {
        let listed = fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = listed
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Writes a file as a key has to be.
fn put(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    mode(path, 0o600);
}

fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_key_that_everybody_can_read_is_refused_with_what_to_do_and_the_others_go_on() {
    let place = Place::new();
    let keys = place.open();
    let first = place.signing(&keys);
    for name in [SIGNING, SEALING, RSA] {
        let path = place.folder.join(name);
        for open in [0o644, 0o604] {
            mode(&path, open);
            let refused = ServerKeys::open(&place.folder, &place.env, &place.provider);
            let refused = refused.err().unwrap().to_string();
            let remedy = format!("chmod 600 {}", path.display());
            assert!(refused.contains(&remedy), "{refused}");
        }
        // A group may: that is how a service manager lends what is root's.
        for fits in [0o640, 0o440, 0o400, 0o600] {
            mode(&path, fits);
            assert_eq!(place.signing(&place.open()), first, "{name} {fits:o}");
        }
    }
    // A running server goes on with what it has.
    mode(&place.folder.join(SIGNING), 0o644);
    place.pass_ms(10_000);
    assert_eq!(place.signing(&keys), first);
}

#[test]
fn keys_are_made_once_and_read_back() {
    let place = Place::new();
    let (first, again) = (place.open(), place.open());
    assert_eq!(place.signing(&first), place.signing(&again));
    let token = InviteToken::from_random([7; 20]);
    let sealed = first.seal(&place.env, &token);
    assert_eq!(again.unseal(&sealed).unwrap().expose(), token.expose());
    let other = ServerKeys::ephemeral(&place.env, &place.provider);
    assert!(other.unseal(&sealed).is_none());
    assert!(again.unseal(b"short").is_none());
}

#[test]
fn the_key_of_an_installation_from_before_rotation_keeps_its_file_and_its_name() {
    let place = Place::new();
    fs::create_dir(&place.folder).unwrap();
    let seed = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n";
    put(&place.folder.join("signing.key"), seed);
    put(&place.folder.join("sealing.key"), seed);
    let keys = place.open();
    // What the first release made of these 32 bytes.
    assert_eq!(place.signing(&keys), "cat.example.org#3a6fcd014881");
    assert_eq!(place.files(), ["rsa.pem", "sealing.key", "signing.key"]);
    let kept = fs::read_to_string(place.folder.join("signing.key")).unwrap();
    assert_eq!(kept, seed);
}

#[test]
fn processes_that_start_at_once_on_an_empty_folder_have_the_same_keys() {
    let place = Arc::new(Place::new());
    let together = Arc::new(std::sync::Barrier::new(8));
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let (place, together) = (place.clone(), together.clone());
            std::thread::spawn(move || {
                together.wait();
                let keys = place.open();
                (place.signing(&keys), keys)
            })
        })
        .collect();
    let started: Vec<_> = starting
        .into_iter()
        .map(|one| one.join().unwrap())
        .collect();
    let token = InviteToken::from_random([7; 20]);
    let sealed = started[0].1.seal(&place.env, &token);
    for (signing, keys) in &started {
        assert_eq!(signing, &started[0].0);
        assert!(keys.unseal(&sealed).is_some());
    }
    assert_eq!(place.files(), ["rsa.pem", "sealing.key", "signing.key"]);
}

#[test]
fn a_new_key_is_published_at_once_and_signs_when_its_time_has_come() {
    let place = Place::new();
    let running = place.open();
    let old = place.signing(&running);
    let new = place.rotate(HOUR_MS, false).unwrap();
    assert_ne!(old, new);
    place.pass_ms(LOOK_MS);
    assert_eq!(place.published(&running), [&*old, &*new]);
    assert_eq!(place.signing(&running), old);
    place.pass_ms(HOUR_MS - LOOK_MS - 1);
    assert_eq!(place.signing(&running), old);
    // Times are kept in whole seconds, rounded up.
    place.pass_ms(1_000);
    assert_eq!(place.signing(&running), new);
    assert_eq!(
        place.published(&running),
        [&*new, &*old],
        "the one that signs comes first"
    );
    assert_eq!(place.signing(&place.open()), new, "after a restart");
}

#[test]
fn processes_on_one_folder_agree_within_a_look() {
    let place = Place::new();
    let (one, two) = (place.open(), place.open());
    let old = place.signing(&one);
    let new = place.rotate(0, true).unwrap();
    const {
        assert!(
            LEAD_LEAST_MS > LOOK_MS,
            "everybody publishes it before anybody signs"
        );
    };
    for _ in 0..(LEAD_LEAST_MS / LOOK_MS) {
        place.pass_ms(LOOK_MS);
        for keys in [&one, &two] {
            let signs = place.signing(keys);
            assert!(place.published(&one).contains(&signs));
            assert!(place.published(&two).contains(&signs));
        }
    }
    place.pass_ms(1_000);
    assert_eq!(place.signing(&one), new);
    assert_eq!(place.signing(&two), new);
    place.retire(&old, true).unwrap();
    place.pass_ms(LOOK_MS);
    assert_eq!(place.published(&one), [&*new]);
    assert_eq!(place.published(&two), [&*new]);
}

/// Chance that first comes up with these bytes again.
struct Again(Mutex<Option<Vec<u8>>>);

impl crate::env::Entropy for Again {
    fn fill(&self, buf: &mut [u8]) {
        match self
            .0
            .lock()
            .unwrap()
            .take_if(|again| again.len() == buf.len())
        {
            Some(again) => buf.copy_from_slice(&again),
            None => SystemEntropy.fill(buf),
        }
    }
}

#[test]
fn a_key_that_is_gone_leaves_its_id_to_no_other_though_chance_comes_up_with_it_again() {
    use base64::Engine;
    let mut place = Place::new();
    let running = place.open();
    let old = place.signing(&running);
    let file = fs::read_to_string(place.folder.join("signing.key")).unwrap();
    let seed = file.lines().next().unwrap();
    let seed = base64::engine::general_purpose::STANDARD.decode(seed);
    place.rotate(0, true).unwrap();
    place.pass_ms(HOUR_MS);
    place.retire(&old, true).unwrap();
    let again = Arc::new(Again(Mutex::new(Some(seed.unwrap()))));
    place.env.entropy = again.clone();
    let new = place.rotate(0, true).unwrap();
    assert!(again.0.lock().unwrap().is_none(), "it has come up again");
    assert_ne!(new, old);
    assert!(!place.published(&place.open()).contains(&old));
}

#[test]
fn an_old_key_is_published_until_it_is_retired_and_not_before_its_last_messages_have_arrived() {
    let place = Place::new();
    let running = place.open();
    let old = place.signing(&running);
    let new = place.rotate(HOUR_MS, false).unwrap();
    let signs = |given: &str| place.retire(given, true).unwrap_err();
    assert!(matches!(signs(&old), ChangeError::Signs { .. }));
    place.pass_ms(HOUR_MS + 1_000);
    assert!(matches!(signs(&new), ChangeError::Signs { .. }));
    let early = place.retire(&old, false).unwrap_err();
    assert!(matches!(early, ChangeError::UnderWay { .. }), "{early}");
    place.pass_ms(OVERLAP_LEAST_MS);
    assert_eq!(place.published(&running), [&*new, &*old]);
    let name = old.split('#').nth(1).unwrap();
    assert_eq!(place.retire(name, false).unwrap(), Some(old.clone()));
    place.pass_ms(LOOK_MS);
    assert_eq!(place.published(&running), [&*new]);
    assert!(matches!(
        running.published(place.now()).find(&old),
        Lookup::Absent
    ));
    assert_eq!(place.retire(&old, false).unwrap(), None, "twice is no harm");
    let unknown = place
        .retire("cat.example.org#000000000000", false)
        .unwrap_err();
    assert!(matches!(unknown, ChangeError::Unknown { .. }), "{unknown}");
}

#[test]
fn the_name_of_a_retired_key_is_kept_and_its_secret_is_not() {
    let place = Place::new();
    let old = place.signing(&place.open());
    let secret = fs::read_to_string(place.folder.join(SIGNING)).unwrap();
    place.rotate(0, true).unwrap();
    place.pass_ms(LEAD_LEAST_MS + 1_000);
    place.retire(&old, true).unwrap();
    for name in place.files() {
        let text = fs::read_to_string(place.folder.join(&name)).unwrap();
        assert!(!text.contains(secret.trim()), "{name}");
    }
    let ring = place.open().ring(place.now());
    let retired: Vec<_> = ring.retired().iter().map(|key| &*key.key_id).collect();
    assert_eq!(retired, [&*old]);
    assert!(
        ring.knows(old.split('#').nth(1).unwrap()),
        "it is never given again"
    );
    // Restored from a backup by hand, it stays retired: what it signs is not to be believed.
    put(&place.folder.join(SIGNING), &secret);
    assert_ne!(place.signing(&place.open()), old);
    assert_eq!(place.published(&place.open()).len(), 1);
}

#[test]
fn one_new_key_waits_at_a_time_and_can_be_hurried_or_called_off() {
    let place = Place::new();
    let running = place.open();
    let old = place.signing(&running);
    let new = place.rotate(HOUR_MS, false).unwrap();
    let again = place.rotate(HOUR_MS, false).unwrap_err();
    assert!(matches!(again, ChangeError::Waiting { .. }), "{again}");
    assert!(again.to_string().contains(&new), "{again}");
    assert_eq!(
        place.rotate(HOUR_MS, true).unwrap(),
        new,
        "the same one, earlier"
    );
    place.pass_ms(LEAD_LEAST_MS + 1_000);
    assert_eq!(place.signing(&running), new);
    let third = place.rotate(HOUR_MS, false).unwrap();
    assert_eq!(place.retire(&third, false).unwrap(), Some(third.clone()));
    place.pass_ms(2 * HOUR_MS);
    assert_eq!(place.signing(&running), new);
    assert_eq!(place.published(&running), [&*new, &*old]);
}

#[test]
fn keys_that_are_published_have_a_bound() {
    let place = Place::new();
    place.open();
    for _ in 1..8 {
        place.rotate(0, true).unwrap();
        place.pass_ms(LEAD_LEAST_MS + 1_000);
    }
    let error = place.rotate(0, true).unwrap_err();
    assert!(
        matches!(error, ChangeError::TooMany { count: 8 }),
        "{error}"
    );
}

#[test]
fn a_running_server_goes_on_with_its_keys_when_the_folder_cannot_be_read() {
    let place = Place::new();
    let running = place.open();
    let signing = place.signing(&running);
    let name = "signing-0123456789ab.key";
    fs::write(place.folder.join(name), "half a k").unwrap();
    place.pass_ms(LOOK_MS);
    assert_eq!(place.signing(&running), signing);
    let started = ServerKeys::open(&place.folder, &place.env, &place.provider);
    let error = started.err().unwrap().to_string();
    assert!(error.contains(name), "{error}");
    fs::remove_dir_all(&place.folder).unwrap();
    place.pass_ms(LOOK_MS);
    assert_eq!(place.signing(&running), signing);
}

#[test]
fn a_file_that_holds_another_key_than_its_name_says_is_refused() {
    let place = Place::new();
    place.open();
    let new = place.rotate(0, true).unwrap();
    let path = place
        .folder
        .join(format!("signing-{}.key", new.split('#').nth(1).unwrap()));
    let first = fs::read_to_string(place.folder.join(SIGNING)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let notes = text.split_once('\n').unwrap().1;
    put(&path, &format!("{}\n{notes}", first.trim()));
    let error = ServerKeys::open(&place.folder, &place.env, &place.provider).err();
    assert!(matches!(error, Some(KeyError::Misnamed { .. })));
    put(&path, text.lines().next().unwrap());
    let error = ServerKeys::open(&place.folder, &place.env, &place.provider).err();
    assert!(
        matches!(error, Some(KeyError::Malformed { .. })),
        "a key that does not say when it signs would sign from the start"
    );
}

#[cfg(unix)]
#[test]
fn key_files_are_for_the_server_alone_and_a_damaged_one_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let old = place.signing(&place.open());
    place.rotate(0, true).unwrap();
    place.pass_ms(LEAD_LEAST_MS + 1_000);
    place.retire(&old, true).unwrap();
    place.rotate(HOUR_MS, false).unwrap();
    assert_eq!(place.files().len(), 5, "{:?}", place.files());
    for name in place.files() {
        let mode = fs::metadata(place.folder.join(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    fs::write(place.folder.join(SEALING), "nonsense").unwrap();
    let error = ServerKeys::open(&place.folder, &place.env, &place.provider);
    let error = error.err().unwrap();
    assert!(error.to_string().contains("sealing.key"), "{error}");
}

#[test]
fn the_first_start_makes_an_rsa_key_that_stays_and_is_named_after_the_server_and_itself() {
    let place = Place::new();
    let first = place.open().rsa(place.now()).unwrap();
    let again = place.open().rsa(place.now()).unwrap();
    assert_eq!(first.key_id(), again.key_id());
    assert_eq!(first.public_pem(), again.public_pem());
    assert!(
        first
            .key_id()
            .starts_with("https://cat.example.org/ocm#rsa-"),
        "{}",
        first.key_id()
    );
    // An installation from before there was one gets it at its next start.
    fs::remove_file(place.folder.join(RSA)).unwrap();
    let other = place.open().rsa(place.now()).unwrap();
    assert_ne!(other.key_id(), first.key_id());
}

#[test]
fn a_new_rsa_key_takes_the_place_of_the_old_one_under_a_new_name_and_a_running_server_takes_it_up()
{
    let place = Place::new();
    let running = place.open();
    let before = running.rsa(place.now()).unwrap();
    let rotated = rotate_rsa(&place.folder, &place.env, &place.provider, false).unwrap();
    assert_eq!(rotated.until_then, before.key_id());
    place.pass_ms(LOOK_MS);
    let after = running.rsa(place.now()).unwrap();
    assert_eq!(after.key_id(), rotated.key_id);
    assert_ne!(after.key_id(), before.key_id());
    assert_ne!(after.public_pem(), before.public_pem());
    let ring = running.ring(place.now());
    assert_eq!(ring.rsa().unwrap().published_at, Some(rotated.signs_from));
    assert_eq!(ring.jwks(place.now()).key_ids().count(), 1);
}

#[test]
fn the_rsa_key_before_is_kept_for_a_day_after_it_was_replaced_and_then_removed() {
    let place = Place::new();
    let running = place.open();
    let before = running.rsa(place.now()).unwrap();
    assert!(running.rsa_before(place.now()).is_none());
    let rotates =
        |at_once| rotate_rsa(&place.folder, &place.env, &place.provider, at_once).unwrap();
    rotates(false);
    place.pass_ms(LOOK_MS);
    let kept = running.rsa_before(place.now()).unwrap();
    assert_eq!(kept.key_id(), before.key_id());
    assert_eq!(kept.public_pem(), before.public_pem());
    let again = rotate_rsa(&place.folder, &place.env, &place.provider, false).unwrap_err();
    assert!(matches!(again, ChangeError::StillUsed { .. }), "{again}");
    assert_eq!(
        running.rsa_before(place.now()).unwrap().key_id(),
        before.key_id()
    );
    let names = || {
        let stored = stored(&place.folder).unwrap();
        stored.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let all = ["rsa-before.pem", "rsa.pem", "sealing.key", "signing.key"];
    assert_eq!(names(), all, "a backup has it");
    place.pass_ms(24 * HOUR_MS);
    assert!(running.rsa_before(place.now()).is_some());
    place.pass_ms(HOUR_MS);
    assert!(running.rsa_before(place.now()).is_none());
    assert_eq!(names(), all[1..], "its secret is gone");
    // Somebody else has it: nothing is kept then, be it from the time before.
    rotates(false);
    rotates(true);
    place.pass_ms(LOOK_MS);
    assert!(running.rsa_before(place.now()).is_none());
    assert_eq!(names(), all[1..]);
    // Or it is retired by hand.
    let old = rotates(false).until_then;
    let gone = retire(&place.folder, &place.env, &place.provider, &old, false).unwrap();
    assert_eq!(gone.unwrap().key_id, old);
    assert_eq!(names(), all[1..]);
}

#[test]
fn an_rsa_key_that_is_damaged_is_named_and_never_replaced_silently() {
    let place = Place::new();
    place.open();
    for text in [
        "",
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        fs::write(place.folder.join(RSA), text).unwrap();
        let error = ServerKeys::open(&place.folder, &place.env, &place.provider);
        let error = error.err().unwrap();
        assert!(matches!(error, KeyError::NotRsa { .. }), "{error}");
        assert!(stored(&place.folder).is_err(), "no backup is made of it");
    }
}

#[test]
fn what_lies_beside_the_keys_is_no_key_and_keeps_no_backup_from_being_made() {
    let place = Place::new();
    place.open();
    let key = place.rotate(24 * HOUR_MS, false).unwrap();
    for beside in ["tls.key", "tls.retired", "notes.pem", "signing.key.old"] {
        fs::write(place.folder.join(beside), "not ours").unwrap();
    }
    let mut names = stored(&place.folder).unwrap();
    let names: Vec<_> = names.drain(..).map(|(name, _)| name).collect();
    let (_, name) = key.split_once('#').unwrap_or(("", &key));
    let rotated = format!("signing-{name}.key");
    assert_eq!(names, ["rsa.pem", "sealing.key", &rotated, "signing.key"]);
}
