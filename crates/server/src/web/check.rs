//! `/servers/{server}/check`: walks towards another server and shows where the way ends.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::problem::{Code, Problem};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::frame::{Frame, Section, page, page_telling};
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::check::{Report, Said, Step, Walker, check};
use crate::doctor::Level;
use crate::http::problem::ApiProblem;
use crate::probe::{Complaint, Demand, Field};

/// How many checks run at a time; more are told to come back. They ask others in this server's name, so they must not
/// become a tool.
const AT_A_TIME: usize = 4;

/// How many checks one person has in a minute.
const EACH_MAX: u32 = 6;

const MINUTE_MS: i64 = 60_000;

/// How many people are remembered; beyond that the memory starts anew.
const REMEMBERED_MAX: usize = 10_000;

/// What `templates/check.html` needs.
#[derive(Template)]
#[template(path = "check.html")]
pub(super) struct CheckPage {
    frame: Frame,
    server: String,
    /// This server itself, which nobody walks to.
    own: bool,
    /// Why nothing was checked just now.
    busy: Option<Saying>,
    verdict: Option<Verdict>,
}

struct Verdict {
    level: Level,
    what: String,
    steps: Vec<Shown>,
    /// The way ended before the last step.
    ended: bool,
}

/// One step.
struct Shown {
    heading: String,
    level: Level,
    level_words: Saying,
    what: String,
    remedy: Option<String>,
    notes: Vec<String>,
    took: Option<Saying>,
    /// The description, member by member.
    fields: Vec<Member>,
}

/// One member of a description.
struct Member {
    name: String,
    value: Option<String>,
    /// What the draft says of it.
    draft: String,
    /// What is wrong with it.
    flaws: Vec<Saying>,
}

/// The bounds on checks.
#[derive(Clone)]
pub(super) struct Limit {
    places: Arc<Semaphore>,
    people: Arc<Mutex<People>>,
}

/// Who checks, and who has lately.
#[derive(Default)]
struct People {
    checking: HashSet<UserId>,
    lately: HashMap<UserId, (Timestamp, u32)>,
}

/// The place of one check, free again when this is dropped, however the check ends.
struct Place {
    limit: Limit,
    user: UserId,
    _permit: OwnedSemaphorePermit,
}

/// Why somebody has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Busy {
    /// Their last check is under way: nobody takes every place.
    Yours,
    /// All places are taken by others.
    Others,
    /// They have had their share of this minute.
    Often,
}

/// The same, as a layer.
pub(super) fn limit() -> Extension<Limit> {
    Extension(Limit {
        places: Arc::new(Semaphore::new(AT_A_TIME)),
        people: Arc::default(),
    })
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limit.people().checking.remove(&self.user);
    }
}

impl Busy {
    fn words(self, words: Words) -> Saying {
        match self {
            Self::Yours => words.say("check-busy-yours"),
            Self::Others => words.say("check-busy-others"),
            Self::Often => words
                .say("check-busy-often")
                .with("count", i64::from(EACH_MAX)),
        }
    }

    fn problem(self) -> Problem {
        let seconds = match self {
            Self::Yours | Self::Others => "30",
            Self::Often => "60",
        };
        Problem::new(Code::TooManyRequests).with("seconds", seconds)
    }
}

impl Limit {
    /// A place for this person's check, if they may have one now.
    fn begin(&self, user: &UserId, now: Timestamp) -> Result<Place, Busy> {
        let mut people = self.people();
        if people.checking.contains(user) {
            return Err(Busy::Yours);
        }
        let places = self.places.clone();
        let permit = places.try_acquire_owned().map_err(|_| Busy::Others)?;
        let lately = &mut people.lately;
        if lately.len() >= REMEMBERED_MAX && !lately.contains_key(user) {
            lately.clear();
        }
        let entry = lately.entry(user.clone()).or_insert((now, 0));
        if !(0..MINUTE_MS).contains(&now.millis_since(entry.0)) {
            *entry = (now, 0);
        }
        if entry.1 >= EACH_MAX {
            return Err(Busy::Often);
        }
        entry.1 += 1;
        people.checking.insert(user.clone());
        Ok(Place {
            limit: self.clone(),
            user: user.clone(),
            _permit: permit,
        })
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().expect("no holder of this lock panics")
    }
}

