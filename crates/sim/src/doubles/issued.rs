//! The invitations that a double has made, each for one person.

use std::collections::HashMap;

/// All of them, by token.
#[derive(Default)]
pub(super) struct Issued(HashMap<String, Invite>);

/// One of them.
#[derive(Default)]
pub(super) struct Invite {
    /// Its time is over.
    pub(super) ended: bool,
    /// Somebody has come by it.
    pub(super) accepted: bool,
}

impl Issued {
    /// Makes another; `token` writes its number, which counts from 1, as the product's tokens look.
    pub(super) fn make(&mut self, token: impl FnOnce(usize) -> String) -> String {
        let token = token(self.0.len() + 1);
        self.0.insert(token.clone(), Invite::default());
        token
    }

    /// The one with this token.
    pub(super) fn find(&mut self, token: &str) -> Option<&mut Invite> {
        self.0.get_mut(token)
    }

    /// The time of all of them is over.
    pub(super) fn end(&mut self) {
        self.0.values_mut().for_each(|invite| invite.ended = true);
    }
}
