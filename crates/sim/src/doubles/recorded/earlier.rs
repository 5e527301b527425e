//! A server of an earlier release: what it says is the recording, and when it says what are the rules of
//! `docs/protocol/connection-lifecycle.md`, sections 4.1 to 4.4, as far as two people need them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use http::Method;
use serde_json::{Value, json};
use symbolon_proto::keys::SigningKey;

use super::{Exchanges, fill, fits, masked, read};
use crate::doubles::cavage;
use crate::doubles::net::{Host, Net};
use crate::doubles::ocm_go::{Signer, discover, signer};
use crate::doubles::wire::{Asked, Said, text};
use crate::doubles::world::HERE;
use crate::doubles::{Product, Shown, Who};

/// The identifiers of Bob and Eve.
const IDS: [&str; 2] = ["01m8a0b0b0000000000000b0b1", "01m8a0e0e0000000000000e0e1"];

/// How often a stale answer is answered at once.
const AT_ONCE: u32 = 3;

/// One server.
pub struct Earlier {
    host: String,
    key: SigningKey,
    says: Exchanges,
    net: Net,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    invites: HashMap<String, Invite>,
    /// By who it is here, and by identifier and server of the other one.
    halves: HashMap<(usize, String), Half>,
    gestures: u64,
    misused: Option<String>,
}

struct Invite {
    number: u64,
    ended: bool,
    accepted_by: Option<String>,
}

#[derive(Clone, Default)]
struct Half {
    generation: u64,
    connected: bool,
    barrier: u64,
}

impl State {
    fn gesture(&mut self) -> u64 {
        self.gestures += 1;
        self.gestures
    }

    /// Section 4.1: which exchange this is, and the generation that goes with it.
    fn admits(&mut self, token: &str, person: &str, floor: u64) -> (&'static str, u64) {
        let Some(invite) = self.invites.get_mut(token) else {
            return ("invitation_unknown", 0);
        };
        let half = self.halves.entry((0, person.to_owned())).or_default();
        let outdated = half.generation > 0 && invite.number <= half.barrier;
        let newer = half.generation > floor;
        let closed = outdated && !(half.connected && newer);
        let came_before = invite.accepted_by.as_deref() == Some(person);
        let used_up = invite.accepted_by.is_some() && !came_before;
        if half.connected && (invite.ended || closed || used_up || newer) {
            return ("accepted", half.generation);
        }
        let refused = [
            (invite.ended, "invitation_expired"),
            (closed, "invitation_closed_to_you"),
            (used_up, "invitation_used_up"),
            (newer, "connection_stale"),
        ];
        if let Some((_, word)) = refused.into_iter().find(|(holds, _)| *holds) {
            return (word, half.generation);
        }
        invite.accepted_by = Some(person.to_owned());
        half.connected = true;
        half.generation = floor + 1;
        ("accepted", half.generation)
    }

    /// Section 4.2: the floor of an acceptance with this number.
    fn floor(&self, who: Who, provider: &str, number: u64) -> u64 {
        let ours = self.halves.iter().filter(|((one, person), _)| {
            *one == who as usize && person.ends_with(&format!("@{provider}"))
        });
        let counts = ours.map(|(_, half)| match half.connected {
            true => half.generation - 1,
            false if half.barrier < number => half.generation,
            false => 0,
        });
        counts.max().unwrap_or_default()
    }
}

impl Earlier {
    /// A server at `host` that speaks as a recording says.
    pub fn new(net: &Net, host: &str, recording: &str) -> Self {
        let key = SigningKey::generate([61; 32], &format!("{host}#signing"));
        Self {
            host: host.to_owned(),
            key: key.expect("it is a key id"),
            says: read(recording),
            net: net.clone(),
            state: Mutex::default(),
        }
    }

    /// The body of an answer, about a half at generation 7.
    pub fn answers(&self, name: &str) -> bytes::Bytes {
        let values = [
            ("«ours»", json!(IDS[0])),
            ("«theirs»", json!(IDS[1])),
            ("«number»", json!(7)),
        ];
        let digests = [("«digests»", digests(256)), ("«digest»", digests(1))];
        self.answer(name, HERE, &[&values[..], &digests[..]].concat())
            .body
    }

