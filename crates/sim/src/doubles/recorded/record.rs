//! How a recording is made: two servers of today say everything to each other that servers say.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::messages::{
    ConnectionFloor, ConnectionSync, InviteAcceptedRequest, PairClaim, PairPhase, SyncAnswer,
    SyncFound, SyncStep,
};
use symbolon_store::sync::digests::LoadRoot;
use symbolon_store::sync::schedule::OurLedger;
use tokio::time::sleep;

use super::super::here::{Here, Person};
use super::super::net::Net;
use super::super::wire::{Asked, Said, text};
use super::super::world::{HERE, THERE};
use super::{Exchanges, masked};

/// How long invitations live, in seconds.
const HOUR: i64 = 3_600;

/// Where they are handed in.
const ACCEPTED: &str = "/ocm/invite-accepted";

/// Where everything else goes.
const NOTIFICATIONS: &str = "/ocm/notifications";

/// What is said today.
pub async fn record() -> Exchanges {
    let net = Net::new();
    let (cat, dog) = (Here::new(&net, HERE).await, Here::new(&net, THERE).await);
    let mut recorder = Recorder {
        cat: &cat,
        dog: &dog,
        net: &net,
        exchanges: Exchanges::new(),
    };
    let [carol, bob, eve] = [(&cat, "carol"), (&dog, "bob"), (&dog, "eve")];
    let carol = carol.0.person(carol.1).await;
    let bob = bob.0.person(bob.1).await;
    let eve = eve.0.person(eve.1).await;
    net.records();
    let first = recorder.invitations(&carol, &bob, &eve).await;
    recorder.disconnects(&carol, &bob, &first).await;
    recorder.comparisons(&carol, &bob).await;
    recorder.exchanges
}

struct Recorder<'a> {
    cat: &'a Here,
    dog: &'a Here,
    net: &'a Net,
    exchanges: Exchanges,
}

