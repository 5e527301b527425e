//! The faults on the way out of a server: messages that are not what they should be, and answers that are not theirs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use symbolon_proto::digest::content_digest;
use symbolon_proto::signature::{MessageParts, sign};
use symbolon_server::app::App;
use symbolon_server::transport::{OutboundRequest, OutboundResponse};

use crate::faults::Fault;
use crate::world::World;

/// What the faulty way out of one server remembers.
#[derive(Default)]
pub struct Meddler {
    first_tokens: Mutex<HashMap<String, String>>,
    refusals: Mutex<HashMap<(usize, String), OutboundResponse>>,
    /// Held while anything is under way, if all wait in one queue.
    pub queue: tokio::sync::Mutex<()>,
}

impl Meddler {
    /// Changes an acceptance on its way out, and signs it anew.
    pub fn change(&self, world: &World, app: &App, request: &mut OutboundRequest) {
        let Some(mut body) = acceptance(request) else {
            return;
        };
        let token = body["token"].as_str().unwrap_or_default().to_owned();
        match world.fault {
            Some(Fault::NoFloor) => {
                body.as_object_mut().map(|body| body.remove("connection"));
            }
            Some(Fault::RetryWithAnotherToken) => {
                let reference = header(request, "x-request-id").to_owned();
                let mut first = lock(&self.first_tokens);
                if first.insert(reference, token.clone()).is_none() {
                    return;
                }
                let Some(other) = another_token(world, &token) else {
                    return;
                };
                body["token"] = other.into();
            }
            _ => return,
        }
        seal(app, request, body.to_string());
    }

    /// Keeps a refusal, and hands it to the next acceptance of the same person there.
    pub fn mix_up(
        &self,
        to: usize,
        request: &OutboundRequest,
        answer: OutboundResponse,
    ) -> OutboundResponse {
        let Some(body) = acceptance(request) else {
            return answer;
        };
        let who = body["userID"].as_str().unwrap_or_default().to_owned();
        let mut refusals = lock(&self.refusals);
        if answer.status == 200 {
            return refusals.remove(&(to, who)).unwrap_or(answer);
        }
        if answer.status == 400 {
            refusals.insert((to, who), answer.clone());
        }
        answer
    }
}

/// A token of somebody else on the same server.
fn another_token(world: &World, token: &str) -> Option<String> {
    let board = world.posted();
    let owner = board.iter().find(|posted| posted.token == token)?.owner;
    let there = world.people[owner].server;
    let others = board
        .iter()
        .filter(|posted| posted.owner != owner && world.people[posted.owner].server == there);
    others.last().map(|posted| posted.token.clone())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn acceptance(request: &OutboundRequest) -> Option<Value> {
    let accepts = request.url.ends_with("/invite-accepted");
    accepts.then(|| serde_json::from_slice(&request.body).ok())?
}

fn header<'a>(request: &'a OutboundRequest, name: &str) -> &'a str {
    let mut found = request.headers.iter().filter(|(other, _)| other == name);
    found.next().map_or("", |(_, value)| value)
}

fn seal(app: &App, request: &mut OutboundRequest, body: String) {
    request
        .headers
        .retain(|(name, _)| !name.starts_with("signature"));
    for (name, value) in &mut request.headers {
        match name.as_str() {
            "content-length" => *value = body.len().to_string(),
            "content-digest" => *value = content_digest(body.as_bytes()),
            _ => {}
        }
    }
    let view: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let parts = MessageParts::request("POST", &request.url, &view);
    let signed = sign(&parts, &app.keys.signing(app.now()), app.now().as_secs());
    let signed = signed.expect("the server has set every covered component");
    request
        .headers
        .push(("signature-input".to_owned(), signed.signature_input));
    request
        .headers
        .push(("signature".to_owned(), signed.signature));
    request.body = Bytes::from(body);
}
