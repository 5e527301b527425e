use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::specification::{STATUSES, Table, names, unknown};

/// What a body says.
struct Body {
    text: String,
    names_the_inviter: bool,
    generation: Option<u64>,
    problem: Option<&'static str>,
}

const IN_BOUNDS: u64 = 4;

/// A word about invitations, one about signatures, one of no meaning here, and one of another catalogue.
const WORDS: [&str; 6] = [
    "connection_stale",
    "invitation_expired",
    "signature_unknown_key",
    "signature_clock",
    "internal",
    "out_of_cheese",
];

fn bodies() -> Vec<Body> {
    let mut bodies: Vec<Body> = ["", "<html>", "[]", "null", r#"{"userID":" "}"#]
        .map(|text| Body {
            text: text.to_owned(),
            names_the_inviter: false,
            generation: None,
            problem: None,
        })
        .into();
    for names_the_inviter in [false, true] {
        for generation in [None, Some(0), Some(IN_BOUNDS), Some((1 << 53) + 1)] {
            for problem in std::iter::once(None).chain(WORDS.map(Some)) {
                let mut body = json!({ "message": "WORDS" });
                if names_the_inviter {
                    body["userID"] = json!("bob");
                }
                if let Some(generation) = generation {
                    body["connection"] = json!({ "generation": generation });
                }
                if let Some(problem) = problem {
                    body["problem"] = json!(problem);
                }
                bodies.push(Body {
                    text: body.to_string(),
                    names_the_inviter,
                    generation,
                    problem,
                });
            }
        }
    }
    bodies
}

impl Body {
    fn is(&self, cell: &str, earlier: bool) -> bool {
        let bounded = self.generation == Some(IN_BOUNDS);
        let out_of_bounds = self.generation.is_some() && !bounded;
        let stale_or_nothing = matches!(
            self.problem,
            None | Some("connection_stale" | "out_of_cheese")
        );
        let about_the_invitation = self.problem == Some("invitation_expired");
        let about_the_signature = self.problem == Some("signature_clock");
        match cell {
            "any" | "anything else" => true,
            "names the inviter (userID); a generation within bounds, or none"
            | "names the inviter; a generation within bounds, or none" => {
                self.names_the_inviter && !out_of_bounds
            }
            "names the inviter; a generation within bounds, or none; and an earlier request may have arrived" => {
                self.names_the_inviter && !out_of_bounds && earlier
            }
            "names the inviter; a generation out of bounds" => {
                self.names_the_inviter && out_of_bounds
            }
            "problem is signature_unknown_key" => self.problem == Some("signature_unknown_key"),
            "problem is another word about the signature, and an earlier request may have arrived" => {
                about_the_signature && earlier
            }
            "a generation within bounds; problem is connection_stale, absent or unknown" => {
                bounded && stale_or_nothing
            }
            "a generation out of bounds; problem is connection_stale, absent or unknown" => {
                out_of_bounds && stale_or_nothing
            }
            "problem is connection_stale without a generation" => {
                self.problem == Some("connection_stale") && self.generation.is_none()
            }
            "problem is another word of 3.5" => about_the_invitation || about_the_signature,
            "problem is an invitation_ word of 3.5" => about_the_invitation,
            "anything else, and an earlier request may have arrived" => earlier,
            "no problem, and an earlier request may have arrived" => {
                self.problem.is_none() && earlier
            }
            "JSON without problem, and an earlier request may have arrived" => {
                self.problem.is_none()
                    && earlier
                    && serde_json::from_str::<Value>(&self.text).is_ok()
            }
            "JSON" => serde_json::from_str::<Value>(&self.text).is_ok(),
            "none" => false,
            other => unknown(other),
        }
    }
}

#[test]
fn every_answer_to_an_acceptance_is_read_as_the_specification_says() {
    let provider = Provider::parse("cat.example.org").expect("a name");
    let table = Table::behind("**How an answer is read.**", &["status", "body", "read as"]);
    for status in STATUSES {
        for body in bodies() {
            for earlier in [false, true] {
                let response = OutboundResponse {
                    status,
                    headers: Vec::new(),
                    body: Bytes::from(body.text.clone()),
                    url: String::new(),
                };
                let read = match cautious(read(&response, &provider), &response, earlier) {
                    Answer::Yes { generation, .. } => {
                        assert_eq!(generation.map(|one| one.0), body.generation);
                        "yes"
                    }
                    Answer::AlreadyTaken(Code::InvitationUsedUp) => "taken",
                    Answer::AlreadyTaken(Code::PerhapsListedThere) => "perhaps ours",
                    Answer::AlreadyTaken(code) => panic!("{code:?}"),
                    Answer::Stale(generation) => {
                        assert_eq!(generation, Generation(IN_BOUNDS));
                        "stale"
                    }
                    Answer::No(Code::PerhapsListedThere) => "perhaps ours",
                    Answer::No(_) => "refused",
                    Answer::Unsettled(_) => "unknown",
                };
                let expected =
                    table.first(|row| names(&row[0], status) && body.is(&row[1], earlier));
                assert_eq!(read, expected, "{status} {} {earlier}", body.text);
            }
        }
    }
    table.all_needed();
}
