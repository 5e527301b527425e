//! What `docs/known-attacks.md` says is so, and the ways in and out of a server are those that it speaks of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod secrets;
mod written;

use std::collections::BTreeSet;

use written::{code, exists, read, root, sources, table};

const HEAD: [&str; 4] = ["no.", "attack", "what answers it here", "test"];

#[test]
fn every_known_attack_is_answered_by_something_and_tried_by_a_test_that_exists() {
    let text = read("docs/known-attacks.md");
    let mut numbers = Vec::new();
    for part in text.split("\n## ").skip(1) {
        for row in table(part, &HEAD) {
            let number = &row[0];
            assert!(row[1].ends_with('.') && row[2].ends_with('.'), "{number}");
            for path in code(&row[2]).iter().filter(|word| word.ends_with(".rs")) {
                let exists = root().join("crates").join(path).exists();
                assert!(exists, "{number}: there is no {path}");
            }
            for shown in row[3].split("; ") {
                exists(shown);
            }
            numbers.push(number.clone());
        }
    }
    let numbered = |letter: &str, most: usize| {
        let all = (1..=most).map(|number| format!("{letter}{number}"));
        all.collect::<Vec<_>>()
    };
    let expected = [
        ("T", 18),
        ("E", 8),
        ("O", 12),
        ("M", 15),
        ("P", 15),
        ("K", 5),
    ];
    let expected: Vec<String> = expected
        .iter()
        .flat_map(|(letter, most)| numbered(letter, *most))
        .collect();
    assert_eq!(numbers, expected);
}

/// Words by which a product is named, in small letters.
const PRODUCTS: [&str; 9] = [
    "owncloud",
    "opencloud",
    "nextcloud",
    "ocis",
    "cernbox",
    "reva",
    "ocm-go",
    "ocm-stub",
    "seafile",
];

/// Where `SECURITY.md` names a product: what it does as everybody can see, and what that means here.
const SEEN_BY_EVERYBODY: &str = "the acceptances of Nextcloud, which signs everything else";

#[test]
fn what_is_not_public_of_a_product_is_told_as_a_class_without_its_name() {
    let others = [read("SECURITY.md"), read("docs/known-hazards.md")].map(|text| {
        let text = text.replace(SEEN_BY_EVERYBODY, "");
        let outside = text.split('`').step_by(2);
        outside.collect::<String>().to_lowercase()
    });
    for name in PRODUCTS {
        assert!(others.iter().all(|text| !text.contains(name)), "{name}");
    }
    let text = read("docs/known-attacks.md");
    let mut seen = 0;
    for part in text.split("\n## ").skip(1) {
        for row in table(part, &HEAD) {
            // What is public has its number beside it.
            if row[0].starts_with('E') {
                continue;
            }
            // Tests and files are called after whom they are about.
            let words = [&row[1], &row[2]].map(|cell| {
                let outside = cell.split('`').step_by(2);
                outside.collect::<String>().to_lowercase()
            });
            for name in PRODUCTS {
                assert!(
                    words.iter().all(|words| !words.contains(name)),
                    "{}: {name}",
                    row[0]
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn every_crate_of_ours_forbids_code_that_is_unsafe() {
    assert!(read("Cargo.toml").contains("\nunsafe_code = \"forbid\"\n"));
    let mut manifests = vec!["fuzz/Cargo.toml".to_owned()];
    for part in std::fs::read_dir(root().join("crates")).unwrap() {
        let part = part.unwrap().file_name().to_string_lossy().into_owned();
        let all = ["", "tests/"].map(|place| format!("crates/{part}/{place}Cargo.toml"));
        let there = all.into_iter().filter(|path| root().join(path).exists());
        manifests.extend(there);
    }
    assert_eq!(manifests.len(), 9, "{manifests:?}");
    for path in manifests {
        let takes_over = read(&path).contains("\n[lints]\nworkspace = true\n");
        assert!(takes_over, "{path} does not take over the lints of all");
    }
}

#[test]
fn nothing_else_makes_chance_or_opens_connections() {
    // What could, and the one file of what is installed in which it may stand.
    let allowed = [
        ("TcpStream::connect", "server/src/transport/connector.rs"),
        ("to_socket_addrs", "server/src/transport/resolve.rs"),
        ("hyper_util::client", "server/src/transport/client.rs"),
        // Mail servers are those that the operator has named.
        ("lettre::transport", "server/src/mail/post.rs"),
        ("aws_lc_rs::rand::fill", "server/src/env.rs"),
        // Primes cannot be made of entropy that is handed in.
        ("KeyPair::generate", "proto/src/keys/rsa.rs"),
    ];
    // The demo speaks to the two servers that it has started on this machine.
    let demo = "cli/src/commands/demo/http.rs";
    let mut found = BTreeSet::new();
    for part in ["proto", "core", "store", "server", "cli"] {
        let mut all = Vec::new();
        sources(&root().join("crates").join(part).join("src"), &mut all);
        for (path, text) in all {
            let path = path.strip_prefix(root().join("crates")).unwrap();
            let path = path.to_string_lossy().into_owned();
            for (what, place) in allowed {
                if text.contains(what) && path != demo {
                    assert_eq!(path, place, "{what}");
                    found.insert(what);
                }
            }
            for what in [
                "reqwest",
                "ureq",
                "SmtpTransport",
                "SendmailTransport",
                "UdpSocket",
                "lookup_host",
                "rand::",
                "HTTPS_PROXY",
            ] {
                // The signer of RSA is handed a generator that it does not use.
                let files = ["server/src/env.rs", "proto/src/keys/rsa.rs"];
                let ours = what == "rand::" && files.contains(&path.as_str());
                assert!(ours || !text.contains(what), "{what} in {path}");
            }
        }
    }
    assert_eq!(found.len(), allowed.len(), "what is looked for is there");
}
