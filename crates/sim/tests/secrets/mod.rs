//! What holds a secret wipes it and cannot be printed: looked for in the source of everything that is installed, so that a
//! new type is noticed, too.

use std::collections::BTreeSet;

use super::written::{root, sources};

/// Types that wipe what they hold when they are dropped, by themselves or by the library behind them.
const WIPED: [&str; 9] = [
    "SecretString",
    "SecretBox",
    "Zeroizing",
    "InviteToken",
    "Ed25519KeyPair",
    "KeyPair",
    "LessSafeKey",
    "SigningKey",
    "RsaKey",
];

/// What fields are called that hold a secret.
const NAMES: [&str; 16] = [
    "access_token",
    "app_password",
    "client_secret",
    "code_verifier",
    "cookie",
    "current_password",
    "database",
    "id_token",
    "new_password",
    "nonce",
    "password",
    "pem",
    "recovery_codes",
    "secret",
    "token",
    "verifier",
];

/// A `struct` or an `enum` as it is written.
struct Type {
    file: String,
    name: String,
    /// What is derived, and implemented by hand in the same file.
    traits: String,
    /// Names and types of its fields; the name is empty if there is none.
    fields: Vec<(String, String)>,
}

fn types() -> Vec<Type> {
    let mut all = Vec::new();
    for part in ["proto", "core", "store", "server", "cli"] {
        let mut files = Vec::new();
        sources(&root().join("crates").join(part).join("src"), &mut files);
        for (path, text) in files {
            let path = path.strip_prefix(root().join("crates")).unwrap();
            types_of(&path.to_string_lossy(), &text, &mut all);
        }
    }
    all
}

fn types_of(file: &str, text: &str, into: &mut Vec<Type>) {
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = words
            .iter()
            .position(|word| matches!(*word, "struct" | "enum"));
        let Some(kind) =
            kind.filter(|kind| words[..*kind].iter().all(|word| word.starts_with("pub")))
        else {
            continue;
        };
        let Some(name) = words.get(kind + 1) else {
            continue;
        };
        let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        let above = lines[..at].iter().rev();
        let above = above.take_while(|line| !line.trim().is_empty() && !line.starts_with('}'));
        let mut traits: String = above
            .filter(|line| !line.trim().starts_with("//"))
            .copied()
            .collect();
        for what in ["Debug", "Display"] {
            let by_hand = [format!("{what} for {name} "), format!("{what} for {name}<")];
            if by_hand.iter().any(|written| text.contains(written)) {
                traits.push_str(what);
            }
        }
        into.push(Type {
            file: file.to_owned(),
            traits,
            fields: fields(&lines[at..]),
            name,
        });
    }
}

/// The fields of the type that begins in the first line.
fn fields(lines: &[&str]) -> Vec<(String, String)> {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let end = format!("{}}}", " ".repeat(indent));
    let body: Vec<&str> = match lines[0].trim_end().ends_with('{') {
        true => lines[1..]
            .iter()
            .copied()
            .take_while(|line| !line.starts_with(&end))
            .collect(),
        // `struct Name(Type);` in one line.
        false => vec![lines[0]],
    };
    let body = body
        .iter()
        .filter(|line| !line.trim().starts_with(['/', '#']));
    let fields = body.flat_map(|line| {
        let line = line.trim().trim_start_matches("pub");
        let line = line
            .trim_start_matches("(crate)")
            .trim_start_matches("(super)")
            .trim();
        let inside = line.split_once('(').filter(|(name, _)| !name.contains(':'));
        if let Some((_, types)) = inside {
            return vec![(String::new(), types.to_owned())];
        }
        let field = line.split_once(": ");
        field
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .into_iter()
            .collect()
    });
    fields.collect()
}

fn is_wiped(kind: &str) -> bool {
    let words = kind.split(|c: char| !c.is_alphanumeric());
    words.into_iter().any(|word| WIPED.contains(&word))
}

