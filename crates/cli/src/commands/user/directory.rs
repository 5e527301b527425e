//! Accounts by name, and names by account.

use std::collections::HashMap;

use anyhow::Result;
use symbolon_core::UserId;
use symbolon_store::users::{FindCredentials, ListUsers, User};

use crate::exit::{Exit, Failure};
use crate::language::say;
use crate::settings::Desk;

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// The names of all accounts, to print beside what belongs to them.
#[derive(Default)]
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    /// The log-in name; the id of an account that was made a moment ago.
    pub(crate) fn of(&self, id: &UserId) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// The names of all accounts.
pub(crate) async fn names(desk: &Desk) -> Result<Names> {
    let users = all(desk).await?;
    Ok(Names(
        users.into_iter().map(|user| (user.id, user.name)).collect(),
    ))
}

/// The account with this name; an error with an exit code of its own if there is none.
pub(crate) async fn find(desk: &Desk, name: &str) -> Result<User> {
    let found = lookup(desk, name).await?;
    found.ok_or_else(|| Failure::error(Exit::NotFound, say!("user-not-found", name = name)))
}

/// The account with this name, if there is one.
pub(super) async fn lookup(desk: &Desk, name: &str) -> Result<Option<User>> {
    let found = desk
        .read(FindCredentials {
            name: name.to_owned(),
        })
        .await?;
    Ok(found.map(|credentials| credentials.user))
}

/// All accounts in the order of their names.
pub(super) async fn all(desk: &Desk) -> Result<Vec<User>> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let after = users
            .last()
            .map(|user| user.name.clone())
            .unwrap_or_default();
        let page = desk.read(ListUsers { after, limit: PAGE }).await?;
        if page.is_empty() {
            return Ok(users);
        }
        users.extend(page);
    }
}
