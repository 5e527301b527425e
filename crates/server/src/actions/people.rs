//! The people with an account here, as administrators manage them.

use secrecy::{ExposeSecret, SecretString};
use symbolon_core::UserId;
use symbolon_core::identities::subject_is_plain;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::Operation;
use symbolon_store::departures::BeginDeparture;
use symbolon_store::events::Moment;
use symbolon_store::identities::{FindLink, Identity, Link, LinkIdentity, Linked, UnlinkIdentity};
use symbolon_store::people::{CountPeople, Counted, ListPeople, Person};
use symbolon_store::second_factors::{FindSecondFactor, SecondFactor, TurnOff};
use symbolon_store::sessions::EndOtherSessions;
use symbolon_store::users::{AddUser, FindUser, SetAdmin, SetDisabled, SetPassword, User};

use super::profile::{self, Change};
use super::{by_administrator, departures, not_found, sessions, storage_problem};
use crate::accounts::{self, check_user_name, password};
use crate::app::App;

/// People by their log-in names.
pub async fn list(
    app: &App,
    begins: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Person>, Problem> {
    let list = ListPeople {
        begins: begins.to_owned(),
        after: after.to_owned(),
        limit,
    };
    let people = app.store.read(list).await;
    people.map_err(|error| storage_problem(&error))
}

/// How many there are.
pub async fn count(app: &App) -> Result<Counted, Problem> {
    let counted = app.store.read(CountPeople).await;
    counted.map_err(|error| storage_problem(&error))
}

/// What is to be known of somebody before they have an account.
pub struct New<'a> {
    /// What they log in with.
    pub name: &'a str,
    /// What others see; the log-in name if it is blank.
    pub display_name: &'a str,
    /// Sent to the servers of the people they connect with; may be blank.
    pub email: &'a str,
    /// Whether they may manage this server on its pages.
    pub admin: bool,
}

/// Makes an account; gives it and its password, which is shown to whoever made it and kept nowhere. Where nobody logs in by
/// password it has none.
pub async fn add(
    app: &App,
    by: &User,
    new: New<'_>,
    reference: &str,
) -> Result<(User, Option<SecretString>), Problem> {
    let name = new.name.trim();
    check_user_name(name).map_err(|error| error.problem("user_name"))?;
    let display_name = match new.display_name.trim() {
        "" => name,
        chosen => chosen,
    };
    let (display_name, email) = profile::checked(Change {
        display_name: Some(display_name.to_owned()),
        email: Some(new.email.to_owned()),
    })?;
    let (password, password_hash) = match app.config.password_login {
        true => Some(new_password(app).await?).unzip(),
        false => (None, None),
    };
    let moment = by_administrator(app, by, reference);
    let user = User {
        id: app.env.id().into(),
        name: name.to_owned(),
        display_name: display_name.unwrap_or_default(),
        email: email.flatten(),
        disabled_at: None,
        created_at: moment.now,
        language: None,
        admin: new.admin,
    };
    let add = AddUser {
        user: user.clone(),
        password_hash,
        moment,
    };
    match write(app, add).await? {
        true => Ok((user, password)),
        false => Err(Problem::new(Code::MemberInvalid)
            .with("member", "user_name")
            .with("reason", "name-taken")),
    }
}

async fn new_password(app: &App) -> Result<(SecretString, String), Problem> {
    let password = password::new_password(&app.env);
    let hash = accounts::hash_new(app, password.expose_secret()).await?;
    Ok((password, hash))
}

/// One account, with what administrators look at when somebody asks them for help.
pub struct Known {
    /// The account.
    pub user: User,
    /// In how many browsers they are logged in, counted up to a bound.
    pub sessions: usize,
    /// Their second factor, if they have one.
    pub second_factor: Option<SecondFactor>,
    /// Who they are to the log-in service.
    pub link: Option<Link>,
    /// They have a password here.
    pub by_password: bool,
}

/// One account by its id.
pub async fn find(app: &App, id: &str) -> Result<Known, Problem> {
    let user = user(app, id).await?;
    let failed = |error| storage_problem(&error);
    let factor = FindSecondFactor {
        user: user.id.clone(),
    };
    let link = FindLink {
        user: user.id.clone(),
    };
    Ok(Known {
        sessions: sessions::list(app, &user).await?.len(),
        second_factor: app.store.read(factor).await.map_err(failed)?,
        link: app.store.read(link).await.map_err(failed)?,
        by_password: accounts::has_password(app, &user).await?,
        user,
    })
}

/// Whoever has left is nobody here.
async fn user(app: &App, id: &str) -> Result<User, Problem> {
    let none = || not_found("account");
    let id = UserId::parse(id).ok_or_else(none)?;
    let found = app.store.read(FindUser { id }).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    // Their names begin with a character that no log-in name has.
    let found = found.filter(|user| !user.name.starts_with('~'));
    found.ok_or_else(none)
}

/// An account of somebody else, and the moment of what is done to it. What one may do to one's own by the password, or not at
/// all, is not done to it from here: nobody may be left to mend it, and whoever got hold of a session must not get further.
async fn others(
    app: &App,
    by: &User,
    id: &str,
    reference: &str,
) -> Result<(User, Moment), Problem> {
    let user = not_ones_own(user(app, id).await?, by)?;
    Ok((user, by_administrator(app, by, reference)))
}

