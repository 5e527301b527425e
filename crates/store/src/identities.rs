//! Who somebody is to a provider of identities (OpenID Connect), and which account is theirs here.

use serde_json::{Value as Json, json};
use symbolon_core::identities::{Standing, login_names};
use symbolon_core::{Timestamp, UserId};

use crate::events::{Kind, Moment};
use crate::users::{self, AddUser, Cause, SetAdmin, User, account};
use crate::{Error, Operation, Statement, Tx, sessions};

/// What a provider calls somebody. Only both together name a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider, as it spells itself.
    pub issuer: String,
    /// Its name for the person, which it never gives to anybody else.
    pub subject: String,
}

impl Identity {
    /// For the trail.
    pub(crate) fn said(&self) -> Json {
        json!({ "issuer": self.issuer, "subject": self.subject })
    }
}

/// An identity, and the account that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who they are there.
    pub identity: Identity,
    /// Who they are here.
    pub user: UserId,
    /// Since when.
    pub linked_at: Timestamp,
    /// When they last came through the provider.
    pub seen_at: Option<Timestamp>,
}

static FIND: Statement = Statement::new(
    "identities.find",
    concat!(
        "SELECT ",
        users::columns!(),
        " FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2"
    ),
);
static BY_USER: Statement = Statement::new(
    "identities.by_user",
    "SELECT issuer, subject, user_id, linked_at, seen_at FROM identities WHERE user_id = $1",
);
static BY_NAME: Statement = Statement::new(
    "identities.by_name",
    "SELECT u.id, i.issuer FROM users u LEFT JOIN identities i ON i.user_id = u.id WHERE u.name = $1",
);
static LIST: Statement = Statement::new(
    "identities.list",
    "SELECT issuer, subject, user_id, linked_at, seen_at FROM identities WHERE user_id > $1 ORDER BY user_id LIMIT $2",
);
static INSERT: Statement = Statement::new(
    "identities.insert",
    "INSERT INTO identities (issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4)",
);
static SEEN: Statement = Statement::new(
    "identities.seen",
    "UPDATE identities SET seen_at = $3 WHERE issuer = $1 AND subject = $2",
);
static REMOVE: Statement = Statement::new(
    "identities.remove",
    "DELETE FROM identities WHERE user_id = $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&FIND, &BY_USER, &BY_NAME, &LIST, &INSERT, &SEEN, &REMOVE];

/// Somebody comes through a provider that has vouched for them.
pub struct EnterByIdentity {
    /// Who they are there.
    pub identity: Identity,
    /// What their groups make of them.
    pub standing: Standing,
    /// The account to be made if they have none; its name may get a number.
    pub new: Option<User>,
    /// When and under which reference.
    pub moment: Moment,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// This is their account, which may be disabled.
    Account(User),
    /// They are in none of the groups that come in. Their account, if they have one.
    NotAllowed(Option<User>),
    /// They have no account, and none is to be made.
    Unknown,
    /// They have no account, and the one with their name belongs to nobody of this provider: it may be theirs or not, which an
    /// administrator has to say.
    NameTaken(String),
}

impl Operation for EnterByIdentity {
    type Output = Entered;
    const NAME: &'static str = "enter_by_identity";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Entered, Error> {
        match find(tx, &self.identity).await? {
            Some(user) => self.known(tx, user).await,
            None if !self.standing.allowed => Ok(Entered::NotAllowed(None)),
            None => match &self.new {
                Some(new) => self.make(tx, new).await,
                None => Ok(Entered::Unknown),
            },
        }
    }
}

impl EnterByIdentity {
    async fn known(&self, tx: &mut Tx<'_>, mut user: User) -> Result<Entered, Error> {
        if let Some(admin) = self.standing.admin.filter(|admin| *admin != user.admin) {
            let set = SetAdmin {
                id: user.id.clone(),
                admin,
                moment: self.moment.clone(),
            };
            if set.write(tx, Cause::LogInService).await? {
                user.admin = admin;
            }
        }
        if !self.standing.allowed {
            sessions::end_all(tx, &user.id, self.moment.now).await?;
            return Ok(Entered::NotAllowed(Some(user)));
        }
        let Identity { issuer, subject } = &self.identity;
        let parameters = [
            issuer.as_str().into(),
            subject.as_str().into(),
            self.moment.now.as_millis().into(),
        ];
        tx.execute_one(&SEEN, &parameters).await?;
        Ok(Entered::Account(user))
    }

    async fn make(&self, tx: &mut Tx<'_>, new: &User) -> Result<Entered, Error> {
        for name in login_names(&new.name) {
            if let Some(row) = tx.row(&BY_NAME, &[name.as_str().into()]).await? {
                match row.opt_text(1)? {
                    Some(issuer) if issuer == self.identity.issuer => continue,
                    _ => return Ok(Entered::NameTaken(name)),
                }
            }
            let user = User {
                name,
                admin: self.standing.admin.unwrap_or(false),
                ..new.clone()
            };
            let add = AddUser {
                user: user.clone(),
                password_hash: None,
                moment: self.moment.clone(),
            };
            let cause = Cause::LogInService;
            if add.write(tx, cause).await? {
                link(tx, &self.identity, &user.id, cause, &self.moment).await?;
                return self.known(tx, user).await;
            }
        }
        Ok(Entered::NameTaken(new.name.clone()))
    }
}

