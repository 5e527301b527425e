//! The second factor of a log-in with a password: a code of an app, or a recovery code
//! (`docs/decisions/0025-second-factor.md`).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroizing;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::Operation;
use symbolon_store::second_factors::{
    FindSecondFactor, Proof, SecondFactor, Shown, TurnOff, TurnOn,
};
use symbolon_store::sessions::Kept;
use symbolon_store::users::User;

use super::totp::Secret;
use super::tries::{Apart, Try};
use super::{Typed, confirm, failed, password};
use crate::actions::storage_problem;
use crate::app::App;
use crate::pace::{Client, Limit};

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// Letters of one, without the signs between them: 80 random bits.
const RECOVERY_LETTERS: usize = 16;

/// A secret that is not in use yet. Only the page that shows it has it, sealed, in its form.
pub(crate) struct Setup(pub(crate) Secret);

impl Setup {
    pub(crate) fn new(app: &App) -> Self {
        Self(Secret::new(&app.env))
    }

    /// For a form of this person's.
    pub(crate) fn sealed(&self, app: &App, user: &User) -> String {
        let purpose = purpose("setup", user);
        let sealed = app.keys.seal_for(&app.env, &purpose, self.0.bytes());
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Out of a form; `None` if it was not made for this person.
    pub(crate) fn read(app: &App, user: &User, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = app.keys.unseal_for(&purpose("setup", user), &sealed)?;
        Secret::read(&plain).map(Self)
    }
}

/// A code that was typed, and from where.
#[derive(Clone, Copy)]
pub(crate) struct TypedCode<'a> {
    pub(crate) code: &'a str,
    pub(crate) client: Client,
    /// What tells whoever typed it from strangers.
    pub(super) apart: Option<Apart>,
}

/// The second factor of somebody, if they have one.
pub(crate) async fn find(app: &App, user: &User) -> Result<Option<SecondFactor>, Problem> {
    let user = user.id.clone();
    let found = app.store.read(FindSecondFactor { user }).await;
    found.map_err(|error| storage_problem(&error))
}

