//! `symbolon trace`: the story of an exchange, a connection or an invitation.

use anyhow::Result;
use serde_json::json;
use symbolon_core::{AcceptanceId, ConnectionId, InviteId, Timestamp};
use symbolon_proto::address::Provider;
use symbolon_server::actions::trace::{Line, Step, Story};
use symbolon_store::trace::{LoadTrace, Thread};

use super::audit::{peer, reference};
use super::user;
use crate::exit::{Exit, Failure};
use crate::language::{self, say};
use crate::output::{self, Format, precise_time, printable};
use crate::settings::{Desk, Place};

/// Tell the story of an exchange in the order in which it happened: gestures, decisions with their reason, every attempt
/// to reach the other server, and what it answered.
///
/// The reference is the one that pages, answers and logs show; the other server has the same. Works beside a running
/// server.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(false))]
pub(crate) struct Args {
    /// The exchange, by its reference; also as trace id or UUID.
    #[arg(value_name = "REF", group = "what")]
    reference: Option<String>,
    /// A connection, by its id from `connection list`.
    #[arg(long, value_name = "ID", group = "what")]
    connection: Option<String>,
    /// An acceptance, by the id that its page and the API show.
    #[arg(long, value_name = "ID", group = "what")]
    acceptance: Option<String>,
    /// An invitation, by its id from `invite list`.
    #[arg(long, value_name = "ID", group = "what")]
    invite: Option<String>,
    /// The newest with another server.
    #[arg(long, value_name = "HOST", group = "what")]
    peer: Option<String>,
    /// The newest of an account.
    #[arg(long, value_name = "NAME", group = "what")]
    user: Option<String>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let load = LoadTrace {
        thread: thread(args, &desk).await?,
        only: None,
    };
    let story = Story::of(&desk.read(load).await?, language::current());
    if args.format.json {
        output::json(&json!({ "lines": story.lines, "more": story.more }))?;
    }
    if story.lines.is_empty() {
        return Err(Failure::error(Exit::NotFound, say!("nothing-recorded")));
    }
    if args.format.json {
        return Ok(());
    }
    let names = user::names(&desk).await?;
    if story.more {
        eprintln!("{}", say!("more-left-out"));
    }
    for line in &story.lines {
        let id = line.user.as_deref().and_then(symbolon_core::UserId::parse);
        output::say(&text(line, id.map(|id| names.of(&id))))?;
    }
    Ok(())
}

async fn thread(args: &Args, desk: &Desk) -> Result<Thread> {
    let not_an_id = |id: &str| Failure::error(Exit::Usage, say!("trace-no-id", id = id));
    if let Some(text) = &args.reference {
        return Ok(Thread::Reference(reference(text)));
    }
    if let Some(id) = &args.connection {
        let id = ConnectionId::parse(id).ok_or_else(|| not_an_id(id))?;
        return Ok(Thread::Connection(id));
    }
    if let Some(id) = &args.acceptance {
        let id = AcceptanceId::parse(id).ok_or_else(|| not_an_id(id))?;
        return Ok(Thread::Acceptance(id));
    }
    if let Some(id) = &args.invite {
        let id = InviteId::parse(id).ok_or_else(|| not_an_id(id))?;
        return Ok(Thread::Invite(id));
    }
    if let Some(host) = &args.peer {
        let provider = Provider::parse(&peer(host)?);
        return Ok(Thread::Peer(provider.map_err(anyhow::Error::new)?));
    }
    let name = args.user.as_deref().unwrap_or_default();
    Ok(Thread::User(user::find(desk, name).await?.id))
}

fn text(line: &Line, name: Option<String>) -> String {
    let at = precise_time(Timestamp::from_millis(line.at_ms));
    let peer = line.peer.clone().unwrap_or_else(|| say!("other-server"));
    let arrow = match line.step {
        Step::Sent => format!("--> {peer}"),
        Step::Answered => format!("<-- {peer}"),
        Step::Received => format!("<-- {peer}"),
        Step::Gesture | Step::Decided => "   ".to_owned(),
    };
    let who = match (line.who, line.step) {
        ("person", _) => name.unwrap_or_else(|| say!("somebody")),
        ("administrator", _) => say!("administrator"),
        ("peer" | "stranger", Step::Received) => say!("it"),
        ("peer", Step::Answered) => say!("it"),
        ("peer", _) if matches!(line.what.as_str(), "peer.signs" | "peer.weaker") => peer,
        ("stranger", _) => say!("stranger"),
        _ => say!("this-server"),
    };
    let said = match line.reason(language::current()) {
        Some(reason) => say!(
            "line-reason",
            who = who,
            what = &line.words,
            reason = reason
        ),
        None => say!("line", who = who, what = &line.words),
    };
    // The name of a reason never changes, whatever the language: it is what one looks for.
    let result = line.result.clone().filter(|result| result != "done");
    let attempt = line.attempt.filter(|attempt| *attempt > 1);
    let parts = [
        attempt.map(|attempt| say!("attempt", attempt = attempt)),
        result,
        line.status
            .map(|status| say!("status", status = status.to_string())),
        line.said.as_ref().map(|said| say!("said", said = said)),
        line.fault
            .as_ref()
            .map(|fault| say!("fault", fault = fault)),
        line.stage.map(|stage| say!("stage", stage = stage)),
        line.duration_ms.map(|ms| format!("{ms} ms")),
        line.reference
            .as_ref()
            .map(|name| say!("reference", reference = name)),
        line.their_reference
            .as_ref()
            .map(|name| say!("their-reference", reference = name)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = format!("{at}  {arrow}  {said}");
    if !parts.is_empty() {
        text.push_str(&format!("  ({})", parts.join("; ")));
    }
    printable(&text)
}
