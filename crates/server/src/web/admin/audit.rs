//! `/admin/audit`: what happened, by whom, and how it went; the newest first.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::audit::Filter;
use symbolon_store::events::{Actor, Event, Kind};

use super::server::quoted;
use super::{Administrator, address};
use crate::actions::audit;
use crate::actions::trace::{is_ours, step_of};
use crate::http::problem::ApiProblem;
use crate::http::reference::Reference;
use crate::web::at_field::AtField;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page};
use crate::web::sequence::came_to_nothing;
use crate::web::when::Exact;
use crate::web::words::{Markup, Saying, Words};

const DAY_MS: i64 = 86_400_000;

/// What `templates/admin_audit.html` needs.
#[derive(Template)]
#[template(path = "admin_audit.html")]
pub(in crate::web) struct AuditPage {
    frame: Frame,
    asked: Asked,
    wrong: Option<Wrong>,
    nouns: Vec<Noun>,
    rows: Vec<Row>,
    /// Nothing was asked for.
    all: bool,
    later: bool,
    more: Option<String>,
}

/// What was filled in, as it was.
#[derive(Default)]
struct Asked {
    person: String,
    server: String,
    kind: String,
    since: String,
    until: String,
    reference: String,
}

/// What was asked for and cannot be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wrong {
    field: &'static str,
    id: &'static str,
    words: Words,
}

/// One entry of the menu of kinds.
struct Noun {
    value: &'static str,
    words: Saying,
    chosen: bool,
}

struct Row {
    at: Exact,
    who: String,
    what: String,
    /// The name of the kind for programs.
    kind: String,
    account: Option<String>,
    server: Option<String>,
    /// Why it did not come to its end.
    result: Option<String>,
    note: Option<Saying>,
    /// What the log-in service calls whom it is about.
    subject: Option<String>,
    reference: Option<String>,
}

/// `GET /admin/audit`
pub(super) async fn show(
    administrator: Administrator,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, words) = (&visitor.app, visitor.words);
    let fails = |problem| visitor.fails(problem);
    let asked = Asked::new(&fields);
    let person = match asked.person.as_str() {
        "" => None,
        name => Some(
            audit::account(app, name)
                .await
                .map_err(fails)?
                .map(|user| user.id),
        ),
    };
    let before = fields.text("before").parse().ok();
    let mut shown = AuditPage::new(administrator.frame(), words, asked);
    shown.later = before.is_some();
    match shown.asked.filter(person) {
        Ok(filter) => {
            let found = audit::page(app, filter, before).await.map_err(fails)?;
            let names = audit::names(app, &found.events).await.map_err(fails)?;
            let row = |event| Row::new(words, event, &names);
            shown.rows = found.events.iter().map(row).collect();
            name_each_exchange_once(&mut shown.rows);
            shown.more = found.next.map(|next| shown.asked.address(next));
        }
        Err((field, id)) => shown.wrong = Some(Wrong { field, id, words }),
    }
    Ok(page(words, &shown))
}

impl Asked {
    fn new(fields: &Fields) -> Self {
        let text = |name| fields.text(name).to_owned();
        Self {
            person: text("person"),
            server: text("server"),
            kind: text("kind"),
            since: text("since"),
            until: text("until"),
            reference: text("reference"),
        }
    }

