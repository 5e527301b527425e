//! `symbolon invite`: the invitations of everybody here.

use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;
use symbolon_core::InviteId;
use symbolon_core::invites::Uses;
use symbolon_proto::language::Language;
use symbolon_server::actions::invites::{NewInvite, issue_at};
use symbolon_server::app::App;
use symbolon_server::keys::ServerKeys;
use symbolon_server::peers::NotedBeliefs;
use symbolon_server::transport::HttpTransport;
use symbolon_store::invites::{Invite, ListInvites, WithdrawInvite};

use super::user;
use crate::errors::{Refused, key_failed};
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place, Settings};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Make, list and withdraw invitations.
///
/// The secrets of those that are there are never shown: they belong to the people who invite.
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
    /// Make an invitation for somebody here, and show what to hand over.
    Create {
        /// Who invites.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// Send it to this address by mail; the running server does it within a second.
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// Language of the mail: en, zh-CN or de [default: that of the user].
        #[arg(long, value_name = "TAG", requires = "email", value_parser = language::read)]
        mail_language: Option<Language>,
        /// Words for whoever invites.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// How many people it is for, or `anyone`.
        #[arg(long, value_name = "N", default_value = "1", value_parser = uses)]
        uses: Uses,
        /// Days that it is valid.
        #[arg(long, value_name = "DAYS", default_value_t = 7)]
        days: u16,
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        settings: Box<Settings>,
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
        Command::Create {
            user,
            email,
            mail_language,
            note,
            uses,
            days,
            format,
            settings,
        } => {
            let new = NewInvite {
                note: note.clone(),
                email: email.clone(),
                mail_language: *mail_language,
                expires_in_secs: Some(i64::from(*days) * 86_400),
                uses: *uses,
            };
            create(settings, user, new, *format).await
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

#[derive(Serialize)]
struct Made {
    id: String,
    link: String,
    code: String,
    expires_at: At,
    mail_to: Option<String>,
}

async fn create(settings: &Settings, user: &str, new: NewInvite, format: Format) -> Result<()> {
    let config = settings.check()?;
    if new.email.is_some() && config.mail.is_none() {
        return Err(Failure::error(Exit::Settings, say!("invite-no-mail")));
    }
    let desk = settings.place().open().await?;
    let user = user::find(&desk, user).await?;
    let moment = desk.moment();
    let folder = &config.keys;
    let keys = ServerKeys::open(folder, &desk.env, &config.provider());
    let keys = keys.map_err(|error| Failure::error(Exit::Settings, key_failed(&error)))?;
    let beliefs = Arc::new(NotedBeliefs::new(desk.store.clone()));
    let transport = Arc::new(HttpTransport::by(&config.way_out).minding(beliefs));
    let app = App::new(config, desk.env, desk.store, transport, keys);
    let made = issue_at(&app, &user, new, moment).await;
    let made = made.map_err(|problem| {
        let reader = language::current();
        let message = say!(
            "invite-not-made",
            title = problem.title(reader),
            detail = problem.detail(reader),
            remedy = problem.remedy(reader),
        );
        Failure::error(Exit::Failed, message)
    })?;
    let row = Made {
        id: made.invite.id.to_string(),
        link: made.link(),
        code: made.string(),
        expires_at: At(made.invite.expires_at),
        mail_to: made.mail.as_ref().map(|mail| mail.to().to_owned()),
    };
    if format.json {
        return output::json(&row);
    }
    output::say(&say!("invite-link", link = &row.link))?;
    output::say(&say!("invite-code", code = &row.code))?;
    output::say(&say!("invite-until", until = time(row.expires_at.0)))?;
    match row.mail_to {
        Some(to) => output::say(&say!("invite-mailed", to = to)),
        None => Ok(()),
    }
}

fn uses(text: &str) -> Result<Uses, Refused> {
    match text.parse() {
        Ok(people) => Ok(Uses::People(people)),
        Err(_) if text == "anyone" => Ok(Uses::Anyone),
        Err(_) => Err(Refused(say!("invite-uses"))),
    }
}
