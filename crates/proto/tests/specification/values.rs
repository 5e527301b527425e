//! The words and numbers that the text gives.

use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem, Surface};

use super::{TEXT, table};

#[test]
fn every_word_for_a_refusal_has_the_status_and_message_of_the_specification() {
    let rows = table(&["problem", "status", "message", "meaning"]);
    assert_eq!(rows.len(), 7);
    for row in rows {
        let code = Code::parse(&row[0]).unwrap();
        let problem = Problem::new(code);
        assert_eq!(problem.status(Surface::Ocm).to_string(), row[1], "{row:?}");
        let body = problem.body(
            Surface::Ocm,
            symbolon_proto::language::Language::En,
            "reference",
        );
        assert_eq!(body["message"], row[2], "{row:?}");
        assert_eq!(body["problem"], row[0], "{row:?}");
    }
}

#[test]
fn every_word_about_a_signature_is_a_401() {
    let (_, sentence) = TEXT.split_once("a word about\nthe signature: ").unwrap();
    let (sentence, _) = sentence.split_once(". ").unwrap();
    let words: Vec<&str> = sentence.split('`').skip(1).step_by(2).collect();
    assert_eq!(words.len(), 7);
    for word in words {
        let problem = Problem::new(Code::parse(word).unwrap());
        assert_eq!(problem.status(Surface::Ocm), 401, "{word}");
    }
}

/// The other limits of the table are those of the server, and are looked at there.
#[test]
fn every_limit_on_a_message_is_the_one_of_the_specification() {
    let rows = table(&["what", "limit"]);
    let limits = [
        ("bytes of a request", limits::OCM_REQUEST_BYTES),
        ("bytes of an answer", limits::PEER_ANSWER_BYTES),
        (
            "bytes of claims that are written into one message",
            limits::SYNC_CLAIMS_BYTES,
        ),
        ("claims that are read in one message", limits::SYNC_CLAIMS),
        ("buckets in one message", limits::SYNC_BUCKETS),
        ("groups in one message", limits::SYNC_GROUPS),
        ("bytes of a ledger", limits::SYNC_LEDGER_BYTES),
        ("bytes of an identifier", limits::IDENTIFIER_BYTES),
    ];
    for ((what, limit), row) in limits.iter().zip(&rows) {
        assert_eq!(row[0], *what);
        assert_eq!(row[1].replace(',', ""), limit.to_string(), "{what}");
    }
}

#[test]
fn every_section_that_the_specification_refers_to_exists() {
    let heads: Vec<&str> = TEXT
        .lines()
        .filter(|line| line.starts_with("##"))
        .filter_map(|line| line.trim_start_matches('#').trim().split_once(". "))
        .map(|(number, _)| number)
        .collect();
    let mut referred = 0;
    let parts = TEXT
        .split('(')
        .skip(1)
        .filter_map(|part| part.split_once(')'));
    for (inside, _) in parts {
        for word in inside.split([',', ' ']).filter(|word| !word.is_empty()) {
            let number = word.chars().all(|c| c.is_ascii_digit() || c == '.');
            if number && word.contains('.') {
                assert!(heads.contains(&word), "there is no section {word}");
                referred += 1;
            }
        }
    }
    for row in table(&["member", "where", "type", "section"]) {
        for section in row[3].split(", ") {
            assert!(heads.contains(&section), "{row:?}");
        }
    }
    assert!(referred > 20, "{referred}");
}
