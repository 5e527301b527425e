//! `symbolon connection`: who is connected with whom, and ending it for them.

use anyhow::Result;
use serde::Serialize;
use symbolon_core::ConnectionId;
use symbolon_core::connections::{EndedBy, Phase};
use symbolon_store::connections::{Connection, FindConnection, ListAllConnections, Told};
use symbolon_store::removal::Disconnect;

use super::user;
use crate::exit::{Exit, Failure};
use crate::output::{self, Format, Line, time};
use crate::settings::{Desk, Place, Settings};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// List and end connections.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List connections, newest first.
    List {
        /// Only those of this user.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Also those that have ended, with what became of telling the other server.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// End a connection for its user: final here at once, and the other server is told.
    Remove {
        /// The connection's id, from `connection list`.
        id: String,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Serialize)]
struct Row {
    id: String,
    user: String,
    name: String,
    address: String,
    state: &'static str,
    generation: u64,
    told: Option<&'static str>,
    connected_at: String,
    ended_at: Option<String>,
}

impl Line for Row {
    const HEAD: &'static [&'static str] = &[
        "id",
        "user",
        "with",
        "address",
        "state",
        "since",
        "other server told",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.user.clone(),
            self.name.clone(),
            self.address.clone(),
            self.state.to_owned(),
            self.ended_at.as_ref().unwrap_or(&self.connected_at).clone(),
            self.told.unwrap_or_default().to_owned(),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List {
            user,
            all,
            format,
            place,
        } => {
            let desk = place.open().await?;
            let rows = rows(&desk, user.as_deref(), *all).await?;
            output::list(*format, &rows, "there are no connections")
        }
        Command::Remove { id, settings } => remove(id, settings).await,
    }
}

async fn rows(desk: &Desk, owner: Option<&str>, all: bool) -> Result<Vec<Row>> {
    let owner = match owner {
        Some(name) => Some(user::find(desk, name).await?.id),
        None => None,
    };
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
        let wanted = page.iter().filter(|connection| {
            let theirs = owner.as_ref().is_none_or(|owner| *owner == connection.user);
            theirs && (all || connection.half.is_connected())
        });
        rows.extend(wanted.map(|connection| row(connection, names.of(&connection.user))));
    }
}

fn row(connection: &Connection, user: String) -> Row {
    Row {
        id: connection.id.to_string(),
        user,
        name: connection.contact.name.clone(),
        address: connection.address().to_string(),
        state: match connection.half.phase {
            Phase::Connected => "connected",
            Phase::Disconnected(EndedBy::Us) => "ended here",
            Phase::Disconnected(EndedBy::Them) => "ended there",
            Phase::Disconnected(EndedBy::Neither) => "ended by sync",
        },
        generation: connection.half.generation.0,
        told: connection.told.map(Told::as_str),
        connected_at: time(connection.connected_at),
        ended_at: connection
            .ended_at
            .filter(|_| !connection.half.is_connected())
            .map(time),
    }
}

async fn remove(id: &str, settings: &Settings) -> Result<()> {
    let not_found = || Failure::error(Exit::NotFound, format!("there is no connection {id}"));
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
        return output::say("it had ended already; nothing changed");
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
        Some(Told::Telling) => format!(
            "the connection with {with} has ended here. {} will be told by the running server, \
             or when it is started next; see `symbolon outbox list`",
            ended.contact.provider
        ),
        _ => format!(
            "the connection with {with} has ended on both sides, since both are on this server"
        ),
    }
}
