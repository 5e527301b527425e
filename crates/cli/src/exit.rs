//! Exit codes, decided in one place.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// How a command ended. Scripts may rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what was asked.
    Done = 0,
    /// It could not, for a reason that none of the others names.
    Failed = 1,
    /// The command line makes no sense; clap uses this number, too.
    Usage = 2,
    /// What it should act on does not exist.
    NotFound = 3,
    /// The name is taken.
    Taken = 4,
    /// A setting is missing or wrong.
    Settings = 5,
    /// It looked, and somebody should look at what it found.
    Attention = 6,
}

/// The codes, for the end of `symbolon --help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  failed; the last line on stderr says why
  2  the command line makes no sense
  3  there is no such user, invitation, connection, delivery, key, directory or decision
  4  the name is taken
  5  a setting is missing or wrong
  6  doctor, peer check or probe found something that needs attention";

/// An error with an exit code of its own. Everything else ends with [`Exit::Failed`].
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Something that the person at the keyboard reads, and the code that their script reads.
    pub(crate) fn error(exit: Exit, message: impl Into<String>) -> anyhow::Error {
        let message = message.into();
        anyhow::Error::new(Self { exit, message })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Tells an error on stderr and turns the outcome into the process's exit code.
pub(crate) fn code(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::from(Exit::Done as u8);
    };
    if is_broken_pipe(&error) {
        return ExitCode::from(Exit::Done as u8);
    }
    eprintln!("symbolon: {error:#}");
    let exit = error
        .downcast_ref::<Failure>()
        .map_or(Exit::Failed, |failure| failure.exit);
    ExitCode::from(exit as u8)
}

/// The reader of our output, such as `head`, has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let source = error.downcast_ref::<io::Error>();
    source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_code() {
        let all = [
            Exit::Done,
            Exit::Failed,
            Exit::Usage,
            Exit::NotFound,
            Exit::Taken,
            Exit::Settings,
            Exit::Attention,
        ];
        for exit in all {
            assert!(HELP.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn code_survives_context() {
        let error = Failure::error(Exit::Taken, "there is a user bob already").context("user add");
        assert_eq!(code(Err(error)), ExitCode::from(4));
    }

    #[test]
    fn closed_pipe_is_no_failure() {
        let error = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(code(Err(error.into())), ExitCode::from(0));
    }
}
