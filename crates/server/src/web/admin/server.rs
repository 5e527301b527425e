//! `/admin/servers/{server}`: how one server is, what holds for it and why, and deciding about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use symbolon_core::trust::{Decision, Mode, Rule};
use symbolon_proto::address::{AddressError, Provider};
use symbolon_proto::discovery::Dialect;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::notes::{Aspect, Notes};

use super::{Administrator, Tone, back, counted, link_words, notes};
use crate::actions::not_found;
use crate::actions::servers::{self, Explained, Linked};
use crate::http::problem::ApiProblem;
use crate::web::at_field::AtField;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page, page_telling};
use crate::web::told::{Field, Told};
use crate::web::when::When;
use crate::web::words::{Saying, Words};

/// What `templates/admin_server.html` needs.
#[derive(Template)]
#[template(path = "admin_server.html")]
pub(in crate::web) struct ServerPage {
    frame: Frame,
    done: Option<Saying>,
    /// What was done is to be looked at.
    weaker: bool,
    told: Option<Told>,
    server: String,
    class: &'static str,
    tone: Tone,
    state: Saying,
    connections: Saying,
    signs: Saying,
    heard: Option<When>,
    failing: Option<Failing>,
    messages: Option<Saying>,
    /// What holds, in each direction.
    holds: Vec<Holds>,
    listed: Option<String>,
    ruled: Option<Ruled>,
    /// The reason that was entered for a decision that was refused.
    reason: String,
    reason_max: usize,
    notes: Vec<notes::Form>,
    /// Something is noted, or was to be.
    noted: bool,
}

struct Failing {
    since: When,
    why: Option<String>,
}

struct Holds {
    allows: bool,
    words: Saying,
}

/// What was decided.
struct Ruled {
    words: Saying,
    note: Option<Saying>,
    trusted: bool,
}

/// The words of somebody else, as each language quotes.
pub(super) fn quoted(words: Words, text: &str) -> Saying {
    words.say("quoted").with("text", text)
}

/// `GET /admin/servers/{server}`
pub(super) async fn show(
    administrator: Administrator,
    Path(server): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let provider = named(&administrator, &server)?;
    let shown = load(&administrator, &provider).await?;
    let done = fields.text("done");
    // What was decided is told as long as it is still so.
    let stands = match done {
        "trusted" => shown.is_ruled(true),
        "blocked" => shown.is_ruled(false),
        "forgotten" => shown.ruled.is_none(),
        _ => true,
    };
    let shown = ServerPage {
        done: administrator.done(&fields).filter(|_| stands),
        weaker: done == "noted-weaker",
        ..shown
    };
    Ok(page(visitor.words, &shown))
}

