//! `symbolon config`: which settings are in force, and whether they make sense.

use anyhow::Result;
use serde_json::{Map, Value, json};
use symbolon_server::config::Key;

use crate::language::{self, say};
use crate::output::{self, Format};
use crate::settings::Settings;

/// Check and show the settings, as `serve` would find them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say whether a server could start with these settings.
    Check(Settings),
    /// Print all settings and where each comes from; secrets are replaced by `***`.
    Show {
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Result<()> {
    match command {
        Command::Check(settings) => check(settings),
        Command::Show { settings, format } => show(settings, *format),
    }
}

fn check(settings: &Settings) -> Result<()> {
    let config = settings.check()?;
    let language = language::current();
    for danger in config.dangers() {
        let danger = danger.say(language);
        output::say(&say!("config-unsafe", danger = danger))?;
    }
    let (name, database) = (config.provider(), config.database_in_words().say(language));
    output::say(&say!(
        "config-fine",
        name = name.as_str(),
        database = database
    ))
}

fn show(settings: &Settings, format: Format) -> Result<()> {
    let config = settings.check()?;
    let shown = config.show();
    if !format.json {
        return output::say(shown.trim_end());
    }
    let raw = settings.raw()?;
    let values: Map<String, Value> = toml::from_str(&shown)?;
    let rows = Key::ALL.into_iter().map(|key| {
        let value = values.get(key.name()).unwrap_or(&Value::Null);
        (
            key.name().to_owned(),
            json!({ "value": value, "origin": raw.origin(key).to_string() }),
        )
    });
    output::json(&rows.collect::<Map<_, _>>())
}
