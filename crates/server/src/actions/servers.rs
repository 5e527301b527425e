//! Other servers as administrators look at them and decide about them.

use std::collections::HashMap;

use symbolon_core::Timestamp;
use symbolon_core::trust::{Decision, Direction, Rule, decide};
use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;
use symbolon_proto::text::check_text;
use symbolon_store::directories::ListedBy;
use symbolon_store::mails;
use symbolon_store::notes::{Aspect, ChangeNote, FindNotes, Notes};
use symbolon_store::outbox::DeliveryState;
use symbolon_store::piles::{Pile, SummariseDeliveries};
use symbolon_store::servers::{FindServer, LinkedServers, ListServers, Server};
use symbolon_store::trust::{Decide, Decided, FindRuling, Forget, Ruling};
use symbolon_store::users::User;

use super::{by_administrator, not_found, storage_problem};
use crate::app::App;
use crate::peers::notes;

/// Most servers of the overview; beyond that those whose names come first are looked at.
pub const LINKED_MAX: u32 = 200;

/// Most piles of messages that are looked at.
pub const PILES_MAX: u32 = 1_000;

/// Most piles of one server: what is due, what is being sent, what was given up.
const PILES_EACH: usize = 3;

/// How the link with another server is. The order is that of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// Messages to it were given up.
    Stuck,
    /// It does not answer.
    Silent,
    /// Messages to it wait.
    Waiting,
    /// The administrators have blocked it.
    Blocked,
    /// It was never asked.
    Unknown,
    /// It answers, and nothing waits.
    Well,
}

/// What has not reached a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Piled {
    /// How many messages wait or are being sent.
    pub waiting: u64,
    /// How many were given up.
    pub given_up: u64,
    /// When the oldest of both was written.
    pub since: Option<Timestamp>,
}

/// A server and the link with it.
pub struct Linked {
    /// What is known of it.
    pub server: Server,
    /// What has not reached it.
    pub piled: Piled,
    /// The link in one word.
    pub link: Link,
}

/// The links with other servers, as far as they are looked at.
pub struct Links {
    /// What needs somebody first.
    pub all: Vec<Linked>,
    /// There are servers besides.
    pub more_servers: bool,
    /// There may be messages besides.
    pub more_messages: bool,
}

impl Link {
    /// Decides it.
    pub fn of(server: &Server, piled: Piled) -> Self {
        match server.rule {
            Some(Rule::Blocked) => Self::Blocked,
            _ if piled.given_up > 0 => Self::Stuck,
            _ if server.failing_since.is_some() => Self::Silent,
            _ if piled.waiting > 0 => Self::Waiting,
            _ if server.last_ok_at.is_some() => Self::Well,
            _ => Self::Unknown,
        }
    }

    /// The word for it in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Silent => "silent",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
            Self::Well => "well",
        }
    }
}

/// What has not arrived, by server; a mail is none of these servers' business.
pub async fn piles(app: &App) -> Result<HashMap<Provider, Piled>, Problem> {
    let summary = app
        .store
        .read(SummariseDeliveries { limit: PILES_MAX })
        .await;
    Ok(pile_up(summary.map_err(|error| storage_problem(&error))?))
}

/// The same of what the store has.
pub fn pile_up(summary: Vec<Pile>) -> HashMap<Provider, Piled> {
    let mut piles: HashMap<Provider, Piled> = HashMap::new();
    let of_servers = summary
        .into_iter()
        .filter(|pile| pile.provider != mails::lane());
    for pile in of_servers {
        let piled = piles.entry(pile.provider).or_default();
        match pile.state {
            DeliveryState::Dead => piled.given_up += pile.count,
            _ => piled.waiting += pile.count,
        }
        piled.since = Some(piled.since.map_or(pile.since, |at| at.min(pile.since)));
    }
    piles
}

/// The servers with which somebody here is connected, or for which messages wait: what needs somebody first, then the most
/// connections first. Own connections from person to person here are not among them.
pub async fn linked(app: &App) -> Result<Links, Problem> {
    let found = app
        .store
        .read(LinkedServers {
            limit: LINKED_MAX + 1,
        })
        .await;
    let mut servers = found.map_err(|error| storage_problem(&error))?;
    let limit = usize::try_from(LINKED_MAX).unwrap_or(usize::MAX);
    let more_servers = servers.len() > limit;
    servers.truncate(limit);
    let mut piles = piles(app).await?;
    piles.remove(app.provider());
    let known: Vec<_> = servers.iter().map(|one| one.provider.clone()).collect();
    // The oldest of the rest; each is one more look.
    let mut rest: Vec<_> = piles
        .keys()
        .filter(|it| !known.contains(it))
        .cloned()
        .collect();
    rest.sort_by_key(|provider| (piles[provider].since, provider.to_string()));
    let more_messages = rest.len() > limit || piles.len() >= PILES_MAX as usize / PILES_EACH;
    for provider in rest.into_iter().take(limit) {
        servers.push(find(app, &provider).await?);
    }
    servers.retain(|server| server.provider != *app.provider());
    let mut all = link(servers, &piles);
    most_urgent_first(&mut all);
    Ok(Links {
        all,
        more_servers,
        more_messages,
    })
}

/// What needs somebody first, then the most connections first.
pub fn most_urgent_first(all: &mut [Linked]) {
    all.sort_by(|a, b| {
        let urgent = |one: &Linked| one.link.min(Link::Blocked);
        let by_size = b.server.connections.cmp(&a.server.connections);
        let by_name = a.server.provider.as_str().cmp(b.server.provider.as_str());
        urgent(a).cmp(&urgent(b)).then(by_size).then(by_name)
    });
}

