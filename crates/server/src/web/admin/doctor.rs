//! `/admin/doctor`: what may be wrong with this server, and how to mend it; looked at when somebody asks.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::{Administrator, Tone};
use crate::actions::doctor;
use crate::doctor::{Finding, Level, sentence};
use crate::http::problem::ApiProblem;
use crate::pace::{self, Wait};
use crate::web::frame::{Frame, page, page_telling};
use crate::web::words::{Saying, Words};

/// How long an examination takes, about, in seconds.
const EXAMINATION_SECS: i64 = 30;

/// The doctor asks this server and others; one at a time is enough for all administrators together.
#[derive(Clone)]
pub(super) struct Limit(Arc<Semaphore>);

/// The same, as a layer.
pub(super) fn limit() -> Extension<Limit> {
    Extension(Limit(Arc::new(Semaphore::new(1))))
}

/// What `templates/admin_doctor.html` needs.
#[derive(Template)]
#[template(path = "admin_doctor.html")]
pub(in crate::web) struct DoctorPage {
    frame: Frame,
    busy: bool,
    verdict: Option<Verdict>,
}

struct Verdict {
    level: Level,
    what: Saying,
    /// What somebody has to do something about, the worst first.
    troubles: Vec<Area>,
    rest: Vec<Area>,
    /// How many findings that is.
    rest_count: u64,
}

struct Area {
    heading: String,
    found: Vec<Shown>,
}

struct Shown {
    class: &'static str,
    tone: Tone,
    level: Saying,
    what: String,
    remedy: Option<String>,
}

/// `GET /admin/doctor`
pub(super) async fn ask(administrator: Administrator) -> Response {
    let shown = DoctorPage {
        frame: administrator.frame(),
        busy: false,
        verdict: None,
    };
    page(administrator.0.words, &shown)
}

/// `POST /admin/doctor`
pub(super) async fn run(
    Extension(limit): Extension<Limit>,
    administrator: Administrator,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let Ok(_place) = limit.0.try_acquire() else {
        let shown = DoctorPage {
            frame: administrator.frame(),
            busy: true,
            verdict: None,
        };
        let wait = Wait(EXAMINATION_SECS);
        let problem = visitor.app.pace.refuse(pace::Limit::Checks, wait);
        return Ok(page_telling(visitor.words, Some(&problem), &shown));
    };
    let found = doctor::examine(&visitor.app).await;
    let found = found.map_err(|problem| visitor.fails(problem))?;
    let shown = DoctorPage {
        frame: administrator.frame(),
        busy: false,
        verdict: Some(Verdict::new(visitor.words, &found)),
    };
    Ok(page(visitor.words, &shown))
}

impl Verdict {
    fn new(words: Words, found: &[Finding]) -> Self {
        let level = found.iter().map(|one| one.level).max();
        let level = level.unwrap_or(Level::Ok).max(Level::Ok);
        let mut sorted: Vec<_> = found.iter().collect();
        sorted.sort_by_key(|one| one.level.urgency());
        let troubles = sorted.partition_point(|one| one.level >= Level::Attention);
        let (troubles, rest) = sorted.split_at(troubles);
        let count = |level| {
            let number = found.iter().filter(|one| one.level == level).count();
            u64::try_from(number).unwrap_or(u64::MAX)
        };
        let what = match level {
            Level::Ok | Level::NotChecked => words.say("admin-doctor-well"),
            Level::Attention => words.say("admin-doctor-attention"),
            Level::Problem => words.say("admin-doctor-problem"),
        };
        Self {
            level,
            what: what.with("n", count(level)),
            troubles: areas(words, troubles),
            rest: areas(words, rest),
            rest_count: u64::try_from(rest.len()).unwrap_or(u64::MAX),
        }
    }
}

/// Each heading once for what follows on each other below it.
fn areas(words: Words, found: &[&Finding]) -> Vec<Area> {
    let mut areas: Vec<Area> = Vec::new();
    for one in found {
        let heading = one.area.heading().say(words.0);
        let shown = Shown::new(words, one);
        match areas.last_mut().filter(|area| area.heading == heading) {
            Some(area) => area.found.push(shown),
            None => areas.push(Area {
                heading,
                found: vec![shown],
            }),
        }
    }
    areas
}

impl Shown {
    fn new(words: Words, one: &Finding) -> Self {
        let (tone, level) = match one.level {
            Level::Ok if one.is_off => (Tone::Off, "check-level-off"),
            Level::Ok => (Tone::Good, "check-level-ok"),
            Level::NotChecked => (Tone::Off, "check-level-not-checked"),
            Level::Attention => (Tone::Wait, "check-level-attention"),
            Level::Problem => (Tone::Bad, "check-level-problem"),
        };
        Self {
            class: tone.class(),
            tone,
            level: words.say(level),
            what: sentence(one.what.say(words.0)),
            remedy: one.remedy.as_ref().map(|remedy| remedy.say(words.0)),
        }
    }
}

#[cfg(test)]
impl DoctorPage {
    pub(in crate::web) fn samples(words: Words, text: &str) -> Vec<Self> {
        use crate::said::Said;

        let finding = |area, level: Level| Finding {
            area,
            check: "storage.write",
            level,
            is_off: level == Level::Ok && text.is_empty(),
            what: Said::new("doctor-unread").with("error", text),
            remedy: (level >= Level::Attention)
                .then(|| Said::new("doctor-unread").with("error", text)),
        };
        let area = crate::doctor::Area::Storage;
        let page = |busy, verdict| Self {
            frame: Frame::sample(words, text, crate::web::frame::Section::Admin),
            busy,
            verdict,
        };
        let upto = |levels: &[Level]| {
            let found: Vec<_> = levels.iter().map(|level| finding(area, *level)).collect();
            page(false, Some(Verdict::new(words, &found)))
        };
        vec![
            page(false, None),
            page(true, None),
            upto(&[Level::Ok, Level::NotChecked]),
            upto(&[Level::Ok, Level::Attention]),
            upto(&[Level::Ok, Level::Attention, Level::Problem]),
        ]
    }
}