/// `GET /servers/{server}/check`: the button.
pub(super) async fn ask(
    visitor: Visitor,
    Path(server): Path<String>,
) -> Result<Response, ApiProblem> {
    let server = provider(&visitor, &server)?;
    Ok(page(visitor.words, &shown(&visitor, &server, None)))
}

/// `POST /servers/{server}/check`
pub(super) async fn run(
    visitor: Visitor,
    Extension(limit): Extension<Limit>,
    Path(server): Path<String>,
) -> Result<Response, ApiProblem> {
    let server = provider(&visitor, &server)?;
    let app = &visitor.app;
    if server == *app.provider() {
        return Ok(page(visitor.words, &shown(&visitor, &server, None)));
    }
    let place = match limit.begin(&visitor.user.id, app.now()) {
        Ok(place) => place,
        Err(busy) => {
            let shown = CheckPage {
                busy: Some(busy.words(visitor.words)),
                ..shown(&visitor, &server, None)
            };
            return Ok(page_telling(visitor.words, Some(&busy.problem()), &shown));
        }
    };
    let walker = Walker {
        us: app.provider().clone(),
        trust: app.config.trust,
        dev: app.config.dev,
        env: &app.env,
        transport: &*app.transport,
        store: Some(&app.store),
        key: Some(app.keys.signing(app.now())),
    };
    let report = check(&walker, &server).await;
    drop(place);
    Ok(page(
        visitor.words,
        &shown(&visitor, &server, Some(&report)),
    ))
}

fn provider(visitor: &Visitor, text: &str) -> Result<Provider, ApiProblem> {
    let parsed = Provider::parse(text).map_err(AddressError::problem);
    parsed.map_err(|problem| visitor.fails(problem))
}

fn shown(visitor: &Visitor, server: &Provider, report: Option<&Report>) -> CheckPage {
    CheckPage {
        frame: visitor.frame(Section::Elsewhere),
        server: server.to_string(),
        own: server == visitor.app.provider(),
        busy: None,
        verdict: report.map(|report| Verdict::new(visitor.words, report)),
    }
}

impl Verdict {
    fn new(words: Words, report: &Report) -> Self {
        Self {
            level: report.level(),
            what: report.verdict().say(words.0),
            steps: report
                .steps
                .iter()
                .filter(|step| step.reached)
                .map(|step| Shown::new(words, step))
                .collect(),
            ended: report.steps.iter().any(|step| !step.reached),
        }
    }
}

impl Shown {
    fn new(words: Words, step: &Step) -> Self {
        let plain = |said: &Said| said.say(words.0);
        Self {
            heading: plain(&step.stage.heading()),
            level: step.level,
            level_words: words.say(match step.level {
                Level::Ok => "check-level-ok",
                Level::NotChecked => "check-level-not-checked",
                Level::Attention => "check-level-attention",
                Level::Problem => "check-level-problem",
            }),
            what: plain(&step.what),
            remedy: step.remedy.as_ref().map(plain),
            notes: step.notes.iter().map(plain).collect(),
            took: step
                .took_ms
                .map(|took| words.say("check-took").with("n", took)),
            fields: step
                .fields
                .iter()
                .map(|field| Member::new(words, field))
                .collect(),
        }
    }
}

impl Member {
    fn new(words: Words, field: &Field) -> Self {
        let flaw = |complaint: &Complaint| {
            let strength = match complaint.demand {
                Demand::Must => "check-flaw-must",
                Demand::Should => "check-flaw-should",
                Demand::Defined => "check-flaw-defined",
            };
            let flaw = flaw(words, complaint.rule);
            words.say(strength).with("flaw", flaw.as_str())
        };
        Self {
            draft: draft(words, &field.name),
            flaws: field.complaints.iter().map(flaw).collect(),
            name: field.name.clone(),
            value: field.value.clone(),
        }
    }
}