/// Asks for it from now on. The password says that its owner does so, the code that the app has the secret. Gives the
/// recovery codes, which are kept nowhere; `None` if it was turned on elsewhere meanwhile.
pub(crate) async fn turn_on(
    app: &App,
    user: &User,
    setup: &Setup,
    typed: (Typed<'_>, &str),
    keep: Option<Kept>,
    reference: &str,
) -> Result<Option<Vec<Zeroizing<String>>>, Problem> {
    let (password, code) = typed;
    confirm(app, user, password, reference).await?;
    let tried = begin(app, user, (password.client, Some(Apart::Inside)))?;
    let codes: Vec<_> = (0..RECOVERY_CODES)
        .map(|_| password::letters::<RECOVERY_LETTERS>(&app.env))
        .collect();
    let sealed = app
        .keys
        .seal_for(&app.env, &purpose("secret", user), setup.0.bytes());
    let turn_on = |step| TurnOn {
        user: user.id.clone(),
        secret_sealed: sealed,
        step,
        recovery_codes: codes
            .iter()
            .filter_map(|code| recovery_hash(code))
            .collect(),
        keep,
        moment: app.moment(reference),
    };
    let step = step(app, &setup.0, code).map(turn_on);
    let shown = written(app, step).await;
    let done = settle(app, user, (Some(tried), password.client), shown, reference).await?;
    Ok(done.then_some(codes))
}

/// Asks for it no more, if it was asked for.
pub(crate) async fn turn_off(
    app: &App,
    user: &User,
    typed: (Typed<'_>, &str),
    reference: &str,
) -> Result<(), Problem> {
    let (password, code) = typed;
    confirm(app, user, password, reference).await?;
    let typed = TypedCode {
        code,
        client: password.client,
        apart: Some(Apart::Inside),
    };
    let turn_off = |proof| TurnOff {
        user: user.id.clone(),
        proof: Some(proof),
        moment: app.moment(reference),
    };
    prove(app, user, typed, reference, turn_off).await.map(drop)
}

/// Does what somebody may do who shows their second factor. The operation uses up what was shown. `false`: it cannot be done
/// any more, whatever was shown; that is no failure of theirs.
pub(super) async fn prove<O: Operation<Output = Shown>>(
    app: &App,
    user: &User,
    typed: TypedCode<'_>,
    reference: &str,
    act: impl FnOnce(Proof) -> O,
) -> Result<bool, Problem> {
    let Some(found) = find(app, user).await? else {
        return Ok(false);
    };
    let recovery = recovery_hash(typed.code).filter(|hash| {
        let mut codes = found.recovery_codes.iter();
        codes.any(|code| verify_slices_are_equal(code, hash).is_ok())
    });
    // The limit is for what can be guessed: whoever guesses codes of an app keeps nobody out who has a recovery code.
    if let Some(hash) = recovery {
        let shown = written(app, Some(act(Proof::Recovery(hash)))).await;
        return settle(app, user, (None, typed.client), shown, reference).await;
    }
    let tried = begin(app, user, (typed.client, typed.apart))?;
    let plain = app
        .keys
        .unseal_for(&purpose("secret", user), &found.secret_sealed);
    let Some(secret) = plain.and_then(|plain| Secret::read(&plain)) else {
        app.code_tries.undo(&tried);
        tracing::error!("the secret of a second factor was sealed with another key");
        return Err(Problem::new(Code::Internal));
    };
    let step = step(app, &secret, typed.code);
    let shown = written(app, step.map(|step| act(Proof::Step(step)))).await;
    settle(app, user, (Some(tried), typed.client), shown, reference).await
}

/// Carries out what is to be done for a code; there is nothing for one that is wrong.
async fn written<O: Operation<Output = Shown>>(
    app: &App,
    act: Option<O>,
) -> Result<Option<Shown>, Problem> {
    match act {
        Some(act) => {
            let shown = app.store.write(act).await;
            shown.map(Some).map_err(|error| storage_problem(&error))
        }
        None => Ok(None),
    }
}

/// Counts how a code went that was tried; `None` was wrong. Tells whether something was done by it.
async fn settle(
    app: &App,
    user: &User,
    (tried, client): (Option<Try>, Client),
    shown: Result<Option<Shown>, Problem>,
    reference: &str,
) -> Result<bool, Problem> {
    let undo = || {
        if let Some(tried) = &tried {
            app.code_tries.undo(tried);
        }
    };
    match shown.inspect_err(|_| undo())? {
        Some(Shown::Counts) => {
            match &tried {
                Some(tried) => app.code_tries.succeeded(tried),
                None => app.code_tries.owns(&user.name, client),
            }
            Ok(true)
        }
        Some(Shown::TooLate) => {
            undo();
            Ok(false)
        }
        Some(Shown::Used) | None => {
            if let Some(tried) = &tried {
                app.code_tries.failed(tried, app.now());
            }
            let code = Code::SecondFactorWrong;
            failed(app, Some(user), code, reference).await;
            Err(Problem::new(code))
        }
    }
}

/// The step of time that a code belongs to.
fn step(app: &App, secret: &Secret, code: &str) -> Option<i64> {
    let code = Zeroizing::new(code.split_whitespace().collect::<String>());
    secret.step_of(&code, app.now())
}

fn begin(app: &App, user: &User, from: (Client, Option<Apart>)) -> Result<Try, Problem> {
    let begun = app.code_tries.begin(&user.name, from, app.now());
    begun.inspect_err(|_| app.metrics.limited(Limit::LogIns))
}

/// What is kept of a recovery code, however it is written; `None` if it is none.
fn recovery_hash(typed: &str) -> Option<[u8; 32]> {
    let letters = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .flat_map(char::to_lowercase);
    let letters = Zeroizing::new(letters.take(RECOVERY_LETTERS + 1).collect::<String>());
    let hash = digest(&SHA256, letters.as_bytes());
    let fits = letters.chars().count() == RECOVERY_LETTERS;
    hash.as_ref().try_into().ok().filter(|_| fits)
}

/// Whatever is sealed for one account is of no use in the row or the form of another one.
fn purpose(what: &str, user: &User) -> Vec<u8> {
    format!("second-factor {what} {}", user.id).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed_and_nothing_else_is() {
        let code = password::letters::<RECOVERY_LETTERS>(&Env::system());
        assert_eq!(code.len(), 19);
        let known = recovery_hash(&code).unwrap();
        let plain = code.replace('-', "");
        for typed in [
            plain.to_uppercase(),
            code.replace('-', " "),
            format!(" {}\n", code.as_str()),
        ] {
            assert_eq!(recovery_hash(&typed), Some(known), "{typed}");
        }
        for typed in ["", "123456", &plain[1..], &format!("{plain}a")] {
            assert_eq!(recovery_hash(typed), None, "{typed}");
        }
    }
}
