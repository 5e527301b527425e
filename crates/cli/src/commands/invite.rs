//! `symbolon invite`: the invitations of everybody here.

use anyhow::Result;
use serde::Serialize;
use symbolon_core::InviteId;
use symbolon_core::invites::Uses;
use symbolon_store::invites::{Invite, ListInvites, WithdrawInvite};

use super::user;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// List and withdraw invitations.
///
/// Their secrets are never shown: they belong to the people who invite.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List invitations, newest first.
    List {
        /// Only those of this user.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Only those that can still be accepted.
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Take an invitation back: nobody can accept it any more, connections made with it stay.
    Withdraw {
        /// The invitation's id, from `invite list`.
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Serialize)]
struct Row {
    id: String,
    user: String,
    state: &'static str,
    used: u32,
    limit: Option<u32>,
    note: Option<String>,
    issued_at: At,
    expires_at: At,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-id"),
            say!("head-user"),
            say!("head-state"),
            say!("head-used"),
            say!("head-expires"),
            say!("head-note"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let used = match self.limit {
            Some(limit) => say!("invite-used", used = self.used, limit = limit),
            None => say!("invite-used-by-any", used = self.used),
        };
        vec![
            self.id.clone(),
            self.user.clone(),
            say!("invite-state", state = self.state),
            used,
            time(self.expires_at.0),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List {
            user,
            open,
            format,
            place,
        } => {
            let desk = place.open().await?;
            let rows = rows(&desk, user.as_deref(), *open).await?;
            output::list(*format, &rows, &say!("invite-none"))
        }
        Command::Withdraw { id, place } => withdraw(&place.open().await?, id).await,
    }
}

async fn rows(desk: &Desk, owner: Option<&str>, open: bool) -> Result<Vec<Row>> {
    let owner = match owner {
        Some(name) => Some(user::find(desk, name).await?.id),
        None => None,
    };
    let names = user::names(desk).await?;
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let page = desk
            .read(ListInvites {
                owner: owner.clone(),
                before,
                limit: PAGE,
            })
            .await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        before = Some(last.issued);
        let page = page
            .iter()
            .map(|invite| row(desk, invite, names.of(&invite.owner)));
        rows.extend(page.filter(|row| !open || row.state == "open"));
    }
}

fn row(desk: &Desk, invite: &Invite, user: String) -> Row {
    Row {
        id: invite.id.to_string(),
        user,
        state: invite.state(desk.now()).as_str(),
        used: invite.people,
        limit: match invite.uses {
            Uses::People(limit) => Some(limit),
            Uses::Anyone => None,
        },
        note: invite.note.clone(),
        issued_at: At(invite.issued_at),
        expires_at: At(invite.expires_at),
    }
}

async fn withdraw(desk: &Desk, id: &str) -> Result<()> {
    let not_found = || Failure::error(Exit::NotFound, say!("invite-not-found", id = id));
    let id = InviteId::parse(id).ok_or_else(not_found)?;
    let withdraw = WithdrawInvite {
        owner: None,
        id,
        moment: desk.moment(),
    };
    desk.write(withdraw).await?.ok_or_else(not_found)?;
    output::say(&say!("invite-withdrawn"))
}
