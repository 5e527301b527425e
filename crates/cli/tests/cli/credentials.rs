//! A server that gets its secrets from the service manager: a folder that nobody may write to, with files that only the
//! server's account reads, as systemd makes it for `LoadCredential=`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binary::{PASSWORD, Ran, at_with_password, command, ran};
use crate::web::{Server, send, serve};

/// A data folder without keys, and beside it the folder with what is handed over.
struct Place {
    folder: TempDir,
    /// The id of the key that signs.
    key: String,
}

impl Place {
    /// A server has run here once; then its keys, and a database elsewhere, are handed over.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut place = Self {
            folder,
            key: String::new(),
        };
        let server = Server::start(&place.data(), "cat");
        place.key = published(&server);
        server.stop();
        fs::create_dir(place.handed()).unwrap();
        let keys = place.data().join("keys");
        for name in ["signing.key", "sealing.key", "rsa.pem"] {
            fs::rename(keys.join(name), place.handed().join(name)).unwrap();
        }
        fs::remove_dir(keys).unwrap();
        place.hand(
            "database",
            &format!("sqlite:{}\n", place.elsewhere().display()),
        );
        place.close();
        place
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn handed(&self) -> PathBuf {
        self.folder.path().join("handed")
    }

    fn elsewhere(&self) -> PathBuf {
        self.folder.path().join("elsewhere.db")
    }

    fn hand(&self, name: &str, text: &str) {
        self.open();
        fs::write(self.handed().join(name), text).unwrap();
        self.close();
    }

    fn open(&self) {
        mode(&self.handed(), 0o700);
        for file in fs::read_dir(self.handed()).unwrap() {
            mode(&file.unwrap().path(), 0o600);
        }
    }

    /// As systemd leaves it.
    fn close(&self) {
        for file in fs::read_dir(self.handed()).unwrap() {
            mode(&file.unwrap().path(), 0o400);
        }
        mode(&self.handed(), 0o500);
    }

    fn with(&self, mut command: Command) -> Command {
        command.env("CREDENTIALS_DIRECTORY", self.handed());
        command.arg("--keys").arg(self.handed());
        command
    }

    fn serve(&self) -> Command {
        self.with(serve(&self.data(), "cat", 0))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(arguments);
        command.arg("--data").arg(self.data());
        ran(self.with(command))
    }

    /// A server that does not start; what it says.
    fn refuses(&self) -> String {
        let refused = ran(self.serve());
        assert_ne!(refused.code, 0);
        refused.stderr
    }

    /// Everything that is handed over, to the byte.
    fn all(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = fs::read_dir(self.handed()).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let mut all: Vec<_> = files
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        all.sort();
        all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open();
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn published(server: &Server) -> String {
    let nobody = ("", "");
    let (_, keys) = send(
        server.address,
        nobody,
        "GET",
        "/.well-known/jwks.json",
        None,
    );
    keys["keys"][0]["kid"].as_str().unwrap().to_owned()
}

fn people(server: &Server, user: &str) -> Vec<Value> {
    let (status, page) = server.send(user, "GET", "/api/v1/connections", None);
    assert_eq!(status, 200, "{page}");
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["name"].clone()).collect()
}

