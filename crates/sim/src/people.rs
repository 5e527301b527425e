//! People: they invite, accept, accept again, cancel, disconnect and withdraw, by the API that clients use.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use symbolon_core::UserId;
use symbolon_proto::invite::InviteToken;
use symbolon_server::keys::token_hash;
use tokio::time::sleep;
use tower::ServiceExt;

use crate::account::Account;
use crate::chance::Chance;
use crate::confirmed;
use crate::server::Server;
use crate::world::World;

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody with an account.
pub struct Person {
    /// Where the account is.
    pub server: usize,
    /// What other servers know.
    pub id: UserId,
    /// For the story.
    pub name: String,
    authorization: String,
}

/// An invitation that its owner has handed over.
#[derive(Clone)]
pub struct Posted {
    /// The invite's id.
    pub id: String,
    /// Whose it is.
    pub owner: usize,
    /// What its token is looked up by.
    pub hash: [u8; 32],
    /// What is handed over.
    pub string: String,
    /// The token in it.
    pub token: String,
}

/// A new account.
pub async fn register(server: &Server, number: usize) -> Person {
    let name = ["ann", "bob", "cid", "dot", "eve", "fay", "gus", "hal"][number % 8];
    let env = server.env();
    let account = Account::add(&server.store(), env, name, name).await;
    Person {
        server: server.index,
        authorization: account.authorization(),
        id: account.id,
        name: account.name,
    }
}

/// One person's life until the acting is over.
pub async fn live(world: Arc<World>, number: usize, until: u64) {
    let me = Me {
        chance: world.chance(&format!("person {number}")),
        number,
        world,
    };
    me.pause(300).await;
    while me.world.story.millis() < until && me.world.story.violation().is_none() {
        me.gesture().await;
        me.pause(me.world.plan.pause_ms).await;
    }
}

struct Me {
    world: Arc<World>,
    number: usize,
    chance: Chance,
}

impl Me {
    fn person(&self) -> &Person {
        &self.world.people[self.number]
    }

    /// Waits at most about so long. Nobody ever acts in the same millisecond as somebody else, so that it does not
    /// matter in which order a runtime wakes those who wait for the same.
    async fn pause(&self, most_ms: u64) {
        let places = self.world.people.len() as u64;
        let at = self.world.story.millis() + 1 + self.chance.below(most_ms);
        let at = at - at % places + places + self.number as u64;
        sleep(Duration::from_millis(at - self.world.story.millis())).await;
    }

    async fn gesture(&self) {
        self.world.step();
        match self.chance.below(16) {
            0 | 1 => self.invite().await,
            2..9 => self.accept().await,
            9 | 10 => self.cancel().await,
            11..14 => self.disconnect().await,
            14 => self.withdraw().await,
            _ => self.hurry().await,
        }
    }

    async fn invite(&self) {
        let uses = [json!(1), json!(1), json!(2), json!("anyone")];
        let uses = self.chance.pick(&uses).cloned().unwrap_or(Value::Null);
        let body = json!({ "uses": uses });
        let what = format!("invites {uses}");
        if let Some(made) = self.call("POST", "/api/v1/invites", body, &what).await {
            let text = |member: &str| made[member].as_str().unwrap_or_default().to_owned();
            let Ok(token) = InviteToken::parse(&text("token")) else {
                return;
            };
            self.world.posted().push(Posted {
                id: text("id"),
                owner: self.number,
                hash: token_hash(&token),
                string: text("string"),
                token: text("token"),
            });
        }
    }

    async fn accept(&self) {
        let posted: Vec<Posted> = {
            let board = self.world.posted();
            let others = board.iter().filter(|posted| posted.owner != self.number);
            others.cloned().collect()
        };
        // Mostly one of the last, now and then an old one.
        let recent = posted.len().saturating_sub(3);
        let from = if self.chance.one_in(3) { 0 } else { recent };
        let Some(chosen) = self.chance.pick(&posted[from..]) else {
            return;
        };
        let owner = &self.world.people[chosen.owner].name;
        let what = format!("accepts {} of {owner}", &chosen.id[20..]);
        let body = json!({ "invite": chosen.string });
        self.call("POST", "/api/v1/acceptances", body, &what).await;
    }