fn not_ones_own(user: User, by: &User) -> Result<User, Problem> {
    if user.id == by.id {
        return Err(Problem::new(Code::MemberInvalid)
            .with("member", "account")
            .with("reason", "own-account"));
    }
    Ok(user)
}

/// Changes how somebody appears to others.
pub async fn change(
    app: &App,
    by: &User,
    id: &str,
    mut change: Change,
    reference: &str,
) -> Result<(), Problem> {
    let user = user(app, id).await?;
    // The form holds the address that counts: one that its owner has still to confirm goes on waiting beside it.
    let counts = user.email.as_deref().unwrap_or_default();
    change.email = change.email.filter(|email| email.trim() != counts);
    let moment = by_administrator(app, by, reference);
    profile::change_at(app, &user, change, moment)
        .await
        .map(drop)
}

/// Gives an account a new password, which is shown to whoever asked for it, and ends its sessions. A second factor stays.
pub async fn reset_password(
    app: &App,
    by: &User,
    id: &str,
    reference: &str,
) -> Result<SecretString, Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    if !app.config.password_login {
        return Err(not_found("page"));
    }
    let (password, password_hash) = new_password(app).await?;
    let set = SetPassword {
        id: user.id,
        password_hash,
        keep: None,
        moment,
    };
    match write(app, set).await? {
        true => Ok(password),
        false => Err(not_found("account")),
    }
}

/// Turns off the second factor of somebody who has lost it; that they have none is no error.
pub async fn turn_off_second_factor(
    app: &App,
    by: &User,
    id: &str,
    reference: &str,
) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    let off = TurnOff {
        user: user.id,
        proof: None,
        moment,
    };
    write(app, off).await.map(drop)
}

/// Logs somebody out everywhere.
pub async fn end_sessions(app: &App, by: &User, id: &str, reference: &str) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    let end = EndOtherSessions {
        user: user.id,
        keep: None,
        moment,
    };
    write(app, end).await.map(drop)
}

/// Lets somebody manage this server, or no more; what was so before is no error.
pub async fn set_admin(
    app: &App,
    by: &User,
    id: &str,
    admin: bool,
    reference: &str,
) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    let id = user.id;
    write(app, SetAdmin { id, admin, moment }).await.map(drop)
}

/// Says that an account belongs to somebody of the log-in service that is set.
pub async fn link(
    app: &App,
    by: &User,
    id: &str,
    subject: &str,
    reference: &str,
) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    let refused = |reason| {
        let problem = Problem::new(Code::MemberInvalid).with("member", "subject");
        Err(problem.with("reason", reason))
    };
    let Some(oidc) = &app.config.oidc else {
        return Err(not_found("page"));
    };
    if !subject_is_plain(subject) {
        return refused("subject");
    }
    let link = LinkIdentity {
        identity: Identity {
            issuer: oidc.issuer.clone(),
            subject: subject.to_owned(),
        },
        user: user.id,
        moment,
    };
    match write(app, link).await? {
        Linked::Done | Linked::Already => Ok(()),
        Linked::AccountTaken(_) => refused("linked"),
        Linked::IdentityTaken(_) => refused("name-taken"),
    }
}

/// Says that it belongs to nobody there any more, and ends its sessions; that it did not is no error.
pub async fn unlink(app: &App, by: &User, id: &str, reference: &str) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    let user = user.id;
    write(app, UnlinkIdentity { user, moment }).await.map(drop)
}

/// Disables an account or enables it again; what it was before is no error.
pub async fn set_disabled(
    app: &App,
    by: &User,
    id: &str,
    disabled: bool,
    reference: &str,
) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    if user.disabled_at.is_some() == disabled {
        return Ok(());
    }
    let set = SetDisabled {
        id: user.id,
        disabled,
        moment,
    };
    match write(app, set).await? {
        true => Ok(()),
        false => Err(not_found("account")),
    }
}

/// Somebody else's account, and what deleting it would end.
pub async fn would_end(
    app: &App,
    by: &User,
    id: &str,
) -> Result<(User, departures::Ends), Problem> {
    let user = not_ones_own(user(app, id).await?, by)?;
    let ends = departures::ends(app, &user).await?;
    Ok((user, ends))
}

/// Deletes an account, which its user name confirms: it is closed at once, and everybody is disconnected. There is no way back;
/// that it is on its way already is no error.
pub async fn remove(
    app: &App,
    by: &User,
    id: &str,
    confirmed: &str,
    reference: &str,
) -> Result<(), Problem> {
    let (user, moment) = others(app, by, id, reference).await?;
    if confirmed.trim() != user.name {
        return Err(Problem::new(Code::MemberInvalid)
            .with("member", "user_name")
            .with("reason", "other-name"));
    }
    let user = user.id;
    write(app, BeginDeparture { user, moment }).await?;
    app.departures.wake();
    Ok(())
}

async fn write<O: Operation>(app: &App, operation: O) -> Result<O::Output, Problem> {
    let written = app.store.write(operation).await;
    written.map_err(|error| storage_problem(&error))
}
