//! People with an account here.

use serde_json::{Value as Json, json};
use symbolon_core::{Id, Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::{RemoteId, stand_in};
use symbolon_proto::language::Language;

use crate::connections::Contact;
use crate::events::{Actor, Entry, Kind, Moment};
use crate::sessions::Kept;
use crate::{Error, Operation, Row, Statement, Tx, app_passwords, email_changes, sessions};

/// A person with an account here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What other servers know them by; never changes hands.
    pub id: UserId,
    /// What they log in with: lower case, unique, may change.
    pub name: String,
    /// What others see.
    pub display_name: String,
    /// Sent to the servers of the people they connect with.
    pub email: Option<String>,
    /// Since when they may not log in, and their invites connect nobody.
    pub disabled_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// In which language pages speak to them; `None`: the one that their browser wishes for.
    pub language: Option<Language>,
    /// Whether they may manage this server on its pages.
    pub admin: bool,
}

impl User {
    /// The e-mail address to send to other servers, which insist on one: a made-up one where there is none.
    pub fn email_or_address(&self, here: &Provider) -> String {
        self.email.clone().unwrap_or_else(|| self.stand_in(here))
    }

    /// What goes to other servers in place of an e-mail address: it belongs to nobody, and no mail arrives there.
    pub fn stand_in(&self, here: &Provider) -> String {
        stand_in(self.id.as_str(), here)
    }

    /// How this person appears in a connection with somebody else on the same server.
    pub fn contact(&self, here: &Provider) -> Contact {
        let remote = RemoteId::new(self.id.as_str(), here);
        Contact {
            provider: here.clone(),
            remote: remote.expect("an id of ours is a valid identifier"),
            name: self.display_name.clone(),
            email: self.email_or_address(here),
        }
    }
}

/// What a log-in is checked against.
pub struct Credentials {
    /// Who it would be.
    pub user: User,
    /// The hash of the account password, in PHC form; `None` if the account has none.
    pub password_hash: Option<String>,
    /// Since when a session needs more than the password.
    pub second_factor_since: Option<Timestamp>,
    /// From when on it counts in which browsers somebody has logged in; `None`: from the start.
    pub browsers_since: Option<Timestamp>,
    /// The app passwords' ids and hashes.
    pub app_passwords: Vec<(Id, Vec<u8>)>,
}

macro_rules! columns {
    () => {
        "u.id, u.name, u.display_name, u.email, u.disabled_at, u.created_at, u.language, u.admin"
    };
}
pub(crate) use columns;

static INSERT: Statement = Statement::new(
    "users.insert",
    "INSERT INTO users (id, name, display_name, email, password_hash, created_at, admin)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (name) DO NOTHING",
);
static BY_ID: Statement = Statement::new(
    "users.by_id",
    concat!("SELECT ", columns!(), " FROM users u WHERE u.id = $1"),
);
static BY_NAME: Statement = Statement::new(
    "users.by_name",
    concat!(
        "SELECT ",
        columns!(),
        ", u.password_hash, f.enabled_at, u.browsers_since FROM users u LEFT JOIN second_factors f ON f.user_id = u.id WHERE u.name = $1"
    ),
);
static LIST: Statement = Statement::new(
    "users.list",
    concat!(
        "SELECT ",
        columns!(),
        // Behind '~' are those who have left; see `crate::departures`.
        " FROM users u WHERE u.name > $1 AND u.name < '~' ORDER BY u.name LIMIT $2"
    ),
);
static SET_PASSWORD: Statement = Statement::new(
    "users.set_password",
    "UPDATE users SET password_hash = $2
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);
static SET_DISABLED: Statement = Statement::new(
    "users.set_disabled",
    "UPDATE users SET disabled_at = $2
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);
static SET_ADMIN: Statement = Statement::new(
    "users.set_admin",
    "UPDATE users SET admin = $2
     WHERE id = $1 AND admin <> $2 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);
static SET_LANGUAGE: Statement = Statement::new(
    "users.set_language",
    "UPDATE users SET language = $2
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);
static SET_PROFILE: Statement = Statement::new(
    "users.set_profile",
    "UPDATE users SET display_name = $2, email = $3
     WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM departures d WHERE d.user_id = $1)",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[
    &INSERT,
    &BY_ID,
    &BY_NAME,
    &LIST,
    &SET_PASSWORD,
    &SET_DISABLED,
    &SET_ADMIN,
    &SET_LANGUAGE,
    &SET_PROFILE,
];

/// Makes an account.
pub struct AddUser {
    /// The account; its name must be in lower case.
    pub user: User,
    /// The hash of its password, in PHC form.
    pub password_hash: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for AddUser {
    /// `false`: the name is taken, nothing was written.
    type Output = bool;
    const NAME: &'static str = "add_user";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        self.write(tx, Cause::Gesture).await
    }
}

