//! Accounts of people who use a server as clients do, with an app password.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use symbolon_core::UserId;
use symbolon_server::accounts;
use symbolon_server::env::Env;
use symbolon_store::Store;
use symbolon_store::app_passwords::AddAppPassword;
use symbolon_store::events::Moment;
use symbolon_store::users::{AddUser, User};

/// A new account.
pub struct Account {
    /// What other servers know.
    pub id: UserId,
    /// The log-in name.
    pub name: String,
    /// The app password.
    pub password: String,
}

impl Account {
    /// Makes it in a database that takes everything: one in memory, or a new one.
    pub async fn add(store: &Store, env: &Env, name: &str, display_name: &str) -> Self {
        let moment = Moment::new(env.now(), "simulation");
        let user = User {
            id: env.id().into(),
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            email: None,
            disabled_at: None,
            language: None,
            admin: false,
            created_at: moment.now,
        };
        let id = user.id.clone();
        let add = AddUser {
            user,
            password_hash: None,
            moment: moment.clone(),
        };
        let added = store.write(add).await;
        added.expect("the database takes a user");
        let (password, hash) = accounts::new_app_password(env);
        let add = AddAppPassword {
            id: env.id(),
            user: id.clone(),
            label: "simulation".to_owned(),
            hash,
            moment,
        };
        let added = store.write(add).await;
        added.expect("the database takes a password");
        let name = name.to_owned();
        Self {
            id,
            name,
            password: password.to_string(),
        }
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> String {
        let both = STANDARD.encode(format!("{}:{}", self.name, self.password));
        format!("Basic {both}")
    }
}