#[test]
fn a_server_whose_secrets_are_all_handed_over_connects_people_and_writes_none_to_its_disk() {
    let place = Place::new();
    let before = place.all();
    let url = format!("sqlite:{}", place.elsewhere().display());
    let add = ["user", "add", "bob", "--password-stdin", "--database", &url];
    at_with_password(&place.data(), &add).done();
    let dogs = tempfile::tempdir().unwrap();
    at_with_password(dogs.path(), &["user", "add", "carol", "--password-stdin"]).done();
    let cat = Server::of(place.serve());
    let dog = Server::start(dogs.path(), "dog");
    let key = published(&cat);
    // The same key; its name goes with the port.
    let name = |id: &str| id.rsplit('#').next().unwrap().to_owned();
    assert_eq!(name(&key), name(&place.key));

    let (status, invite) = cat.send("bob", "POST", "/api/v1/invites", Some(json!({})));
    assert_eq!(status, 201, "{invite}");
    let body = json!({ "invite": invite["string"] });
    let (status, told) = dog.send("carol", "POST", "/api/v1/acceptances", Some(body));
    assert_eq!(status, 200, "{told}");
    assert_eq!(
        (people(&cat, "bob"), people(&dog, "carol")),
        (vec![json!("carol")], vec![json!("bob")])
    );
    // What cat signs is believed: bob's disconnect arrives, for which a signature is needed.
    let (_, page) = cat.send("bob", "GET", "/api/v1/connections", None);
    let path = format!(
        "/api/v1/connections/{}",
        page["items"][0]["id"].as_str().unwrap()
    );
    let (status, gone) = cat.send("bob", "DELETE", &path, None);
    assert_eq!(
        (status, &gone["told"]),
        (200, &json!("confirmed")),
        "{gone}"
    );
    assert!(people(&dog, "carol").is_empty());
    // The sealing key is the one that was handed over: the invitation is shown again.
    let (_, shown) = cat.send("bob", "GET", "/api/v1/invites", None);
    assert_eq!(shown["items"][0]["token"], invite["token"]);
    cat.stop();

    assert_eq!(place.all(), before);
    assert!(!place.data().join("keys").exists());
    let report = place.run(&[
        "doctor",
        "--offline",
        "--json",
        "--dev",
        "--public-url",
        &cat_url(&key),
    ]);
    let report = report.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let keys: Vec<&Value> = findings
        .filter(|one| {
            one["check"].as_str().unwrap().starts_with("folder.") && one["remedy"].is_string()
        })
        .collect();
    assert!(keys.is_empty(), "{keys:?}");
}

/// The public URL of the server that a key is of.
fn cat_url(key: &str) -> String {
    let (server, _) = key.split_once('#').unwrap();
    format!("http://{server}")
}

#[test]
fn a_backup_has_the_keys_that_are_handed_over_and_a_restore_puts_them_where_they_can_be_kept() {
    let place = Place::new();
    Server::of(place.serve()).stop();
    let kept = place.folder.path().join("kept");
    let told = place.run(&["backup", kept.to_str().unwrap()]).done().stdout;
    assert!(told.contains("3 files of keys"), "{told}");
    // Not over them.
    place
        .run(&["restore", kept.to_str().unwrap()])
        .ended_with(4);
    // Nor where they are going to be, while no server runs.
    let coming = "/run/credentials/symbolon-that-does-not-run.service";
    let mut restore = command(&["restore", kept.to_str().unwrap()]);
    restore.args(["--keys", coming, "--data"]);
    restore.arg(place.folder.path().join("elsewhere"));
    let told = ran(restore).ended_with(1).stderr;
    assert!(told.contains("handed over read-only"), "{told}");
    assert!(!Path::new(coming).exists());
    let again = place.folder.path().join("again");
    let mut restore = command(&["restore", kept.to_str().unwrap()]);
    restore.arg("--data").arg(&again);
    ran(restore).done();
    for name in ["signing.key", "sealing.key", "rsa.pem"] {
        let bytes = |folder: PathBuf| fs::read(folder.join(name)).unwrap();
        assert_eq!(bytes(again.join("keys")), bytes(place.handed()), "{name}");
    }
}

#[test]
fn a_key_that_is_not_handed_over_is_named_and_none_is_made_in_its_place() {
    for name in ["signing.key", "sealing.key", "rsa.pem"] {
        let place = Place::new();
        place.open();
        fs::remove_file(place.handed().join(name)).unwrap();
        place.close();
        let before = place.all();
        let said = place.refuses();
        assert!(said.contains(&format!("{name} is not there")), "{said}");
        assert_eq!(place.all(), before);
        assert!(!place.data().join("keys").exists());
    }
}