impl AddUser {
    pub(crate) async fn write(&self, tx: &mut Tx<'_>, cause: Cause) -> Result<bool, Error> {
        let user = &self.user;
        let parameters = [
            user.id.as_str().into(),
            user.name.as_str().into(),
            user.display_name.as_str().into(),
            user.email.as_deref().into(),
            self.password_hash.as_deref().into(),
            user.created_at.as_millis().into(),
            user.admin.into(),
        ];
        if tx.execute(&INSERT, &parameters).await? == 0 {
            return Ok(false);
        }
        let data = json!({ "user": user.id, "name": user.name });
        let entry = cause.entry(Kind::UserAdded, &user.id, data);
        entry.record(tx, &self.moment).await?;
        if user.admin {
            let data = json!({ "user": user.id });
            let granted = cause.entry(Kind::UserAdminGranted, &user.id, data);
            granted.record(tx, &self.moment).await?;
        }
        Ok(true)
    }
}

/// One account by its id.
pub struct FindUser {
    /// Which.
    pub id: UserId,
}

impl Operation for FindUser {
    type Output = Option<User>;
    const NAME: &'static str = "find_user";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<User>, Error> {
        by_id(tx, &self.id).await
    }
}

/// What a log-in with this name is checked against.
pub struct FindCredentials {
    /// The name, in lower case.
    pub name: String,
}

impl Operation for FindCredentials {
    type Output = Option<Credentials>;
    const NAME: &'static str = "find_credentials";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Credentials>, Error> {
        let Some(row) = tx.row(&BY_NAME, &[self.name.as_str().into()]).await? else {
            return Ok(None);
        };
        let user = user(&row)?;
        Ok(Some(Credentials {
            password_hash: row.opt_text(8)?.map(str::to_owned),
            second_factor_since: row.opt_int(9)?.map(Timestamp::from_millis),
            browsers_since: row.opt_int(10)?.map(Timestamp::from_millis),
            app_passwords: app_passwords::hashes(tx, &user.id).await?,
            user,
        }))
    }
}

/// Accounts in the order of their names.
pub struct ListUsers {
    /// Only names behind this one.
    pub after: String,
    /// At most this many.
    pub limit: u32,
}

impl Operation for ListUsers {
    type Output = Vec<User>;
    const NAME: &'static str = "list_users";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<User>, Error> {
        let parameters = [self.after.as_str().into(), i64::from(self.limit).into()];
        let rows = tx.rows(&LIST, &parameters).await?;
        rows.iter().map(user).collect()
    }
}

/// Gives an account a new password and ends its sessions. App passwords stay.
pub struct SetPassword {
    /// Whose.
    pub id: UserId,
    /// The hash, in PHC form.
    pub password_hash: String,
    /// The session that goes on: the one in which the person says so.
    pub keep: Option<Kept>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetPassword {
    /// `false`: no such account, or its owner leaves.
    type Output = bool;
    const NAME: &'static str = "set_password";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let id = self.id.as_str();
        let parameters = [id.into(), self.password_hash.as_str().into()];
        if tx.execute(&SET_PASSWORD, &parameters).await? == 0 {
            return Ok(false);
        }
        let now = self.moment.now;
        sessions::end_all_but(tx, &self.id, self.keep.as_ref(), now).await?;
        let entry = account(Kind::UserPasswordChanged, &self.id);
        entry.record(tx, &self.moment).await?;
        Ok(true)
    }
}

/// Disables an account, or enables it again. Its connections stay; its sessions end.
pub struct SetDisabled {
    /// Whose.
    pub id: UserId,
    /// Whether it is disabled from now on.
    pub disabled: bool,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetDisabled {
    /// `false`: no such account, or its owner leaves.
    type Output = bool;
    const NAME: &'static str = "set_disabled";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let id = self.id.as_str();
        let at = self.disabled.then(|| self.moment.now.as_millis());
        if tx.execute(&SET_DISABLED, &[id.into(), at.into()]).await? == 0 {
            return Ok(false);
        }
        sessions::end_all(tx, &self.id, self.moment.now).await?;
        let kind = if self.disabled {
            Kind::UserDisabled
        } else {
            Kind::UserEnabled
        };
        account(kind, &self.id).record(tx, &self.moment).await?;
        Ok(true)
    }
}

/// Lets a person manage this server on its pages, or no more. Their sessions go on, and see it with the next page.
pub struct SetAdmin {
    /// Whose account.
    pub id: UserId,
    /// Whether they are an administrator from now on.
    pub admin: bool,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetAdmin {
    /// `false`: it was so already, or there is no such account, or its owner leaves.
    type Output = bool;
    const NAME: &'static str = "set_admin";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        self.write(tx, Cause::Gesture).await
    }
}

impl SetAdmin {
    pub(crate) async fn write(&self, tx: &mut Tx<'_>, cause: Cause) -> Result<bool, Error> {
        let parameters = [self.id.as_str().into(), self.admin.into()];
        if tx.execute(&SET_ADMIN, &parameters).await? == 0 {
            return Ok(false);
        }
        let kind = match self.admin {
            true => Kind::UserAdminGranted,
            false => Kind::UserAdminRevoked,
        };
        let data = json!({ "user": self.id });
        let entry = cause.entry(kind, &self.id, data);
        entry.record(tx, &self.moment).await?;
        Ok(true)
    }
}

