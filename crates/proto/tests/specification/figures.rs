//! The figures of the text, and what HTTP makes of them.

use std::fmt::Write;

use secrecy::SecretString;
use serde_json::Value;
use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::{Jwks, SigningKey};
use symbolon_proto::signature::{MessageParts, find_ocm, sign};

use super::TEXT;

/// The key `test-key-ed25519`, as RFC 9421 publishes it in Appendix B.1.4.
const SEED: &str = "n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=";

/// How long the lines of a figure may be; longer ones of its head are folded.
const WIDTH: usize = 120;

/// One fenced block and its caption.
pub(crate) struct Figure {
    pub(crate) number: usize,
    pub(crate) title: &'static str,
    language: &'static str,
    text: String,
}

/// All figures, in their order. A fenced block without a caption is none of the text's.
pub(crate) fn all() -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    let mut lines = TEXT.lines();
    let mut caption = "";
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if !line.is_empty() {
                caption = line;
            }
            continue;
        };
        let number = figures.len() + 1;
        let title = caption.strip_prefix(&format!("Figure {number}: "));
        let title = title.unwrap_or_else(|| panic!("no caption of figure {number}: {caption:?}"));
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        figures.push(Figure {
            number,
            title,
            language,
            text: text.join("\n"),
        });
    }
    figures
}

/// The signer of the figures.
pub(crate) fn key() -> SigningKey {
    let seed = SecretString::from(SEED.to_owned());
    SigningKey::from_seed_base64(&seed, "dog.example.org#test-key-ed25519").unwrap()
}

impl Figure {
    /// A block of plain text.
    pub(crate) fn plain(&self) -> &str {
        assert_eq!(self.language, "text", "figure {}", self.number);
        &self.text
    }

    /// A block of JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.language, "json", "figure {}", self.number);
        parsed(&self.text)
    }

    /// The JSON body of an answer, and what its head must say about it.
    pub(crate) fn answer(&self, status: &str, kind: &str, more: &str) -> Value {
        let expected = format!("HTTP/1.1 {status}\nContent-Type: {kind}\n{more}");
        let (head, body) = self.message();
        assert_eq!(format!("{head}\n"), expected, "figure {}", self.number);
        parsed(&body)
    }

    /// The body of a request, whose head must be that of a request that dog signed at `created`.
    pub(crate) fn request(&self, path: &str, date: &str, created: i64) -> String {
        let (head, body) = self.message();
        let url = format!("https://cat.example.org{path}");
        let mut headers = vec![
            ("Content-Length", body.len().to_string()),
            ("Content-Digest", content_digest(body.as_bytes())),
            ("Date", date.to_owned()),
        ];
        let view = view(&headers);
        let signature = sign(&MessageParts::request("POST", &url, &view), &key(), created).unwrap();
        headers.push(("Signature-Input", signature.signature_input));
        headers.push(("Signature", signature.signature));
        let mut expected =
            format!("POST {path} HTTP/1.1\nHost: cat.example.org\nContent-Type: application/json");
        for (name, value) in &headers {
            write!(expected, "\n{name}: {value}").unwrap();
        }
        let shown = folded(&expected);
        assert_eq!(head, expected, "figure {} should be\n{shown}", self.number);
        self.verifies(&url, &headers, &body, created);
        body
    }

    /// What a receiver does with it.
    fn verifies(&self, url: &str, headers: &[(&str, String)], body: &str, now: i64) {
        let view = view(headers);
        let message = MessageParts::request("POST", url, &view);
        let found = find_ocm(&message).unwrap().unwrap();
        assert_eq!(found.authority().as_deref(), Some("dog.example.org"));
        let keys = Jwks::parse(all()[0].text.as_bytes()).unwrap();
        let verified = found.verify(&message, body.as_bytes(), &keys, now);
        assert!(verified.is_ok(), "figure {}", self.number);
    }

    /// Head, with its lines unfolded (RFC 8792), and body.
    fn message(&self) -> (String, String) {
        assert_eq!(self.language, "http", "figure {}", self.number);
        let (head, body) = self.text.split_once("\n\n").unwrap();
        let mut lines = head.split("\\\n");
        let mut unfolded = lines.next().unwrap().to_owned();
        for line in lines {
            unfolded.push_str(line.trim_start());
        }
        (unfolded, body.to_owned())
    }
}

fn view<'a>(headers: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = headers.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}

fn folded(head: &str) -> String {
    let mut folded = String::new();
    for line in head.lines() {
        let mut rest = line;
        while rest.len() > WIDTH {
            let end = rest[..WIDTH - 4].rfind(';').map_or(WIDTH - 4, |at| at + 1);
            let (one, more) = rest.split_at(end);
            write!(folded, "{one}\\\n  ").unwrap();
            rest = more;
        }
        folded.push_str(rest);
        folded.push('\n');
    }
    folded
}

/// JSON in which `A{n}` stands for the letter A, n times.
fn parsed(text: &str) -> Value {
    let mut full = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("A{") {
        let (count, after) = behind.split_once('}').unwrap();
        full.push_str(before);
        full.push_str(&"A".repeat(count.parse().unwrap()));
        rest = after;
    }
    full.push_str(rest);
    serde_json::from_str(&full).unwrap()
}