impl Recorder<'_> {
    /// Keeps the newest exchange with that server and path, and forgets all others.
    fn keep(&mut self, name: &str, asked: &str, path: &str) {
        let at = |url: &url::Url| url.host_str() == Some(asked) && url.path() == path;
        let all = self.net.recorded();
        let (request, answer) = all
            .iter()
            .rfind(|(request, _)| at(&request.url))
            .unwrap_or_else(|| panic!("{name}: nobody asked {asked} for {path}"));
        self.insert(name, asked, request, answer);
    }

    fn insert(&mut self, name: &str, asked: &str, request: &Asked, answer: &Said) {
        let asker = if asked == HERE { THERE } else { HERE };
        let exchange = masked(asker, asked, request, answer);
        self.exchanges.insert(name.to_owned(), exchange);
    }

    async fn invitations(&mut self, carol: &Person, bob: &Person, eve: &Person) -> String {
        let first = carol.invites(HOUR).await;
        bob.accepts(&first).await;
        self.keep("accepted", HERE, ACCEPTED);
        bob.accepts(&format!("nothing@{HERE}")).await;
        self.keep("invitation_unknown", HERE, ACCEPTED);
        eve.accepts(&first).await;
        self.keep("invitation_used_up", HERE, ACCEPTED);
        let short = carol.invites(60).await;
        sleep(Duration::from_secs(60)).await;
        eve.accepts(&short).await;
        self.keep("invitation_expired", HERE, ACCEPTED);
        let made = carol.call("POST", "/api/v1/invites", json!({})).await.body;
        let path = format!("/api/v1/invites/{}", text(&made, "id"));
        carol.call("DELETE", &path, Value::Null).await;
        eve.accepts(text(&made, "string")).await;
        self.keep("invitation_withdrawn", HERE, ACCEPTED);
        first
    }

    async fn disconnects(&mut self, carol: &Person, bob: &Person, first: &str) {
        carol.disconnects().await;
        sleep(Duration::from_secs(5)).await;
        self.keep("removed", THERE, NOTIFICATIONS);
        bob.accepts(first).await;
        self.keep("invitation_closed_to_you", HERE, ACCEPTED);
        let token = carol.call("POST", "/api/v1/invites", json!({})).await.body;
        let acceptance = InviteAcceptedRequest {
            recipient_provider: THERE.to_owned(),
            token: symbolon_proto::invite::InviteToken::parse(text(&token, "token"))
                .expect("it is one of ours"),
            user_id: bob.id.to_string(),
            email: "bob@example.org".to_owned(),
            name: "Bob".to_owned(),
            connection: Some(ConnectionFloor { floor: Some(0) }),
        };
        self.by_hand("connection_stale", ACCEPTED, acceptance.to_json())
            .await;
        let mut unsigned = Asked::post(&format!("https://{HERE}{ACCEPTED}"), acceptance.to_json());
        let answer = self.net.send(unsigned.clone()).await;
        unsigned.headers.retain(|(name, _)| name == "content-type");
        self.insert(
            "signature_missing",
            HERE,
            &unsigned,
            &answer.expect("it is there"),
        );
        // Connected once more, so that there is something to compare.
        bob.accepts(text(&token, "string")).await;
        // What the two have asked each other for on the way; documents that are known are not fetched again.
        let fresh = self
            .net
            .get(&format!("https://{HERE}/.well-known/ocm"))
            .await;
        self.insert("description", HERE, &fresh.0, &fresh.1);
        let fresh = self
            .net
            .get(&format!("https://{HERE}/.well-known/jwks.json"))
            .await;
        self.insert("keys", HERE, &fresh.0, &fresh.1);
    }

    async fn comparisons(&mut self, carol: &Person, bob: &Person) {
        let new = self.dog.app.env.id().to_string();
        let ledger = self.dog.app.store.write(OurLedger { new }).await;
        let ledger = ledger.expect("memory takes it");
        let provider = Provider::parse(THERE).expect("it is a name");
        let root = self.cat.app.store.read(LoadRoot { provider }).await;
        let root = root.expect("memory can be read");
        let claim = PairClaim {
            mine: bob.id.to_string(),
            yours: carol.id.to_string(),
            // One more than there is.
            generation: 3,
            phase: PairPhase::Connected,
        };
        let compare = |digest| SyncStep::Compare {
            root: digest,
            halves: root.halves,
        };
        let say = |step| {
            let ledger = ledger.clone();
            ConnectionSync { ledger, step }.to_json(THERE)
        };
        let body = say(compare(root.digest));
        self.by_hand("compared_equal", NOTIFICATIONS, body).await;
        let body = say(compare(root.digest ^ 1));
        let answer = self
            .by_hand("compared_different", NOTIFICATIONS, body)
            .await;
        let Ok(SyncFound::Groups(groups)) = SyncAnswer::parse(&answer).map(|it| it.found) else {
            panic!("two that differ are told the digests of their groups");
        };
        // Where the two halves are that there are.
        let group = groups.iter().position(|digest| *digest != 0);
        let group = group.and_then(|group| u8::try_from(group).ok());
        let body = say(SyncStep::Leaves(group.into_iter().collect()));
        self.by_hand("compared_leaves", NOTIFICATIONS, body).await;
        let body = say(SyncStep::Claims {
            buckets: vec![0],
            claims: vec![claim],
        });
        self.by_hand("compared_claims", NOTIFICATIONS, body).await;
    }

    /// A message that dog would send, in a moment that is hard to bring about.
    async fn by_hand(&mut self, name: &str, path: &str, body: String) -> Bytes {
        let mut request = Asked::post(&format!("https://{HERE}{path}"), body);
        let now = self.dog.app.now();
        request.sign(&self.dog.app.keys.signing(now), now.as_secs());
        let answer = self.net.send(request.clone()).await;
        let answer = answer.expect("it is there");
        self.insert(name, HERE, &request, &answer);
        answer.body
    }
}
