//! This server, whole: the real router, store and outbox; and people who use it as clients do.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_server::app::App;
use symbolon_server::config::{Config, Key, RawConfig};
use symbolon_server::env::Env;
use symbolon_server::keys::ServerKeys;
use symbolon_server::{housekeeping, outbox, sync};

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::cavage;
use super::net::{Doors, Net};
use crate::account::Account;
use crate::chance::Chance;
use crate::database;

/// One whole server, running.
pub struct Here {
    /// Everything that it consists of.
    pub app: App,
    router: Router,
    /// Its name in the federation.
    pub host: String,
    _running: DropGuard,
}

/// Somebody with an account on it.
pub struct Person {
    router: Router,
    /// What other servers know.
    pub id: UserId,
    authorization: String,
}

/// What a person was answered.
pub struct Told {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Here {
    /// A server at `https://host`, in the network, with its loop running.
    pub async fn new(net: &Net, host: &str) -> Self {
        let flags = RawConfig::flags([(Key::PublicUrl, Some(format!("https://{host}")))]);
        let config = Config::resolve(flags).expect("the settings are valid");
        let store = database::empty().await;
        let env = Env {
            clock: net.clock(),
            entropy: Arc::new(Chance::of(1, host)),
        };
        let rsa = cavage::rsa(true);
        let keys = ServerKeys::ephemeral_with(&env, &config.provider(), Some(&rsa));
        let app = App::new(config, env, store, Arc::new(net.clone()), keys);
        sync::prepare(&app).await.expect("memory takes it");
        let router = symbolon_server::router::router(&app);
        net.put(host, Arc::new(Doors(router.clone())));
        let stop = CancellationToken::new();
        tokio::spawn(housekeeping::run(app.clone(), stop.clone()));
        tokio::spawn(outbox::run(app.clone(), TaskTracker::new(), stop.clone()));
        Self {
            app,
            router,
            host: host.to_owned(),
            _running: stop.drop_guard(),
        }
    }

    /// Its doors.
    pub fn doors(&self) -> Doors {
        Doors(self.router.clone())
    }

    /// A new account.
    pub async fn person(&self, name: &str) -> Person {
        let display_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let account = Account::add(&self.app.store, &self.app.env, name, &display_name).await;
        Person {
            router: self.router.clone(),
            authorization: account.authorization(),
            id: account.id,
        }
    }
}

impl Person {
    /// A request of a client; no body for `null`.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Told {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", &self.authorization);
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
        };
        let request = request.expect("it is a request");
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = response.into_body().collect().await;
        let body = body.expect("it is whole").to_bytes();
        Told {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    /// A new invitation for one person that lives for a time in seconds, as the string that is handed over.
    pub async fn invites(&self, life: i64) -> String {
        let made = self
            .call("POST", "/api/v1/invites", json!({ "expires_in": life }))
            .await;
        made.body["string"].as_str().unwrap_or_default().to_owned()
    }

    /// Accepts what was handed over, and waits as long as the server lets a client wait.
    pub async fn accepts(&self, invite: &str) -> Told {
        self.call("POST", "/api/v1/acceptances", json!({ "invite": invite }))
            .await
    }

    /// Everything on this person's list, connected or not.
    pub async fn connections(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for state in ["connected", "disconnected"] {
            let path = format!("/api/v1/connections?state={state}");
            let listed = self.call("GET", &path, Value::Null).await.body;
            all.extend(listed["items"].as_array().cloned().unwrap_or_default());
        }
        all
    }

    /// The newest acceptance as this person sees it.
    pub async fn newest_acceptance(&self) -> Value {
        let path = "/api/v1/acceptances";
        let listed = self.call("GET", path, Value::Null).await.body;
        listed["items"][0].clone()
    }

    /// Cancels the newest acceptance.
    pub async fn cancels(&self) {
        let newest = self.newest_acceptance().await;
        let id = newest["id"].as_str().unwrap_or_default();
        let path = format!("/api/v1/acceptances/{id}");
        self.call("DELETE", &path, Value::Null).await;
    }

    /// Disconnects from everybody.
    pub async fn disconnects(&self) {
        for connection in self.connections().await {
            if connection["state"] == "connected" {
                let id = connection["id"].as_str().unwrap_or_default();
                let path = format!("/api/v1/connections/{id}");
                self.call("DELETE", &path, Value::Null).await;
            }
        }
    }
}
