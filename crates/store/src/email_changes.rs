//! An e-mail address that a person has entered, until they confirm it by what was sent there. The address of their account
//! stays what it was meanwhile: nothing else has to know of the new one.

use serde_json::json;
use symbolon_core::mails::{DAY_MS, TooMany, may_confirm};
use symbolon_core::{Timestamp, UserId};

use crate::events::{Kind, Moment};
use crate::invites::TokenHash;
use crate::mails::{self, Posting};
use crate::outbox::{self, Delivery};
use crate::users::{self, account};
use crate::{Error, Operation, Statement, Tx};

/// An address that waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailChange {
    /// The address.
    pub email: String,
    /// What confirms it, sealed.
    pub token_sealed: Vec<u8>,
    /// Until when what was sent confirms it.
    pub expires_at: Timestamp,
}

static SET: Statement = Statement::new(
    "email_changes.set",
    "INSERT INTO email_changes (user_id, email, token_hash, token_sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, token_hash = excluded.token_hash,
         token_sealed = excluded.token_sealed, expires_at = excluded.expires_at",
);
static FIND: Statement = Statement::new(
    "email_changes.find",
    "SELECT email, token_sealed, expires_at FROM email_changes WHERE user_id = $1",
);
static FIND_BY_TOKEN: Statement = Statement::new(
    "email_changes.find_by_token",
    "SELECT email FROM email_changes
     WHERE user_id = $1 AND token_hash = $2 AND expires_at > $3",
);
static FORGET: Statement = Statement::new(
    "email_changes.forget",
    "DELETE FROM email_changes WHERE user_id = $1",
);
static WITHDRAW: Statement = Statement::new(
    "email_changes.withdraw",
    "UPDATE deliveries SET state = 'withdrawn', settled_at = $2
     WHERE user_id = $1 AND kind = 'mail_confirmation' AND state IN ('due', 'dead')",
);
static CONFIRM: Statement = Statement::new(
    "email_changes.confirm",
    "UPDATE users SET email = $2
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&SET, &FIND, &FIND_BY_TOKEN, &FORGET, &WITHDRAW, &CONFIRM];

/// A person enters an address, or wants the mail once more: what was sent before confirms nothing any more.
pub struct AskConfirmation {
    /// Who.
    pub user: UserId,
    /// What the token is looked up by.
    pub token_hash: TokenHash,
    /// The token, sealed.
    pub token_sealed: Vec<u8>,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// The mail; its recipient is the address.
    pub posting: Posting,
    /// When and under which reference.
    pub moment: Moment,
}

/// Why nothing was asked for, and nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// The person has left, or their account was disabled.
    AccountClosed,
    /// It would be too many.
    TooMany(TooMany),
}

impl Operation for AskConfirmation {
    type Output = Result<(), NotAsked>;
    const NAME: &'static str = "ask_confirmation";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let (user, moment, email) = (&self.user, &self.moment, &self.posting.recipient);
        if !users::is_open(tx, user).await? {
            return Ok(Err(NotAsked::AccountClosed));
        }
        let since = moment.now.plus_millis(-DAY_MS);
        let (by_them, there) = mails::confirmations(tx, user, email, since).await?;
        if let Err(too_many) = may_confirm(by_them, there, moment.now) {
            return Ok(Err(NotAsked::TooMany(too_many)));
        }
        forget(tx, user, moment.now).await?;
        let parameters = [
            user.as_str().into(),
            email.as_str().into(),
            self.token_hash.as_slice().into(),
            self.token_sealed.as_slice().into(),
            self.expires_at.as_millis().into(),
        ];
        tx.execute_one(&SET, &parameters).await?;
        mails::post_confirmation(tx, user, &self.posting, moment).await?;
        account(Kind::UserEmailAsked, user)
            .record(tx, moment)
            .await?;
        Ok(Ok(()))
    }
}

/// The address that waits, and the last mail that was to carry its link.
pub struct FindEmailChange {
    /// Whose.
    pub user: UserId,
}

impl Operation for FindEmailChange {
    type Output = Option<(EmailChange, Option<Delivery>)>;
    const NAME: &'static str = "find_email_change";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let Some(change) = of(tx, &self.user).await? else {
            return Ok(None);
        };
        let mail = outbox::of_confirmation(tx, &self.user).await?;
        Ok(Some((change, mail)))
    }
}

/// The address that a token would confirm for this person, as of now.
pub struct FindByToken {
    /// Who has it.
    pub user: UserId,
    /// What it is looked up by.
    pub token_hash: TokenHash,
    /// The time to compare with.
    pub now: Timestamp,
}

impl Operation for FindByToken {
    type Output = Option<String>;
    const NAME: &'static str = "find_email_change_by_token";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        let parameters = [
            self.user.as_str().into(),
            self.token_hash.as_slice().into(),
            self.now.as_millis().into(),
        ];
        let row = tx.row(&FIND_BY_TOKEN, &parameters).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }
}

/// The person shows what was sent to the address: it is theirs, and counts from now on.
pub struct ConfirmEmail {
    /// Who.
    pub user: UserId,
    /// What the token is looked up by.
    pub token_hash: TokenHash,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for ConfirmEmail {
    /// The address; `None`: the token confirms nothing, or not any more.
    type Output = Option<String>;
    const NAME: &'static str = "confirm_email";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        let (user, now) = (&self.user, self.moment.now);
        let find = FindByToken {
            user: user.clone(),
            token_hash: self.token_hash,
            now,
        };
        let Some(email) = find.run(tx).await? else {
            return Ok(None);
        };
        let parameters = [user.as_str().into(), email.as_str().into()];
        if tx.execute(&CONFIRM, &parameters).await? == 0 {
            return Ok(None);
        }
        forget(tx, user, now).await?;
        account(Kind::UserProfileChanged, user)
            .saying(json!({ "user": user, "changed": ["email"], "confirmed": true }))
            .record(tx, &self.moment)
            .await?;
        Ok(Some(email))
    }
}

/// The person wants the address no more that waits.
pub struct DropEmailChange {
    /// Who.
    pub user: UserId,
    /// The time to note.
    pub now: Timestamp,
}

impl Operation for DropEmailChange {
    type Output = ();
    const NAME: &'static str = "drop_email_change";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        forget(tx, &self.user, self.now).await
    }
}

/// The address that waits for a person.
pub(crate) async fn of(tx: &mut Tx<'_>, user: &UserId) -> Result<Option<EmailChange>, Error> {
    let Some(row) = tx.row(&FIND, &[user.as_str().into()]).await? else {
        return Ok(None);
    };
    Ok(Some(EmailChange {
        email: row.text(0)?.to_owned(),
        token_sealed: row.blob(1)?.to_vec(),
        expires_at: Timestamp::from_millis(row.int(2)?),
    }))
}

/// Nothing waits any more for a person; a mail that is being sent is left to its fate, and confirms nothing.
pub(crate) async fn forget(tx: &mut Tx<'_>, user: &UserId, now: Timestamp) -> Result<(), Error> {
    let id = user.as_str();
    tx.execute(&FORGET, &[id.into()]).await?;
    let parameters = [id.into(), now.as_millis().into()];
    tx.execute(&WITHDRAW, &parameters).await.map(drop)
}