/// `POST /admin/servers/{server}`
pub(super) async fn decide(
    administrator: Administrator,
    Path(server): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let provider = named(&administrator, &server)?;
    let note = fields.text("note");
    let (app, by, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let ruled = match Rule::parse(fields.text("rule")) {
        Some(rule) => servers::rule(app, by, &provider, rule, note, reference)
            .await
            .map(|_| rule),
        None => Err(Problem::new(Code::MemberInvalid)
            .with("member", "rule")
            .with("reason", "rule")),
    };
    match ruled {
        Ok(rule) => Ok(back(&path(&provider), rule.as_str())),
        Err(problem) => {
            let told = visitor.told(&problem);
            // Others are called notes on their pages; this one is a reason.
            let told = match told.field() {
                Some("note") => told.at(
                    visitor.words,
                    &visitor.words.say("admin-reason"),
                    Field("note"),
                ),
                _ => told,
            };
            let shown = ServerPage {
                told: Some(told),
                reason: note.to_owned(),
                ..load(&administrator, &provider).await?
            };
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
    }
}

/// `POST /admin/servers/{server}/forget`
pub(super) async fn forget(
    administrator: Administrator,
    Path(server): Path<String>,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let provider = named(&administrator, &server)?;
    let reference = visitor.reference.as_str();
    let forgotten = servers::forget(&visitor.app, &visitor.user, &provider, reference);
    let forgotten = forgotten.await.map_err(|problem| visitor.fails(problem))?;
    Ok(back(
        &path(&provider),
        if forgotten { "forgotten" } else { "" },
    ))
}

pub(super) fn path(provider: &Provider) -> String {
    let name: String = url::form_urlencoded::byte_serialize(provider.as_str().as_bytes()).collect();
    format!("/admin/servers/{name}")
}

/// The server of the address. This one itself is none of those.
pub(super) fn named(administrator: &Administrator, text: &str) -> Result<Provider, ApiProblem> {
    let visitor = &administrator.0;
    let parsed = Provider::parse(text).map_err(AddressError::problem);
    let provider = parsed.map_err(|problem| visitor.fails(problem))?;
    if provider == *visitor.app.provider() {
        return Err(visitor.fails(not_found("page")));
    }
    Ok(provider)
}

pub(super) async fn load(
    administrator: &Administrator,
    provider: &Provider,
) -> Result<ServerPage, ApiProblem> {
    let visitor = &administrator.0;
    let (app, words) = (&visitor.app, visitor.words);
    let fails = |problem| visitor.fails(problem);
    let server = servers::find(app, provider).await.map_err(fails)?;
    let piles = servers::piles(app).await.map_err(fails)?;
    let piled = piles.get(provider).copied().unwrap_or_default();
    let explained = servers::explain(app, provider).await.map_err(fails)?;
    let link = servers::Link::of(&server, piled);
    let linked = Linked {
        server,
        piled,
        link,
    };
    let modes = [
        app.config.trust.invitations_in,
        app.config.trust.invitations_out,
    ];
    Ok(ServerPage::new(
        administrator.frame(),
        words,
        &linked,
        &explained,
        modes,
    ))
}

impl ServerPage {
    fn new(
        frame: Frame,
        words: Words,
        linked: &Linked,
        explained: &Explained,
        modes: [Mode; 2],
    ) -> Self {
        let server = &linked.server;
        let tone = Tone::of(linked.link);
        let row = super::overview::Row::new(words, linked);
        let ways = ["in", "out"];
        let decisions = [explained.inward, explained.outward];
        let holds = ways.into_iter().zip(decisions).zip(modes);
        Self {
            frame,
            done: None,
            weaker: false,
            told: None,
            server: server.provider.to_string(),
            class: tone.class(),
            tone,
            state: link_words(words, linked.link),
            connections: counted(
                words,
                server.connections,
                symbolon_store::servers::COUNT_MAX,
            ),
            signs: words.say(match (server.signs, server.dialect) {
                (true, _) if explained.notes.of(Aspect::Take).is_some() => "admin-signs-noted",
                (true, Some(Dialect::Cavage)) => "admin-signs-older",
                (true, _) => "admin-signs",
                (false, _) => "admin-signs-not-yet",
            }),
            heard: server.last_ok_at.map(|at| When { at, words }),
            failing: server.failing_since.map(|at| Failing {
                since: When { at, words },
                why: server.last_code.map(|code| {
                    let problem = Problem::new(code).with("peer", server.provider.as_str());
                    problem.title(words.0)
                }),
            }),
            messages: row.messages,
            holds: holds
                .map(|((way, decision), mode)| Holds::new(words, way, decision, mode))
                .collect(),
            listed: explained.listed.clone(),
            ruled: explained.ruling.as_ref().map(|ruling| Ruled {
                words: words
                    .say(match ruling.rule {
                        Rule::Trusted => "admin-ruled-trusted",
                        Rule::Blocked => "admin-ruled-blocked",
                    })
                    .with(
                        "at",
                        When {
                            at: ruling.at,
                            words,
                        },
                    )
                    .with(
                        "by",
                        match &ruling.by {
                            Some(by) => by.as_str(),
                            None => "?",
                        },
                    ),
                note: ruling.note.as_deref().map(|note| quoted(words, note)),
                trusted: ruling.rule == Rule::Trusted,
            }),
            reason: String::new(),
            reason_max: limits::RULE_NOTE_CHARS,
            noted: explained.notes != Notes::default(),
            notes: notes::forms(words, &explained.notes),
        }
    }

    /// For the template: what is in force is not offered again.
    fn is_ruled(&self, trusted: bool) -> bool {
        self.ruled.as_ref().is_some_and(|it| it.trusted == trusted)
    }

    /// The page with a problem, and with what was to be noted as it was entered.
    pub(super) fn telling(mut self, told: Told, aspect: Option<Aspect>, text: &str) -> Self {
        for form in &mut self.notes {
            form.entered(aspect, text);
        }
        Self {
            told: Some(told),
            noted: true,
            ..self
        }
    }
}

impl Holds {
    fn new(words: Words, way: &'static str, decision: Decision, mode: Mode) -> Self {
        let id = match decision {
            Decision::Trusted => "admin-holds-trusted",
            Decision::Open => "admin-holds-open",
            Decision::Listed => "admin-holds-listed",
            Decision::Blocked => "admin-holds-blocked",
            Decision::NotListed => "admin-holds-not-listed",
        };
        Self {
            allows: decision.allows(),
            words: words.say(id).with("way", way).with("mode", mode.as_str()),
        }
    }
}

#[cfg(test)]
impl ServerPage {
    pub(in crate::web) fn samples(words: Words, text: &str) -> Vec<Self> {
        use super::overview::{SAMPLES, sample_link};
        use symbolon_core::Timestamp;
        use symbolon_store::trust::Ruling;

        let at = Timestamp::from_secs(1_795_521_600);
        let explained = |rule: Option<Rule>, decision| Explained {
            ruling: rule.map(|rule| Ruling {
                provider: Provider::parse("dog.example.org").unwrap(),
                rule,
                note: Some(text.to_owned()),
                by: Some(text.to_owned()),
                at,
            }),
            listed: Some(format!("https://example.org/{text}")),
            notes: match rule {
                Some(_) => notes::sample(text, at),
                None => Notes::default(),
            },
            inward: decision,
            outward: decision,
        };
        let ways = [
            (None, Decision::Open),
            (None, Decision::Listed),
            (None, Decision::NotListed),
            (Some(Rule::Trusted), Decision::Trusted),
            (Some(Rule::Blocked), Decision::Blocked),
            (None, Decision::Open),
        ];
        let page = |(link, (rule, decision))| Self {
            done: Some(words.say("admin-done-trusted")),
            told: Some(Told::sample(words, text)),
            ..Self::new(
                Frame::sample(words, text, crate::web::frame::Section::Admin),
                words,
                &sample_link(link),
                &explained(rule, decision),
                [Mode::Open, Mode::Allowlist],
            )
        };
        SAMPLES.into_iter().zip(ways).map(page).collect()
    }
}
