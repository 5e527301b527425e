//! `/connections`: who one is connected with, what is under way, and what has ended.

use askama::Template;
use axum::response::Response;
use symbolon_core::acceptances::Outcome as Settled;
use symbolon_core::{ConnectionId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::Problem;
use symbolon_store::acceptances::{Acceptance, State};
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::{ByServer, Cursor};

use super::fields::Fields;
use super::frame::{Frame, Section, page};
use super::notice::{Back, Notice};
use super::people::Who;
#[cfg(test)]
use super::standing::sample_silence;
use super::standing::{ended_words, silence, waiting, way_words};
use super::visitor::Visitor;
use super::when::When;
#[cfg(test)]
use super::when::{Since, Soon};
use super::words::{Saying, Words};
use crate::actions::connections::Way;
use crate::actions::{acceptances, connections};
use crate::http::problem::ApiProblem;

/// Connections on one page.
const PAGE: u32 = 50;

/// Ended connections shown below the newest ones: what one may have ended by accident is among them. The others have pages of
/// their own.
const ENDED: u32 = 20;

/// Acceptances that wait, and others of which it may have to be told how they ended; each newest first.
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
    /// How many servers more there are than the menu has room for.
    other_servers: u64,
    /// A search, or one server.
    narrowed: bool,
    /// What was asked for, in one line.
    asked: String,
    /// How many people one is connected with.
    people: u64,
    under_way: Vec<UnderWay>,
    /// How many of those that wait are shown, if there are more.
    waiting_cut: Option<u32>,
    part: Part,
    connected: Vec<Connected>,
    more: Option<String>,
    ended: Vec<Ended>,
    ended_more: Option<String>,
}

/// What a page lists.
#[derive(Clone, PartialEq, Eq)]
enum Part {
    /// The newest of all kinds.
    Newest,
    /// People one is connected with, behind this place.
    Connected(Cursor),
    /// Ended ones behind this place.
    Ended(Cursor),
}

impl Part {
    fn of(fields: &Fields) -> Self {
        let place = |name| fields.filled(name).and_then(cursor);
        match (place("ended-after"), place("after")) {
            (Some(place), _) => Self::Ended(place),
            (None, Some(place)) => Self::Connected(place),
            (None, None) => Self::Newest,
        }
    }
}

/// One entry of the menu of servers.
struct Server {
    name: String,
    /// Not known of one that the menu has no room for.
    people: Option<u64>,
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
    /// That their server does not answer.
    silent: Option<Saying>,
}

