//! `symbolon user totp`: who has a second factor, and the way back for somebody who has lost it.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::json;
use symbolon_core::{Timestamp, UserId};
use symbolon_store::second_factors::{FindSecondFactor, ListSecondFactors, Shown, TurnOff};

use super::directory;
use crate::language::say;
use crate::output::{self, At, Format, time};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Show whether an account has a second factor (two-step log-in); or turn it off for somebody who has lost their app and
/// their recovery codes. They can turn it on again themselves.
///
/// Make sure first that it is they who ask. Sessions go on: `symbolon user sessions NAME --end-all` ends them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    name: String,
    /// Turn it off: the password alone opens the account again.
    #[arg(long)]
    off: bool,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Since when each account has one that has one.
pub(super) async fn all(desk: &Desk) -> Result<HashMap<UserId, Timestamp>> {
    let mut all = HashMap::new();
    let mut after = None;
    loop {
        let list = ListSecondFactors { after, limit: PAGE };
        let page = desk.read(list).await?;
        let Some((last, _)) = page.last() else {
            return Ok(all);
        };
        after = Some(last.clone());
        all.extend(page);
    }
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    let name = user.name.as_str();
    if args.off {
        let off = TurnOff {
            user: user.id,
            proof: None,
            moment: desk.moment(),
        };
        // What is so already is no failure: scripts say it again and again.
        return output::say(&match desk.write(off).await? {
            Shown::Counts => say!("user-totp-turned-off", name = name),
            Shown::Used | Shown::TooLate => say!("user-totp-off", name = name),
        });
    }
    let found = desk.read(FindSecondFactor { user: user.id }).await?;
    if args.format.json {
        return output::json(&json!({
            "totp_since": found.as_ref().map(|found| At(found.since)),
            "recovery_codes_left": found.as_ref().map(|found| found.recovery_codes.len()),
        }));
    }
    output::say(&match found {
        Some(found) => say!(
            "user-totp-on",
            name = name,
            since = time(found.since),
            left = found.recovery_codes.len().to_string()
        ),
        None => say!("user-totp-off", name = name),
    })
}
