//! `symbolon`: a federation server for Open Cloud Mesh, and what its administrators need.

mod arguments;
mod commands;
mod errors;
mod exit;
mod language;
mod output;
mod settings;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use commands::{
    audit, backup, config, connection, demo, directory, doctor, invite, keys, outbox, peer, probe,
    serve, trace, user,
};

/// Connects people on different clouds, and keeps both sides agreed.
///
/// A federation server for Open Cloud Mesh. Begin with `symbolon demo`.
#[derive(Debug, Parser)]
#[command(name = "symbolon", version, after_help = exit::HELP, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    lang: language::Lang,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Serve(serve::Args),
    #[command(subcommand)]
    User(user::Command),
    #[command(subcommand)]
    Invite(invite::Command),
    #[command(subcommand)]
    Connection(connection::Command),
    #[command(subcommand)]
    Outbox(outbox::Command),
    #[command(subcommand)]
    Peer(peer::Command),
    #[command(subcommand)]
    Directory(directory::Command),
    Probe(probe::Args),
    #[command(subcommand)]
    Keys(keys::Command),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Doctor(doctor::Args),
    Trace(trace::Args),
    Audit(audit::Args),
    #[command(subcommand)]
    Config(config::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    language::speak(language::wanted());
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match arguments::failed(&error) {
            Some(failure) => return exit::code(Err(failure)),
            None => error.exit(),
        },
    };
    let outcome = match cli.command {
        Command::Demo(args) => demo::run(&args).await,
        Command::Serve(args) => serve::run(&args).await,
        Command::User(command) => user::run(&command).await,
        Command::Invite(command) => invite::run(&command).await,
        Command::Connection(command) => connection::run(&command).await,
        Command::Outbox(command) => outbox::run(&command).await,
        Command::Directory(command) => directory::run(&command).await,
        Command::Peer(command) => peer::run(&command).await,
        Command::Probe(args) => probe::run(&args).await,
        Command::Keys(command) => keys::run(&command).await,
        Command::Backup(args) => backup::back_up(&args).await,
        Command::Restore(args) => backup::restore(&args).await,
        Command::Doctor(args) => doctor::run(&args).await,
        Command::Trace(args) => trace::run(&args).await,
        Command::Audit(args) => audit::run(&args).await,
        Command::Config(command) => config::run(&command),
    };
    exit::code(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verify_cli() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