struct Ended {
    id: String,
    who: Who,
    words: Saying,
    /// The other side is known to list it as ended too.
    sure: bool,
    at: Option<When>,
    /// That their server, which is still to be told, does not answer.
    silent: Option<Saying>,
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

async fn load(visitor: &Visitor, fields: &Fields) -> Result<ConnectionsPage, Problem> {
    let (app, user) = (&visitor.app, &visitor.user);
    let search = fields.text("q").to_owned();
    let server = fields.filled("server");
    let server = server.and_then(|name| Provider::parse(name).ok());
    let part = Part::of(fields);
    let query = |connected, after, limit| connections::Query {
        search: Some(search.clone()),
        server: server.clone(),
        connected,
        after,
        limit,
    };
    let load = async |connected, after, limit| {
        let wanted = query(connected, after, limit + 1);
        let mut found = connections::list(app, user, wanted).await?;
        let more = cut(&mut found, limit).then(|| found.last()).flatten();
        let more = more.map(|last| next(&search, server.as_ref(), last));
        Ok::<_, Problem>((found, more))
    };
    let (found, more) = match &part {
        Part::Newest => load(true, None, PAGE).await?,
        Part::Connected(after) => load(true, Some(after.clone()), PAGE).await?,
        Part::Ended(_) => Default::default(),
    };
    let (ended, ended_more) = match &part {
        Part::Newest => load(false, None, ENDED).await?,
        Part::Connected(_) => Default::default(),
        Part::Ended(after) => load(false, Some(after.clone()), PAGE).await?,
    };
    let narrowed = !search.is_empty() || server.is_some();
    let mut under_way = Vec::new();
    let mut waiting_cut = None;
    if part == Part::Newest && !narrowed {
        // What waits may be older than many that have ended since.
        under_way = acceptances::list(app, user, true, UNDER_WAY + 1).await?;
        waiting_cut = cut(&mut under_way, UNDER_WAY).then_some(UNDER_WAY);
        let all = acceptances::list(app, user, false, UNDER_WAY).await?;
        under_way.extend(all.into_iter().filter(|one| one.state != State::Pending));
    }
    let ways = connections::ways(app, user, &found).await?;
    let counted = connections::by_server(app, user).await?;
    let words = visitor.words;
    let namesakes = connections::namesakes(app, found.iter().chain(&ended)).await?;
    let who = |one| Who::new(one, &namesakes);
    let silent = silence(visitor, found.iter().chain(&ended)).await?;
    let mut silent = silent.into_iter();
    let connected = found.iter().zip(&ways).map(|(one, way)| Connected {
        silent: silent.next().flatten(),
        ..Connected::new(words, one, who(one), way)
    });
    let connected: Vec<_> = connected.collect();
    Ok(ConnectionsPage {
        frame: visitor.frame(Section::Connections),
        notice: Notice::of(visitor, fields).await,
        under_way: under_way
            .iter()
            .filter_map(|one| UnderWay::new(words, one, app.now()))
            .collect(),
        waiting_cut,
        connected,
        part,
        more,
        ended: ended
            .iter()
            .map(|one| Ended {
                silent: silent.next().flatten(),
                ..Ended::new(words, one, who(one))
            })
            .collect(),
        ended_more,
        people: counted.people,
        other_servers: other_servers(&counted),
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

/// How many servers the menu has no room for.
fn other_servers(counted: &ByServer) -> u64 {
    let named = u64::try_from(counted.most.len()).unwrap_or(u64::MAX);
    counted.servers.saturating_sub(named)
}

/// The menu of servers; nothing if there is nothing to choose.
fn servers(counted: ByServer, chosen: Option<&Provider>) -> Vec<Server> {
    if counted.servers < 2 && chosen.is_none() {
        return Vec::new();
    }
    // Nobody is on a server that is not named, unless there was no room to name it.
    let of_others = (other_servers(&counted) == 0).then_some(0);
    let entry = |(name, people): (Provider, Option<u64>)| Server {
        chosen: chosen == Some(&name),
        name: name.to_string(),
        people,
    };
    let named = counted.most.into_iter();
    let mut entries: Vec<_> = named
        .map(|(name, people)| entry((name, Some(people))))
        .collect();
    if let Some(chosen) = chosen.filter(|_| entries.iter().all(|entry| !entry.chosen)) {
        entries.push(entry((chosen.clone(), of_others)));
    }
    entries
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
            let own = one.state == State::Settled(Settled::Cancelled) && one.stopped.is_none();
            // Nobody waits to see what comes of what they have cancelled.
            let unseen = unseen || one.stopped.is_some() || one.cancelled.is_some();
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
            silent: None,
        }
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
            silent: None,
        }
    }
}

/// Cuts a list that was asked for with one more than the page holds; tells whether there was more.
pub(super) fn cut<T>(list: &mut Vec<T>, page: u32) -> bool {
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let more = list.len() > page;
    list.truncate(page);
    more
}

/// Where a list goes on behind this one.
fn next(search: &str, server: Option<&Provider>, last: &Connection) -> String {
    let after = Cursor::behind(last);
    let after = format!("{}-{}", after.at.as_millis(), after.id);
    let field = if last.half.is_connected() {
        "after"
    } else {
        "ended-after"
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !search.is_empty() {
        query.append_pair("q", search);
    }
    if let Some(server) = server {
        query.append_pair("server", server.as_str());
    }
    format!("/connections?{}", query.append_pair(field, &after).finish())
}

fn cursor(text: &str) -> Option<Cursor> {
    let (millis, id) = text.split_once('-')?;
    let at = Timestamp::from_millis(millis.parse().ok()?);
    Some(Cursor {
        at,
        id: ConnectionId::parse(id)?,
    })
}

impl ConnectionsPage {
    /// Whether those one is connected with no more are shown without being asked for: because they are what was looked for,
    /// because nobody else is there, or because one of them may still list this person.
    fn unfolded(&self) -> bool {
        matches!(self.part, Part::Ended(_))
            || self.connected.is_empty()
            || !self.narrowed && self.ended.iter().any(|one| !one.sure)
    }
}

#[cfg(test)]
impl ConnectionsPage {
    /// With one connection alone.
    pub(super) fn of(words: Words, one: &Connection) -> Self {
        let (mut connected, mut ended) = (Vec::new(), Vec::new());
        let who = Who::new(one, &std::collections::HashSet::new());
        if one.half.is_connected() {
            connected.push(Connected::new(words, one, who, &Way::Unknown));
        } else {
            ended.push(Ended::new(words, one, who));
        }
        Self {
            connected,
            ended,
            ..Self::empty(words)
        }
    }

    pub(super) fn empty(words: Words) -> Self {
        Self {
            frame: Frame::sample(words, "Bob", Section::Connections),
            notice: None,
            search: String::new(),
            servers: Vec::new(),
            other_servers: 0,
            narrowed: false,
            asked: String::new(),
            people: 0,
            under_way: Vec::new(),
            waiting_cut: None,
            connected: Vec::new(),
            part: Part::Newest,
            more: None,
            ended: Vec::new(),
            ended_more: None,
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
            silent: Some(sample_silence(words)),
        };
        let server = |chosen| Server {
            name: format!("dog.example.org{text}"),
            people: Some(2),
            chosen,
        };
        let ended = |said, sure| Ended {
            id: id(),
            who: Who::sample(text),
            words: words.say(said),
            sure,
            at: Some(When { at: now, words }),
            silent: Some(sample_silence(words)),
            again: (!sure).then(id),
        };
        Self {
            notice: Some(Notice::sample(words, text)),
            search: text.to_owned(),
            servers: vec![server(false), server(true)],
            other_servers: 7,
            narrowed: true,
            asked: text.to_owned(),
            people: 3,
            under_way: vec![under_way(true), under_way(false)],
            waiting_cut: Some(50),
            connected: vec![connected(), connected(), connected()],
            more: Some("/connections?after=1".to_owned()),
            ended: vec![ended("ended-told", true), ended("ended-could-not", false)],
            ended_more: Some("/connections?ended-after=1".to_owned()),
            ..Self::empty(words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ended_connections_are_open_to_see_where_nobody_is_left_or_somebody_may_still_list_this_person()
     {
        let page = || ConnectionsPage {
            narrowed: false,
            ..ConnectionsPage::sample(Words::default(), "")
        };
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
}