#[test]
fn a_credential_that_holds_something_else_is_named_and_not_repeated() {
    let place = Place::new();
    let cases = [
        ("signing.key", "hush-hush"),
        ("sealing.key", "hush-hush"),
        (
            "rsa.pem",
            "-----BEGIN PRIVATE KEY-----\nhush-hush\n-----END PRIVATE KEY-----",
        ),
        ("database", "mysql://hush-hush"),
        ("database", ""),
    ];
    for (name, text) in cases {
        let right = fs::read_to_string(place.handed().join(name)).unwrap();
        place.hand(name, text);
        let said = place.refuses();
        assert!(said.contains(&format!("/{name}")), "{said}");
        assert!(!said.contains("hush"), "{said}");
        place.hand(name, &right);
    }
    Server::of(place.serve()).stop();
}

#[test]
fn a_credential_that_the_account_cannot_read_or_that_everybody_can_is_named() {
    let place = Place::new();
    mode(&place.handed().join("database"), 0o444);
    let said = place.refuses();
    assert!(
        said.contains("everybody on this machine can read it"),
        "{said}"
    );
    assert!(said.contains("database_file (credential "), "{said}");

    // For root there are no permissions; so it is another account for which they hold.
    let root = fs::metadata(place.folder.path()).unwrap().uid() == 0;
    let as_another = |mut command: Command| {
        if root {
            command.uid(65_534).gid(65_534);
        }
        ran(command)
    };
    let sealed = if root { 0o400 } else { 0o000 };
    mode(place.folder.path(), 0o755);
    mode(&place.handed(), 0o555);
    mode(&place.handed().join("database"), sealed);
    let said = as_another(place.serve()).ended_with(5).stderr;
    assert!(said.contains("/database): Permission denied"), "{said}");

    place.open();
    fs::remove_file(place.handed().join("database")).unwrap();
    place.close();
    mode(&place.handed(), 0o555);
    mode(&place.handed().join("signing.key"), sealed);
    let mut serve = place.serve();
    serve.args(["--database", "memory:"]);
    let said = as_another(serve).stderr;
    assert!(said.contains("signing.key: Permission denied"), "{said}");
}

#[test]
fn the_url_of_the_database_stands_in_one_place_and_is_shown_without_its_password() {
    let place = Place::new();
    place.hand(
        "database",
        "postgres://symbolon:hush-hush@127.0.0.1:9/symbolon",
    );
    let url = ["--public-url", "https://cat.example.org"];
    let shown = place
        .run(&[&["config", "show"][..], &url[..]].concat())
        .done()
        .stdout;
    assert!(
        shown.contains("database_file = ") && shown.contains("# credential "),
        "{shown}"
    );
    assert!(!shown.contains("hush"), "{shown}");
    assert!(!shown.contains("database = "), "{shown}");
    let both = place.run(&[&["config", "check", "--database", "sqlite"][..], &url[..]].concat());
    let said = both.ended_with(5).stderr;
    assert!(said.contains("database_file is set, too"), "{said}");
}

#[test]
fn keys_that_are_handed_over_are_replaced_where_they_come_from() {
    let place = Place::new();
    // Changes are noted in the database.
    Server::of(place.serve()).stop();
    let url = ["--dev", "--public-url", "http://cat.localhost:8080"];
    let before = place.all();
    for change in [
        &["keys", "rotate"][..],
        &["keys", "rotate", "--rsa"],
        &["keys", "retire", "key"],
    ] {
        let said = place.run(&[change, &url[..]].concat()).ended_with(1).stderr;
        assert!(
            said.contains("handed over read-only") && said.contains("--keys"),
            "{said}"
        );
    }
    assert_eq!(place.all(), before);

    // In a folder of one's own, which is then handed over.
    let own = place.folder.path().join("own");
    fs::create_dir(&own).unwrap();
    for (path, bytes) in &before {
        let copy = own.join(path.file_name().unwrap());
        fs::write(&copy, bytes).unwrap();
        mode(&copy, 0o600);
    }
    let mut rotate = command(&[&["keys", "rotate"][..], &url[..]].concat());
    rotate.env("CREDENTIALS_DIRECTORY", place.handed());
    rotate
        .arg("--data")
        .arg(place.data())
        .arg("--keys")
        .arg(&own);
    ran(rotate).done();
    place.open();
    for file in fs::read_dir(&own).unwrap() {
        let path = file.unwrap().path();
        fs::copy(&path, place.handed().join(path.file_name().unwrap())).unwrap();
    }
    place.close();
    let listed = place
        .run(&[&["keys", "list", "--json"][..], &url[..]].concat())
        .done()
        .json();
    let states = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].clone());
    assert_eq!(states.collect::<Vec<_>>(), ["signing", "next", "signing"]);
    let server = Server::of(place.serve());
    let (_, keys) = send(
        server.address,
        ("", PASSWORD),
        "GET",
        "/.well-known/jwks.json",
        None,
    );
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    server.stop();
}

