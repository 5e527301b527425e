//! Where passwords come from: the terminal or stdin, never the command line, which others on the machine can read.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use symbolon_server::accounts::{
    PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordError, check_new_password,
};

use crate::exit::{Exit, Failure};
use crate::language::say;

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
        Ok(password.as_str().into())
    }
}

fn first_line(input: impl BufRead) -> Result<Zeroizing<String>> {
    // As long as the longest, so that it never grows, which would leave a copy behind.
    let mut line = Zeroizing::new(String::with_capacity(PASSWORD_BYTES_MAX + 4));
    // One more than the longest with its line end, so that a longer one is noticed.
    let mut input = input.take(PASSWORD_BYTES_MAX as u64 + 3);
    input
        .read_line(&mut line)
        .with_context(|| say!("secret-unread"))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    Ok(Zeroizing::new(line.to_owned()))
}

fn prompt() -> Result<Zeroizing<String>> {
    if !io::stdin().is_terminal() {
        return Err(Failure::error(Exit::Usage, say!("secret-no-terminal")));
    }
    let ask = |words| rpassword::prompt_password(format!("{words} ")).map(Zeroizing::new);
    let first = ask(say!("secret-new"))?;
    let second = ask(say!("secret-again"))?;
    if first == second {
        Ok(first)
    } else {
        Err(Failure::error(Exit::Usage, say!("secret-differs")))
    }
}

fn check(password: &str) -> Result<()> {
    let reason = match check_new_password(password) {
        Ok(()) => return Ok(()),
        Err(PasswordError::Short) => say!("secret-short", least = PASSWORD_CHARS_MIN),
        Err(PasswordError::Long) => say!("secret-long", most = PASSWORD_BYTES_MAX),
        Err(PasswordError::Control) => say!("secret-control"),
    };
    Err(Failure::error(
        Exit::Usage,
        say!("secret-unusable", reason = reason),
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
            assert_eq!(*first_line(text.as_bytes()).unwrap(), "correct horse");
        }
        assert_eq!(*first_line(" spaced \n".as_bytes()).unwrap(), " spaced ");
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