    /// What to look for; the error is the field, and the name of what to say. `person` is the account with the name that was
    /// filled in.
    fn filter(
        &self,
        person: Option<Option<UserId>>,
    ) -> Result<Filter, (&'static str, &'static str)> {
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let user = match person {
            Some(None) => return Err(("person", "admin-audit-no-person")),
            Some(found) => found,
            None => None,
        };
        let server = filled(&self.server).map(|name| Provider::parse(&name));
        let server = server
            .transpose()
            .map_err(|_| ("server", "admin-audit-no-server"))?;
        let kind = filled(&self.kind);
        if let Some(kind) = &kind
            && Kind::parse(kind).is_none()
            && !nouns().any(|noun| noun == kind)
        {
            return Err(("kind", "admin-audit-no-kind"));
        }
        let day = |field, text: &str| match text {
            "" => Ok(None),
            text => midnight(text)
                .map(Some)
                .ok_or((field, "admin-audit-no-day")),
        };
        Ok(Filter {
            user,
            peer: server.map(|server| server.to_string()),
            kind,
            reference: filled(&self.reference)
                .map(|text| Reference::parse(&text).map_or(text, |it| it.to_string())),
            since: day("since", &self.since)?,
            until: day("until", &self.until)?.map(|at| at.plus_millis(DAY_MS)),
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("person", &self.person),
            ("server", &self.server),
            ("kind", &self.kind),
            ("since", &self.since),
            ("until", &self.until),
            ("reference", &self.reference),
        ]
    }

    fn address(&self, before: i64) -> String {
        let before = before.to_string();
        let mut pairs = self.pairs().to_vec();
        pairs.push(("before", &before));
        address("/admin/audit", &pairs)
    }
}

impl Wrong {
    fn words(&self) -> Saying {
        self.words.say(self.id)
    }
}

impl AtField for Option<Wrong> {
    fn refusal(&self, field: &str) -> Option<Markup> {
        let wrong = self.filter(|wrong| wrong.field == field)?;
        Some(wrong.words().into())
    }
}

/// What belongs to one exchange often stands together.
fn name_each_exchange_once(rows: &mut [Row]) {
    let mut last = None;
    for row in rows {
        if row.reference.is_some() && row.reference == last {
            row.reference = None;
        } else {
            last.clone_from(&row.reference);
        }
    }
}

/// The nouns of all kinds, each once.
fn nouns() -> impl Iterator<Item = &'static str> {
    let noun = |kind: &Kind| kind.as_str().split('.').next().unwrap_or_default();
    let mut last = "";
    let nouns = Kind::ALL.iter().map(noun);
    nouns.filter(move |noun| std::mem::replace(&mut last, noun) != *noun)
}

