//! How a connection, or what is to become one, stands, in words.

use symbolon_core::Timestamp;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::sync::Found;
use symbolon_proto::problem::Problem;
use symbolon_store::acceptances::Acceptance;
use symbolon_store::connections::{Connection, Told};

use super::visitor::Visitor;
use super::when::{Since, Soon};
use super::words::{Saying, Words};
use crate::actions::connections::{self, Way};

/// By which invitation two people came together; nothing where it is not on record.
pub(super) fn way_words(words: Words, way: &Way) -> Option<Saying> {
    let said = |known, bare, id: &String, note: &Option<String>| match note {
        Some(note) => words.say(known).with("id", id).with("note", note),
        None => words.say(bare).with("id", id),
    };
    match way {
        Way::Ours(id, note) => Some(said("by-yours-noted", "by-yours", id, note)),
        Way::Both(id, note) => Some(said("by-both-noted", "by-both", id, note)),
        Way::Theirs => Some(words.say("by-theirs")),
        Way::Unknown => None,
    }
}

/// What a pending acceptance does, since when, and until when it does nothing.
pub(super) fn waiting(words: Words, one: &Acceptance, now: Timestamp) -> Saying {
    let id = match (one.cancelled.is_some(), one.next_try_at) {
        (true, None) if one.stopped.is_some() => "stopping-since",
        (true, Some(_)) if one.stopped.is_some() => "stopping-next",
        (true, None) => "cancelling-since",
        (true, Some(_)) => "cancelling-next",
        (false, None) => "connecting-since",
        (false, Some(_)) => "connecting-next",
    };
    let at = one.created_at;
    let said = words.say(id).with("server", one.provider.as_str());
    let said = said.with("since", Since { at, now, words });
    match one.next_try_at {
        Some(at) => said.with("next", Soon { at, now, words }),
        None => said,
    }
}

/// That the servers of these people do not answer, in the same order.
pub(super) async fn silence<'a>(
    visitor: &Visitor,
    those: impl IntoIterator<Item = &'a Connection>,
) -> Result<Vec<Option<Saying>>, Problem> {
    let (now, words) = (visitor.app.now(), visitor.words);
    let since = connections::silent_since(&visitor.app, those)
        .await?
        .into_iter();
    let said = |at| {
        words
            .say("silent-since")
            .with("since", Since { at, now, words })
    };
    Ok(since.map(|since| since.map(said)).collect())
}

/// What comparing the two servers' lists has found.
fn found_words(found: Found) -> &'static str {
    match found {
        Found::EndedThere => "found-ended-there",
        Found::EndedHere => "found-ended-here",
        Found::NotThere => "found-not-there",
        Found::NotHere => "found-not-here",
    }
}

/// How a connection has ended, and whether the other side is known to list it as ended too.
pub(super) fn ended_words(one: &Connection) -> (&'static str, bool) {
    match one.told {
        _ if let Some(found) = one.found => (found_words(found), true),
        _ if one.half.phase == Phase::Disconnected(EndedBy::Them) => ("ended-by-them", true),
        _ if one.half.phase == Phase::Disconnected(EndedBy::Neither) => ("ended-by-neither", true),
        None | Some(Told::Confirmed) => ("ended-told", true),
        Some(Told::Telling) => ("ended-telling", false),
        Some(Told::Unconfirmed) => ("ended-unconfirmed", false),
        Some(Told::NotUnderstood) => ("ended-not-understood", false),
        Some(Told::CouldNot) => ("ended-could-not", false),
    }
}

#[cfg(test)]
pub(super) fn sample_silence(words: Words) -> Saying {
    let at = Timestamp::from_secs(1_795_521_600);
    let now = at;
    words
        .say("silent-since")
        .with("since", Since { at, now, words })
}

#[cfg(test)]
mod tests {
    use symbolon_core::connections::{Generation, Gesture};
    use symbolon_core::{Id, UserId};
    use symbolon_proto::address::Provider;
    use symbolon_proto::language::Language;
    use symbolon_proto::problem::Code;
    use symbolon_store::acceptances::State;

    use super::*;

    /// One that waits for cat.example.org since two minutes.
    fn pending(now: Timestamp) -> Acceptance {
        Acceptance {
            id: Id::from_parts(0, [1; 10]).into(),
            user: UserId::from(Id::from_parts(0, [2; 10])),
            provider: Provider::parse("cat.example.org").unwrap(),
            token_hash: [0; 32],
            token_sealed: Vec::new(),
            gesture: Gesture::default(),
            state: State::Pending,
            cancelled: None,
            stopped: None,
            keeps_email: false,
            sent: true,
            floor: Generation::NONE,
            asked_again: 0,
            waits_for: None,
            detail: None,
            heard: None,
            inviter: None,
            next_try_at: None,
            created_at: now.plus_millis(-120_000),
            asked_at: now.plus_millis(-120_000),
            gives_up_at: now.plus_millis(1_000_000),
            settled_at: None,
            connection: None,
            reference: "test".to_owned(),
        }
    }

    #[test]
    fn whoever_waits_is_told_for_whom_and_since_when_and_when_it_is_tried_again() {
        let now = Timestamp::from_secs(1_795_521_600);
        let (cancelled, stopped) = (Some(Gesture::default()), Some(Code::NotTrustedHere));
        for (cancelled, stopped, begins) in [
            (None, None, "connecting: "),
            (cancelled, None, "cancelling: "),
            (cancelled, stopped, "stopped by your administrators: "),
        ] {
            for next_try_at in [None, Some(now.plus_millis(40_000))] {
                let one = Acceptance {
                    cancelled,
                    stopped,
                    next_try_at,
                    ..pending(now)
                };
                let said = waiting(Words::default(), &one, now).to_string();
                let waits = format!("{begins}waiting for ");
                assert!(said.starts_with(&waits), "{said}");
                assert!(
                    said.contains("cat.example.org") && said.contains(" since <time"),
                    "{said}"
                );
                assert_eq!(
                    said.contains(", trying again <time"),
                    next_try_at.is_some(),
                    "{said}"
                );
                assert_eq!(said.contains("in 40 s"), next_try_at.is_some(), "{said}");
            }
        }
    }

    #[test]
    fn what_comparing_found_is_told_without_the_words_of_the_trade() {
        for language in Language::ALL {
            let told = Found::ALL.map(|found| Words(language).say(found_words(found)).to_string());
            for (place, one) in told.iter().enumerate() {
                let ended = ["disconnected", "getrennt", "断开"];
                assert!(ended.iter().any(|word| one.contains(word)), "{one}");
                assert!(told[..place].iter().all(|other| other != one), "{one}");
                for jargon in ["sync", "half", "halves", "generation", "provider", "peer"] {
                    assert!(!one.contains(jargon), "{one}");
                }
            }
        }
    }
}
