//! Somebody with an account and what proved it, for what goes on for longer than the request that began it.

use symbolon_core::Id;
use symbolon_proto::problem::Problem;
use symbolon_store::users::User;

use super::{find, session};
use crate::app::App;

/// Somebody with an account, and what proved it.
pub(crate) struct Proved {
    pub(crate) user: User,
    pub(super) by: By,
}

/// What let somebody in.
pub(super) enum By {
    /// A session, by the hash of its cookie.
    Session([u8; 32]),
    AppPassword(Id),
    /// The password of the account, by its hash; where `dev` allows it.
    Password(Option<String>),
}

impl Proved {
    /// Whether they are logged in on the pages, and not an app of theirs.
    pub(crate) fn in_session(&self) -> bool {
        matches!(self.by, By::Session(_))
    }

    /// Whether the same would let them in now: the session or app password is still there, the password is still the same,
    /// and the account is not disabled. Counts as no use of it.
    pub(crate) async fn holds(&self, app: &App) -> Result<bool, Problem> {
        Ok(self.now(app).await?.is_some())
    }

    /// The account as it is now, if the same would let them in.
    pub(crate) async fn now(&self, app: &App) -> Result<Option<User>, Problem> {
        if let By::Session(hash) = self.by {
            return Ok(session::find(app, hash).await?.map(|found| found.user));
        }
        let found = find(app, &self.user.name).await?;
        let found = found.filter(|found| found.user.id == self.user.id);
        let found = found.filter(|found| found.user.disabled_at.is_none());
        let found = found.filter(|found| match &self.by {
            By::Session(_) => false,
            By::AppPassword(id) => found.app_passwords.iter().any(|(known, _)| known == id),
            By::Password(hash) => {
                found.password_hash == *hash && found.second_factor_since.is_none()
            }
        });
        Ok(found.map(|found| found.user))
    }
}