/// The servers that are known, by name.
pub async fn list(
    app: &App,
    begins: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Linked>, Problem> {
    let list = ListServers {
        begins: begins.to_owned(),
        after: after.to_owned(),
        limit,
    };
    let servers = app.store.read(list).await;
    let servers = servers.map_err(|error| storage_problem(&error))?;
    Ok(link(servers, &piles(app).await?))
}

/// Servers with what has not reached them.
pub fn link(servers: Vec<Server>, piles: &HashMap<Provider, Piled>) -> Vec<Linked> {
    let linked = |server: Server| {
        let piled = piles.get(&server.provider).copied().unwrap_or_default();
        let link = Link::of(&server, piled);
        Linked {
            server,
            piled,
            link,
        }
    };
    servers.into_iter().map(linked).collect()
}

/// What is known of one server, and whether it is known at all.
pub async fn find(app: &App, provider: &Provider) -> Result<Server, Problem> {
    let find = FindServer {
        provider: provider.clone(),
    };
    let found = app.store.read(find).await;
    found.map_err(|error| storage_problem(&error))
}

/// Whether people may connect with a server, and why.
pub struct Explained {
    /// What was decided about it by name.
    pub ruling: Option<Ruling>,
    /// The directory that lists it.
    pub listed: Option<String>,
    /// What is noted about it.
    pub notes: Notes,
    /// For invitations from there.
    pub inward: Decision,
    /// For invitations to there.
    pub outward: Decision,
}

/// Explains it, as `symbolon peer explain` does.
pub async fn explain(app: &App, provider: &Provider) -> Result<Explained, Problem> {
    let failed = |error| storage_problem(&error);
    let of = || provider.clone();
    let ruling = app.store.read(FindRuling { provider: of() }).await;
    let ruling = ruling.map_err(failed)?;
    let listed = app.store.read(ListedBy { provider: of() }).await;
    let listed = listed.map_err(failed)?;
    let notes = app.store.read(FindNotes { provider: of() }).await;
    let notes = notes.map_err(failed)?;
    let rule = ruling.as_ref().map(|ruling| ruling.rule);
    let way = |direction| decide(app.config.trust.mode(direction), rule, listed.is_some());
    Ok(Explained {
        inward: way(Direction::In),
        outward: way(Direction::Out),
        ruling,
        listed,
        notes,
    })
}

/// Decides about a server by name.
pub async fn rule(
    app: &App,
    by: &User,
    provider: &Provider,
    rule: Rule,
    note: &str,
    reference: &str,
) -> Result<Decided, Problem> {
    check_text(note, limits::RULE_NOTE_CHARS).map_err(|error| error.problem("note"))?;
    let decide = Decide {
        provider: provider.clone(),
        rule,
        note: Some(note.to_owned()).filter(|note| !note.is_empty()),
        by: Some(by.name.clone()),
        moment: by_administrator(app, by, reference),
    };
    let decided = app.store.write(decide).await;
    let decided = decided.map_err(|error| storage_problem(&error))?;
    // There is no page about this server itself.
    let decided = decided.ok_or_else(|| not_found("page"))?;
    app.outbox.wake();
    Ok(decided)
}

/// Takes a decision back; `false` if there was none.
pub async fn forget(
    app: &App,
    by: &User,
    provider: &Provider,
    reference: &str,
) -> Result<bool, Problem> {
    let forget = Forget {
        provider: provider.clone(),
        by: Some(by.name.clone()),
        moment: by_administrator(app, by, reference),
    };
    let before = app.store.write(forget).await;
    let before = before.map_err(|error| storage_problem(&error))?;
    app.outbox.wake();
    Ok(before.is_some())
}

/// Notes something about a server, or takes it back if there is nothing in the text. Whether that is weaker than what would
/// hold without it; `None` if there was nothing to take back.
pub async fn note(
    app: &App,
    by: &User,
    provider: &Provider,
    aspect: Aspect,
    text: &str,
    reference: &str,
) -> Result<Option<bool>, Problem> {
    let change = ChangeNote {
        provider: provider.clone(),
        aspect,
        content: notes::read(aspect, text)?,
        by: Some(by.name.clone()),
        moment: by_administrator(app, by, reference),
    };
    let changed = app.store.write(change).await;
    let changed = changed.map_err(|error| storage_problem(&error))?;
    app.outbox.wake();
    notes::outcome(&changed, aspect)
}

#[cfg(test)]
mod tests {
    use symbolon_proto::problem::Code;

    use super::*;

    fn server() -> Server {
        Server {
            provider: Provider::parse("dog.example.org").unwrap(),
            rule: None,
            connections: 2,
            signs: true,
            dialect: None,
            last_ok_at: Some(Timestamp::from_secs(1)),
            failing_since: None,
            last_code: None,
        }
    }

    #[test]
    fn a_link_is_called_by_what_needs_somebody_most() {
        let waits = Piled {
            waiting: 1,
            ..Piled::default()
        };
        let stuck = Piled {
            given_up: 1,
            ..waits
        };
        let silent = Server {
            failing_since: Some(Timestamp::from_secs(2)),
            last_code: Some(Code::Timeout),
            ..server()
        };
        let blocked = Server {
            rule: Some(Rule::Blocked),
            ..server()
        };
        let new = Server {
            last_ok_at: None,
            ..server()
        };
        let none = Piled::default();
        assert_eq!(Link::of(&server(), none), Link::Well);
        assert_eq!(Link::of(&new, none), Link::Unknown);
        assert_eq!(Link::of(&server(), waits), Link::Waiting);
        assert_eq!(Link::of(&silent, waits), Link::Silent);
        assert_eq!(Link::of(&silent, stuck), Link::Stuck);
        assert_eq!(Link::of(&blocked, stuck), Link::Blocked);
    }
}
