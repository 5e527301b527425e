//! Connections page by page: a person's, by words and by server, those that came by an invite, and everybody's.

use symbolon_core::{ConnectionId, InviteId, Timestamp, UserId};
use symbolon_proto::address::Provider;

use super::{Connection, columns, connection, phase_word};
use crate::{Error, Operation, Statement, Tx, Value};

/// One user's halves of one phase behind a place, by the moment that they are ordered by, with what else they have in
/// common.
macro_rules! listed {
    ($at:literal) => {
        listed!($at, "")
    };
    ($at:literal, $more:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM connections WHERE user_id = $1 AND phase = $2 AND (",
            $at,
            ", id) < ($3, $4)",
            $more,
            " ORDER BY ",
            $at,
            " DESC, id DESC LIMIT $5"
        )
    };
}
macro_rules! words {
    () => {
        " AND words LIKE $6 ESCAPE '!' AND words LIKE $7 ESCAPE '!' AND words LIKE $8 ESCAPE '!'"
    };
}

static LIST: Statement = Statement::new("connections.list", listed!("connected_at"));
static SEARCH: Statement = Statement::new("connections.search", listed!("connected_at", words!()));
static LIST_OF_SERVER: Statement = Statement::new(
    "connections.list_of_server",
    listed!("connected_at", " AND provider = $6"),
);
static SEARCH_OF_SERVER: Statement = Statement::new(
    "connections.search_of_server",
    listed!("connected_at", concat!(words!(), " AND provider = $9")),
);
static ENDED: Statement = Statement::new("connections.ended", listed!("ended_at"));
static SEARCH_ENDED: Statement =
    Statement::new("connections.search_ended", listed!("ended_at", words!()));
static ENDED_OF_SERVER: Statement = Statement::new(
    "connections.ended_of_server",
    listed!("ended_at", " AND provider = $6"),
);
static SEARCH_ENDED_OF_SERVER: Statement = Statement::new(
    "connections.search_ended_of_server",
    listed!("ended_at", concat!(words!(), " AND provider = $9")),
);
static SERVERS: Statement = Statement::new(
    "connections.servers",
    "SELECT provider, COUNT(*) AS people, COUNT(*) OVER (), CAST(SUM(COUNT(*)) OVER () AS BIGINT)
     FROM connections WHERE user_id = $1 AND phase = $2 GROUP BY provider ORDER BY people DESC, provider LIMIT $3",
);
/// The page is cut before anything is looked up for it.
static BY_INVITE: Statement = Statement::new(
    "connections.by_invite",
    concat!(
        "SELECT ",
        columns!(),
        ", came_from, came_at
         FROM (SELECT i.owner AS inviter, r.provider AS came_from, r.subject AS who, r.first_at AS came_at
               FROM redemptions r JOIN invites i ON i.id = r.invite_id WHERE r.invite_id = $1
               ORDER BY r.first_at, r.provider, r.subject LIMIT $2 OFFSET $3) AS rows
         LEFT JOIN connections ON user_id = inviter AND provider = came_from AND subject = who
         ORDER BY came_at, came_from, who"
    ),
);
static LIST_ALL: Statement = Statement::new(
    "connections.list_all",
    concat!(
        "SELECT ",
        columns!(),
        " FROM connections WHERE id < $1 ORDER BY id DESC LIMIT $2"
    ),
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &LIST,
    &SEARCH,
    &LIST_OF_SERVER,
    &SEARCH_OF_SERVER,
    &ENDED,
    &SEARCH_ENDED,
    &ENDED_OF_SERVER,
    &SEARCH_ENDED_OF_SERVER,
    &SERVERS,
    &BY_INVITE,
    &LIST_ALL,
];

/// Where a page of connections goes on: the last one of the page before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When that one was connected; in a list of those that have ended, when it did.
    pub at: Timestamp,
    /// Which it was.
    pub id: ConnectionId,
}

impl Cursor {
    /// Behind this one, in a list of those that stand as it does.
    pub fn behind(last: &Connection) -> Self {
        let ended = last.ended_at.filter(|_| !last.half.is_connected());
        Self {
            at: ended.unwrap_or(last.connected_at),
            id: last.id.clone(),
        }
    }
}

/// How many words of a search are looked for each on its own; the others follow the last of these.
const WORDS: usize = 3;