    /// Asks as it was recorded, about nothing that there is, and gives the answer.
    pub async fn asks(&self, name: &str, other: &str) -> Said {
        let values = [
            ("«ours»", json!(IDS[0])),
            ("«theirs»", json!(IDS[1])),
            ("«number»", json!(1)),
        ];
        let digests = [("«digest»", digests(1))];
        let said = self
            .ask(
                &self.net,
                name,
                other,
                &[&values[..], &digests[..]].concat(),
            )
            .await;
        said.expect("somebody is there")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is recorded of one exchange, with this server on one side and `other` on the other.
    fn said(&self, name: &str, ours: bool, other: &str, values: &[(&str, Value)]) -> Value {
        let side = if ours { "asks" } else { "answers" };
        let recorded = self.says.get(name);
        let recorded = recorded.unwrap_or_else(|| panic!("{name} is not recorded"));
        let (asker, asked) = match ours {
            true => (self.host.as_str(), other),
            false => (other, self.host.as_str()),
        };
        let rsa = cavage::rsa(false);
        let key = json!(self.key.public_jwk());
        let mut all = vec![
            ("«asker»", json!(asker)),
            ("«asked»", json!(asked)),
            ("«name»", json!("Bob")),
            ("«email»", json!("bob@example.org")),
            ("«words»", json!("as it was said")),
            ("«reference»", json!("01m85sc8k2m9w0r1x5c7e3t4qa")),
            ("«ledger»", json!("01m85sc8k2m9w0r1x5c7e3t4qb")),
            ("«group»", json!(0)),
            ("«key»", json!(self.key.key_id())),
            ("«public»", key["x"].clone()),
            ("«rsa-key»", json!(format!("https://{}/ocm#rsa", self.host))),
            ("«rsa-pem»", json!(rsa.public_pem())),
        ];
        all.splice(0..0, values.iter().cloned());
        fill(&recorded[side], &all)
    }

    fn answer(&self, name: &str, other: &str, values: &[(&str, Value)]) -> Said {
        let said = self.said(name, false, other, values);
        let status = said["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let kind = text(&said["headers"], "content-type").to_owned();
        Said::new(status.unwrap_or(500), &kind, said["body"].to_string())
    }

    /// A signed message; `None` if there is no answer.
    async fn ask(
        &self,
        net: &Net,
        name: &str,
        other: &str,
        values: &[(&str, Value)],
    ) -> Option<Said> {
        let description = discover(net, other).await?;
        let asks = self.said(name, true, other, values);
        let below = text(&asks, "path").strip_prefix("/ocm").unwrap_or_default();
        let url = format!("{}{below}", text(&description, "endPoint"));
        let mut asked = Asked::post(&url, asks["body"].to_string());
        asked.sign(&self.key, net.now_secs());
        net.send(asked).await
    }

    /// Whether what the other server says has all in it that was in it when this release was made.
    fn holds(&self, name: &str, asked: &Asked, said: &Said, other: &str) {
        let today = masked(other, &self.host, asked, said);
        if let Err(place) = fits(&self.says[name]["asks"], &today["asks"]) {
            self.state().misused = Some(format!("{name}: {place}"));
        }
    }

    async fn accepted(&self, net: &Net, asked: &Asked) -> Said {
        let body = asked.json();
        let other = text(&body, "recipientProvider").to_owned();
        match signer(net, asked).await {
            Signer::This(host) if host == other => {}
            _ => return self.answer("signature_missing", &other, &[]),
        }
        let person = format!("{}@{other}", text(&body, "userID"));
        let floor = body["connection"]["floor"].as_u64().unwrap_or_default();
        let (name, generation) = self.state().admits(text(&body, "token"), &person, floor);
        let values = [("«number»", json!(generation)), ("«ours»", json!(IDS[0]))];
        let said = self.answer(name, &other, &values);
        self.holds("accepted", asked, &said, &other);
        said
    }

    async fn notified(&self, net: &Net, asked: &Asked) -> Said {
        let Signer::This(other) = signer(net, asked).await else {
            return self.answer("signature_missing", "", &[]);
        };
        let body = asked.json();
        if text(&body, "notificationType") != "USER_REMOVED" {
            // Of two servers that have met a moment ago, nothing differs that is not on its way.
            let said = self.answer("compared_equal", &other, &[]);
            self.holds("compared_equal", asked, &said, &other);
            return said;
        }
        let details = &body["notification"];
        let person = format!("{}@{other}", text(&body, "providerId"));
        let who = IDS.iter().position(|id| *id == text(details, "grantee"));
        let at = details["connection"]["generation"]
            .as_u64()
            .unwrap_or_default();
        let mut state = self.state();
        let half = state
            .halves
            .entry((who.unwrap_or_default(), person))
            .or_default();
        // Section 4.4.
        if at >= half.generation {
            half.generation = at;
            half.connected = false;
        }
        let generation = half.generation;
        drop(state);
        let said = self.answer("removed", &other, &[("«number»", json!(generation))]);
        self.holds("removed", asked, &said, &other);
        said
    }

    async fn accept(&self, net: &Net, who: Who, token: &str, other: &str) -> Shown {
        let number = self.state().gesture();
        let mut floor = self.state().floor(who, other, number);
        for _ in 0..=AT_ONCE {
            let values = [
                ("«token»", json!(token)),
                ("«number»", json!(floor)),
                ("«ours»", json!(IDS[who as usize])),
                ("«name»", json!(["Bob", "Eve"][who as usize])),
            ];
            let Some(said) = self.ask(net, "accepted", other, &values).await else {
                return Shown("`connection_refused`: it is tried again".to_owned());
            };
            let body = said.value();
            let at = body["connection"]["generation"]
                .as_u64()
                .unwrap_or_default();
            match (said.status, text(&body, "problem")) {
                (200, _) => {
                    let person = format!("{}@{other}", text(&body, "userID"));
                    let mut state = self.state();
                    let half = state.halves.entry((who as usize, person)).or_default();
                    half.generation = half.generation.max(at);
                    half.connected = true;
                    return Shown("connected".to_owned());
                }
                (409, "connection_stale") => floor = floor.max(at),
                (_, problem) => return Shown(format!("`{problem}`: {}", text(&body, "remedy"))),
            }
        }
        Shown("`connection_stale`: it is tried again".to_owned())
    }

    async fn remove(&self, net: &Net) {
        let number = self.state().gesture();
        let mut gone = Vec::new();
        for ((who, person), half) in &mut self.state().halves {
            if *who == 0 && half.connected {
                half.connected = false;
                half.barrier = number;
                gone.push((person.clone(), half.generation));
            }
        }
        for (person, generation) in gone {
            let (id, other) = person.rsplit_once('@').unwrap_or_default();
            let values = [
                ("«ours»", json!(IDS[0])),
                ("«theirs»", json!(id)),
                ("«number»", json!(generation)),
            ];
            self.ask(net, "removed", other, &values).await;
        }
    }
}

/// So many digests of nothing.
fn digests(count: usize) -> Value {
    json!(STANDARD.encode(vec![0; 8 * count]))
}

impl Host for Earlier {
    fn serve<'a>(&'a self, net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        Box::pin(async move {
            match (&asked.method, asked.path()) {
                (&Method::GET, "/.well-known/ocm") => self.answer("description", "", &[]),
                (&Method::GET, "/.well-known/jwks.json") => self.answer("keys", "", &[]),
                (_, "/ocm/invite-accepted") => self.accepted(net, &asked).await,
                (_, "/ocm/notifications") => self.notified(net, &asked).await,
                _ => Said::json(404, &json!({})),
            }
        })
    }
}

impl Product for Earlier {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        let mut state = self.state();
        let number = state.gesture();
        let token = format!("tokenof01{number:023}");
        let invite = Invite {
            number,
            ended: false,
            accepted_by: None,
        };
        state.invites.insert(token.clone(), invite);
        Box::pin(async move { Some(format!("{token}@{}", self.host)) })
    }

    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool> {
        self.state()
            .invites
            .values_mut()
            .for_each(|one| one.ended = true);
        Box::pin(async { true })
    }

    fn accepts<'a>(
        &'a self,
        net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>> {
        Box::pin(async move { Some(self.accept(net, who, token, provider).await) })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async {
            self.remove(&self.net).await;
            true
        })
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        let state = self.state();
        let ours = state
            .halves
            .iter()
            .filter(|((one, _), half)| *one == who as usize && half.connected);
        let people = ours.map(|((_, person), _)| person.clone()).collect();
        Box::pin(async move { people })
    }

    fn misused(&self) -> Option<String> {
        self.state().misused.clone()
    }
}
