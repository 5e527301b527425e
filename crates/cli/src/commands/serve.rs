//! `symbolon serve`: the server itself.

use std::io::{self, Read};

use anyhow::Result;
use symbolon_server::lifecycle;
use tokio::sync::oneshot;

use crate::settings::Settings;

/// Run the server until SIGTERM or Ctrl-C; requests under way finish.
///
/// Nothing needs to be prepared: the data folder is made at the first start. The address is printed on stdout once
/// connections are taken, the log goes to stderr. Flags go before environment, environment before the file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    settings: Settings,
    /// Stop when stdin is closed, too: the demo's servers must not outlive the demo.
    #[arg(long, hide = true)]
    stop_with_stdin: bool,
}

/// Serves until it is told to stop.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let config = args.settings.check()?;
    let signals = lifecycle::signals()?;
    let parent = args.stop_with_stdin.then(stdin_closed);
    let shutdown = async move {
        match parent {
            Some(closed) => tokio::select! { () = signals => {}, _ = closed => {} },
            None => signals.await,
        }
    };
    Ok(symbolon_server::run(config, shutdown).await?)
}

/// Resolves when stdin ends. A thread of its own reads it, since a read of stdin cannot be cancelled.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        let mut buffer = [0; 64];
        while stdin.read(&mut buffer).is_ok_and(|read| read > 0) {}
        // Nobody waits any more if a signal was quicker.
        let _ = closed.send(());
    });
    wait
}
