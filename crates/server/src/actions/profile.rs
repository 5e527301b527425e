//! What people settle about themselves.

use symbolon_proto::language::Language;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::{check_text, is_email};
use symbolon_store::events::Moment;
use symbolon_store::sessions::Kept;
use symbolon_store::users::{ChangeProfile, SetLanguage, SetPassword, User};

use super::{emails, not_found, storage_problem};
use crate::accounts::{self, Typed};
use crate::app::App;

/// What to change; what is `None` stays.
#[derive(Default)]
pub struct Change {
    /// What others see.
    pub display_name: Option<String>,
    /// The e-mail address; a blank one takes it away. Where this server sends mail, one that a person enters has to be
    /// confirmed before it counts.
    pub email: Option<String>,
}

/// Changes how a person appears to those whom they connect with from now on. A mail that this causes speaks the language of
/// the request.
pub async fn change(
    app: &App,
    user: &User,
    change: Change,
    language: Language,
    reference: &str,
) -> Result<User, Problem> {
    let (display_name, email) = checked(change)?;
    let moment = app.moment(reference);
    let is_new = |email: &&String| user.email.as_ref() != Some(email);
    let asked = email.as_ref().and_then(Option::as_ref).filter(is_new);
    // What is taken away, or the same as before, has nothing to confirm.
    match asked.filter(|_| app.config.mail.is_some()) {
        Some(asked) => {
            emails::ask(app, user, asked, language, reference).await?;
            write(app, user, (display_name, None), moment).await
        }
        None => write(app, user, (display_name, email), moment).await,
    }
}

/// The same by whoever the moment says, who is an administrator: an address of theirs counts at once.
pub(super) async fn change_at(
    app: &App,
    user: &User,
    change: Change,
    moment: Moment,
) -> Result<User, Problem> {
    write(app, user, checked(change)?, moment).await
}

async fn write(
    app: &App,
    user: &User,
    (display_name, email): Checked,
    moment: Moment,
) -> Result<User, Problem> {
    let change = ChangeProfile {
        id: user.id.clone(),
        display_name,
        email,
        moment,
    };
    let changed = app.store.write(change).await;
    let changed = changed.map_err(|error| storage_problem(&error))?;
    changed.ok_or_else(|| not_found("account"))
}

/// A name, and an address, which may be taken away; what is `None` stays.
type Checked = (Option<String>, Option<Option<String>>);

/// Checks what is to be changed.
pub(super) fn checked(change: Change) -> Result<Checked, Problem> {
    let invalid = |member, reason| {
        let problem = Problem::new(Code::MemberInvalid).with("member", member);
        Err(problem.with("reason", reason))
    };
    let trimmed = |text: String| text.trim().to_owned();
    let display_name = change.display_name.map(trimmed);
    if let Some(name) = &display_name {
        check_text(name, limits::NAME_CHARS).map_err(|error| error.problem("display_name"))?;
        if name.is_empty() {
            return invalid("display_name", "empty");
        }
    }
    let email = change.email.map(trimmed);
    let email = email.map(|text| Some(text).filter(|text| !text.is_empty()));
    if let Some(Some(text)) = &email {
        check_text(text, limits::EMAIL_CHARS).map_err(|error| error.problem("email"))?;
        if !is_email(text) {
            return invalid("email", "no-email");
        }
    }
    Ok((display_name, email))
}

/// Gives a person a new password, which they confirm by the old one, and ends their other sessions. The one that is kept has
/// another secret from then on.
pub(crate) async fn change_password(
    app: &App,
    user: &User,
    current: Typed<'_>,
    new: &str,
    keep: Option<Kept>,
    reference: &str,
) -> Result<(), Problem> {
    accounts::confirm(app, user, current, reference).await?;
    let set = SetPassword {
        id: user.id.clone(),
        password_hash: accounts::hash_new(app, new).await?,
        keep,
        moment: app.moment(reference),
    };
    let set = app.store.write(set).await;
    match set.map_err(|error| storage_problem(&error))? {
        true => Ok(()),
        false => Err(not_found("account")),
    }
}

/// Sets the language in which pages speak to a person; `None` leaves it to their browser.
pub async fn set_language(
    app: &App,
    user: &User,
    language: Option<Language>,
    reference: &str,
) -> Result<User, Problem> {
    let set = SetLanguage {
        id: user.id.clone(),
        language,
        moment: app.moment(reference),
    };
    let set = app.store.write(set).await;
    if !set.map_err(|error| storage_problem(&error))? {
        return Err(not_found("account"));
    }
    Ok(User {
        language,
        ..user.clone()
    })
}
