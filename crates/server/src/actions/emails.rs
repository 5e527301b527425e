//! An e-mail address that a person enters: where this server sends mail, it counts once they confirm it by a link that is sent
//! there. So nobody shows somebody else's address to other servers as theirs, or has mails sent there.

use symbolon_core::Timestamp;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::language::Language;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::email_changes::{
    AskConfirmation, ConfirmEmail, DropEmailChange, EmailChange, FindByToken, FindEmailChange,
    NotAsked,
};
use symbolon_store::outbox::Delivery;
use symbolon_store::users::User;

use super::{mails, storage_problem};
use crate::app::App;
use crate::keys::token_hash;

/// How long a link confirms an address, in milliseconds: as long as a mail is tried.
const LIFE_MS: i64 = 3 * 86_400_000;

/// The address that waits for a person, and its last mail; `None` where no mail is sent and nothing waits.
pub async fn waiting(
    app: &App,
    user: &User,
) -> Result<Option<(EmailChange, Option<Delivery>)>, Problem> {
    if app.config.mail.is_none() {
        return Ok(None);
    }
    let find = FindEmailChange {
        user: user.id.clone(),
    };
    let found = app.store.read(find).await;
    found.map_err(|error| storage_problem(&error))
}

/// Sends a link to an address that is one, which waits from now on. The mail speaks the language of whoever asks.
pub(super) async fn ask(
    app: &App,
    user: &User,
    email: &str,
    language: Language,
    reference: &str,
) -> Result<(), Problem> {
    let token = InviteToken::from_random(app.env.random());
    let moment = app.moment(reference);
    let now = moment.now;
    let ask = AskConfirmation {
        user: user.id.clone(),
        token_hash: token_hash(&token),
        token_sealed: app.keys.seal(&app.env, &token),
        expires_at: now.plus_millis(LIFE_MS),
        posting: mails::posting(app, email, language)?,
        moment,
    };
    let asked = app.store.write(ask).await;
    match asked.map_err(|error| storage_problem(&error))? {
        Ok(()) => {
            app.outbox.wake();
            Ok(())
        }
        Err(NotAsked::AccountClosed) => Err(Problem::new(Code::AccountDisabled)),
        Err(NotAsked::TooMany(too_many)) => {
            let reasons = ("confirmations", "confirmed-address");
            Err(mails::too_many(too_many, reasons, now))
        }
    }
}

/// Sends the link once more; nothing waits, nothing happens.
pub async fn again(
    app: &App,
    user: &User,
    language: Language,
    reference: &str,
) -> Result<(), Problem> {
    match waiting(app, user).await? {
        Some((change, _)) => ask(app, user, &change.email, language, reference).await,
        None => Ok(()),
    }
}

/// The address that waits is not wanted any more.
pub async fn give_up(app: &App, user: &User) -> Result<(), Problem> {
    let give_up = DropEmailChange {
        user: user.id.clone(),
        now: app.now(),
    };
    let done = app.store.write(give_up).await;
    done.map_err(|error| storage_problem(&error))
}

/// The address that a link would confirm for this person. Looking changes nothing, since programs open links.
pub async fn offered(app: &App, user: &User, token: &str) -> Result<Option<String>, Problem> {
    let Ok(token) = InviteToken::parse(token) else {
        return Ok(None);
    };
    let find = FindByToken {
        user: user.id.clone(),
        token_hash: token_hash(&token),
        now: app.now(),
    };
    let found = app.store.read(find).await;
    found.map_err(|error| storage_problem(&error))
}

/// The person confirms it. It has to be the one who entered it: whoever gets the mail and did not ask for it does not confirm
/// it for somebody else by a click.
pub async fn confirm(
    app: &App,
    user: &User,
    token: &str,
    reference: &str,
) -> Result<Option<String>, Problem> {
    let Ok(token) = InviteToken::parse(token) else {
        return Ok(None);
    };
    let confirm = ConfirmEmail {
        user: user.id.clone(),
        token_hash: token_hash(&token),
        moment: app.moment(reference),
    };
    let confirmed = app.store.write(confirm).await;
    confirmed.map_err(|error| storage_problem(&error))
}

/// Whether a link that was sent counts no more.
pub fn is_over(change: &EmailChange, now: Timestamp) -> bool {
    change.expires_at <= now
}
