//! Where passwords come from: the terminal or stdin, never the command line, which others on the machine can read.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result};
use secrecy::SecretString;

use crate::exit::{Exit, Failure};

/// Shortest password in characters.
const SHORTEST: usize = 8;

/// Longest password in bytes; hashing more would only cost time.
const LONGEST: usize = 1024;

/// How a password is given.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Secret {
    /// Read the password from the first line of stdin instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

impl Secret {
    /// Gets the password and checks that it can be one.
    pub(crate) fn ask(self) -> Result<SecretString> {
        let password = if self.password_stdin {
            first_line(io::stdin().lock())?
        } else {
            prompt()?
        };
        check(&password)?;
        Ok(password.into())
    }
}

fn first_line(input: impl BufRead) -> Result<String> {
    let mut line = String::new();
    // One more than the longest with its line end, so that a longer one is noticed.
    let mut input = input.take(LONGEST as u64 + 3);
    input
        .read_line(&mut line)
        .context("cannot read the password from stdin")?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn prompt() -> Result<String> {
    if !io::stdin().is_terminal() {
        let message = "there is no terminal to ask for the password on: give it on stdin with --password-stdin";
        return Err(Failure::error(Exit::Usage, message));
    }
    let first = rpassword::prompt_password("New password: ")?;
    let second = rpassword::prompt_password("Once more: ")?;
    if first == second {
        Ok(first)
    } else {
        Err(Failure::error(Exit::Usage, "the two passwords differ"))
    }
}

fn check(password: &str) -> Result<()> {
    let reason = if password.chars().count() < SHORTEST {
        format!("it has fewer than {SHORTEST} characters")
    } else if password.len() > LONGEST {
        format!("it has more than {LONGEST} bytes")
    } else if password.chars().any(char::is_control) {
        "it has control characters, which nobody can type".to_owned()
    } else {
        return Ok(());
    };
    Err(Failure::error(
        Exit::Usage,
        format!("this password cannot be used: {reason}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_end_is_cut_off() {
        for text in [
            "correct horse",
            "correct horse\n",
            "correct horse\r\n",
            "correct horse\nmore\n",
        ] {
            assert_eq!(first_line(text.as_bytes()).unwrap(), "correct horse");
        }
        assert_eq!(first_line(" spaced \n".as_bytes()).unwrap(), " spaced ");
    }

    #[test]
    fn short_long_and_unprintable_passwords_are_refused() {
        assert!(check("correct horse").is_ok());
        assert!(check("pässwört").is_ok());
        for password in ["", "short", "has\ttabulator", &"x".repeat(1025)] {
            assert!(check(password).is_err(), "{password:?}");
        }
        let endless = "x".repeat(4096);
        assert!(check(&first_line(endless.as_bytes()).unwrap()).is_err());
    }
}