/// Changes how a person appears to others, from the next connection on.
pub struct ChangeProfile {
    /// Whose.
    pub id: UserId,
    /// What others see; `None` leaves it.
    pub display_name: Option<String>,
    /// The e-mail address, or none any more; `None` leaves it.
    pub email: Option<Option<String>>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for ChangeProfile {
    /// `None`: no such account, or its owner leaves.
    type Output = Option<User>;
    const NAME: &'static str = "change_profile";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<User>, Error> {
        let Some(before) = by_id(tx, &self.id).await? else {
            return Ok(None);
        };
        let after = User {
            display_name: self
                .display_name
                .clone()
                .unwrap_or_else(|| before.display_name.clone()),
            email: self.email.clone().unwrap_or_else(|| before.email.clone()),
            ..before.clone()
        };
        let changed: Vec<_> = [
            ("name", before.display_name != after.display_name),
            ("email", before.email != after.email),
        ]
        .into_iter()
        .filter_map(|(what, changed)| changed.then_some(what))
        .collect();
        // Whatever is said of the address goes before one that waits to be confirmed.
        if self.email.is_some() {
            email_changes::forget(tx, &self.id, self.moment.now).await?;
        }
        if changed.is_empty() {
            return Ok(Some(after));
        }
        let parameters = [
            self.id.as_str().into(),
            after.display_name.as_str().into(),
            after.email.as_deref().into(),
        ];
        if tx.execute(&SET_PROFILE, &parameters).await? == 0 {
            return Ok(None);
        }
        account(Kind::UserProfileChanged, &self.id)
            .saying(json!({ "user": self.id, "changed": changed }))
            .record(tx, &self.moment)
            .await?;
        Ok(Some(after))
    }
}

/// A person took a copy of what is kept about them, or an administrator did.
pub struct NoteExported {
    /// Whose.
    pub id: UserId,
    /// In which format.
    pub format: &'static str,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for NoteExported {
    type Output = ();
    const NAME: &'static str = "note_exported";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        account(Kind::UserExported, &self.id)
            .saying(json!({ "user": self.id, "format": self.format }))
            .record(tx, &self.moment)
            .await
    }
}

/// Sets the language in which pages speak to a person.
pub struct SetLanguage {
    /// Whose.
    pub id: UserId,
    /// Which; `None`: the one that their browser wishes for.
    pub language: Option<Language>,
    /// When and under which reference.
    pub moment: Moment,
}

impl Operation for SetLanguage {
    /// `false`: no such account, or its owner leaves.
    type Output = bool;
    const NAME: &'static str = "set_language";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let tag = self.language.map(Language::tag);
        let parameters = [self.id.as_str().into(), tag.into()];
        if tx.execute(&SET_LANGUAGE, &parameters).await? == 0 {
            return Ok(false);
        }
        let kind = Kind::UserLanguageChanged;
        account(kind, &self.id).record(tx, &self.moment).await?;
        Ok(true)
    }
}

/// Why an account is made or changed.
#[derive(Clone, Copy)]
pub(crate) enum Cause {
    /// Its owner says so, or an administrator.
    Gesture,
    /// The log-in service says something of its owner, who comes by it. Neither of them decides what that changes here.
    LogInService,
}

impl Cause {
    pub(crate) fn entry(self, kind: Kind, id: &UserId, mut data: Json) -> Entry<'_> {
        let actor = match self {
            Self::Gesture => Actor::Person,
            Self::LogInService => {
                data["by"] = "log_in_service".into();
                Actor::Server
            }
        };
        let entry = Entry::new(kind, actor).of(id).about(id.as_str());
        entry.saying(data)
    }
}

pub(crate) fn account(kind: Kind, id: &UserId) -> Entry<'_> {
    Entry::new(kind, Actor::Person)
        .of(id)
        .about(id.as_str())
        .saying(json!({ "user": id }))
}

/// Whether somebody may still do something here. A gesture takes time between the check of who makes it and its transaction,
/// in which they may have left.
pub(crate) async fn is_open(tx: &mut Tx<'_>, id: &UserId) -> Result<bool, Error> {
    let user = by_id(tx, id).await?;
    Ok(user.is_some_and(|user| user.disabled_at.is_none()))
}

pub(crate) async fn by_id(tx: &mut Tx<'_>, id: &UserId) -> Result<Option<User>, Error> {
    let row = tx.row(&BY_ID, &[id.as_str().into()]).await?;
    row.as_ref().map(user).transpose()
}

pub(crate) fn user(row: &Row) -> Result<User, Error> {
    Ok(User {
        id: row.parsed(0, UserId::parse)?,
        name: row.text(1)?.to_owned(),
        display_name: row.text(2)?.to_owned(),
        email: row.opt_text(3)?.map(str::to_owned),
        disabled_at: row.opt_int(4)?.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(row.int(5)?),
        language: row.opt_text(6)?.and_then(Language::parse),
        admin: row.bool(7)?,
    })
}
