//! No secret is in any output of any command, or in the log of a server, at the most verbose level, with real processes, a
//! real HTTP client, and PostgreSQL on one side.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::binary::{PASSWORD, Ran, at, at_with_password, at_with_stdin, eventually};
use crate::directories;
use crate::postgres::Throwaway;
use crate::web::{Server, send, serve};

const DATABASE_PASSWORD: &str = "open-sesame-42";
const WRONG: &str = "incorrect-horse-battery";
const COLLECTOR_TOKEN: &str = "collector-secret-77";

/// Everything that was said, with where, and everything that must not be in it.
#[derive(Default)]
struct Heard {
    said: Vec<(String, String)>,
    secrets: Vec<(String, String)>,
}

impl Heard {
    fn hide(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= 6, "{name} is too short to be looked for");
        self.secrets.push((name.to_owned(), secret.to_owned()));
    }

    /// The private keys of a server, in the forms in which a program might print them.
    fn hide_keys(&mut self, data: &Path) {
        for file in fs::read_dir(data.join("keys")).expect("there are keys") {
            let path = file.expect("a folder can be listed").path();
            if path.is_dir() || path.extension().is_none_or(|ending| ending == "json") {
                continue;
            }
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).expect("keys are text");
            let lines = text
                .lines()
                .filter(|line| line.len() >= 20 && !line.contains("---"));
            for line in lines {
                self.hide(&name, line);
                if let Ok(bytes) = STANDARD.decode(line) {
                    self.hide(&name, &URL_SAFE_NO_PAD.encode(&bytes));
                    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    self.hide(&name, &hex);
                    self.hide(&name, &format!("{bytes:?}"));
                }
            }
        }
    }

    fn hear(&mut self, arguments: &[&str], ran: &Ran) {
        let what = arguments.join(" ").replace(DATABASE_PASSWORD, "…");
        self.said
            .push((what, format!("{}{}", ran.stdout, ran.stderr)));
    }

    fn run(&mut self, data: &Path, arguments: &[&str]) -> Ran {
        let ran = at(data, arguments);
        self.hear(arguments, &ran);
        ran
    }

    fn judge(&self) {
        for (place, text) in &self.said {
            for (name, secret) in &self.secrets {
                assert!(
                    !text.contains(secret.as_str()),
                    "{place} tells the secret {name}: {text}"
                );
            }
        }
    }
}

/// One request as a browser sends it; head and body of the answer.
fn browse(server: &Server, head: &str, form: &str) -> String {
    let address: SocketAddr = server.address;
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let (host, origin) = (server.url.trim_start_matches("http://"), &server.url);
    let length = form.len();
    let request = format!(
        "{head}\r\nHost: {host}\r\nOrigin: {origin}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{form}"
    );
    stream
        .write_all(request.as_bytes())
        .expect("the server reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the server answers");
    answer
}

/// A server whose log is as verbose as it can be, in a file.
fn start(data: &Path, name: &str, more: &[&str]) -> (Server, PathBuf) {
    let log = data.join(format!("{name}.log"));
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&log)
        .expect("a log can be written");
    let mut command = serve(data, name, 0);
    command.args(["--log", "trace"]).args(more).stderr(file);
    (Server::of(command), log)
}