/// The beginning of a day in UTC.
fn midnight(day: &str) -> Option<Timestamp> {
    let at = format!("{day}T00:00:00Z").parse::<jiff::Timestamp>().ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

impl AuditPage {
    fn new(frame: Frame, words: Words, asked: Asked) -> Self {
        let noun = |value| Noun {
            value,
            words: words.say("admin-audit-noun").with("noun", value),
            chosen: asked.kind == value,
        };
        let mut nouns: Vec<_> = nouns().map(noun).collect();
        // One kind alone, which an address can ask for.
        if let Some(kind) = Kind::parse(&asked.kind) {
            nouns.push(Noun {
                value: kind.as_str(),
                words: words.say("admin-audit-kind").with("kind", kind.as_str()),
                chosen: true,
            });
        }
        Self {
            frame,
            wrong: None,
            nouns,
            rows: Vec::new(),
            all: asked.pairs().iter().all(|(_, value)| value.is_empty()),
            later: false,
            more: None,
            asked,
        }
    }
}

impl Row {
    fn new(words: Words, event: &Event, names: &HashMap<UserId, String>) -> Self {
        let name = |id: &UserId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
        let account = event.user.as_ref().map(name);
        let peer = event.peer.as_deref().unwrap_or("?");
        let is_theirs = event.actor == Actor::Peer && !is_ours(step_of(event), &event.kind);
        let who = match event.actor {
            Actor::Person => account.clone().unwrap_or_else(|| "?".to_owned()),
            Actor::Administrator => match audit::by(event) {
                Some(by) => words.plain("admin-audit-by", &[("name", &name(&by))]),
                None => words.plain("admin-audit-command", &[]),
            },
            Actor::Peer if is_theirs => peer.to_owned(),
            // Whoever failed to log in speaks for no server.
            Actor::Stranger if event.peer.is_none() => words.plain("story-somebody", &[]),
            Actor::Stranger => words.plain("story-stranger", &[("peer", peer)]),
            Actor::Peer | Actor::Server => words.plain("story-this-server", &[]),
            Actor::Unrecorded => "?".to_owned(),
        };
        let key = event.kind.replace(['.', '_'], "-");
        // That a log-in was refused says all that its usual reason does.
        let said_already = |result: &str| {
            event.kind == Kind::SessionRefused.as_str() && result == Code::LogInFailed.as_str()
        };
        let result = event.result.as_deref();
        let result = result.filter(|result| *result != "done" && !said_already(result));
        let well = matches!(result, None | Some("connected"));
        let result = result.map(|result| match Code::parse(result) {
            Some(code) => {
                let problem = Problem::new(code);
                let problem = match &event.peer {
                    Some(peer) => problem.with("peer", peer),
                    None => problem,
                };
                problem.title(words.0)
            }
            None => {
                let key = result.replace('_', "-");
                let plain = result.replace('_', " ");
                words.plain("story-outcome", &[("key", &key), ("result", &plain)])
            }
        });
        let what = match came_to_nothing(words, &event.kind, well) {
            Some(what) => what,
            None => words.plain("story-what", &[("key", &key), ("words", &event.kind)]),
        };
        Self {
            at: Exact {
                at: event.at,
                words,
            },
            who,
            what,
            kind: event.kind.clone(),
            account: account.filter(|_| event.actor != Actor::Person),
            server: event.peer.clone().filter(|_| !is_theirs),
            result,
            note: event.data["note"].as_str().map(|it| quoted(words, it)),
            subject: event.data["subject"].as_str().map(str::to_owned),
            reference: event.reference.clone(),
        }
    }
}

#[cfg(test)]
const SAMPLE_ID: &str = "01kk7v3q9d8zx5y2n4b6m8r0ta";

#[cfg(test)]
impl AuditPage {
    fn sample_event(text: &str, actor: Actor, result: &str) -> Event {
        Event {
            seq: 1,
            at: Timestamp::from_secs(1_795_521_600),
            user: UserId::parse(SAMPLE_ID),
            kind: "peer.trusted".to_owned(),
            actor,
            object: None,
            beside: None,
            peer: Some(format!("dog.example.org{text}")),
            result: Some(result.to_owned()),
            data: serde_json::json!({ "note": text, "by_user": SAMPLE_ID, "subject": text }),
            reference: Some(SAMPLE_ID.to_owned()),
            their_reference: None,
        }
    }

    pub(in crate::web) fn samples(words: Words, text: &str) -> Vec<Self> {
        let names = HashMap::from([(UserId::parse(SAMPLE_ID).unwrap(), format!("bob{text}"))]);
        let actors = [
            Actor::Person,
            Actor::Administrator,
            Actor::Peer,
            Actor::Stranger,
            Actor::Server,
            Actor::Unrecorded,
        ];
        let frame = || Frame::sample(words, text, crate::web::frame::Section::Admin);
        let empty = || Self::new(frame(), words, Asked::default());
        let asked = Asked {
            person: text.to_owned(),
            kind: "peer.trusted".to_owned(),
            ..Asked::default()
        };
        let row = |actor| Row::new(words, &Self::sample_event(text, actor, "timeout"), &names);
        vec![
            empty(),
            Self {
                wrong: Some(Wrong {
                    field: "person",
                    id: "admin-audit-no-person",
                    words,
                }),
                ..empty()
            },
            Self {
                rows: actors.into_iter().map(row).collect(),
                later: true,
                more: Some("/admin/audit?before=1".to_owned()),
                ..Self::new(frame(), words, asked)
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;

    #[test]
    fn every_kind_and_every_noun_has_words_of_its_own_in_every_language() {
        for words in Language::ALL.map(Words) {
            for kind in Kind::ALL {
                let key = kind.as_str().replace(['.', '_'], "-");
                let said = words.plain("story-what", &[("key", &key), ("words", "")]);
                assert_ne!(said, "", "{kind:?}");
            }
            let said: Vec<_> = nouns()
                .map(|noun| words.plain("admin-audit-noun", &[("noun", noun)]))
                .collect();
            for (one, noun) in said.iter().zip(nouns()) {
                assert_ne!(one, noun, "it has no words in {}", words.0.tag());
            }
            for (place, one) in said.iter().enumerate() {
                assert!(!said[..place].contains(one), "{one} is there twice");
            }
        }
    }

    #[test]
    fn an_acceptance_that_came_to_nothing_is_not_said_to_have_ended_in_any_language() {
        for words in Language::ALL.map(Words) {
            let values = [("key", "acceptance-settled"), ("words", "")];
            let ended = words.plain("story-what", &values);
            for (result, well) in [
                ("connected", true),
                ("cancelled", false),
                ("invitation_expired", false),
            ] {
                let event = Event {
                    kind: Kind::AcceptanceSettled.as_str().to_owned(),
                    ..AuditPage::sample_event("", Actor::Peer, result)
                };
                let row = Row::new(words, &event, &HashMap::new());
                assert_eq!(row.what == ended, well, "{result}");
                let told = row.result.unwrap_or_default();
                let tag = words.0.tag();
                assert!(tag == "en" || told != result, "{result} in {tag}");
            }
        }
    }

    #[test]
    fn what_another_server_led_to_is_said_of_whoever_did_it() {
        let this = Words::default().plain("story-this-server", &[]);
        for (kind, who) in [
            (Kind::ConnectionConnected, this.as_str()),
            (Kind::AcceptanceSettled, this.as_str()),
            (Kind::ConnectionDisconnected, "dog.example.org"),
            (Kind::PeerRefused, "dog.example.org"),
            (Kind::PeerSigns, "dog.example.org"),
        ] {
            let event = Event {
                kind: kind.as_str().to_owned(),
                ..AuditPage::sample_event("", Actor::Peer, "done")
            };
            let row = Row::new(Words::default(), &event, &HashMap::new());
            assert_eq!(row.who, who, "{kind:?}");
            let named = row.who == "dog.example.org" || row.server.is_some();
            assert!(named, "{kind:?} does not name the other server");
        }
    }

    #[test]
    fn a_log_in_that_was_refused_is_told_once_unless_there_is_more_to_say() {
        for (result, more) in [("log_in_failed", false), ("second_factor_wrong", true)] {
            let event = Event {
                kind: Kind::SessionRefused.as_str().to_owned(),
                ..AuditPage::sample_event("", Actor::Stranger, result)
            };
            let row = Row::new(Words::default(), &event, &HashMap::new());
            assert_eq!(row.result.is_some(), more, "{result}");
        }
    }

    #[test]
    fn somebody_who_speaks_for_no_server_is_not_said_to_speak_for_one() {
        for words in Language::ALL.map(Words) {
            let event = Event {
                peer: None,
                ..AuditPage::sample_event("", Actor::Stranger, "timeout")
            };
            let row = Row::new(words, &event, &HashMap::new());
            let told = [Some(row.who), row.result];
            for text in told.iter().flatten() {
                assert!(!text.contains('?'), "{text}");
            }
        }
    }

    #[test]
    fn what_cannot_be_looked_for_is_said_and_not_left_out() {
        let asked = |change: fn(&mut Asked)| {
            let mut asked = Asked::default();
            change(&mut asked);
            asked
        };
        let none = Asked::default();
        assert_eq!(none.filter(None), Ok(Filter::default()));
        assert_eq!(
            none.filter(Some(None)),
            Err(("person", "admin-audit-no-person"))
        );
        for (one, field, wrong) in [
            (
                asked(|it| it.server = "not a name".to_owned()),
                "server",
                "admin-audit-no-server",
            ),
            (
                asked(|it| it.kind = "inv".to_owned()),
                "kind",
                "admin-audit-no-kind",
            ),
            (
                asked(|it| it.since = "yesterday".to_owned()),
                "since",
                "admin-audit-no-day",
            ),
        ] {
            assert_eq!(one.filter(None), Err((field, wrong)));
        }
        let day = asked(|it| {
            it.since = "2026-11-24".to_owned();
            it.until = "2026-11-24".to_owned();
        });
        let filter = day.filter(None).unwrap();
        let (since, until) = (filter.since.unwrap(), filter.until.unwrap());
        assert_eq!(until.millis_since(since), DAY_MS, "the last day is within");
    }
}
