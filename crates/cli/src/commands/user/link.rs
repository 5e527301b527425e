//! `symbolon user link` and `unlink`: who somebody is to the service by which people log in.

use std::collections::HashMap;

use anyhow::Result;
use serde::Serialize;
use serde_json::json;
use symbolon_core::UserId;
use symbolon_core::identities::subject_is_plain;
use symbolon_server::config;
use symbolon_store::app_passwords::ListAppPasswords;
use symbolon_store::identities::{
    FindLink, Identity, Link, LinkIdentity, Linked, ListLinks, UnlinkIdentity,
};

use super::directory;
use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::output::{self, At, Format};
use crate::settings::{Desk, Place};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Say that an account belongs to somebody of the log-in service (OpenID Connect), who then logs in there; or show to whom.
///
/// Nothing else opens an account that is there already: neither its name nor its e-mail address. `symbolon audit --kind
/// session.refused` shows the `subject` of whoever was turned away for want of an account.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log-in name.
    name: String,
    /// What the service calls the person for good: the claim `sub`. Left out: show what is known.
    subject: Option<String>,
    /// The service, if it is not the one of the settings (oidc_issuer).
    #[arg(long, value_name = "URL", requires = "subject")]
    issuer: Option<String>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Say that an account belongs to nobody of a log-in service any more. Its sessions end.
///
/// App passwords stay and go on letting apps in; `symbolon user app-password NAME --list` shows them, `--remove ID` takes one
/// away, and `symbolon user disable` closes the account.
#[derive(Debug, clap::Args)]
pub(crate) struct UnlinkArgs {
    /// The log-in name.
    name: String,
    #[command(flatten)]
    place: Place,
}

/// Who an account belongs to, in listings for scripts.
#[derive(Clone, Serialize)]
pub(super) struct Known {
    issuer: String,
    subject: String,
    linked_at: At,
    last_used_at: Option<At>,
}

impl From<Link> for Known {
    fn from(link: Link) -> Self {
        Self {
            issuer: link.identity.issuer,
            subject: link.identity.subject,
            linked_at: At(link.linked_at),
            last_used_at: link.seen_at.map(At),
        }
    }
}

/// All that are known, by their accounts.
pub(super) async fn all(desk: &Desk) -> Result<HashMap<UserId, Known>> {
    let mut all = HashMap::new();
    let mut after = None;
    loop {
        let page = desk.read(ListLinks { after, limit: PAGE }).await?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        after = Some(last.user.clone());
        all.extend(
            page.into_iter()
                .map(|link| (link.user.clone(), link.into())),
        );
    }
}

/// Runs `link`.
pub(crate) async fn run(args: &Args) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    let name = user.name.as_str();
    let Some(subject) = &args.subject else {
        let known = desk.read(FindLink { user: user.id }).await?;
        return show(name, known, args.format);
    };
    let identity = Identity {
        issuer: issuer(args)?,
        subject: subject.clone(),
    };
    if !subject_is_plain(subject) {
        return Err(Failure::error(Exit::Usage, say!("user-link-subject")));
    }
    let link = LinkIdentity {
        identity: identity.clone(),
        user: user.id,
        moment: desk.moment(),
    };
    let (subject, issuer) = (identity.subject.as_str(), identity.issuer.as_str());
    let taken = |message| Err(Failure::error(Exit::Taken, message));
    match desk.write(link).await? {
        Linked::Done => output::say(&say!(
            "user-linked",
            name = name,
            subject = subject,
            issuer = issuer
        )),
        Linked::Already => output::say(&say!("user-linked-already", name = name)),
        Linked::AccountTaken(other) => taken(say!(
            "user-link-account-taken",
            name = name,
            subject = other.subject,
            issuer = other.issuer
        )),
        Linked::IdentityTaken(other) => taken(say!(
            "user-link-person-taken",
            subject = subject,
            name = other.name
        )),
    }
}

/// Runs `unlink`.
pub(crate) async fn unlink(args: &UnlinkArgs) -> Result<()> {
    let desk = args.place.open().await?;
    let user = directory::find(&desk, &args.name).await?;
    let unlink = UnlinkIdentity {
        user: user.id.clone(),
        moment: desk.moment(),
    };
    let name = user.name.as_str();
    match desk.write(unlink).await? {
        Some(_) => output::say(&say!("user-unlinked", name = name))?,
        None => return output::say(&say!("user-not-linked", name = name)),
    }
    let stay = desk.read(ListAppPasswords { user: user.id }).await?.len();
    if stay == 0 {
        return Ok(());
    }
    let count = stay.to_string();
    output::say(&say!(
        "user-unlinked-app-passwords",
        name = name,
        count = count
    ))
}

fn show(name: &str, known: Option<Link>, format: Format) -> Result<()> {
    if format.json {
        return output::json(&json!(known.map(Known::from)));
    }
    output::say(&match known {
        Some(link) => say!(
            "user-linked",
            name = name,
            subject = link.identity.subject,
            issuer = link.identity.issuer
        ),
        None => say!("user-not-linked", name = name),
    })
}

fn issuer(args: &Args) -> Result<String> {
    if let Some(issuer) = &args.issuer {
        return Ok(issuer.clone());
    }
    let issuer = config::oidc_issuer(&args.place.raw()?);
    issuer.ok_or_else(|| Failure::error(Exit::Settings, say!("user-link-no-issuer")))
}
