//! The second factor of people who log in with a password: a secret that an app of theirs shares with this server (RFC 6238),
//! and codes for when the app is lost.

use serde_json::json;
use symbolon_core::{Timestamp, UserId};

use crate::events::{Kind, Moment};
use crate::sessions::{self, Kept, OpenSession};
use crate::users::account;
use crate::{Error, Operation, Row, Statement, Tx};

/// What a code is checked against.
pub struct SecondFactor {
    /// The secret, sealed by the server.
    pub secret_sealed: Vec<u8>,
    /// Since when it is asked for.
    pub since: Timestamp,
    /// SHA-256 of the recovery codes that are left.
    pub recovery_codes: Vec<[u8; 32]>,
}

/// What somebody has shown. It was right when it was looked at; whether it still counts, its transaction decides.
#[derive(Clone, Copy)]
pub enum Proof {
    /// A code of the app, by the step of time that it belongs to.
    Step(i64),
    /// A recovery code, by its SHA-256.
    Recovery([u8; 32]),
}

/// What became of what somebody has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It counts, and what it was shown for is done.
    Counts,
    /// It was used before. Nothing is done.
    Used,
    /// What it was shown for cannot be done any more, whatever is shown: somebody did something else meanwhile. Nothing is
    /// done, and it is not used up.
    TooLate,
}

static FIND: Statement = Statement::new(
    "second_factors.find",
    "SELECT secret_sealed, enabled_at FROM second_factors WHERE user_id = $1",
);
static LIST: Statement = Statement::new(
    "second_factors.list",
    "SELECT user_id, enabled_at FROM second_factors WHERE user_id > $1 ORDER BY user_id LIMIT $2",
);
static TURN_ON: Statement = Statement::new(
    "second_factors.turn_on",
    "INSERT INTO second_factors (user_id, secret_sealed, enabled_at, last_step)
     SELECT id, $2, $3, $4 FROM users WHERE id = $1 AND disabled_at IS NULL
     ON CONFLICT (user_id) DO NOTHING",
);
static USE_STEP: Statement = Statement::new(
    "second_factors.use_step",
    "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
);
static REMOVE: Statement = Statement::new(
    "second_factors.remove",
    "DELETE FROM second_factors WHERE user_id = $1",
);
static CODES: Statement = Statement::new(
    "recovery_codes.list",
    "SELECT hash FROM recovery_codes WHERE user_id = $1 ORDER BY hash",
);
static ADD_CODE: Statement = Statement::new(
    "recovery_codes.add",
    "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)",
);
static USE_CODE: Statement = Statement::new(
    "recovery_codes.use",
    "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2",
);
static REMOVE_CODES: Statement = Statement::new(
    "recovery_codes.remove",
    "DELETE FROM recovery_codes WHERE user_id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &FIND,
    &LIST,
    &TURN_ON,
    &USE_STEP,
    &REMOVE,
    &CODES,
    &ADD_CODE,
    &USE_CODE,
    &REMOVE_CODES,
];

/// The second factor of somebody.
pub struct FindSecondFactor {
    /// Whose.
    pub user: UserId,
}

impl Operation for FindSecondFactor {
    /// `None`: a password is enough.
    type Output = Option<SecondFactor>;
    const NAME: &'static str = "find_second_factor";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let user = [self.user.as_str().into()];
        let Some(row) = tx.row(&FIND, &user).await? else {
            return Ok(None);
        };
        let codes = tx.rows(&CODES, &user).await?;
        Ok(Some(SecondFactor {
            secret_sealed: row.blob(0)?.to_vec(),
            since: Timestamp::from_millis(row.int(1)?),
            recovery_codes: codes.iter().map(hash).collect::<Result<_, _>>()?,
        }))
    }
}

