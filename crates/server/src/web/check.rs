//! `/servers/{server}/check`: walks towards another server and shows where the way ends.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use symbolon_proto::address::{AddressError, Provider};

use super::frame::{Frame, Section, page, page_telling};
use super::turns::Limit;
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::check::{Report, Said, Step, Walker, check};
use crate::doctor::Level;
use crate::http::problem::ApiProblem;
use crate::probe::{Complaint, Demand, Field};

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
            let problem = busy.refuse(app);
            return Ok(page_telling(visitor.words, Some(&problem), &shown));
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
        rsa: app.keys.rsa(app.now()),
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
                .filter(|took| *took >= 1)
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
        use super::turns::Busy;
        use crate::pace::Wait;

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
                        complaints: [Demand::Must, Demand::Should, Demand::Defined]
                            .map(|demand| Complaint {
                                rule: "D5.known",
                                demand,
                                why: Said::words(text),
                            })
                            .into(),
                    },
                ),
                Member::new(
                    words,
                    &Field {
                        name: "enabled".to_owned(),
                        value: None,
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
            busy(Busy::Often(Wait(10))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
