//! `symbolon user remove`: an account goes, with everything that hangs on it.

use anyhow::Result;
use symbolon_store::connections::listing::CountByServer;
use symbolon_store::departures::BeginDeparture;

use super::directory;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output;
use crate::settings::Place;

/// Delete an account: it is closed at once, and the running server disconnects it from everybody and tells the others.
///
/// Without --yes it says what would happen and changes nothing. There is no way back; the log-in name can be given to
/// somebody else afterwards.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    name: String,
    /// Do it.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    let count = CountByServer {
        user: user.id.clone(),
        connected: true,
        limit: 1,
    };
    let counted = desk.read(count).await?;
    let name = &args.name;
    let with = say!(
        "user-remove-with",
        name = name,
        people = counted.people,
        servers = counted.servers
    );
    if !args.yes {
        return output::say(&say!("user-remove-would", with = with, name = name));
    }
    let begin = BeginDeparture {
        user: user.id,
        moment: desk.moment(),
    };
    if !desk.write(begin).await? {
        let message = say!("user-leaving-already", name = name);
        return Err(Failure::error(Exit::Usage, message));
    }
    output::say(&say!("user-removed", name = name, with = with))
}