/// Who has a second factor, and since when, in the order of the accounts' ids.
pub struct ListSecondFactors {
    /// Only accounts behind this one.
    pub after: Option<UserId>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListSecondFactors {
    type Output = Vec<(UserId, Timestamp)>;
    const NAME: &'static str = "list_second_factors";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let after = self.after.as_ref().map_or("", UserId::as_str);
        let parameters = [after.into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter()
            .map(|row| {
                let since = Timestamp::from_millis(row.int(1)?);
                Ok((row.parsed(0, UserId::parse)?, since))
            })
            .collect()
    }
}

/// From now on a password alone opens no session. Other sessions end: they were opened without.
pub struct TurnOn {
    /// Whose.
    pub user: UserId,
    /// The secret, sealed by the server.
    pub secret_sealed: Vec<u8>,
    /// The step of the code by which they have shown that their app has the secret.
    pub step: i64,
    /// SHA-256 of the recovery codes.
    pub recovery_codes: Vec<[u8; 32]>,
    /// The session that goes on: the one in which the person says so.
    pub keep: Option<Kept>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for TurnOn {
    /// [`Shown::TooLate`]: they have one already, or they leave.
    type Output = Shown;
    const NAME: &'static str = "turn_on_second_factor";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Shown, Error> {
        let user = self.user.as_str();
        let parameters = [
            user.into(),
            self.secret_sealed.as_slice().into(),
            self.moment.now.as_millis().into(),
            self.step.into(),
        ];
        if tx.execute(&TURN_ON, &parameters).await? == 0 {
            return Ok(Shown::TooLate);
        }
        for code in &self.recovery_codes {
            let parameters = [user.into(), code.as_slice().into()];
            tx.execute_one(&ADD_CODE, &parameters).await?;
        }
        let now = self.moment.now;
        sessions::end_all_but(tx, &self.user, self.keep.as_ref(), now).await?;
        let entry = account(Kind::UserTotpEnabled, &self.user);
        entry.record(tx, &self.moment).await?;
        Ok(Shown::Counts)
    }
}

/// A password alone is enough again.
pub struct TurnOff {
    /// Whose.
    pub user: UserId,
    /// What the person has shown; an administrator shows nothing.
    pub proof: Option<Proof>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for TurnOff {
    /// [`Shown::TooLate`]: they have none.
    type Output = Shown;
    const NAME: &'static str = "turn_off_second_factor";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Shown, Error> {
        let shown = match &self.proof {
            Some(proof) => shown(tx, &self.user, proof, &self.moment).await?,
            None => Shown::Counts,
        };
        if shown != Shown::Counts {
            return Ok(shown);
        }
        if !forget(tx, &self.user).await? {
            return Ok(Shown::TooLate);
        }
        let entry = account(Kind::UserTotpDisabled, &self.user);
        entry.record(tx, &self.moment).await?;
        Ok(Shown::Counts)
    }
}

/// Opens a session for whoever has shown the second factor, too.
pub struct OpenWithSecondFactor {
    /// The session.
    pub session: OpenSession,
    /// What they have shown.
    pub proof: Proof,
}

impl Operation for OpenWithSecondFactor {
    /// Unless it is [`Shown::Counts`], no session is open.
    type Output = Shown;
    const NAME: &'static str = "open_with_second_factor";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Shown, Error> {
        let session = &self.session;
        if !session.by.holds(tx, &session.user, true).await? {
            return Ok(Shown::TooLate);
        }
        let shown = shown(tx, &session.user, &self.proof, &session.moment).await?;
        if shown == Shown::Counts {
            session.open(tx).await?;
        }
        Ok(shown)
    }
}

/// Uses up what somebody has shown.
async fn shown(
    tx: &mut Tx<'_>,
    user: &UserId,
    proof: &Proof,
    moment: &Moment,
) -> Result<Shown, Error> {
    let id = user.as_str();
    if tx.row(&FIND, &[id.into()]).await?.is_none() {
        return Ok(Shown::TooLate);
    }
    match proof {
        Proof::Step(step) => {
            let parameters = [id.into(), (*step).into()];
            let newer = tx.execute(&USE_STEP, &parameters).await? > 0;
            Ok(if newer { Shown::Counts } else { Shown::Used })
        }
        Proof::Recovery(hash) => {
            let parameters = [id.into(), hash.as_slice().into()];
            if tx.execute(&USE_CODE, &parameters).await? == 0 {
                return Ok(Shown::Used);
            }
            let left = tx.rows(&CODES, &[id.into()]).await?.len();
            account(Kind::UserRecoveryCodeUsed, user)
                .saying(json!({ "user": user, "left": left }))
                .record(tx, moment)
                .await?;
            Ok(Shown::Counts)
        }
    }
}

/// Removes secret and codes; `false` if there are none.
pub(crate) async fn forget(tx: &mut Tx<'_>, user: &UserId) -> Result<bool, Error> {
    let user = [user.as_str().into()];
    tx.execute(&REMOVE_CODES, &user).await?;
    Ok(tx.execute(&REMOVE, &user).await? > 0)
}

fn hash(row: &Row) -> Result<[u8; 32], Error> {
    let hash = row.blob(0)?.try_into();
    hash.map_err(|_| Error::inconsistent(&CODES, "a hash of another length"))
}
