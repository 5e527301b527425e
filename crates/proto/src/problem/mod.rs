//! What can go wrong, once and for all: a stable code, whose turn it is, and words for the person who meets it.
//!
//! One JSON body serves three kinds of readers (`docs/decisions/0006-errors-one-body-three-readers.md`): RFC 9457
//! clients, OCM servers, and clients written for oCIS.

mod catalogue;
mod code;
#[cfg(test)]
mod document;
mod words;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub use code::{Code, Culprit};
use words::{FACTS, NOTED};

use crate::language::Language;

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Another OCM server.
    Ocm,
    /// A client written for oCIS or OpenCloud.
    Sciencemesh,
    /// A client of our own API.
    Api,
    /// A person, on a page.
    Page,
}

/// A problem with the facts of the case at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    code: Code,
    facts: BTreeMap<&'static str, String>,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem without facts yet.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            facts: BTreeMap::new(),
            members: Map::new(),
        }
    }

    /// Adds a fact, which the texts may name. Never a secret: facts are shown and logged.
    #[must_use]
    pub fn with(mut self, fact: &'static str, value: &str) -> Self {
        let known = FACTS.contains(&fact) || NOTED.contains(&fact);
        debug_assert!(known, "no text names {fact}");
        self.facts.insert(fact, value.to_owned());
        self
    }

    /// Takes a fact away, for readers who are not to hear it.
    #[must_use]
    pub fn without(mut self, fact: &str) -> Self {
        self.facts.remove(fact);
        self
    }

    /// Adds a member to the JSON body, for machines.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Which problem.
    pub fn code(&self) -> Code {
        self.code
    }

    /// A fact of the case.
    pub fn fact(&self, fact: &str) -> Option<&str> {
        self.facts.get(fact).map(String::as_str)
    }

    /// What it is, in a few words.
    pub fn title(&self, language: Language) -> String {
        words::say(self, language, "")
    }

    /// What happened; with the other server's own words if it said something.
    pub fn detail(&self, language: Language) -> String {
        let detail = words::say(self, language, ".detail");
        match self.fact("said") {
            Some(_) => format!("{detail} {}", words::said(self, language)),
            None => detail,
        }
    }

    /// Why what somebody entered cannot be accepted, alone and as a sentence.
    pub fn reason(&self, language: Language) -> String {
        let said = words::reason(self, language);
        let mut letters = said.chars();
        let first = letters.next().map(char::to_uppercase);
        let end = if language == Language::ZhCn {
            "。"
        } else {
            "."
        };
        first
            .into_iter()
            .flatten()
            .chain(letters)
            .collect::<String>()
            + end
    }

    /// Whose turn it is, and to do what.
    pub fn remedy(&self, language: Language) -> String {
        words::say(self, language, ".remedy")
    }

    /// The HTTP status for a reader.
    pub fn status(&self, surface: Surface) -> u16 {
        match surface {
            Surface::Sciencemesh => self.code.entry().ocis_status,
            Surface::Ocm | Surface::Api | Surface::Page => self.code.entry().status,
        }
    }

    /// The JSON body for a reader. `type` leads to this server's own page about the problem. What is not for people is in
    /// English: another server only logs it.
    pub fn body(&self, surface: Surface, language: Language, reference: &str) -> Value {
        let entry = self.code.entry();
        let language = match surface {
            Surface::Ocm => Language::En,
            Surface::Sciencemesh | Surface::Api | Surface::Page => language,
        };
        let (code, message) = match surface {
            Surface::Ocm => (entry.name, entry.ocm_message.to_owned()),
            Surface::Sciencemesh => {
                let message = entry
                    .ocis_message
                    .map_or_else(|| self.title(language), str::to_owned);
                (entry.ocis_code, message)
            }
            Surface::Api | Surface::Page => (entry.name, self.title(language)),
        };
        let mut body = json!({
            "type": format!("/errors#{}", entry.name),
            "title": self.title(language),
            "status": self.status(surface),
            "detail": self.detail(language),
            "remedy": self.remedy(language),
            "problem": entry.name,
            "culprit": entry.culprit.as_str(),
            "retry_helps": entry.retry_helps,
            "code": code,
            "message": message,
            "reference": reference,
        });
        if let (Surface::Ocm, Some(member)) = (surface, self.fact("member")) {
            let message = match self.code {
                Code::MemberMissing => "REQUIRED",
                _ => "INVALID",
            };
            body["validationErrors"] = json!([{ "name": member, "message": message }]);
        }
        if let (Surface::Api, Some(member)) = (surface, self.fact("member")) {
            body["member"] = member.into();
        }
        for (name, value) in &self.members {
            body[name] = value.clone();
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let mut names = HashSet::new();
        for entry in catalogue::entries() {
            assert!(names.insert(entry.name), "{} twice", entry.name);
            assert_eq!(Code::parse(entry.name), Some(entry.code));
        }
    }

    #[test]
    fn every_entry_has_a_sane_status() {
        for entry in catalogue::entries() {
            assert!((200..600).contains(&entry.status) && (200..600).contains(&entry.ocis_status));
        }
    }

    #[test]
    fn clients_of_ocis_meet_only_words_that_they_know() {
        let known = [
            "INVALID_PARAMETER",
            "UNAUTHENTICATED",
            "UNTRUSTED_SERVICE",
            "RESOURCE_NOT_FOUND",
            "ALREADY_EXIST",
            "SERVER_ERROR",
            "FUNCTION_NOT_IMPLEMENTED",
            "PROVIDER_ERROR",
        ];
        for entry in catalogue::entries() {
            assert!(known.contains(&entry.ocis_code), "{}", entry.name);
            let stable = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(entry.name.chars().all(stable), "{}", entry.name);
            let shouted = |c: char| c.is_ascii_uppercase() || c == '_';
            assert!(entry.ocm_message.chars().all(shouted), "{}", entry.name);
        }
    }

    #[test]
    fn one_body_serves_three_readers() {
        let problem = Problem::new(Code::AlreadyConnected);
        let ocis = problem.body(Surface::Sciencemesh, Language::En, "ref-1");
        assert_eq!(
            (&ocis["code"], &ocis["message"]),
            (&json!("ALREADY_EXIST"), &json!("user already known"))
        );
        assert_eq!(problem.status(Surface::Sciencemesh), 409);
        let ours = problem.body(Surface::Api, Language::En, "ref-1");
        assert_eq!(ours["code"], "already_connected");
        assert_eq!(ours["type"], "/errors#already_connected");
        assert_eq!(ours["reference"], "ref-1");
        let member = Problem::new(Code::MemberMissing).with("member", "token");
        let ocm = member.body(Surface::Ocm, Language::De, "ref-1");
        assert_eq!(ocm["message"], "MISSING_REQUIRED_FIELDS");
        assert_eq!(ocm["title"], "token is missing");
        assert_eq!(ocm["validationErrors"][0]["name"], "token");
    }

    #[test]
    fn programs_are_told_which_member_whoever_found_it_wrong() {
        let problem = Problem::new(Code::MemberInvalid).with("member", "uses");
        let body = problem.body(Surface::Api, Language::De, "ref-1");
        assert_eq!(body["member"], "uses");
    }

    #[test]
    fn nobody_who_may_connect_is_told_409_by_a_peer_and_nobody_is_logged_out_by_one() {
        for code in Code::all() {
            let problem = Problem::new(code);
            let allowed = matches!(
                code,
                Code::InvitationUsedUp
                    | Code::ConnectionStale
                    | Code::AlreadyConnected
                    | Code::AcceptanceCancelled
                    | Code::DisconnectedMeanwhile
                    | Code::ListedThere
                    | Code::PerhapsListedThere
            );
            assert!(
                problem.status(Surface::Ocm) != 409 || allowed,
                "{}",
                code.as_str()
            );
            let log_in = matches!(code, Code::NotAuthenticated | Code::LogInFailed);
            assert!(
                problem.status(Surface::Sciencemesh) != 401 || log_in,
                "{}",
                code.as_str()
            );
        }
    }
}