/// What the draft says of a member.
fn draft(words: Words, name: &str) -> String {
    words.plain("check-field", &[("field", name)])
}

/// What it means that a rule is not followed.
fn flaw(words: Words, rule: &str) -> String {
    words.plain("check-flaw", &[("rule", &rule.replace('.', "-"))])
}

#[cfg(test)]
impl CheckPage {
    pub(super) fn samples(words: Words, text: &str) -> Vec<Self> {
        let step = |level| Shown {
            heading: Said::new("check-stage-trusts-us").say(words.0),
            level,
            level_words: words.say("check-level-problem"),
            what: format!("dog.example.org{text}"),
            remedy: Some(text.to_owned()),
            notes: vec![text.to_owned()],
            took: Some(words.say("check-took").with("n", 1_234_i64)),
            fields: vec![
                Member::new(
                    words,
                    &Field {
                        name: text.to_owned(),
                        value: Some(text.to_owned()),
                        draft: "",
                        complaints: [Demand::Must, Demand::Should, Demand::Defined]
                            .map(|demand| Complaint {
                                rule: "D5.known",
                                demand,
                                why: text.to_owned(),
                            })
                            .into(),
                    },
                ),
                Member::new(
                    words,
                    &Field {
                        name: "enabled".to_owned(),
                        value: None,
                        draft: "",
                        complaints: Vec::new(),
                    },
                ),
            ],
        };
        let page = |own, verdict| Self {
            frame: Frame::sample(words, text, Section::Elsewhere),
            server: format!("dog.example.org{text}"),
            own,
            busy: None,
            verdict,
        };
        let busy = |busy: Busy| Self {
            busy: Some(busy.words(words)),
            ..page(false, None)
        };
        let levels = [
            Level::Ok,
            Level::NotChecked,
            Level::Attention,
            Level::Problem,
        ];
        let verdict = Verdict {
            level: Level::Problem,
            what: format!("dog.example.org{text}"),
            steps: levels.into_iter().map(step).collect(),
            ended: true,
        };
        vec![
            page(true, None),
            page(false, None),
            page(false, Some(verdict)),
            busy(Busy::Yours),
            busy(Busy::Others),
            busy(Busy::Often),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: i64) -> UserId {
        UserId::from(symbolon_core::Id::from_parts(n, [0; 10]))
    }

    #[test]
    fn the_seventh_check_within_a_minute_must_wait_and_other_people_need_not() {
        let Extension(limit) = limit();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..EACH_MAX {
            assert!(limit.begin(&id(1), now).is_ok());
        }
        assert_eq!(limit.begin(&id(1), now).err(), Some(Busy::Often));
        assert!(limit.begin(&id(2), now).is_ok());
        let later = now.plus_millis(MINUTE_MS);
        assert!(limit.begin(&id(1), later).is_ok());
    }

    #[test]
    fn every_member_of_a_description_and_every_flaw_has_words_of_its_own_in_every_language() {
        let (rules, members) = crate::probe::about_members();
        assert!(rules.len() > 20 && members.len() > 10);
        for words in symbolon_proto::language::Language::ALL.map(Words) {
            let unknown = [draft(words, "x"), flaw(words, "x")];
            for name in &members {
                assert_ne!(draft(words, name), unknown[0], "{name}");
            }
            for rule in &rules {
                assert_ne!(flaw(words, rule), unknown[1], "{rule}");
            }
        }
    }

    #[test]
    fn nobody_has_two_checks_at_a_time_and_nobody_keeps_the_place_of_one_that_is_over() {
        let Extension(limit) = limit();
        let now = Timestamp::from_secs(1_000);
        let first = limit.begin(&id(1), now).unwrap();
        assert_eq!(limit.begin(&id(1), now).err(), Some(Busy::Yours));
        let others: Vec<Place> = (2..=4).map(|n| limit.begin(&id(n), now).unwrap()).collect();
        assert_eq!(limit.begin(&id(5), now).err(), Some(Busy::Others));
        drop(first);
        assert!(limit.begin(&id(5), now).is_ok());
        drop(others);
        assert!(limit.begin(&id(1), now).is_ok());
    }
}
