//! `/admin`: how this server does, at a glance.

use askama::Template;
use axum::response::Response;

use super::map::{DRAWN_MAX, Map, Shape};
use super::{Administrator, Tone, counted, link_words};
use crate::actions::people;
use crate::actions::servers::{self, LINKED_MAX, Link, Linked, Links};
use crate::http::problem::ApiProblem;
use crate::web::frame::{Frame, page};
use crate::web::when::When;
use crate::web::words::{Saying, Words};

/// Servers in the table: those that need somebody most. The page stays below 60 kB.
const ROWS: usize = 50;

/// What `templates/admin_overview.html` needs.
#[derive(Template)]
#[template(path = "admin_overview.html")]
pub(in crate::web) struct OverviewPage {
    frame: Frame,
    figures: Vec<Figure>,
    map: Option<Map>,
    /// How many servers are in the drawing, if there are more.
    drawn: Option<u64>,
    rows: Vec<Row>,
    /// How many servers are in the table, if there are more.
    cut: Option<u64>,
    /// How many servers are looked at, if there are more.
    more: Option<u64>,
}

/// One number that matters.
struct Figure {
    path: &'static str,
    what: Saying,
    number: Saying,
    /// What stands below it.
    note: Option<Saying>,
    /// Somebody should look.
    bad: bool,
}

/// One server of a table.
pub(super) struct Row {
    pub(super) server: String,
    pub(super) connections: Saying,
    pub(super) class: &'static str,
    pub(super) tone: Tone,
    pub(super) state: Saying,
    /// What was decided about it.
    pub(super) rule: Option<Saying>,
    pub(super) messages: Option<Saying>,
    pub(super) since: Option<When>,
}

/// `GET /admin`
pub(super) async fn show(administrator: Administrator) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, words) = (&visitor.app, visitor.words);
    let fails = |problem| visitor.fails(problem);
    let people = people::count(app).await.map_err(fails)?;
    let links = servers::linked(app).await.map_err(fails)?;
    let linked = &links.all;
    let shown = OverviewPage {
        frame: administrator.frame(),
        figures: figures(words, people, &links),
        drawn: (linked.len() > DRAWN_MAX).then_some(DRAWN_MAX as u64),
        map: Map::new(words, &app.config.name, linked),
        rows: rows(words, linked),
        cut: (linked.len() > ROWS).then_some(ROWS as u64),
        more: links.more_servers.then_some(LINKED_MAX.into()),
    };
    Ok(page(words, &shown))
}

fn rows(words: Words, linked: &[Linked]) -> Vec<Row> {
    let first = linked.iter().take(ROWS);
    first.map(|one| Row::new(words, one)).collect()
}

fn figures(words: Words, people: symbolon_store::people::Counted, links: &Links) -> Vec<Figure> {
    let linked = &links.all;
    // Where not everything was looked at, or a number was counted up to a bound, a sum is what there is at least.
    let number = |n: u64, more: bool| counted(words, n, if more { 0 } else { u64::MAX });
    let bounded = |one: &Linked| one.server.connections >= symbolon_store::servers::COUNT_MAX;
    let bounded = linked.iter().any(bounded);
    let sum = |of: fn(&Linked) -> u64| linked.iter().map(of).sum::<u64>();
    let servers = u64::try_from(linked.len()).unwrap_or(u64::MAX);
    let troubled = linked
        .iter()
        .filter(|one| matches!(one.link, Link::Stuck | Link::Silent))
        .count();
    let troubled = u64::try_from(troubled).unwrap_or(u64::MAX);
    let given_up = sum(|one| one.piled.given_up);
    vec![
        Figure {
            path: "/admin/people",
            what: words.say("admin-people"),
            number: counted(words, people.all, symbolon_store::people::COUNT_MAX),
            note: (people.disabled > 0).then(|| {
                words
                    .say("admin-of-them-disabled")
                    .with("n", people.disabled)
            }),
            bad: false,
        },
        Figure {
            path: "/admin/servers",
            what: words.say("admin-connections-elsewhere"),
            number: number(
                sum(|one| one.server.connections),
                links.more_servers || bounded,
            ),
            note: None,
            bad: false,
        },
        Figure {
            path: "/admin/servers",
            what: words.say("admin-servers"),
            number: number(servers, links.more_servers),
            note: (troubled > 0).then(|| {
                words
                    .say("admin-troubled")
                    .with("n", number(troubled, links.more_servers))
            }),
            bad: troubled > 0,
        },
        Figure {
            path: "/admin/deliveries",
            what: words.say("admin-messages-waiting"),
            number: number(sum(|one| one.piled.waiting), links.more_messages),
            note: (given_up > 0).then(|| {
                words
                    .say("admin-given-up-too")
                    .with("n", number(given_up, links.more_messages))
            }),
            bad: given_up > 0,
        },
    ]
}

