//! `symbolon user sessions`: where somebody is logged in.

use anyhow::Result;
use serde::Serialize;
use symbolon_core::Id;
use symbolon_store::sessions::{EndOtherSessions, EndSession, ListSessions, Session};
use symbolon_store::users::User;

use super::directory;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Most sessions that are listed.
const LIMIT: u32 = 1_000;

/// List where an account is logged in on pages; or log it out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    name: String,
    /// Log out this one instead.
    #[arg(long, value_name = "ID")]
    end: Option<String>,
    /// Log out all of them instead.
    #[arg(long, conflicts_with = "end")]
    end_all: bool,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Row {
    id: String,
    browser: Option<String>,
    system: Option<String>,
    created_at: At,
    last_used_at: Option<At>,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-id"),
            say!("head-browser"),
            say!("head-system"),
            say!("head-since"),
            say!("head-seen"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let shown = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            shown(&self.browser),
            shown(&self.system),
            time(self.created_at.0),
            self.last_used_at
                .map_or_else(|| say!("never"), |at| time(at.0)),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    match (&args.end, args.end_all) {
        (Some(id), _) => end(&desk, user, id).await,
        (None, true) => end_all(&desk, user).await,
        (None, false) => list(&desk, user, args.format).await,
    }
}

async fn list(desk: &Desk, user: User, format: Format) -> Result<()> {
    let list = ListSessions {
        user: user.id,
        now: desk.moment().now,
        limit: LIMIT,
    };
    let sessions = desk.read(list).await?;
    let rows = sessions.into_iter().map(row).collect::<Vec<_>>();
    output::list(format, &rows, &say!("sessions-none", name = user.name))
}

async fn end(desk: &Desk, user: User, id: &str) -> Result<()> {
    let not_found = || {
        let message = say!("session-not-found", name = &user.name, id = id);
        Failure::error(Exit::NotFound, message)
    };
    let end = EndSession {
        user: user.id.clone(),
        id: Id::parse(id).ok_or_else(not_found)?,
        moment: desk.moment(),
    };
    if !desk.write(end).await? {
        return Err(not_found());
    }
    output::say(&say!("session-ended"))
}

async fn end_all(desk: &Desk, user: User) -> Result<()> {
    let end = EndOtherSessions {
        user: user.id,
        keep: None,
        moment: desk.moment(),
    };
    let ended = desk.write(end).await?;
    output::say(&say!("sessions-ended", name = user.name, ended = ended))
}

fn row(session: Session) -> Row {
    Row {
        id: session.id.to_string(),
        browser: session.browser,
        system: session.system,
        created_at: At(session.created_at),
        last_used_at: session.seen_at.map(At),
    }
}
