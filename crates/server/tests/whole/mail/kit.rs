//! A mail server that is a process of its own, and what it took.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

/// How the way to it is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    StartTls,
    Implicit,
}

/// A running mail server; it ends with the test.
pub(super) struct MailServer {
    process: Child,
    folder: TempDir,
    way: Way,
    port: u16,
}

/// The account that a server knows which wants one.
pub(super) const ACCOUNT: (&str, &str) = ("symbolon", "correct-horse-battery");

impl MailServer {
    pub(super) fn start(way: Way, account: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(python());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("whole/mail/server.py");
        command.arg(script).arg(folder.path());
        command.arg(match way {
            Way::Plain => "plain",
            Way::StartTls => "starttls",
            Way::Implicit => "implicit",
        });
        if way != Way::Plain {
            let key = KeyPair::generate().unwrap();
            let names = vec!["localhost".to_owned()];
            let certificate = CertificateParams::new(names)
                .unwrap()
                .self_signed(&key)
                .unwrap();
            for (file, text) in [
                ("ca.pem", pem("CERTIFICATE", certificate.der())),
                ("key.pem", pem("PRIVATE KEY", &key.serialize_der())),
            ] {
                std::fs::write(folder.path().join(file), text).unwrap();
                command.arg(folder.path().join(file));
            }
        }
        if account {
            command
                .env("MAIL_TEST_USER", ACCOUNT.0)
                .env("MAIL_TEST_PASSWORD", ACCOUNT.1);
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // It complains of clients that hang up, which is what some tests are about.
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        let port = said.trim().parse().expect("the mail server says its port");
        Self {
            process,
            folder,
            way,
            port,
        }
    }

    /// What `mail_server` is set to.
    pub(super) fn url(&self) -> String {
        let (scheme, port) = (scheme(self.way), self.port);
        format!("{scheme}://localhost:{port}")
    }

    /// The same spoken to in another way.
    pub(super) fn url_as(&self, way: Way) -> String {
        format!("{}://localhost:{}", scheme(way), self.port)
    }

    /// A file in its folder.
    pub(super) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// What it has taken so far.
    pub(super) fn taken(&self) -> Vec<Taken> {
        let mut paths: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "mail"))
            .collect();
        paths.sort();
        let read = paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap());
        read.map(|text| Taken::read(&text)).collect()
    }

    /// The same once there are so many; for servers that run beside the test.
    pub(super) async fn takes(&self, count: usize) -> Vec<Taken> {
        for _ in 0..400 {
            let taken = self.taken();
            if taken.len() >= count {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} mails instead of {count}", self.taken().len());
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn pem(what: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let lines = encoded.as_bytes().chunks(64);
    let lines: Vec<_> = lines
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {what}-----\n{}\n-----END {what}-----\n",
        lines.join("\n")
    )
}

fn scheme(way: Way) -> &'static str {
    match way {
        Way::Plain => "smtp+plain",
        Way::StartTls => "smtp",
        Way::Implicit => "smtps",
    }
}

/// The Python that has aiosmtpd: that of the system, where Debian's package puts it, or else the first in the path.
fn python() -> &'static str {
    let candidates = ["/usr/bin/python3", "python3"];
    let found = candidates.into_iter().find(|python| {
        let mut command = Command::new(python);
        let asked = command
            .args(["-c", "import aiosmtpd"])
            .stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    });
    found.expect(
        "this test needs a mail server, aiosmtpd for Python 3: run scripts/test, or install what Debian calls \
         python3-aiosmtpd",
    )
}

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// What was said before the mail: FROM, TO, HELLO, WAY, USER.
    pub(super) said: HashMap<String, String>,
    /// The head of the mail, names in lower case, folded lines put together.
    pub(super) head: HashMap<String, String>,
    pub(super) text: String,
    pub(super) html: String,
    /// All bytes.
    pub(super) raw: String,
}

impl Taken {
    fn read(raw: &str) -> Self {
        let (said, mail) = raw.split_once("\n\n").unwrap();
        let said = said.lines().map(|line| pair(line, ' ')).collect();
        let mail = mail.replace("\r\n", "\n");
        let (head, body) = mail.split_once("\n\n").unwrap();
        let head = fields(head);
        let boundary = head["content-type"].split("boundary=\"").nth(1).unwrap();
        let boundary = format!("--{}", boundary.split('"').next().unwrap());
        let parts: Vec<&str> = body.split(&boundary).collect();
        assert_eq!(
            (parts.len(), parts[3].trim()),
            (4, "--"),
            "two parts: {body}"
        );
        Self {
            said,
            head,
            text: part(parts[1], "text/plain"),
            html: part(parts[2], "text/html"),
            raw: raw.to_owned(),
        }
    }

    /// The subject as people see it.
    pub(super) fn subject(&self) -> String {
        words(&self.head["subject"])
    }
}

fn pair(line: &str, between: char) -> (String, String) {
    let (name, value) = line.split_once(between).unwrap();
    (name.to_owned(), value.trim().to_owned())
}

fn fields(head: &str) -> HashMap<String, String> {
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let fields = unfolded.lines().map(|line| pair(line, ':'));
    fields
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect()
}

fn part(part: &str, kind: &str) -> String {
    let (head, body) = part.trim_start().split_once("\n\n").unwrap();
    let head = fields(head);
    assert!(head["content-type"].starts_with(kind), "{head:?}");
    let body = body.trim_end_matches('\n');
    let bytes = match head["content-transfer-encoding"].as_str() {
        "7bit" => body.as_bytes().to_vec(),
        "base64" => STANDARD.decode(body.replace('\n', "")).unwrap(),
        "quoted-printable" => unquoted(&body.replace("=\n", "")),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// A field in encoded words (RFC 2047), which are all in base64 here. Space between two of them is none of the text.
fn words(field: &str) -> String {
    let mut said = String::new();
    let mut bytes = Vec::new();
    for word in field.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?");
        match encoded.and_then(|word| word.strip_suffix("?=")) {
            Some(word) => {
                if bytes.is_empty() && !said.is_empty() {
                    said += " ";
                }
                bytes.extend(STANDARD.decode(word).unwrap());
            }
            None => {
                said += &String::from_utf8(std::mem::take(&mut bytes)).unwrap();
                if !said.is_empty() {
                    said += " ";
                }
                said += word;
            }
        }
    }
    said + &String::from_utf8(bytes).unwrap()
}
