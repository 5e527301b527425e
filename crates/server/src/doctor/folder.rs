//! The data folder: the keys are there, nobody else reads them, and they belong to this database and this name.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use symbolon_core::Timestamp;
use symbolon_store::invites::ListInvites;
use symbolon_store::sync::digests::LoadOurName;
use symbolon_store::{Database, Store};

use super::{Findings, Patient, words};
use crate::keys::{RSA, Ring, SEALING, SIGNING, ServerKeys, State, is_handed_over};
use crate::said::Said;

/// How long an old key may be published beside the one that replaced it, in milliseconds; all caches that are known have
/// forgotten it by then.
const OLD_MS: i64 = 7 * 24 * 3_600 * 1_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let data = &patient.config.data;
    let folder = &patient.config.keys;
    let database = match &patient.config.database {
        Database::Sqlite { path } if path.exists() => Some(path.clone()),
        _ => None,
    };
    let now = patient.env.now();
    let read = ServerKeys::read(folder, &patient.env, &patient.config.provider());
    let ring = read.as_ref().ok().and_then(Option::as_ref);
    let ring = ring.map(|keys| keys.ring(now));
    let mut private = true;
    let mut paths = vec![
        data.clone(),
        folder.clone(),
        folder.join(SEALING),
        folder.join(RSA),
    ];
    match &ring {
        Some(ring) => paths.extend(ring.paths().map(Path::to_owned)),
        None => paths.push(folder.join(SIGNING)),
    }
    for path in paths.iter().chain(&database) {
        private &= is_private(path, findings);
    }
    let kept_here = |path: &&PathBuf| !(path.starts_with(folder) && is_handed_over(folder));
    let owners = paths.iter().filter(kept_here);
    let owners = owners.filter_map(|path| fs::metadata(path).ok());
    same_owner(&owners.collect::<Vec<_>>(), data, findings);
    let keys = match read {
        Ok(Some(keys)) => keys,
        Ok(None) => {
            let what = Said::new("doctor-folder-no-keys").with("folder", shown(folder));
            return findings.problem("folder.keys", what);
        }
        Err(error) => {
            let what = Said::new("doctor-folder-bad-keys").with("error", error.to_string());
            return findings.problem("folder.keys", what);
        }
    };
    if private {
        let what = Said::new("doctor-folder-keys").with("folder", shown(folder));
        findings.ok("folder.keys", what);
    }
    if let Some(ring) = ring {
        rotation(&ring, now, findings);
    }
    if let Ok(store) = &patient.store {
        same_server(store, patient, findings).await;
        opens(store, &keys, findings).await;
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Which key signs, which one will, and whether old ones were forgotten.
fn rotation(ring: &Ring, now: Timestamp, findings: &mut Findings) {
    const CHECK: &str = "folder.rotation";
    let signing = ring.signing(now);
    let since = signing.signs_from;
    let published: Vec<_> = ring.published(now).collect();
    let of = |state| {
        published
            .iter()
            .filter(move |key| ring.state(key, now) == state)
    };
    let old: Vec<&str> = of(State::Old).map(|key| key.key_id()).collect();
    if let Some(since) = since
        && let Some(first) = old.first()
        && now.millis_since(since) > OLD_MS
    {
        let what = Said::new("doctor-folder-old-keys")
            .with("keys", old.join(", "))
            .with("lasting", words::lasting(now.millis_since(since)))
            .with("first", *first);
        return findings.attention(CHECK, what);
    }
    let mut what = Said::new("doctor-folder-signs").with("key", signing.key_id());
    if let Some((next, from)) = of(State::Next).find_map(|key| Some((key, key.signs_from?))) {
        what = Said::new("doctor-folder-next")
            .with("what", what)
            .with("next", next.key_id())
            .with("from", from);
    }
    if !old.is_empty() {
        what = Said::new("doctor-folder-still")
            .with("what", what)
            .with("old", old.join(", "));
    }
    findings.ok(CHECK, what);
}

/// Nobody else reads the files, and nobody else puts others in their place. Says nothing about what is not there.
fn is_private(path: &Path, findings: &mut Findings) -> bool {
    let Ok(found) = fs::metadata(path) else {
        return true;
    };
    let mode = found.permissions().mode() & 0o777;
    let (open, what) = if found.is_dir() {
        (mode & 0o022 != 0, Said::new("doctor-folder-open-folder"))
    } else {
        // A service manager may lend what is root's to the server by an entry for its account, which shows as the group's.
        let others = match path.parent().is_some_and(is_handed_over) {
            true => 0o007,
            false => 0o077,
        };
        (mode & others != 0, Said::new("doctor-folder-open-file"))
    };
    if open {
        let what = what
            .with("path", shown(path))
            .with("mode", format!("{mode:03o}"));
        findings.problem("folder.private", what);
    }
    !open
}

fn same_owner(found: &[Metadata], data: &Path, findings: &mut Findings) {
    let Some(first) = found.first() else {
        return;
    };
    if found.iter().any(|other| other.uid() != first.uid()) {
        let what = Said::new("doctor-folder-owner").with("folder", shown(data));
        findings.problem("folder.owner", what);
    }
}

/// The database has been served under the name that the settings give.
async fn same_server(store: &Store, patient: &Patient, findings: &mut Findings) {
    let ours = patient.config.provider();
    if let Ok(Some(served)) = store.read(LoadOurName).await
        && served != ours
    {
        let what = Said::new("doctor-folder-name")
            .with("served", served.as_str())
            .with("ours", ours.as_str());
        findings.problem("folder.name", what);
    }
}

/// The sealing key is the one with which the database was filled: after a restore, the two may come from different backups.
async fn opens(store: &Store, keys: &ServerKeys, findings: &mut Findings) {
    let newest = ListInvites {
        owner: None,
        before: None,
        limit: 1,
    };
    let newest = store.read(newest).await.unwrap_or_default();
    let Some(newest) = newest.first() else {
        return;
    };
    if keys.unseal(&newest.token_sealed).is_none() {
        findings.problem("folder.sealing", Said::new("doctor-folder-sealing"));
    }
}
