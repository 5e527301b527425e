//! What is wrong with a command line, in the reader's language. clap finds it; here it is put into words.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::errors::Refused;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::printable;

/// What to say of a command line that cannot be followed; `None` where clap has something to print that is no failure,
/// which is the help or the version.
pub(crate) fn failed(error: &clap::Error) -> Option<anyhow::Error> {
    let printed = [
        ErrorKind::DisplayHelp,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
        ErrorKind::DisplayVersion,
    ];
    if printed.contains(&error.kind()) {
        return None;
    }
    let told = Told(error);
    let mut parts = vec![told.what()];
    parts.extend(told.tips());
    // What one of our own parsers refuses says what would be right.
    if told.refused().is_none() {
        parts.extend(told.usage());
        parts.push(say!("arguments-help"));
    }
    Some(Failure::error(Exit::Usage, parts.join("\n\n")))
}

struct Told<'a>(&'a clap::Error);

impl Told<'_> {
    fn what(&self) -> String {
        let argument = self.list(ContextKind::InvalidArg).join(" ");
        let value = self.list(ContextKind::InvalidValue).join(" ");
        match self.0.kind() {
            ErrorKind::UnknownArgument => say!("arguments-unknown", argument = argument),
            ErrorKind::InvalidSubcommand => {
                let command = self.list(ContextKind::InvalidSubcommand).join(" ");
                say!("arguments-no-command", command = command)
            }
            ErrorKind::MissingSubcommand => {
                let command = self.list(ContextKind::InvalidSubcommand).join(" ");
                let commands = self.list(ContextKind::ValidSubcommand).join(", ");
                say!(
                    "arguments-which-command",
                    command = command,
                    commands = commands
                )
            }
            ErrorKind::MissingRequiredArgument => {
                let all = self.list(ContextKind::InvalidArg);
                let lines: String = all.iter().map(|one| format!("\n  {one}")).collect();
                format!("{}{lines}", say!("arguments-missing"))
            }
            ErrorKind::ArgumentConflict => self.conflict(argument),
            ErrorKind::InvalidValue if value.is_empty() => {
                say!("arguments-value-missing", argument = argument)
            }
            ErrorKind::InvalidValue => {
                let all = self.list(ContextKind::ValidValue).join(", ");
                let reason = say!("arguments-values", values = all);
                say!(
                    "argument-refused",
                    argument = argument,
                    value = value,
                    reason = reason
                )
            }
            ErrorKind::ValueValidation => {
                let reason = self.reason();
                say!(
                    "argument-refused",
                    argument = argument,
                    value = value,
                    reason = reason
                )
            }
            ErrorKind::TooManyValues => {
                say!("arguments-too-many", argument = argument, value = value)
            }
            _ => say!("arguments-wrong"),
        }
    }

    fn conflict(&self, argument: String) -> String {
        let others = self.list(ContextKind::PriorArg);
        if others.len() == 1 && others[0] == argument {
            return say!("arguments-twice", argument = argument);
        }
        let one = match argument.as_str() {
            "" => self.list(ContextKind::InvalidSubcommand).join(" "),
            _ => argument,
        };
        say!(
            "arguments-conflict",
            argument = one,
            others = others.join(", ")
        )
    }

    /// What one of our own parsers says against a value.
    fn refused(&self) -> Option<&str> {
        let refused = self.0.source()?.downcast_ref::<Refused>()?;
        Some(&refused.0)
    }

    /// Why a value cannot be used. All of ours that are read by clap itself are whole numbers, some of them within bounds.
    fn reason(&self) -> String {
        if let Some(refused) = self.refused() {
            return refused.to_owned();
        }
        let words = self.0.source().map(ToString::to_string);
        let bounds = words.as_deref().and_then(|words| {
            let (_, bounds) = words.rsplit_once(" is not in ")?;
            let (least, most) = bounds.split_once("..")?;
            let most = most.trim_start_matches('=');
            Some((least.to_owned(), most.to_owned()))
        });
        match bounds {
            Some((least, most)) => say!("arguments-bounds", least = least, most = most),
            None => say!("arguments-number"),
        }
    }

    /// What was perhaps meant.
    fn tips(&self) -> Option<String> {
        let kinds = [
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
        ];
        let meant: Vec<String> = kinds.iter().flat_map(|kind| self.list(*kind)).collect();
        (!meant.is_empty()).then(|| say!("arguments-meant", meant = meant.join(", ")))
    }

    fn usage(&self) -> Option<String> {
        let usage = self.0.get(ContextKind::Usage)?.to_string();
        let usage = usage.strip_prefix("Usage:").unwrap_or(&usage);
        let lines = usage.lines().map(|line| printable(line.trim()));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        Some(say!("arguments-usage", usage = lines.join("\n  ")))
    }

    fn list(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::Strings(all)) => all.iter().map(|one| printable(one)).collect(),
            Some(ContextValue::String(one)) => vec![printable(one)],
            _ => Vec::new(),
        }
    }
}