    async fn cancel(&self) {
        let path = "/api/v1/acceptances?pending=true";
        let Some(id) = self.first(path).await else {
            return;
        };
        let what = format!("cancels {}", &id[20..]);
        let path = format!("/api/v1/acceptances/{id}");
        self.call("DELETE", &path, Value::Null, &what).await;
    }

    async fn hurry(&self) {
        let path = "/api/v1/acceptances?pending=true";
        let Some(id) = self.first(path).await else {
            return;
        };
        let path = format!("/api/v1/acceptances/{id}/retry");
        self.call("POST", &path, Value::Null, "tries again").await;
    }

    async fn disconnect(&self) {
        let Some(id) = self.first("/api/v1/connections").await else {
            return;
        };
        let what = format!("disconnects {}", &id[20..]);
        let path = format!("/api/v1/connections/{id}");
        self.call("DELETE", &path, Value::Null, &what).await;
    }

    async fn withdraw(&self) {
        let mine: Vec<String> = {
            let board = self.world.posted();
            let mine = board.iter().filter(|posted| posted.owner == self.number);
            mine.map(|posted| posted.id.clone()).collect()
        };
        if let Some(id) = self.chance.pick(&mine) {
            let what = format!("withdraws {}", &id[20..]);
            let path = format!("/api/v1/invites/{id}");
            self.call("DELETE", &path, Value::Null, &what).await;
        }
    }

    /// The id of one on a list.
    async fn first(&self, path: &str) -> Option<String> {
        let listed = self.request("GET", path, Value::Null, PATIENCE).await?;
        self.pause(50).await;
        let items = listed.1["items"].as_array()?.clone();
        Some(self.chance.pick(&items)?["id"].as_str()?.to_owned())
    }

    /// A gesture: sent, told, and held against what its server has on disk. Gives back the body of a yes.
    async fn call(&self, method: &str, path: &str, body: Value, what: &str) -> Option<Value> {
        let name = &self.person().name;
        self.world.story.tell(format!("{name} {what}"));
        // Now and then somebody closes the page before the answer is there.
        let hurried = Duration::from_millis(self.chance.between(1, 400));
        let patience = if self.chance.one_in(8) {
            hurried
        } else {
            PATIENCE
        };
        let answer = self.request(method, path, body, patience).await;
        if let Some((status, body)) = &answer
            && (200..300).contains(status)
        {
            confirmed::check(&self.world, self.number, method, path, body);
        }
        self.pause(20).await;
        let Some((status, body)) = answer else {
            let line = format!("{name} {what}: gets no answer");
            self.world.story.tell(line);
            return None;
        };
        let state = || body["acceptance"]["state"].as_str();
        let shown = body["problem"].as_str().or_else(state).unwrap_or_default();
        self.world
            .story
            .tell(format!("{name} {what}: {status} {shown}"));
        (200..300).contains(&status).then_some(body)
    }

    async fn request(
        &self,
        method: &str,
        path: &str,
        body: Value,
        patience: Duration,
    ) -> Option<(u16, Value)> {
        let person = self.person();
        let life = self.world.servers[person.server].life()?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", &person.authorization)
            .header("content-type", "application/json");
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let request = request.body(body).expect("paths of the API are valid");
        let answering = async {
            let response = match life.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let status = response.status().as_u16();
            let bytes = response.into_body().collect().await.ok()?.to_bytes();
            Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
        };
        tokio::select! {
            biased;
            answer = answering => answer,
            () = life.over.cancelled() => None,
            () = sleep(patience) => None,
        }
    }
}
