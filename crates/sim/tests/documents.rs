//! What the documents say about the tests and the proof is true: what they name exists.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use symbolon_sim::faults::Fault;
use symbolon_sim::model::rules::Mutation;

use written::{code, exists, read, root, sources, table};

/// The hazards of shares; all others have a test.
const OPEN: [u8; 11] = [29, 32, 33, 34, 35, 36, 37, 38, 39, 41, 42];

#[test]
fn every_known_hazard_is_prevented_by_something_and_shown_by_a_test_that_exists() {
    let text = read("docs/known-hazards.md");
    let head = ["no.", "hazard", "what prevents it here", "test"];
    let rows = table(&text, &head);
    assert_eq!(rows.len(), 47);
    for (number, row) in (1..).zip(&rows) {
        assert_eq!(row[0], format!("S{number}"));
        assert!(row[1].ends_with('.') && row[2].ends_with('.'), "{row:?}");
        for path in code(&row[2]).iter().filter(|word| word.contains('/')) {
            let exists = root().join("crates").join(path).exists();
            assert!(exists, "S{number}: there is no {path}");
        }
        if OPEN.contains(&number) {
            assert_eq!(row[3], "open until there are shares", "S{number}");
            continue;
        }
        for shown in row[3].split("; ") {
            exists(shown);
        }
    }
}

#[test]
fn every_wrong_rule_stands_beside_the_promise_that_notices_it() {
    let proof = read("docs/proof.md");
    let head = [
        "noticed by",
        "wrong rules (`Mutation` in `crates/sim/src/model/rules.rs`)",
    ];
    let expected = read("crates/sim/tests/model.rs");
    let mut named = BTreeSet::new();
    for row in table(&proof, &head) {
        for mutation in code(&row[1]) {
            let pair = format!("(Mutation::{mutation}, \"{}\", ", row[0]);
            assert!(expected.contains(&pair), "{pair}");
            assert!(named.insert(mutation.to_owned()), "{mutation} twice");
        }
    }
    let all: BTreeSet<String> = Mutation::ALL.map(|one| format!("{one:?}")).into();
    assert_eq!(named, all);
    for promise in table(&proof, &["promise", "what it says"]) {
        assert!(expected.contains(&format!("\"{}\"", promise[0])));
    }
}

#[test]
fn every_planted_fault_is_named() {
    let proof = read("docs/proof.md");
    let (_, sentence) = proof.split_once("within the same worlds: ").unwrap();
    let (sentence, _) = sentence.split_once(".\n").unwrap();
    let named: BTreeSet<String> = code(sentence).into_iter().map(str::to_owned).collect();
    let all: BTreeSet<String> = Fault::ALL.map(|one| format!("{one:?}")).into();
    assert_eq!(named, all);
}

/// The arguments of a macro whose opening bracket has been read.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    for c in text.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        match c {
            _ if depth == 0 => break,
            ',' if depth == 1 && !quoted => arguments.push(String::new()),
            c => arguments.last_mut().unwrap().push(c),
        }
    }
    let arguments = arguments.iter().map(|argument| argument.trim().to_owned());
    arguments.filter(|argument| !argument.is_empty()).collect()
}

#[test]
fn every_log_line_and_every_field_is_in_the_document_and_no_other() {
    let mut all = Vec::new();
    for part in ["server", "store", "cli"] {
        sources(&root().join("crates").join(part).join("src"), &mut all);
    }
    let mut lines = BTreeSet::new();
    let mut fields = BTreeSet::new();
    let mut spans = BTreeSet::new();
    for call in all
        .iter()
        .flat_map(|(_, text)| text.split("tracing::").skip(1))
    {
        let Some((name, rest)) = call.split_once("!(") else {
            continue;
        };
        let level = match name {
            "error" | "warn" | "info" | "debug" | "trace" => name.to_uppercase(),
            "info_span" => "SPAN".to_owned(),
            _ => continue,
        };
        for argument in arguments(rest) {
            if let Some(message) = argument.strip_prefix('"') {
                let message = message.strip_suffix('"').unwrap().to_owned();
                if level == "SPAN" {
                    spans.insert(message);
                } else {
                    lines.insert((level.clone(), message));
                }
            } else {
                let field = argument.split('=').next().unwrap().trim();
                let field = field.trim_start_matches(['%', '?']);
                fields.insert(field.rsplit('.').next().unwrap().to_owned());
            }
        }
    }
    let document = read("docs/logging.md");
    let first = |head: &[&str]| -> BTreeSet<String> {
        let rows = table(&document, head).into_iter();
        rows.map(|row| code(&row[0])[0].to_owned()).collect()
    };
    let listed = table(&document, &["level", "message", "when"]);
    let listed: BTreeSet<(String, String)> = listed
        .iter()
        .map(|row| (code(&row[0])[0].to_owned(), code(&row[1])[0].to_owned()))
        .collect();
    assert_eq!(listed, lines);
    assert_eq!(first(&["field", "meaning"]), fields);
    assert_eq!(first(&["span", "what it is", "attributes"]), spans);
}

/// All documents for readers.
fn documents(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            documents(&path, into);
        } else if path.extension().is_some_and(|end| end == "md") {
            into.push(path);
        }
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut all = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
    ]
    .map(|name| root().join(name))
    .to_vec();
    documents(&root().join("docs"), &mut all);
    assert!(all.len() > 15, "{all:?}");
    for document in all {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in text.split("](").skip(1) {
            let (target, _) = link.split_once(')').unwrap();
            if target.contains("://") || target.starts_with('#') {
                continue;
            }
            let file = target.split('#').next().unwrap();
            let exists = document.parent().unwrap().join(file).exists();
            assert!(exists, "{}: {target}", document.display());
        }
    }
}
