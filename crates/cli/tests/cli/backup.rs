//! `backup` of a running server, and `restore`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::binary::{at, at_with_password};
use crate::web::{Server, send};

/// A data folder, a backup of it, and a data folder that the backup is put into.
fn places(folder: &Path) -> [PathBuf; 3] {
    ["data", "kept", "again"].map(|name| folder.join(name))
}

fn invitation(server: &Server) -> String {
    let (status, made) = server.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{made}");
    made["string"].as_str().expect("a text").to_owned()
}

/// The strings of all invitations, opened with the key that seals them.
fn shown(server: &Server) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut path = "/api/v1/invites?limit=100".to_owned();
    loop {
        let (status, page) = server.send("bob", "GET", &path, None);
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().expect("a list").iter();
        all.extend(items.map(|item| item["token"].as_str().expect("a token").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => path = format!("/api/v1/invites?limit=100&cursor={next}"),
            None => return all,
        }
    }
}

fn key_ids(server: &Server) -> Value {
    let keys = send(
        server.address,
        ("", ""),
        "GET",
        "/.well-known/jwks.json",
        None,
    )
    .1;
    keys["keys"][0]["x"].clone()
}

fn files(folder: &Path) -> BTreeSet<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("it is a folder");
    let mut all = BTreeSet::new();
    for entry in entries {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("it can be read");
            all.insert((path.display().to_string(), bytes));
        }
    }
    all
}

/// What the audit trail of a data folder says of backups.
fn noted(data: &Path) -> Vec<String> {
    let told = at(data, &["audit", "--kind", "backup", "--json"]).done();
    let lines = told.stdout.lines();
    let events = lines.map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let kinds = events.map(|event| {
        assert_eq!(event["actor"], "administrator", "{event}");
        assert_eq!(
            event["data"],
            json!({ "database": true, "keys": 3 }),
            "{event}"
        );
        event["kind"].as_str().expect("a text").to_owned()
    });
    kinds.collect()
}

#[test]
fn a_backup_of_a_busy_server_brings_back_all_that_was_confirmed_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let [data, kept, again] = places(folder.path());
    at_with_password(&data, &["user", "add", "bob", "--password-stdin"]).done();
    let server = Server::start(&data, "cat");
    for _ in 0..20 {
        invitation(&server);
    }
    let before = shown(&server);
    let (done, kept_path) = (AtomicBool::new(false), kept.display().to_string());
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut made = 0;
            while !done.load(Ordering::SeqCst) {
                invitation(&server);
                made += 1;
            }
            made
        });
        let told = at(&data, &["backup", &kept_path]).done().stdout;
        done.store(true, Ordering::SeqCst);
        assert!(told.contains("the database and 3 files of keys"), "{told}");
        assert!(busy.join().expect("it ends") > 0, "nobody was busy");
    });
    let key = key_ids(&server);
    server.stop();
    assert_eq!(noted(&data), ["backup.made"]);

    at(&again, &["restore", &kept_path]).done();
    assert_eq!(noted(&again), ["backup.restored"]);
    let restored = Server::start(&again, "cat");
    let shown = shown(&restored);
    assert!(
        before.is_subset(&shown),
        "{} of {}",
        shown.len(),
        before.len()
    );
    assert_eq!(key_ids(&restored), key);
    restored.stop();
}

