//! App passwords: what apps and scripts of a person log in with.

use serde_json::json;
use symbolon_core::{Id, Timestamp, UserId};

use crate::events::{Kind, Moment};
use crate::users::account;
use crate::{Error, Operation, Statement, Tx};

/// An app password as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppPassword {
    /// Its id.
    pub id: Id,
    /// What it is for, in the owner's words.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

static LIST: Statement = Statement::new(
    "app_passwords.list",
    "SELECT id, hash, label, created_at, last_used_at FROM app_passwords WHERE user_id = $1 ORDER BY id",
);
static ADD: Statement = Statement::new(
    "app_passwords.add",
    "INSERT INTO app_passwords (id, user_id, label, hash, created_at) SELECT $1, $2, $3, $4, $5
     WHERE NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $2)",
);
static REMOVE: Statement = Statement::new(
    "app_passwords.remove",
    "DELETE FROM app_passwords WHERE id = $1 AND user_id = $2",
);
static USED: Statement = Statement::new(
    "app_passwords.used",
    "UPDATE app_passwords SET last_used_at = $2 WHERE id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&LIST, &ADD, &REMOVE, &USED];

/// Most app passwords of one person: each is compared when one of them logs in.
pub const APP_PASSWORDS_MAX: usize = 100;

/// Adds an app password.
pub struct AddAppPassword {
    /// Its id.
    pub id: Id,
    /// Whose.
    pub user: UserId,
    /// What it is for.
    pub label: String,
    /// SHA-256 of the password, which has enough randomness to need no slower hash.
    pub hash: Vec<u8>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for AddAppPassword {
    /// `false`: they have [`APP_PASSWORDS_MAX`] already, or they leave.
    type Output = bool;
    const NAME: &'static str = "add_app_password";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let known = tx.rows(&LIST, &[self.user.as_str().into()]).await?;
        if known.len() >= APP_PASSWORDS_MAX {
            return Ok(false);
        }
        let parameters = [
            self.id.as_str().into(),
            self.user.as_str().into(),
            self.label.as_str().into(),
            self.hash.as_slice().into(),
            self.moment.now.as_millis().into(),
        ];
        if tx.execute(&ADD, &parameters).await? == 0 {
            return Ok(false);
        }
        let data = json!({ "user": self.user, "app_password": self.id, "label": self.label });
        account(Kind::UserAppPasswordAdded, &self.user)
            .beside(self.id.as_str())
            .saying(data)
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// A user's app passwords, oldest first.
pub struct ListAppPasswords {
    /// Whose.
    pub user: UserId,
}

impl Operation for ListAppPasswords {
    type Output = Vec<AppPassword>;
    const NAME: &'static str = "list_app_passwords";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AppPassword>, Error> {
        let rows = tx.rows(&LIST, &[self.user.as_str().into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(AppPassword {
                    id: row.parsed(0, Id::parse)?,
                    label: row.text(2)?.to_owned(),
                    created_at: Timestamp::from_millis(row.int(3)?),
                    last_used_at: row.opt_int(4)?.map(Timestamp::from_millis),
                })
            })
            .collect()
    }
}

/// Removes an app password.
pub struct RemoveAppPassword {
    /// Whose it must be.
    pub user: UserId,
    /// Which.
    pub id: Id,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for RemoveAppPassword {
    /// `false`: there is none.
    type Output = bool;
    const NAME: &'static str = "remove_app_password";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let parameters = [self.id.as_str().into(), self.user.as_str().into()];
        if tx.execute(&REMOVE, &parameters).await? == 0 {
            return Ok(false);
        }
        let data = json!({ "user": self.user, "app_password": self.id });
        account(Kind::UserAppPasswordRemoved, &self.user)
            .beside(self.id.as_str())
            .saying(data)
            .record(tx, &self.moment)
            .await?;
        Ok(true)
    }
}

/// Notes that an app password was used; callers do so at most once a minute per password.
pub struct AppPasswordUsed {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub id: Id,
    /// Whether it is noted in the trail as well; at most once an hour per password.
    pub in_trail: bool,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for AppPasswordUsed {
    type Output = ();
    const NAME: &'static str = "app_password_used";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let parameters = [self.id.as_str().into(), self.moment.now.as_millis().into()];
        let there = tx.execute(&USED, &parameters).await? != 0;
        if !self.in_trail || !there {
            return Ok(());
        }
        account(Kind::UserAppPasswordUsed, &self.user)
            .beside(self.id.as_str())
            .saying(json!({ "user": self.user, "app_password": self.id }))
            .record(tx, &self.moment)
            .await
    }
}

/// The ids and hashes of a user's app passwords, for a log-in.
pub(crate) async fn hashes(tx: &mut Tx<'_>, user: &UserId) -> Result<Vec<(Id, Vec<u8>)>, Error> {
    let rows = tx.rows(&LIST, &[user.as_str().into()]).await?;
    rows.iter()
        .map(|row| Ok((row.parsed(0, Id::parse)?, row.blob(1)?.to_vec())))
        .collect()
}
