//! `/connections`: who one is connected with, what is under way, and what has ended.

use askama::Template;
use axum::response::Response;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::sync::Found;
use symbolon_core::{ConnectionId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_store::acceptances::{Acceptance, State};
use symbolon_store::connections::listing::Cursor;
use symbolon_store::connections::{Connection, Told};

use super::fields::Fields;
use super::frame::{Frame, Section, page};
use super::notice::{Back, Notice};
use super::people::Who;
use super::visitor::Visitor;
use super::when::{Since, Soon, When};
use super::words::{Saying, Words};
use crate::actions::connections::Way;
use crate::actions::{acceptances, connections};
use crate::http::problem::ApiProblem;

/// Connections on one page.
const PAGE: u32 = 50;

/// Ended connections shown below them: what one may have ended by accident is among the newest.
const ENDED: u32 = 20;

/// Acceptances looked at, newest first.
const UNDER_WAY: u32 = 50;

/// An acceptance that took longer than this ended while nobody was looking, so the page tells how, in milliseconds.
const LOOKED_AT_MS: i64 = 10_000;

/// For so long, in milliseconds.
const TOLD_FOR_MS: i64 = 3 * 86_400_000;

/// What `templates/connections.html` needs.
#[derive(Template)]
#[template(path = "connections.html")]
pub(super) struct ConnectionsPage {
    frame: Frame,
    notice: Option<Notice>,
    search: String,
    /// Nothing to choose from where all people are on one server.
    servers: Vec<Server>,
    /// A search, or one server.
    narrowed: bool,
    /// What was asked for, in one line.
    asked: String,
    /// How many people one is connected with.
    people: u64,
    under_way: Vec<UnderWay>,
    connected: Vec<Connected>,
    /// Not the first page.
    later: bool,
    more: Option<String>,
    ended: Vec<Ended>,
    ended_more: bool,
}

/// One entry of the menu of servers.
struct Server {
    name: String,
    people: u64,
    chosen: bool,
}

struct UnderWay {
    id: String,
    server: String,
    pending: bool,
    cancelling: bool,
    words: Saying,
}

struct Connected {
    id: String,
    who: Who,
    since: When,
    /// Their server is known to be the one that is named.
    verified: bool,
    way: Option<Saying>,
}

struct Ended {
    id: String,
    who: Who,
    words: Saying,
    /// The other side is known to list it as ended too.
    sure: bool,
    at: Option<When>,
    /// The acceptance whose invitation connects the two again.
    again: Option<String>,
}

/// `GET /connections`
pub(super) async fn list(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let page_of = load(&visitor, &fields).await;
    page_of
        .map(|it| page(visitor.words, &it))
        .map_err(|problem| visitor.fails(problem))
}

impl ConnectionsPage {
    /// Whether those one is connected with no more are shown without being asked for: because nobody else is there, or
    /// because one of them may still list this person.
    fn tells_of_ended(&self) -> bool {
        self.connected.is_empty() || self.ended.iter().any(|one| !one.sure)
    }
}

async fn load(visitor: &Visitor, fields: &Fields) -> Result<ConnectionsPage, Problem> {
    let (app, user) = (&visitor.app, &visitor.user);
    let search = fields.text("q").to_owned();
    let server = fields.filled("server");
    let server = server.and_then(|name| Provider::parse(name).ok());
    let after = fields.filled("after").and_then(cursor);
    let later = after.is_some();
    let query = |connected, after, limit| connections::Query {
        search: Some(search.clone()),
        server: server.clone(),
        connected,
        after,
        limit,
    };
    let mut found = connections::list(app, user, query(true, after, PAGE + 1)).await?;
    let more = cut(&mut found, PAGE)
        .then(|| found.last())
        .flatten()
        .map(|last| next(&search, server.as_ref(), last));
    let narrowed = !search.is_empty() || server.is_some();
    let mut ended = Vec::new();
    let mut under_way = Vec::new();
    if !later {
        ended = connections::list(app, user, query(false, None, ENDED + 1)).await?;
        if !narrowed {
            under_way = acceptances::list(app, user, false, UNDER_WAY).await?;
        }
    }
    let ended_more = cut(&mut ended, ENDED);
    let ways = connections::ways(app, user, &found).await?;
    let counted = connections::servers(app, user).await?;
    let words = visitor.words;
    Ok(ConnectionsPage {
        frame: visitor.frame(Section::Connections),
        notice: Notice::of(visitor, fields).await,
        under_way: under_way
            .iter()
            .filter_map(|one| UnderWay::new(words, one, app.now()))
            .collect(),
        connected: Who::all(&found)
            .into_iter()
            .zip(&found)
            .zip(&ways)
            .map(|((who, one), way)| Connected::new(words, one, who, way))
            .collect(),
        later,
        more,
        ended: Who::all(&ended)
            .into_iter()
            .zip(&ended)
            .map(|(who, one)| Ended::new(words, one, who))
            .collect(),
        ended_more,
        people: counted.iter().map(|(_, people)| people).sum(),
        servers: servers(counted, server.as_ref()),
        narrowed,
        asked: [
            search.as_str(),
            server.as_ref().map_or("", Provider::as_str),
        ]
        .join(" ")
        .trim()
        .to_owned(),
        search,
    })
}

/// The menu of servers; nothing if there is nothing to choose.
fn servers(counted: Vec<(Provider, u64)>, chosen: Option<&Provider>) -> Vec<Server> {
    if counted.len() < 2 && chosen.is_none() {
        return Vec::new();
    }
    let entry = |(name, people): (Provider, u64)| Server {
        chosen: chosen == Some(&name),
        name: name.to_string(),
        people,
    };
    let mut entries: Vec<_> = counted.into_iter().map(entry).collect();
    if let Some(chosen) = chosen.filter(|_| entries.iter().all(|entry| !entry.chosen)) {
        entries.push(entry((chosen.clone(), 0)));
    }
    entries
}

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

impl UnderWay {
    fn new(words: Words, one: &Acceptance, now: Timestamp) -> Option<Self> {
        let server = one.provider.to_string();
        let said = if one.state == State::Pending {
            waiting(words, one, now)
        } else {
            let at = one.settled_at?;
            let unseen = at.millis_since(one.created_at) > LOOKED_AT_MS;
            let recent = now.millis_since(at) < TOLD_FOR_MS;
            let own = one.cancelled.is_some() && one.stopped.is_none();
            let unseen = unseen || one.stopped.is_some();
            if !unseen || !recent || own {
                return None;
            }
            let why = acceptances::ended_with(one)?.title(words.0);
            words.say("not-connected").with("why", why)
        };
        Some(Self {
            id: one.id.to_string(),
            pending: one.state == State::Pending,
            cancelling: one.cancelled.is_some(),
            server,
            words: said,
        })
    }
}

impl Connected {
    fn new(words: Words, one: &Connection, who: Who, way: &Way) -> Self {
        let at = one.connected_at;
        Self {
            id: one.id.to_string(),
            who,
            since: When { at, words },
            verified: one.proof.is_verified(),
            way: way_words(words, way),
        }
    }
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

impl Ended {
    fn new(words: Words, one: &Connection, who: Who) -> Self {
        let (said, sure) = ended_words(one);
        Self {
            id: one.id.to_string(),
            who,
            again: connections::again(one).map(ToString::to_string),
            words: words.say(said),
            sure,
            at: one.ended_at.map(|at| When { at, words }),
        }
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

/// Cuts a list that was asked for with one more than the page holds; tells whether there was more.
fn cut<T>(list: &mut Vec<T>, page: u32) -> bool {
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let more = list.len() > page;
    list.truncate(page);
    more
}

fn next(search: &str, server: Option<&Provider>, last: &Connection) -> String {
    let after = format!("{}-{}", last.connected_at.as_millis(), last.id);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !search.is_empty() {
        query.append_pair("q", search);
    }
    if let Some(server) = server {
        query.append_pair("server", server.as_str());
    }
    format!(
        "/connections?{}",
        query.append_pair("after", &after).finish()
    )
}

fn cursor(text: &str) -> Option<Cursor> {
    let (millis, id) = text.split_once('-')?;
    let connected_at = Timestamp::from_millis(millis.parse().ok()?);
    Some(Cursor {
        connected_at,
        id: ConnectionId::parse(id)?,
    })
}

#[cfg(test)]
impl ConnectionsPage {
    pub(super) fn empty(words: Words) -> Self {
        Self {
            frame: Frame::sample(words, "Bob", Section::Connections),
            notice: None,
            search: String::new(),
            servers: Vec::new(),
            narrowed: false,
            asked: String::new(),
            people: 0,
            under_way: Vec::new(),
            connected: Vec::new(),
            later: false,
            more: None,
            ended: Vec::new(),
            ended_more: false,
        }
    }

    pub(super) fn sample(words: Words, text: &str) -> Self {
        let now = Timestamp::from_secs(1_795_521_600);
        let id = || "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned();
        let under_way = |pending| UnderWay {
            id: id(),
            server: "cat.example.org".to_owned(),
            pending,
            cancelling: false,
            words: words
                .say("connecting-next")
                .with("server", format!("cat.example.org{text}"))
                .with(
                    "since",
                    Since {
                        at: now,
                        now,
                        words,
                    },
                )
                .with(
                    "next",
                    Soon {
                        at: now.plus_millis(40_000),
                        now,
                        words,
                    },
                ),
        };
        let connected = || Connected {
            id: id(),
            who: Who::sample(text),
            since: When { at: now, words },
            verified: text.is_empty(),
            way: way_words(words, &Way::Ours(id(), Some(text.to_owned()))),
        };
        let server = |chosen| Server {
            name: format!("dog.example.org{text}"),
            people: 2,
            chosen,
        };
        let ended = |said, sure| Ended {
            id: id(),
            who: Who::sample(text),
            words: words.say(said),
            sure,
            at: Some(When { at: now, words }),
            again: (!sure).then(id),
        };
        Self {
            notice: Some(Notice::sample(words, text)),
            search: text.to_owned(),
            servers: vec![server(false), server(true)],
            narrowed: true,
            asked: text.to_owned(),
            people: 3,
            under_way: vec![under_way(true), under_way(false)],
            connected: vec![connected(), connected(), connected()],
            more: Some("/connections?after=1".to_owned()),
            ended: vec![ended("ended-told", true), ended("ended-could-not", false)],
            ended_more: true,
            ..Self::empty(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::language::Language;

    use super::*;

    #[test]
    fn ended_connections_are_open_to_see_where_nobody_is_left_or_somebody_may_still_list_this_person()
     {
        let page = || ConnectionsPage::sample(Words::default(), "");
        let all_sure = || {
            let mut page = page();
            page.ended.retain(|one| one.sure);
            page
        };
        let nobody_left = ConnectionsPage {
            connected: Vec::new(),
            ..all_sure()
        };
        for (page, is_open) in [(page(), true), (all_sure(), false), (nobody_left, true)] {
            assert!(!page.ended.is_empty());
            let text = page.render().unwrap();
            let fold = "<details class=\"past\" id=\"past\"";
            let open = format!("{fold} open>");
            assert!(
                text.contains(fold) && text.contains(&open) == is_open,
                "{text}"
            );
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
