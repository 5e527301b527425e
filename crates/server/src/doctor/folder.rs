//! The data folder: the keys are there, nobody else reads them, and they belong to this database and this name.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use symbolon_core::Timestamp;
use symbolon_store::invites::ListInvites;
use symbolon_store::sync::digests::LoadOurName;
use symbolon_store::{Database, Store};

use super::{Findings, Patient, words};
use crate::keys::{FOLDER, Ring, SEALING, SIGNING, ServerKeys, State};

/// How long an old key may be published beside the one that replaced it, in milliseconds; all caches that are known have
/// forgotten it by then.
const OLD_MS: i64 = 7 * 24 * 3_600 * 1_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let data = &patient.config.data;
    let folder = data.join(FOLDER);
    let database = match &patient.config.database {
        Database::Sqlite { path } if path.exists() => Some(path.clone()),
        _ => None,
    };
    let now = patient.env.now();
    let read = ServerKeys::read(&folder, &patient.env, &patient.config.provider());
    let ring = read.as_ref().ok().and_then(Option::as_ref);
    let ring = ring.map(|keys| keys.ring(now));
    let mut private = true;
    let mut paths = vec![data.clone(), folder.clone(), folder.join(SEALING)];
    match &ring {
        Some(ring) => paths.extend(ring.paths().map(Path::to_owned)),
        None => paths.push(folder.join(SIGNING)),
    }
    for path in paths.iter().chain(&database) {
        private &= is_private(path, findings);
    }
    let owners = paths.iter().filter_map(|path| fs::metadata(path).ok());
    same_owner(&owners.collect::<Vec<_>>(), data, findings);
    let keys = match read {
        Ok(Some(keys)) => keys,
        Ok(None) => {
            return findings.problem(
                "folder.keys",
                format!("there are not both keys in {}", folder.display()),
                "If this server has run before, restore them from a backup; otherwise start it, which makes them.",
            );
        }
        Err(error) => {
            return findings.problem(
                "folder.keys",
                error.to_string(),
                "Run the doctor as the server's account; if that is not it, restore the file from a backup.",
            );
        }
    };
    if private {
        let folder = data.display();
        findings.ok(
            "folder.keys",
            format!("the keys in {folder} are there, and for the server alone"),
        );
    }
    if let Some(ring) = ring {
        rotation(&ring, now, findings);
    }
    if let Ok(store) = &patient.store {
        same_server(store, patient, findings).await;
        opens(store, &keys, findings).await;
    }
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
        let lasting = words::lasting(now.millis_since(since));
        return findings.attention(
            CHECK,
            format!(
                "{} signs nothing any more for {lasting}, and is published still",
                old.join(", ")
            ),
            format!("Run `symbolon keys retire {first}`."),
        );
    }
    let mut what = format!("{} signs", signing.key_id());
    if let Some((next, from)) = of(State::Next).find_map(|key| Some((key, key.signs_from?))) {
        what += &format!(", {} will from {} on", next.key_id(), words::when(from));
    }
    if !old.is_empty() {
        what += &format!(", {} is published still", old.join(", "));
    }
    findings.ok(CHECK, what);
}

/// Nobody else reads the files, and nobody else puts others in their place. Says nothing about what is not there.
fn is_private(path: &Path, findings: &mut Findings) -> bool {
    let Ok(found) = fs::metadata(path) else {
        return true;
    };
    let mode = found.permissions().mode() & 0o777;
    let shown = path.display();
    let (open, can, remedy) = if found.is_dir() {
        let remedy = format!("Run `chmod go-w {shown}`.");
        (mode & 0o022 != 0, "changed", remedy)
    } else {
        let remedy = format!("Run `chmod 600 {shown}`.");
        (mode & 0o077 != 0, "read", remedy)
    };
    if open {
        findings.problem(
            "folder.private",
            format!(
                "{shown} can be {can} by other accounts of this machine (permissions {mode:03o})"
            ),
            remedy,
        );
    }
    !open
}

fn same_owner(found: &[Metadata], data: &Path, findings: &mut Findings) {
    let Some(first) = found.first() else {
        return;
    };
    if found.iter().any(|other| other.uid() != first.uid()) {
        let data = data.display();
        findings.problem(
            "folder.owner",
            format!("not everything in {data} belongs to the same account, so the server may not be able to read it"),
            format!("Run `chown -R` with the server's account on {data}."),
        );
    }
}

/// The database has been served under the name that the settings give.
async fn same_server(store: &Store, patient: &Patient, findings: &mut Findings) {
    let ours = patient.config.provider();
    if let Ok(Some(served)) = store.read(LoadOurName).await
        && served != ours
    {
        findings.problem(
            "folder.name",
            format!("this database belongs to {served}, and the settings say {ours}"),
            format!(
                "Give the doctor the server's own settings; if the public URL was changed, change it back: other \
                 servers know the people here as those of {served}."
            ),
        );
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
        findings.problem(
            "folder.sealing",
            "the sealing key does not open the newest invitation in the database",
            "Restore keys/sealing.key from the backup that the database comes from; without it, open invitations can \
             no longer be shown and acceptances under way fail.",
        );
    }
}