impl Row {
    pub(super) fn new(words: Words, one: &Linked) -> Self {
        let server = &one.server;
        let tone = Tone::of(one.link);
        let piled = one.piled;
        let messages = match (piled.waiting, piled.given_up) {
            (0, 0) => None,
            (waiting, 0) => Some(words.say("admin-waiting").with("n", waiting)),
            (0, given_up) => Some(words.say("admin-given-up").with("n", given_up)),
            (waiting, given_up) => Some(
                words
                    .say("admin-waiting-and-given-up")
                    .with("waiting", waiting)
                    .with("n", given_up),
            ),
        };
        let bound = symbolon_store::servers::COUNT_MAX;
        Self {
            server: server.provider.to_string(),
            connections: counted(words, server.connections, bound),
            class: tone.class(),
            tone,
            state: link_words(words, one.link),
            rule: server
                .rule
                .filter(|rule| *rule == symbolon_core::trust::Rule::Trusted)
                .map(|_| words.say("admin-rule-trusted")),
            messages,
            since: server
                .failing_since
                .or(piled.since)
                .map(|at| When { at, words }),
        }
    }
}

/// A server with a link of this kind.
#[cfg(test)]
pub(super) fn sample_link(link: Link) -> Linked {
    use symbolon_core::Timestamp;
    use symbolon_core::trust::Rule;
    use symbolon_proto::address::Provider;
    use symbolon_store::servers::Server;

    let at = Timestamp::from_secs(1_795_521_600);
    Linked {
        server: Server {
            provider: Provider::parse("a-very-long-name.faculty.dog.example.org").unwrap(),
            rule: Some(if link == Link::Blocked {
                Rule::Blocked
            } else {
                Rule::Trusted
            }),
            connections: 12,
            signs: true,
            dialect: None,
            last_ok_at: Some(at),
            failing_since: (link == Link::Silent).then_some(at),
            last_code: None,
        },
        piled: servers::Piled {
            waiting: u64::from(link != Link::Well),
            given_up: u64::from(link == Link::Stuck),
            since: Some(at),
        },
        link,
    }
}

#[cfg(test)]
pub(super) const SAMPLES: [Link; 6] = [
    Link::Well,
    Link::Waiting,
    Link::Stuck,
    Link::Silent,
    Link::Blocked,
    Link::Unknown,
];

#[cfg(test)]
fn sample_links(links: &[Link]) -> Links {
    Links {
        all: links.iter().copied().map(sample_link).collect(),
        more_servers: !links.is_empty(),
        more_messages: !links.is_empty(),
    }
}

#[cfg(test)]
impl OverviewPage {
    pub(in crate::web) fn empty(words: Words) -> Self {
        use crate::web::frame::Section;

        let people = symbolon_store::people::Counted {
            all: 1,
            disabled: 0,
            admins: 1,
        };
        Self {
            frame: Frame::sample(words, "Bob", Section::Admin),
            figures: figures(words, people, &sample_links(&[])),
            map: None,
            drawn: None,
            rows: Vec::new(),
            cut: None,
            more: None,
        }
    }

    pub(in crate::web) fn sample(words: Words) -> Self {
        let links = sample_links(&SAMPLES);
        let linked = &links.all;
        let people = symbolon_store::people::Counted {
            all: 30_000,
            disabled: 2,
            admins: 1,
        };
        Self {
            figures: figures(words, people, &links),
            drawn: Some(24),
            map: Map::new(words, "cat.example.org", linked),
            rows: rows(words, linked),
            cut: Some(50),
            more: Some(200),
            ..Self::empty(words)
        }
    }
}