/// Secrets that are plain text all the same, and why.
const PLAIN: [(&str, &str, &str); 9] = [
    // The hashes of them.
    (
        "store/src/second_factors.rs",
        "SecondFactor",
        "recovery_codes",
    ),
    ("store/src/second_factors.rs", "TurnOn", "recovery_codes"),
    // Becomes the body of an answer, which nobody can wipe (SECURITY.md).
    (
        "server/src/api/app_passwords.rs",
        "FreshAppPassword",
        "password",
    ),
    ("server/src/api/shapes.rs", "Invite", "token"),
    ("server/src/sciencemesh/invites.rs", "InviteToken", "token"),
    ("server/src/web/wayf.rs", "WayfPage", "token"),
    // Wiped by a `Drop` of its own: it is serialised.
    ("server/src/oidc/attempt.rs", "Attempt", "nonce"),
    ("server/src/oidc/attempt.rs", "Attempt", "verifier"),
    // Settings are in memory for as long as the server runs.
    ("server/src/config/file.rs", "File", "database"),
];

/// What is called like a secret, and is none.
fn is_harmless(kind: &str) -> bool {
    let kind = kind.trim_end_matches(',');
    // Borrowed, yes or no, a hash; a type whose own file this test reads as well; the arguments of `--password-stdin`.
    // What verifies certificates has the name of what proves a log-in.
    let harmless = [
        "bool",
        "TokenHash",
        "Secret",
        "Database",
        "Arc<dyn ServerCertVerifier>",
    ];
    kind.starts_with("&'") || harmless.contains(&kind)
}

#[test]
fn whatever_holds_a_secret_wipes_it() {
    let mut excused = BTreeSet::new();
    for one in types() {
        for (name, kind) in &one.fields {
            if !NAMES.contains(&name.as_str()) || is_wiped(kind) || is_harmless(kind) {
                continue;
            }
            // The demo makes its people, and shows their passwords.
            if one.file.starts_with("cli/src/commands/demo/") {
                continue;
            }
            let here = (one.file.as_str(), one.name.as_str(), name.as_str());
            let known = PLAIN.iter().find(|known| **known == here);
            let known = known
                .unwrap_or_else(|| panic!("{here:?} is {kind}: take a SecretString, or Zeroizing"));
            excused.insert(*known);
        }
    }
    assert_eq!(excused.len(), PLAIN.len(), "{PLAIN:?} against {excused:?}");
}

#[test]
fn whatever_holds_a_secret_cannot_be_printed() {
    let mut looked_at = 0;
    for one in types() {
        let of = |(name, kind): &&(String, String)| {
            // Its own `Debug` says that there is one.
            let hides_itself = kind.contains("SecretString");
            let named = NAMES.contains(&name.as_str()) && !is_harmless(kind);
            (named || is_wiped(kind)) && !hides_itself
        };
        let holds: Vec<_> = one.fields.iter().filter(of).collect();
        if holds.is_empty() {
            continue;
        }
        looked_at += 1;
        let printed = ["Debug", "Display"]
            .iter()
            .find(|what| one.traits.contains(**what));
        assert_eq!(
            printed, None,
            "{} in {} holds {holds:?}",
            one.name, one.file
        );
    }
    assert!(looked_at > 20, "{looked_at}");
}

#[test]
fn a_secret_that_is_plain_or_can_be_printed_is_noticed() {
    let written = "/// Somebody.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub name: String,
    pub password: String,
    pub(super) key: Option<Arc<SigningKey>>,
}

pub(super) struct Key(Zeroizing<[u8; 32]>);

impl fmt::Display for Key {
}

enum Way {
    In(InviteToken),
    Out,
}
";
    let mut found = Vec::new();
    types_of("a.rs", written, &mut found);
    let shown: Vec<_> = found
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                one.fields
                    .iter()
                    .map(|(name, kind)| (name.as_str(), is_wiped(kind)))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let expected = [
        (
            "Account",
            vec![("name", false), ("password", false), ("key", true)],
        ),
        ("Key", vec![("", true)]),
        ("Way", vec![("", true)]),
    ];
    assert_eq!(shown, expected);
    assert!(found[0].traits.contains("Debug") && found[1].traits.contains("Display"));
    assert!(found[2].traits.is_empty());
}
