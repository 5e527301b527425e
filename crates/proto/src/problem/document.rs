//! `docs/errors.md`: the catalogue for people who read documents. A test compares the file with what is written here.

use super::{Code, Culprit, Problem, Surface};
use crate::language::Language;

/// How the document is made again, in its own words and in those of the test.
pub(super) const AGAIN: &str =
    "SYMBOLON_WRITE_DOCS=1 cargo test -p symbolon-proto --lib errors_document";

const GROUPS: [(Culprit, &str); 5] = [
    (Culprit::You, "What you can mend yourself"),
    (Culprit::Inviter, "What the person who invited you can mend"),
    (Culprit::TheirServer, "The other server"),
    (Culprit::Network, "The way between the servers"),
    (Culprit::OurServer, "This server"),
];

/// The whole document.
pub(super) fn document() -> String {
    let mut text = format!(
        "# Errors\n\n\
         Everything that can go wrong, by whose turn it is. A running server shows the same list at `/errors`, in the\n\
         reader's language; the `type` of every problem in an answer leads to its place there. The name of an entry never\n\
         changes its meaning.\n\n\
         Generated from the catalogue in `crates/proto/src/problem/` and its words in `crates/proto/texts/`. After a\n\
         change there: `{AGAIN}`.\n"
    );
    for (culprit, title) in GROUPS {
        text.push_str(&format!("\n## {title}\n"));
        for code in Code::all().filter(|code| code.culprit() == culprit) {
            text.push_str(&entry(code));
        }
    }
    text
}

fn entry(code: Code) -> String {
    let (problem, entry) = (Problem::new(code), code.entry());
    let titles = Language::ALL.map(|language| problem.title(language));
    let [english, chinese, german] = titles;
    let retry = if code.retry_helps() {
        "helps"
    } else {
        "does not help"
    };
    let ocis_message = entry
        .ocis_message
        .map_or_else(String::new, |message| format!(", message `{message}`"));
    format!(
        "\n### `{name}`\n\n\
         **{english}{stop}** {detail} *What to do:* {remedy}\n\n\
         - {chinese} · {german}\n\
         - HTTP {status}; OCM message `{ocm}`\n\
         - for clients of oCIS: HTTP {ocis_status}, code `{ocis}`{ocis_message}\n\
         - trying the same again {retry}\n",
        name = code.as_str(),
        stop = if english.ends_with('?') { "" } else { "." },
        detail = problem.detail(Language::En),
        remedy = problem.remedy(Language::En),
        status = problem.status(Surface::Ocm),
        ocm = entry.ocm_message,
        ocis_status = problem.status(Surface::Sciencemesh),
        ocis = entry.ocis_code,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_document_is_what_the_catalogue_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
        let current = document();
        if std::env::var_os("SYMBOLON_WRITE_DOCS").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == current, "docs/errors.md is old; run {AGAIN}");
    }

    #[test]
    fn a_title_that_asks_something_ends_as_a_question() {
        let document = document();
        assert!(document.contains("**From which server is the invitation?** What"));
        assert!(!document.contains("?."));
    }

    #[test]
    fn the_type_of_every_problem_leads_to_its_anchor_in_the_document() {
        let document = document();
        for code in Code::all() {
            let body = Problem::new(code).body(Surface::Api, Language::En, "ref-1");
            let (_, place) = body["type"].as_str().unwrap().split_once('#').unwrap();
            // The anchor that a heading has wherever Markdown is shown.
            let anchor = format!("\n### `{place}`\n");
            assert_eq!(document.matches(&anchor).count(), 1, "{place}");
        }
    }
}