/// An administrator says that an account belongs to somebody of a provider.
pub struct LinkIdentity {
    /// Who they are there.
    pub identity: Identity,
    /// Who they are here.
    pub user: UserId,
    /// When and under which reference.
    pub moment: Moment,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It belongs to them now.
    Done,
    /// It does already.
    Already,
    /// The account belongs to somebody else of a provider.
    AccountTaken(Identity),
    /// They have another account.
    IdentityTaken(User),
}

impl Operation for LinkIdentity {
    type Output = Linked;
    const NAME: &'static str = "link_identity";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Linked, Error> {
        if let Some(user) = find(tx, &self.identity).await? {
            return Ok(match user.id == self.user {
                true => Linked::Already,
                false => Linked::IdentityTaken(user),
            });
        }
        if let Some(known) = of_user(tx, &self.user).await? {
            return Ok(Linked::AccountTaken(known.identity));
        }
        let cause = Cause::Gesture;
        link(tx, &self.identity, &self.user, cause, &self.moment).await?;
        Ok(Linked::Done)
    }
}

/// An account belongs to nobody of a provider any more. Its sessions end, since they may have come from there.
pub struct UnlinkIdentity {
    /// Whose account.
    pub user: UserId,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for UnlinkIdentity {
    /// Who they were there; `None`: nobody.
    type Output = Option<Identity>;
    const NAME: &'static str = "unlink_identity";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Identity>, Error> {
        let Some(known) = of_user(tx, &self.user).await? else {
            return Ok(None);
        };
        forget(tx, &self.user).await?;
        sessions::end_all(tx, &self.user, self.moment.now).await?;
        account(Kind::UserUnlinked, &self.user)
            .saying(said(&known.identity, &self.user))
            .record(tx, &self.moment)
            .await?;
        Ok(Some(known.identity))
    }
}

/// Who somebody is to a provider.
pub struct FindLink {
    /// Whose account.
    pub user: UserId,
}

impl Operation for FindLink {
    type Output = Option<Link>;
    const NAME: &'static str = "find_link";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Link>, Error> {
        of_user(tx, &self.user).await
    }
}

/// All links in the order of the accounts' ids.
pub struct ListLinks {
    /// Only accounts behind this one.
    pub after: Option<UserId>,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListLinks {
    type Output = Vec<Link>;
    const NAME: &'static str = "list_links";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Link>, Error> {
        let after = self.after.as_ref().map_or("", UserId::as_str);
        let parameters = [after.into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter().map(read).collect()
    }
}

/// Whoever leaves is nobody here any more, and may come again as somebody new.
pub(crate) async fn forget(tx: &mut Tx<'_>, user: &UserId) -> Result<(), Error> {
    tx.execute(&REMOVE, &[user.as_str().into()]).await.map(drop)
}

async fn find(tx: &mut Tx<'_>, identity: &Identity) -> Result<Option<User>, Error> {
    let parameters = [
        identity.issuer.as_str().into(),
        identity.subject.as_str().into(),
    ];
    let row = tx.row(&FIND, &parameters).await?;
    row.map(|row| users::user(&row)).transpose()
}

async fn of_user(tx: &mut Tx<'_>, user: &UserId) -> Result<Option<Link>, Error> {
    let row = tx.row(&BY_USER, &[user.as_str().into()]).await?;
    row.as_ref().map(read).transpose()
}

async fn link(
    tx: &mut Tx<'_>,
    identity: &Identity,
    user: &UserId,
    cause: Cause,
    moment: &Moment,
) -> Result<(), Error> {
    let parameters = [
        identity.issuer.as_str().into(),
        identity.subject.as_str().into(),
        user.as_str().into(),
        moment.now.as_millis().into(),
    ];
    tx.execute_one(&INSERT, &parameters).await?;
    let entry = cause.entry(Kind::UserLinked, user, said(identity, user));
    entry.record(tx, moment).await
}

fn said(identity: &Identity, user: &UserId) -> Json {
    let mut said = identity.said();
    said["user"] = user.as_str().into();
    said
}

fn read(row: &crate::Row) -> Result<Link, Error> {
    Ok(Link {
        identity: Identity {
            issuer: row.text(0)?.to_owned(),
            subject: row.text(1)?.to_owned(),
        },
        user: row.parsed(2, UserId::parse)?,
        linked_at: Timestamp::from_millis(row.int(3)?),
        seen_at: row.opt_int(4)?.map(Timestamp::from_millis),
    })
}
