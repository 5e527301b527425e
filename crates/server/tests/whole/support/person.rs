//! Somebody with an account, who acts by the API and by pages.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_server::accounts;
use symbolon_store::sessions::By;
use symbolon_store::users::FindUser;
use tower::ServiceExt;

use super::{Answer, TestServer};

/// Somebody with an account, acting by the API.
pub(crate) struct Person<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) id: UserId,
    pub(crate) authorization: String,
}

/// What a person logs in with, whichever process serves them.
pub(crate) struct Credentials {
    id: UserId,
    authorization: String,
}

impl Credentials {
    /// The person, at this server.
    pub(crate) fn at<'b>(&self, server: &'b TestServer) -> Person<'b> {
        Person {
            server,
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }
}

impl Person<'_> {
    /// For when the server is another process.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }

    /// The app password of this person, and the header that carries it.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let encoded = self.authorization.trim_start_matches("Basic ").to_owned();
        let plain = String::from_utf8(STANDARD.decode(&encoded).unwrap()).unwrap();
        let (_, password) = plain.split_once(':').unwrap();
        vec![password.to_owned(), encoded]
    }

    /// The same person at the same server after a restart.
    pub(crate) fn at<'b>(&self, server: &'b TestServer) -> Person<'b> {
        Person {
            server,
            id: self.id.clone(),
            authorization: self.authorization.clone(),
        }
    }

    /// A request with a JSON body, or none for `null`.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
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
        self.server.request(request.unwrap()).await
    }

    /// The body of an event stream, from behind the event `last` on.
    pub(crate) async fn stream(&self, path: &str, last: &str) -> Body {
        let request = Request::get(path)
            .header("authorization", &self.authorization)
            .header("last-event-id", last);
        let request = request.body(Body::empty()).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body()
    }

    /// A new invitation for one person, as the string that is handed over.
    pub(crate) async fn invites(&self) -> String {
        let made = self
            .call("POST", "/api/v1/invites", json!({}))
            .await
            .assert(201);
        made.json()["string"].as_str().unwrap().to_owned()
    }

    /// A page as this person's browser shows it, which wishes for a language.
    pub(crate) async fn page(&self, path: &str, language: &str) -> Answer {
        let request = Request::get(path)
            .header("cookie", self.cookie().await)
            .header("accept-language", language);
        self.server
            .request(request.body(Body::empty()).unwrap())
            .await
    }

    /// A form that this person's browser sends from a page.
    pub(crate) async fn posts(&self, path: &str, fields: &str) -> Answer {
        let request = Request::post(path)
            .header("cookie", self.cookie().await)
            .header("origin", self.server.app.base_url())
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(fields.to_owned()));
        self.server.request(request.unwrap()).await
    }

    /// The cookie of a new session.
    pub(crate) async fn cookie(&self) -> String {
        let app = &self.server.app;
        let find = FindUser {
            id: self.id.clone(),
        };
        let user = app.store.read(find).await.unwrap().unwrap();
        let cookie =
            accounts::session::open(app, &user, By::Trust, &http::HeaderMap::new(), "page")
                .await
                .unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next();
        cookie.unwrap().to_owned()
    }

    pub(crate) async fn accepts(&self, invite: &str) -> Answer {
        self.call("POST", "/api/v1/acceptances", json!({ "invite": invite }))
            .await
    }

    /// The names on this person's list.
    pub(crate) async fn lists(&self) -> Vec<String> {
        let listed = self
            .call("GET", "/api/v1/connections", Value::Null)
            .await
            .assert(200)
            .json();
        let items = listed["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Disconnects from the only one on the list.
    pub(crate) async fn disconnects(&self) -> Answer {
        let listed = self
            .call("GET", "/api/v1/connections", Value::Null)
            .await
            .json();
        let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
        self.call("DELETE", &format!("/api/v1/connections/{id}"), Value::Null)
            .await
    }
}