#[test]
fn no_secret_is_in_any_output_or_log_whatever_is_run_and_however_much_is_logged() {
    let database = Throwaway::new("secrets");
    let (scheme, rest) = database
        .url()
        .split_once("://")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let (role, place) = rest.split_once('@').unwrap();
    let url = format!("{scheme}://{role}:{DATABASE_PASSWORD}@{place}");
    let (cats, dogs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (cat_data, dog_data) = (cats.path(), dogs.path());
    let mut heard = Heard::default();
    for (name, secret) in [
        ("password", PASSWORD),
        ("wrong password", WRONG),
        ("password of the database", DATABASE_PASSWORD),
        ("token of the collector", COLLECTOR_TOKEN),
    ] {
        heard.hide(name, secret);
        heard.hide(name, &secret.replace(' ', "+"));
        heard.hide(name, &STANDARD.encode(format!("bob:{secret}")));
        heard.hide(name, &STANDARD.encode(format!("carol:{secret}")));
    }
    let on_cat = ["--database", url.as_str()];
    let add = [
        "user",
        "add",
        "bob",
        "--password-stdin",
        on_cat[0],
        on_cat[1],
    ];
    heard.hear(&add, &at_with_password(cat_data, &add).done());
    let add = ["user", "add", "carol", "--password-stdin"];
    heard.hear(&add, &at_with_password(dog_data, &add).done());
    let short = ["user", "password", "carol", "--password-stdin"];
    heard.hear(
        &short,
        &at_with_stdin(dog_data, &short, "hush-7\n").ended_with(2),
    );
    heard.hide("password that is too short", "hush-7");

    let (cat, cat_log) = start(cat_data, "cat", &on_cat);
    let (dog, dog_log) = start(dog_data, "dog", &[]);
    heard.hide_keys(cat_data);
    heard.hide_keys(dog_data);
    // The password of an app is the one output that is meant to be one.
    let app = ["user", "app-password", "bob", on_cat[0], on_cat[1]];
    let app = at(cat_data, &app).done().stdout.trim().to_owned();
    heard.hide("app password", &app);
    heard.hide("app password", &STANDARD.encode(format!("bob:{app}")));
    let by_app = |method, path: &str, body| send(cat.address, ("bob", &app), method, path, body);
    let mut invites = Vec::new();
    for _ in 0..2 {
        let (status, invite) = by_app("POST", "/api/v1/invites", Some(json!({ "uses": "anyone" })));
        assert_eq!(status, 201, "{invite}");
        for member in ["token", "string"] {
            heard.hide(member, invite[member].as_str().unwrap());
        }
        invites.push(invite["string"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        send(cat.address, ("bob", WRONG), "GET", "/api/v1/me", None).0,
        401
    );
    let accept = json!({ "invite": invites[0] });
    let (status, accepted) = dog.send("carol", "POST", "/api/v1/acceptances", Some(accept));
    assert_eq!(status, 200, "{accepted}");

    // The check of another server, on a page and as a command.
    let form = format!("name=carol&password={}", PASSWORD.replace(' ', "+"));
    let entered = browse(&dog, "POST /login HTTP/1.1", &form);
    let cookie = entered
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    let cookie = cookie.split(';').next().unwrap();
    heard.hide("cookie", cookie.split_once('=').unwrap().1);
    let cat_name = cat.url.trim_start_matches("http://");
    let check = format!("POST /servers/{cat_name}/check HTTP/1.1\r\nCookie: {cookie}");
    let page = browse(&dog, &check, "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    heard.said.push(("the page of the check".to_owned(), page));
    let dog_is = ["--dev", "--public-url", dog.url.as_str()];
    let cat_is = [
        "--dev",
        "--public-url",
        cat.url.as_str(),
        on_cat[0],
        on_cat[1],
    ];
    let listens = [cat.address.to_string(), dog.address.to_string()];
    for json in [&[][..], &["--json"][..]] {
        heard.run(
            dog_data,
            &[&["peer", "check", cat_name], &dog_is[..], json].concat(),
        );
        let doctor = |is: &[&str], listen| {
            [&["doctor"], is, &["--listen", listen], json]
                .concat()
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let (of_cat, of_dog) = (doctor(&cat_is, &listens[0]), doctor(&dog_is, &listens[1]));
        heard.run(
            cat_data,
            &of_cat.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        heard.run(
            dog_data,
            &of_dog.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }

    // Keys change, a directory is followed, and an invitation is tried in every wrong way.
    let first = at(
        dog_data,
        &[&["keys", "list", "--json"], &dog_is[..]].concat(),
    )
    .done()
    .json();
    let first = first[0]["id"].as_str().unwrap().to_owned();
    heard
        .run(
            dog_data,
            &[&["keys", "rotate", "--at-once"], &dog_is[..]].concat(),
        )
        .done();
    heard.hide_keys(dog_data);
    heard
        .run(dog_data, &[&["keys", "list"], &dog_is[..]].concat())
        .done();
    heard.run(
        dog_data,
        &[&["keys", "retire", &first, "--at-once"], &dog_is[..]].concat(),
    );
    let served = directories::serve();
    let followed = directories::add(dog_data, &served, directories::KEY, &[]).done();
    heard.hear(&["directory", "add"], &followed);
    heard.run(dog_data, &["directory", "list"]).done();
    let probe = [&["probe", cat_name, "--token", "-"], &dog_is[..]].concat();
    let probed = at_with_stdin(dog_data, &probe, &format!("{}\n", invites[1]));
    assert!(probed.stdout.contains("[+]"), "{}", probed.stderr);
    heard.hear(&probe, &probed);

    // What has happened, and what is wrong.
    let (_, page) = dog.send("carol", "GET", "/api/v1/connections", None);
    let id = page["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/connections/{id}");
    assert_eq!(dog.send("carol", "DELETE", &path, None).0, 200);
    eventually("bob lists nobody", || {
        let (_, page) = by_app("GET", "/api/v1/connections", None);
        page["items"]
            .as_array()?
            .iter()
            .all(|one| one["name"] != "carol")
            .then_some(())
    });
    for arguments in [
        &["invite", "list"][..],
        &["connection", "list", "--all"],
        &["audit"],
        &["trace", "--user", "bob"],
        &["user", "list"],
        &["user", "app-password", "bob", "--list"],
    ] {
        for json in [&[][..], &["--json"][..]] {
            let listed = heard.run(cat_data, &[arguments, &on_cat[..], json].concat());
            assert!(!listed.done().stdout.is_empty(), "{arguments:?}");
        }
    }
    let sent = ["outbox", "list", "--state", "done", "--json"];
    assert!(
        !heard
            .run(dog_data, &sent)
            .done()
            .json()
            .as_array()
            .unwrap()
            .is_empty()
    );
    heard.run(dog_data, &["audit", "--json"]).done();
    heard.run(dog_data, &["trace", "--connection", &id]).done();
    let collector = format!("http://user:{COLLECTOR_TOKEN}@127.0.0.1:4318");
    for more in [&[][..], &["--json"][..]] {
        heard
            .run(cat_data, &[&["config", "show"], &cat_is[..], more].concat())
            .done();
    }
    heard.run(
        cat_data,
        &[
            &["config", "check", "--otlp-endpoint", &collector],
            &cat_is[..],
        ]
        .concat(),
    );
    let nowhere = format!("postgres://symbolon:{DATABASE_PASSWORD}@127.0.0.1:1/none");
    heard
        .run(cat_data, &["user", "list", "--database", &nowhere])
        .ended_with(1);
    let wrong = format!("postgres://symbolon:{DATABASE_PASSWORD}@[nowhere/none");
    heard
        .run(cat_data, &["user", "list", "--database", &wrong])
        .ended_with(5);
    let serve = [&["serve", "--database", &nowhere], &cat_is[..3]].concat();
    heard.run(cat_data, &serve).ended_with(1);

    cat.stop();
    dog.stop();
    for log in [cat_log, dog_log] {
        let text = fs::read_to_string(&log).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert!(
            lines.iter().any(|line| line["level"] == "TRACE"),
            "{}",
            log.display()
        );
        let client = |line: &Value| {
            line["target"]
                .as_str()
                .is_some_and(|target| target.starts_with("hyper"))
        };
        assert!(
            lines.iter().any(client),
            "the HTTP client says nothing in {}",
            log.display()
        );
        heard.said.push((log.display().to_string(), text));
    }
    heard.judge();
}
