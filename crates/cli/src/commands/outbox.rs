//! `symbolon outbox`: messages that must reach other servers, and mails.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;
use symbolon_core::DeliveryId;
use symbolon_proto::limits;
use symbolon_proto::problem::Code;
use symbolon_proto::text::shortened;
use symbolon_store::giving_up::{GiveUp, GivenUp};
use symbolon_store::outbox::{
    Delivery, DeliveryState, ListDeliveries, NameDeliveries, RetryDelivery,
};

use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format, Line, time};
use crate::settings::{Desk, Place};

/// List messages that must reach other servers, and mails; send one again, or give up a mail.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List messages: without --state those that are waiting, under way or given up.
    List {
        /// Only those in this state.
        #[arg(long, value_enum)]
        state: Option<State>,
        /// At most this many of each state.
        #[arg(long, value_name = "N", default_value_t = 1_000)]
        limit: u32,
        #[command(flatten)]
        format: Format,
        #[command(flatten)]
        place: Place,
    },
    /// Send a waiting or given-up message again now; the running server does it within a second.
    Retry {
        /// The message's id, from `outbox list`.
        id: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give up a message that waits: for a server that is gone, or a mail that should not be sent. Its person sees that.
    ///
    /// That two people are disconnected stays as it is here, and is told after all if the two servers compare one day. An
    /// acceptance is cancelled; if it may have arrived, it is taken back, which ends when it is known what came of it.
    GiveUp {
        /// The message's id, from `outbox list`.
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Where a message is in its life.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum State {
    /// Waiting for its time.
    Due,
    /// Being sent.
    Leased,
    /// The other server has answered.
    Done,
    /// Given up.
    Dead,
    /// No longer wanted.
    Withdrawn,
}

impl From<State> for DeliveryState {
    fn from(state: State) -> Self {
        match state {
            State::Due => Self::Due,
            State::Leased => Self::Leased,
            State::Done => Self::Done,
            State::Dead => Self::Dead,
            State::Withdrawn => Self::Withdrawn,
        }
    }
}

#[derive(Serialize)]
struct Row {
    id: String,
    to: String,
    kind: &'static str,
    user: Option<String>,
    about: String,
    state: &'static str,
    attempts: u32,
    due_at: At,
    created_at: At,
    gives_up_at: At,
    last_code: Option<&'static str>,
    last_detail: Option<String>,
    reference: String,
}

impl Line for Row {
    fn head() -> Vec<String> {
        vec![
            say!("head-id"),
            say!("head-to"),
            say!("head-message"),
            say!("head-user"),
            say!("head-state"),
            say!("head-attempts"),
            say!("head-due"),
            say!("head-answer"),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.to.clone(),
            say!("outbox-kind", kind = self.kind),
            self.user.clone().unwrap_or_default(),
            say!("outbox-state", state = self.state),
            self.attempts.to_string(),
            time(self.due_at.0),
            shortened(
                self.last_detail
                    .as_deref()
                    .or(self.last_code)
                    .unwrap_or_default(),
                limits::SAID_LINE_CHARS,
            )
            .into_owned(),
        ]
    }
}

/// Runs the command.
pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::List {
            state,
            limit,
            format,
            place,
        } => {
            let desk = place.open().await?;
            let rows = rows(&desk, *state, *limit).await?;
            output::list(*format, &rows, &say!("outbox-none"))
        }
        Command::Retry { id, place } => retry(&place.open().await?, id).await,
        Command::GiveUp { id, place } => give_up(&place.open().await?, id).await,
    }
}

async fn rows(desk: &Desk, state: Option<State>, limit: u32) -> Result<Vec<Row>> {
    let states = match state {
        Some(state) => vec![state.into()],
        None => vec![
            DeliveryState::Dead,
            DeliveryState::Leased,
            DeliveryState::Due,
        ],
    };
    let mut rows = Vec::new();
    for state in states {
        let page = desk.read(ListDeliveries { state, limit }).await?;
        let mut names = desk.read(NameDeliveries { state, limit }).await?;
        rows.extend(page.into_iter().map(|one| {
            let name = names.remove(&one.id);
            row(one, name)
        }));
    }
    Ok(rows)
}

fn row(delivery: Delivery, user: Option<String>) -> Row {
    Row {
        id: delivery.id.to_string(),
        to: delivery.to().to_owned(),
        kind: delivery.kind.as_str(),
        user,
        about: delivery.kind.object().to_owned(),
        state: delivery.state.as_str(),
        attempts: delivery.attempts,
        due_at: At(delivery.due_at),
        created_at: At(delivery.created_at),
        gives_up_at: At(delivery.gives_up_at),
        last_code: delivery.last_code.map(Code::as_str),
        last_detail: delivery.last_detail,
        reference: delivery.reference,
    }
}

async fn retry(desk: &Desk, id: &str) -> Result<()> {
    let not_found = || {
        let message = say!("outbox-not-found", id = id);
        Failure::error(Exit::NotFound, message)
    };
    let id = DeliveryId::parse(id).ok_or_else(not_found)?;
    let delivery = desk
        .write(RetryDelivery {
            id,
            moment: desk.moment(),
        })
        .await?
        .ok_or_else(not_found)?;
    output::say(&say!("outbox-due", to = delivery.to()))
}

async fn give_up(desk: &Desk, id: &str) -> Result<()> {
    let not_found = || Failure::error(Exit::NotFound, say!("outbox-none-waits", id = id));
    let id = DeliveryId::parse(id).ok_or_else(not_found)?;
    let give_up = GiveUp {
        id,
        moment: desk.moment(),
    };
    let given_up = desk.write(give_up).await?.ok_or_else(not_found)?;
    let to = given_up.delivery().to();
    output::say(&match &given_up {
        GivenUp::Ended(_) => say!("outbox-given-up", to = to),
        GivenUp::TakenBack(_) => say!("outbox-taken-back", to = to),
    })
}
