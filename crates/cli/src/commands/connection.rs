//! `symbolon connection`: who is connected with whom, and ending it for them.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_core::sync::Found;
use symbolon_core::{ConnectionId, Timestamp, UserId};
use symbolon_store::connections::listing::ListAllConnections;
use symbolon_store::connections::{Connection, FindConnection, Told};
use symbolon_store::removal::Disconnect;

use super::{audit, user};
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place, Settings};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// List and end connections.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List connections, newest first.
    List(List),
    /// End a connection for its user: final here at once, and the other server is told.
    Remove {
        /// The connection's id, from `connection list`.
        id: String,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Which ones to list, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only those of this user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only those with people of this server.
    #[arg(long, value_name = "HOST")]
    peer: Option<String>,
    /// Only those that are `connected`, or only those that have `ended`; without it, those that are connected.
    #[arg(long, conflicts_with_all = ["all", "found"])]
    state: Option<State>,
    /// Only those that were connected or, of those that have ended, ended before this: a date in the zone in which times are
    /// printed, a time as RFC 3339, or how long ago (`90m`, `24h`, `7d`).
    #[arg(long, value_name = "DATE")]
    before: Option<String>,
    /// Also those that have ended, with what became of telling the other server.
    #[arg(long)]
    all: bool,
    /// Only those that ended by comparing with the other server, after an outage or a restore.
    #[arg(long)]
    found: bool,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// The two are connected.
    Connected,
    /// They are disconnected, with what became of telling the other server.
    Ended,
}

#[derive(Serialize)]
struct Row {
    id: String,
    user: String,
    name: String,
    address: String,
    state: &'static str,
    /// Whether their server is known to be the one that is named.
    verified: bool,
    generation: u64,
    told: Option<&'static str>,
    /// What comparing with the other server found, if that is what ended it.
    found: Option<&'static str>,
    connected_at: Option<At>,
    ended_at: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-id"),
            say!("head-user"),
            say!("head-with"),
            say!("head-address"),
            say!("head-state"),
            say!("head-server"),
            say!("head-since"),
            say!("head-told"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let since = self.ended_at.or(self.connected_at);
        let state = match self.found {
            Some(found) => format!("found_{found}"),
            None => self.state.replace(' ', "_"),
        };
        vec![
            self.id.clone(),
            self.user.clone(),
            self.name.clone(),
            self.address.clone(),
            say!("connection-state", state = state),
            if self.verified {
                String::new()
            } else {
                say!("unverified")
            },
            since.map(|since| time(since.0)).unwrap_or_default(),
            self.told
                .map_or_else(String::new, |told| say!("connection-told", told = told)),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List(args) => {
            let desk = args.place.open().await?;
            let which = Which::of(args, &desk).await?;
            let rows = rows(&desk, &which).await?;
            output::list(args.format, &rows, &say!("connection-none"))
        }
        Command::Remove { id, settings } => remove(id, settings).await,
    }
}

/// Which ones are listed.
struct Which {
    owner: Option<UserId>,
    peer: Option<String>,
    /// `None` for both.
    state: Option<State>,
    before: Option<Timestamp>,
    found: bool,
}

impl Which {
    async fn of(args: &List, desk: &Desk) -> Result<Self> {
        let before = args.before.as_deref();
        Ok(Self {
            owner: match &args.user {
                Some(name) => Some(user::find(desk, name).await?.id),
                None => None,
            },
            peer: args.peer.as_deref().map(audit::peer).transpose()?,
            state: match args.state {
                None if args.all || args.found => None,
                state => Some(state.unwrap_or(State::Connected)),
            },
            before: before.map(|text| audit::moment(text, desk)).transpose()?,
            found: args.found,
        })
    }

    fn holds(&self, one: &Connection) -> bool {
        let owner = self.owner.as_ref();
        let peer = self.peer.as_deref();
        let connected = one.half.is_connected();
        owner.is_none_or(|owner| *owner == one.user)
            && peer.is_none_or(|peer| peer == one.contact.provider.as_str())
            && self
                .state
                .is_none_or(|state| connected == (state == State::Connected))
            && self
                .before
                .is_none_or(|before| since(one).is_some_and(|since| since < before))
            && (!self.found || one.found.is_some())
    }
}

/// Since when a connection stands as it does.
fn since(one: &Connection) -> Option<Timestamp> {
    let connected_at = Some(one.connected_at).filter(|at| at.as_millis() != 0);
    let ended_at = one.ended_at.filter(|_| !one.half.is_connected());
    ended_at.or(connected_at)
}

async fn rows(desk: &Desk, which: &Which) -> Result<Vec<Row>> {
    let names = user::names(desk).await?;
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let page = desk
            .read(ListAllConnections {
                before,
                limit: PAGE,
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        before = Some(last.id.clone());
        let wanted = page.iter().filter(|one| which.holds(one));
        rows.extend(wanted.map(|one| row(one, names.of(&one.user))));
    }
}

fn row(connection: &Connection, user: String) -> Row {
    let never = connection.connected_at.as_millis() == 0;
    let connected_at = (!never).then_some(connection.connected_at);
    Row {
        id: connection.id.to_string(),
        user,
        name: connection.contact.name.clone(),
        address: connection.address().to_string(),
        state: match (connection.half.phase, connection.found) {
            (Phase::Connected, _) => "connected",
            (_, Some(Found::EndedThere)) => "was found ended there",
            (_, Some(Found::EndedHere)) => "was found ended here before",
            (_, Some(Found::NotThere)) => "was found not known there",
            (_, Some(Found::NotHere)) => "was found not known here",
            (Phase::Disconnected(EndedBy::Us), None) => "ended here",
            (Phase::Disconnected(EndedBy::Them), None) => "ended there",
            (Phase::Disconnected(EndedBy::Neither), None) => "ended by sync",
        },
        verified: connection.proof.is_verified(),
        generation: connection.half.generation.0,
        told: connection.told.map(Told::as_str),
        found: connection.found.map(Found::as_str),
        connected_at: connected_at.map(At),
        ended_at: connection
            .ended_at
            .filter(|_| !connection.half.is_connected())
            .map(At),
    }
}

async fn remove(id: &str, settings: &Settings) -> Result<()> {
    let not_found = || Failure::error(Exit::NotFound, say!("connection-not-found", id = id));
    // The public URL is needed, too: it tells whether the other person is on this server.
    let config = settings.check()?;
    let desk = settings.place().open().await?;
    let connection = ConnectionId::parse(id).ok_or_else(not_found)?;
    let find = FindConnection {
        user: None,
        id: connection.clone(),
    };
    let before = desk.read(find).await?.ok_or_else(not_found)?;
    if !before.half.is_connected() {
        return output::say(&say!("connection-ended-already"));
    }
    let disconnect = Disconnect {
        user: None,
        connection,
        delivery: desk.env.id().into(),
        here: config.provider(),
        moment: desk.moment(),
    };
    let ended = desk.write(disconnect).await?.ok_or_else(not_found)?;
    output::say(&outcome(&ended))
}

fn outcome(ended: &Connection) -> String {
    let with = format!("{} ({})", ended.contact.name, ended.address());
    match ended.told {
        Some(Told::Telling) => {
            let server = ended.contact.provider.as_str();
            say!("connection-ended-here", with = with, server = server)
        }
        _ => say!("connection-ended", with = with),
    }
}