/// One user's connections, those connected last first; of those that have ended, the ones that did so last first.
pub struct ListConnections {
    /// Whose.
    pub user: UserId,
    /// Those that are connected, or those that are not.
    pub connected: bool,
    /// Words to look for in nickname, name, e-mail and address, in any case and order.
    pub search: Option<String>,
    /// Only people of this server.
    pub server: Option<Provider>,
    /// Only those behind this place.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListConnections {
    type Output = Vec<Connection>;
    const NAME: &'static str = "list_connections";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Connection>, Error> {
        let (at, id) = match &self.after {
            Some(cursor) => (cursor.at.as_millis(), cursor.id.as_str()),
            None => (i64::MAX, ""),
        };
        let mut parameters = vec![
            Value::from(self.user.as_str()),
            phase_word(self.connected).into(),
            at.into(),
            id.into(),
            i64::from(self.limit).into(),
        ];
        if let Some(search) = &self.search {
            parameters.extend(patterns(search).map(Value::from));
        }
        let searched = self.search.is_some();
        let statement = match (self.connected, searched, &self.server) {
            (true, false, None) => &LIST,
            (true, true, None) => &SEARCH,
            (true, false, Some(_)) => &LIST_OF_SERVER,
            (true, true, Some(_)) => &SEARCH_OF_SERVER,
            (false, false, None) => &ENDED,
            (false, true, None) => &SEARCH_ENDED,
            (false, false, Some(_)) => &ENDED_OF_SERVER,
            (false, true, Some(_)) => &SEARCH_ENDED_OF_SERVER,
        };
        parameters.extend(self.server.as_ref().map(|server| server.as_str().into()));
        let rows = tx.rows(statement, &parameters).await?;
        rows.iter().map(connection).collect()
    }
}

/// The people whom a user is connected with, or was, by their servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByServer {
    /// All of them.
    pub people: u64,
    /// All their servers.
    pub servers: u64,
    /// Those with most people, by name, and how many each.
    pub most: Vec<(Provider, u64)>,
}

/// Counts the people whom a user is connected with, or was, by their servers.
pub struct CountByServer {
    /// Whose connections.
    pub user: UserId,
    /// Those that are connected, or those that are not.
    pub connected: bool,
    /// At most this many servers are named; all are counted.
    pub limit: u32,
}

impl Operation for CountByServer {
    type Output = ByServer;
    const NAME: &'static str = "count_by_server";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let parameters = [
            self.user.as_str().into(),
            phase_word(self.connected).into(),
            i64::from(self.limit).into(),
        ];
        let mut counted = ByServer::default();
        for row in tx.rows(&SERVERS, &parameters).await? {
            let provider = row.parsed(0, |text| Provider::parse(text).ok())?;
            counted.most.push((provider, row.number(1)?));
            (counted.servers, counted.people) = (row.number(2)?, row.number(3)?);
        }
        counted
            .most
            .sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
        Ok(counted)
    }
}

/// Somebody who connected by an invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedBy {
    /// Their server.
    pub provider: Provider,
    /// The inviter's half, if it is still on record.
    pub connection: Option<Connection>,
    /// When they first came by this invite.
    pub at: Timestamp,
}

/// Who connected by an invite, first comer first. Whoever comes later stands behind all others, so pages may be counted.
pub struct InviteAcceptedBy {
    /// Which invite.
    pub id: InviteId,
    /// How many are on the pages before.
    pub skip: u32,
    /// At most this many.
    pub limit: u32,
}

impl Operation for InviteAcceptedBy {
    type Output = Vec<AcceptedBy>;
    const NAME: &'static str = "invite_accepted_by";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AcceptedBy>, Error> {
        let (limit, skip) = (i64::from(self.limit), i64::from(self.skip));
        let parameters = [self.id.as_str().into(), limit.into(), skip.into()];
        let rows = tx.rows(&BY_INVITE, &parameters).await?;
        rows.iter()
            .map(|row| {
                let on_record = row.opt_text(0)?.is_some();
                Ok(AcceptedBy {
                    provider: row.parsed(19, |text| Provider::parse(text).ok())?,
                    connection: on_record.then(|| connection(row)).transpose()?,
                    at: Timestamp::from_millis(row.int(20)?),
                })
            })
            .collect()
    }
}

/// Everybody's halves, newest first, for administrators.
pub struct ListAllConnections {
    /// Only those with an id below this one.
    pub before: Option<ConnectionId>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListAllConnections {
    type Output = Vec<Connection>;
    const NAME: &'static str = "list_all_connections";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Connection>, Error> {
        // '~' sorts behind every character of an id.
        let before = self.before.as_ref().map_or("~", ConnectionId::as_str);
        let parameters = [before.into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST_ALL, &parameters).await?;
        rows.iter().map(connection).collect()
    }
}

/// What [`WORDS`] words of a search look for; a word that is not there looks for anything.
fn patterns(search: &str) -> [String; WORDS] {
    let words: Vec<&str> = search.split_whitespace().collect();
    std::array::from_fn(|place| match place {
        _ if place + 1 == WORDS => like_pattern(&words[words.len().min(place)..].join(" ")),
        _ => like_pattern(words.get(place).copied().unwrap_or_default()),
    })
}

/// `%words%` with the wildcards of LIKE in the words themselves escaped.
pub(crate) fn like_pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