/// The unit file that comes with the program, with every credential that it may hand over.
fn unit() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/systemd/symbolon.service");
    fs::read_to_string(path)
        .unwrap()
        .replace("#LoadCredential", "LoadCredential")
}

#[test]
fn the_unit_file_hands_over_what_is_read_and_starts_the_program_as_it_can_be_started() {
    let unit = unit();
    let handed = unit.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        let name = key
            .starts_with("LoadCredential")
            .then(|| value.split_once(':'))??
            .0;
        Some(name.to_owned())
    });
    let mut handed: Vec<String> = handed.collect();
    handed.sort();
    let read = [
        "database",
        "mail_password",
        "oidc_client_secret",
        "rsa.pem",
        "sealing.key",
        "signing.key",
    ];
    assert_eq!(handed, read);
    // Each by what is read of it: a server that would start says so.
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("symbolon.toml");
    let text = "public_url = \"https://cat.example.org\"\nmail_server = \"smtps://mail.example.org\"\n\
                mail_from = \"cat@cat.example.org\"\nmail_user = \"cat\"\n\
                oidc_issuer = \"https://login.example.org\"\noidc_client_id = \"cat\"\n";
    fs::write(&settings, text).unwrap();
    for (name, text) in [
        ("database", "sqlite:a.db"),
        ("mail_password", "a"),
        ("oidc_client_secret", "b"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        mode(&path, 0o400);
    }
    let start = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/symbolon "))
        .unwrap();
    let start: Vec<&str> = start.split(' ').collect();
    assert_eq!(start, ["serve", "--config", "/etc/symbolon/symbolon.toml"]);
    let check = |handed_over: bool| {
        let mut check = command(&["config", "check", "--config", settings.to_str().unwrap()]);
        if handed_over {
            check.env("CREDENTIALS_DIRECTORY", folder.path());
        }
        ran(check)
    };
    check(true).done();
    let said = check(false).ended_with(5).stderr;
    assert!(said.contains("LoadCredential=mail_password:"), "{said}");
}

#[test]
fn systemd_understands_the_unit_file_and_finds_little_exposed() {
    let analyze = |arguments: &[&str], path: &Path| {
        Command::new("systemd-analyze")
            .args(arguments)
            .arg(path)
            .output()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("symbolon.service");
    fs::write(
        &path,
        unit().replace("/usr/local/bin/symbolon", env!("CARGO_BIN_EXE_symbolon")),
    )
    .unwrap();
    let Ok(verified) = analyze(&["verify"], &path) else {
        eprintln!("NOT CHECKED: there is no systemd-analyze here");
        return;
    };
    let said = String::from_utf8(verified.stderr).unwrap();
    assert!(verified.status.success() && said.is_empty(), "{said}");
    // Of 100: a service without any of it has 96.
    let exposed = analyze(&["security", "--offline=true", "--threshold=20"], &path).unwrap();
    assert!(
        exposed.status.success(),
        "{}",
        String::from_utf8(exposed.stdout).unwrap()
    );
}