#[test]
fn neither_backup_nor_restore_replaces_anything_and_what_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [data, kept, again] = places(folder.path());
    let kept_path = kept.display().to_string();
    at(&data, &["backup", &kept_path]).ended_with(5);
    at_with_password(&data, &["user", "add", "bob", "--password-stdin"]).done();
    let no_keys = at(&data, &["backup", &kept_path]).ended_with(5);
    assert!(
        no_keys.stderr.contains("keys is not there"),
        "{}",
        no_keys.stderr
    );
    Server::start(&data, "cat").stop();
    at(&data, &["backup", &kept_path]).done();
    let (whole, present) = (files(&kept), files(&data));
    at(&data, &["backup", &kept_path]).ended_with(4);
    at(&data, &["restore", &kept_path]).ended_with(4);
    assert_eq!((files(&kept), files(&data)), (whole, present));

    // Half a backup is none, and a rest of another database is not taken for a part of this one.
    at(&again, &["restore", &folder.path().display().to_string()]).ended_with(1);
    std::fs::create_dir(&again).unwrap();
    let rest = again.join("symbolon.db-wal");
    std::fs::write(&rest, "a rest").unwrap();
    at(&again, &["restore", &kept_path]).ended_with(4);
    assert_eq!(files(&again).len(), 1);
    std::fs::remove_file(&rest).unwrap();
    std::fs::write(kept.join("keys/sealing.key"), "no key").unwrap();
    at(&again, &["restore", &kept_path]).ended_with(1);
    std::fs::remove_file(kept.join("keys/sealing.key")).unwrap();
    at(&again, &["restore", &kept_path]).ended_with(1);
    assert_eq!(files(&again).len(), 0);
    // Damage is found before anything is put into its place.
    at(&data, &["backup", &format!("{kept_path}2")]).done();
    let database = folder.path().join("kept2/symbolon.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    std::fs::write(&database, bytes).unwrap();
    at(&again, &["restore", &format!("{kept_path}2")]).ended_with(1);
    assert_eq!(files(&again).len(), 0);
    let left = std::fs::read_dir(folder.path()).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let expected = ["again", "data", "kept", "kept2"].map(str::to_owned);
    assert_eq!(left.collect::<BTreeSet<_>>(), expected.into());
}

#[test]
fn a_restore_that_fails_at_the_database_leaves_no_keys() {
    let folder = tempfile::tempdir().unwrap();
    let [data, kept, again] = places(folder.path());
    Server::start(&data, "cat").stop();
    let kept_path = kept.display().to_string();
    at(&data, &["backup", &kept_path]).done();
    // A slip that names the folder of the keys: by the time that the database comes, it is there.
    let slip = format!("sqlite:{}", again.join("keys").display());
    let slip = ["restore", &kept_path, "--database", &slip];
    let failed = at(&again, &slip).ended_with(1);
    assert!(failed.stderr.contains("keys"), "{}", failed.stderr);
    let left: Vec<_> = std::fs::read_dir(&again).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    // Nothing is in the way of the next try.
    at(&again, &["restore", &kept_path]).done();
    Server::start(&again, "cat").stop();
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let [data, kept, again] = places(folder.path());
    Server::start(&data, "cat").stop();
    at(&data, &["backup", &kept.display().to_string()]).done();
    at(&again, &["restore", &kept.display().to_string()]).done();
    for place in [kept, again] {
        for file in [
            "",
            "keys",
            "symbolon.db",
            "keys/signing.key",
            "keys/sealing.key",
            "keys/rsa.pem",
        ] {
            let path = place.join(file);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    }
}

#[test]
fn with_postgresql_a_backup_is_the_keys_and_says_what_else_to_keep() {
    let folder = tempfile::tempdir().unwrap();
    let [data, kept, again] = places(folder.path());
    Server::start(&data, "cat").stop();
    // Nobody is asked for it.
    let database = [
        "--database",
        "postgres://symbolon:hush@127.0.0.1:9/symbolon",
    ];
    let kept_path = kept.display().to_string();
    let told = at(&data, &["backup", &kept_path, database[0], database[1]]).done();
    assert!(told.stdout.contains("pg_dump"), "{}", told.stdout);
    assert!(!kept.join("symbolon.db").exists());
    let refused = at(&again, &["restore", &kept_path]).ended_with(5);
    assert!(refused.stderr.contains("--database"), "{}", refused.stderr);
    let restored = at(&again, &["restore", &kept_path, database[0], database[1]]).done();
    assert!(!(restored.stdout + &told.stdout + &refused.stderr).contains("hush"));
    for file in ["keys/sealing.key", "keys/rsa.pem"] {
        let bytes = |place: &Path| std::fs::read(place.join(file)).unwrap();
        assert_eq!(bytes(&again), bytes(&data), "{file}");
    }
}
