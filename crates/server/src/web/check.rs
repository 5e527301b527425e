//! `/servers/{server}/check`: walks towards another server and shows where the way ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::problem::{Code, Problem};
use tokio::sync::Semaphore;

use super::frame::{Frame, Section, page};
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::check::{Report, Said, Step, Walker, check};
use crate::doctor::Level;
use crate::http::problem::ApiProblem;

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
}

/// The bounds on checks.
#[derive(Clone)]
pub(super) struct Limit {
    places: Arc<Semaphore>,
    lately: Arc<Mutex<HashMap<UserId, (Timestamp, u32)>>>,
}

/// The same, as a layer.
pub(super) fn limit() -> Extension<Limit> {
    Extension(Limit {
        places: Arc::new(Semaphore::new(AT_A_TIME)),
        lately: Arc::default(),
    })
}

impl Limit {
    /// Whether this person may check something now.
    fn allows(&self, user: &UserId, now: Timestamp) -> Result<(), Problem> {
        let mut lately = self.lately.lock().expect("no holder of this lock panics");
        if lately.len() >= REMEMBERED_MAX && !lately.contains_key(user) {
            lately.clear();
        }
        let entry = lately.entry(user.clone()).or_insert((now, 0));
        if !(0..MINUTE_MS).contains(&now.millis_since(entry.0)) {
            *entry = (now, 0);
        }
        if entry.1 >= EACH_MAX {
            return Err(Problem::new(Code::TooManyRequests));
        }
        entry.1 += 1;
        Ok(())
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
    let busy = || visitor.fails(Problem::new(Code::TooManyRequests));
    let place = limit.places.try_acquire().map_err(|_| busy())?;
    let allowed = limit.allows(&visitor.user.id, app.now());
    allowed.map_err(|problem| visitor.fails(problem))?;
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
        }
    }
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
        };
        let page = |own, verdict| Self {
            frame: Frame::sample(words, text, Section::Elsewhere),
            server: format!("dog.example.org{text}"),
            own,
            verdict,
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
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seventh_check_within_a_minute_must_wait_and_other_people_need_not() {
        let Extension(limit) = limit();
        let id = |n| UserId::from(symbolon_core::Id::from_parts(n, [0; 10]));
        let now = Timestamp::from_secs(1_000);
        for _ in 0..EACH_MAX {
            assert!(limit.allows(&id(1), now).is_ok());
        }
        let refused = limit.allows(&id(1), now).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyRequests);
        assert!(limit.allows(&id(2), now).is_ok());
        assert!(limit.allows(&id(1), now.plus_millis(MINUTE_MS)).is_ok());
    }
}
