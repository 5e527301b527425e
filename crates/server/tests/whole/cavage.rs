//! Servers that sign as before RFC 9421 (draft-cavage), and what this server takes from them and sends them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::{Value, json};
use symbolon_core::trust::Proof;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::keys::{PublicPem, RsaKey};
use symbolon_proto::signature::cavage::find_cavage;
use symbolon_proto::signature::{MessageParts, find_ocm};
use symbolon_store::Database;
use symbolon_store::connections::listing::ListAllConnections;

use crate::inviter::{ACCEPTED, CAT, DOG, Message, NOTIFICATIONS, Peer, invited};
use crate::support::{Answer, Net, OutboundRequest, TestServer, TransportError, answer, audit};

/// Two keys, made once: that takes long.
pub(crate) fn rsa(number: usize, host: &str) -> RsaKey {
    static MADE: [OnceLock<RsaKey>; 2] = [OnceLock::new(), OnceLock::new()];
    let made = || RsaKey::from_pem(&RsaKey::generate().unwrap(), "unnamed").unwrap();
    let key_id = format!("https://{host}/ocm#signature");
    MADE[number].get_or_init(made).named(&key_id)
}

/// A server with an RSA key in its description, which can be changed.
pub(crate) struct Older {
    pub(crate) key: RsaKey,
    document: Arc<Mutex<Value>>,
    net: Net,
}

impl Older {
    pub(crate) fn new(net: &Net, host: &'static str) -> Self {
        let key = rsa(0, host);
        let document = json!({
            "enabled": true, "apiVersion": "1.0-proposal1", "endPoint": format!("https://{host}/ocm"),
            "resourceTypes": [], "capabilities": ["invite-accepted", "notifications"],
            "publicKey": { "keyId": key.key_id(), "publicKeyPem": key.public_pem() },
        });
        let document = Arc::new(Mutex::new(document));
        let says = document.clone();
        net.script(host, move |request| {
            if request.url.ends_with("/.well-known/ocm") {
                let said = says.lock().unwrap().clone();
                return match said {
                    Value::Null => Err(TransportError::ConnectionRefused),
                    said => answer(200, "application/json", said.to_string()),
                };
            }
            match request.url.ends_with("/invite-accepted") {
                true => answer(
                    200,
                    "application/json",
                    r#"{"userID":"bob","email":"b@example.org","name":"Bob"}"#,
                ),
                false => answer(404, "text/plain", ""),
            }
        });
        Self {
            key,
            document,
            net: net.clone(),
        }
    }

    pub(crate) fn says(&self, member: &str, value: Value) {
        self.document.lock().unwrap()[member] = value;
    }

    fn asked(&self) -> usize {
        let sent = self.net.sent.lock().unwrap();
        let asked = sent
            .iter()
            .filter(|request| request.url.ends_with("/.well-known/ocm"));
        asked.count()
    }
}

pub(crate) fn carol(token: &str) -> Value {
    json!({ "recipientProvider": DOG, "token": token, "userID": "carol", "email": "carol@example.org", "name": "Carol" })
}

async fn proofs(server: &TestServer) -> Vec<Proof> {
    let list = ListAllConnections {
        before: None,
        limit: 10,
    };
    let all = server.app.store.read(list).await.unwrap();
    all.iter().map(|one| one.proof).collect()
}

async fn events(server: &TestServer, kind: &str) -> Vec<Value> {
    let all = audit(server).await;
    all.into_iter()
        .filter(|event| event.kind == kind)
        .map(|event| event.data)
        .collect()
}

macro_rules! stage {
    ($net:ident, $cat:ident, $token:ident, $dog:ident) => {
        let $net = Net::default();
        let $cat = TestServer::new(&$net, CAT).await;
        let bob = $cat.person("bob").await;
        let ($token, _) = invited(&bob, json!({})).await;
        let $dog = Older::new(&$net, DOG);
    };
}

#[tokio::test]
async fn acceptance_signed_as_nextcloud_31_to_34_do_is_verified_like_any_other() {
    stage!(net, cat, token, dog);
    let message = Message::json(ACCEPTED, &carol(&token)).cavage(&net, &dog.key);
    message.to(&cat).await.assert(200);
    assert_eq!(proofs(&cat).await, [Proof::Signature]);
    assert_eq!(
        events(&cat, "peer.signs").await,
        [json!({ "dialect": "cavage" })]
    );
    // What takes a connection away needs a signature, and this is one.
    let gone = json!({ "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": "carol" });
    net.pass_ms(1_000);
    Message::json(NOTIFICATIONS, &gone)
        .refused(&cat, 401, "signature_missing", "Sign")
        .await;
    Message::json(NOTIFICATIONS, &gone)
        .cavage(&net, &dog.key)
        .to(&cat)
        .await
        .assert(201);
    let list = ListAllConnections {
        before: None,
        limit: 10,
    };
    assert!(
        !cat.app.store.read(list).await.unwrap()[0]
            .half
            .is_connected()
    );
    // And it acts once, also if somebody has given the key another name, which is not signed.
    message.refused(&cat, 425, "signature_repeated", "").await;
    let renamed = message.with("#", "#another");
    renamed.refused(&cat, 425, "signature_repeated", "").await;
}

#[tokio::test]
async fn failures_are_told_in_the_words_of_every_other_signature() {
    stage!(net, cat, token, dog);
    let message = Message::json(ACCEPTED, &carol(&token));
    message.refused(&cat, 401, "signature_missing", DOG).await;
    let late = message.clone().cavage_after(&net, &dog.key, -301);
    late.refused(&cat, 401, "signature_clock", "made 301 seconds away")
        .await;
    let early = message.clone().cavage_after(&net, &dog.key, 61);
    early.refused(&cat, 401, "signature_clock", "61").await;
    let changed = message
        .clone()
        .cavage(&net, &dog.key)
        .with_body(&json!({ "recipientProvider": DOG,
        "token": token, "userID": "eve00", "email": "carol@example.org", "name": "Carol" }));
    changed.refused(&cat, 401, "signature_digest", "").await;
    let evil = Older::new(&net, "evil.example.org");
    let other = message.clone().cavage(&net, &evil.key);
    other.refused(&cat, 401, "signature_wrong_host", DOG).await;
    let forged = message.clone().cavage(&net, &rsa(1, DOG));
    forged
        .refused(&cat, 401, "signature_invalid", "does not fit the message")
        .await;
    let elsewhere = message.clone().cavage_to(&net, &dog.key, "cow.example.org");
    elsewhere
        .refused(&cat, 401, "signature_invalid", "does not fit the message")
        .await;
    for field in [
        "keyId=\"a\"",
        "keyId=\"https://dog.example.org/ocm#a\",signature=\"AAAA\",headers=\"date\"",
    ] {
        let broken = message.clone().header("signature", field);
        let broken = broken.refused(&cat, 401, "signature_invalid", "").await;
        assert_eq!(broken.json()["message"], "SIGNATURE_INVALID");
    }
    dog.says("publicKey", Value::Null);
    net.pass_ms(10_000);
    let unknown = message.cavage(&net, &rsa(1, DOG));
    unknown
        .refused(&cat, 401, "signature_unknown_key", dog.key.key_id())
        .await;
    assert_eq!(proofs(&cat).await, []);
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_no_stranger_makes_us_ask_more_often_than_every_ten_seconds()
{
    stage!(net, cat, token, dog);
    let message = Message::json(ACCEPTED, &carol(&token));
    message
        .clone()
        .cavage(&net, &dog.key)
        .to(&cat)
        .await
        .assert(200);
    let new = rsa(1, DOG).named("https://dog.example.org/index.php/ocm#signature");
    // Under another name than the one in its signatures: Nextcloud in a folder does that.
    let published = json!({ "keyId": "https://dog.example.org/ocm#signature", "publicKeyPem": new.public_pem() });
    dog.says("publicKey", published);
    net.pass_ms(10_000);
    let before = dog.asked();
    message
        .clone()
        .cavage(&net, &new)
        .to(&cat)
        .await
        .assert(200);
    assert_eq!(dog.asked(), before + 1);
    for _ in 0..10 {
        message
            .clone()
            .cavage(&net, &dog.key)
            .refused(&cat, 401, "signature_invalid", "")
            .await;
    }
    assert_eq!(dog.asked(), before + 1);
    // Whoever cannot be asked is asked again later, by the message that comes again.
    *dog.document.lock().unwrap() = Value::Null;
    net.pass_ms(8 * 24 * 3_600_000);
    message
        .cavage(&net, &new)
        .refused(&cat, 503, "peer_unreachable_for_keys", DOG)
        .await;
}

#[tokio::test]
async fn server_that_has_offered_rfc_9421_is_not_believed_when_it_is_signed_for_as_before() {
    stage!(net, cat, token, dog);
    let message = Message::json(ACCEPTED, &carol(&token));
    dog.says("capabilities", json!(["invite-accepted", "http-sig"]));
    let weak = message.clone().cavage(&net, &dog.key);
    weak.refused(&cat, 401, "signature_weaker", DOG).await;
    dog.says("capabilities", json!(["invite-accepted"]));
    net.pass_ms(6 * 60_000);
    let weak = message.clone().cavage(&net, &dog.key);
    weak.refused(&cat, 401, "signature_weaker", DOG).await;
    assert_eq!(
        events(&cat, "peer.weaker").await,
        [json!({ "before": "rfc9421", "now": "cavage" })]
    );
    // It is said once, and remembered also by another process on the same database.
    net.pass_ms(6 * 60_000);
    message
        .clone()
        .cavage(&net, &dog.key)
        .refused(&cat, 401, "signature_weaker", DOG)
        .await;
    assert_eq!(events(&cat, "peer.weaker").await.len(), 1);
    message.refused(&cat, 401, "signature_missing", DOG).await;
}

#[tokio::test]
async fn server_that_has_signed_with_rfc_9421_under_a_bare_description_is_not_believed_either() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let new = Peer::signing(&net, DOG);
    let message = Message::json(ACCEPTED, &new.acceptance(&token));
    message
        .clone()
        .signed(&net, &new.key)
        .to(&cat)
        .await
        .assert(200);
    let dog = Older::new(&net, DOG);
    net.pass_ms(6 * 60_000);
    message
        .clone()
        .cavage(&net, &dog.key)
        .refused(&cat, 401, "signature_weaker", DOG)
        .await;
    assert_eq!(events(&cat, "peer.weaker").await.len(), 1);
    // A server that begins with the older way may go on with the newer, and must from then on.
    let cow = "cow.example.org";
    let old = Older::new(&net, cow);
    let (token, _) = invited(&bob, json!({})).await;
    let body = json!({ "recipientProvider": cow, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    let message = Message::json(ACCEPTED, &body);
    let older = message.clone().cavage(&net, &old.key);
    older.to(&cat).await.assert(200);
    let new = Peer::signing(&net, cow);
    net.pass_ms(6 * 60_000);
    let newer = message.clone().signed(&net, &new.key);
    newer.to(&cat).await.assert(200);
    net.pass_ms(1_000);
    let older = message.cavage(&net, &old.key);
    older.refused(&cat, 401, "signature_weaker", cow).await;
}

#[tokio::test]
async fn what_one_process_learns_of_how_a_server_signs_holds_for_every_other_on_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("cat.db").display());
    let database = Database::parse(&file).unwrap();
    let net = Net::default();
    let one = TestServer::on(&net, CAT, &database).await;
    let other = TestServer::on(&net, CAT, &database).await;
    let bob = one.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    // A server that does not sign, and then does.
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    message.to(&other).await.assert(200);
    dog.announces.store(true, Ordering::SeqCst);
    let signed = message.clone().signed(&net, &dog.key);
    signed.to(&one).await.assert(200);
    message.refused(&other, 401, "signature_missing", DOG).await;
    // One that signs as before RFC 9421, and then by that.
    let cow = "cow.example.org";
    let body = json!({ "recipientProvider": cow, "token": token, "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    let message = Message::json(ACCEPTED, &body);
    let old = Older::new(&net, cow);
    let older = message.clone().cavage(&net, &old.key);
    older.to(&other).await.assert(200);
    let new = Peer::signing(&net, cow);
    let newer = message.clone().signed(&net, &new.key);
    newer.to(&one).await.assert(200);
    net.pass_ms(1_000);
    let older = message.cavage(&net, &old.key);
    older.refused(&other, 401, "signature_weaker", cow).await;
}

/// Carol's server with keys in a folder, and what it sends when she accepts an invitation of a server that was there before.
pub(crate) async fn sent(net: &Net, dog: &TestServer) -> OutboundRequest {
    let carol = dog
        .person(&format!("carol{}", net.posted("/invite-accepted").len()))
        .await;
    let _running = dog.run_outbox();
    carol.accepts(&format!("some-token@{CAT}")).await;
    net.posted("/invite-accepted").pop().unwrap()
}

fn view(message: &OutboundRequest) -> Vec<(&str, &str)> {
    let headers = message.headers.iter();
    headers
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// How a message is signed; a signature of the older kind is verified as Nextcloud would, with what is published.
pub(crate) async fn way(message: &OutboundRequest, dog: &TestServer) -> &'static str {
    let headers = view(message);
    let parts = MessageParts::request("POST", &message.url, &headers);
    if find_ocm(&parts).unwrap().is_some() {
        return "rfc9421";
    }
    let get = http::Request::get("/ocm-provider/").body(axum::body::Body::empty());
    let document: Answer = dog.request(get.unwrap()).await.assert(200);
    let document = document.json();
    let published = &document["publicKey"];
    let signature = find_cavage(&parts).unwrap().unwrap();
    assert_eq!(signature.key_id(), published["keyId"].as_str().unwrap());
    let pem = published["publicKeyPem"].as_str().unwrap();
    let pem = PublicPem::parse(pem).unwrap();
    let now = dog.app.now().as_secs();
    signature.verify(&parts, &message.body, &pem, now).unwrap();
    "cavage"
}

#[tokio::test]
async fn messages_are_signed_in_the_best_way_that_their_server_has_ever_offered() {
    let net = Net::default();
    let data = tempfile::tempdir().unwrap();
    let dog = TestServer::in_folder(&net, DOG, data.path()).await;
    let cat = Older::new(&net, CAT);
    let key = cat.document.lock().unwrap()["publicKey"].clone();
    for (capability, key, expected) in [
        ("notifications", &Value::Null, "rfc9421"),
        ("notifications", &key, "cavage"),
        ("notifications", &Value::Null, "cavage"),
        ("http-sig", &key, "rfc9421"),
        ("notifications", &key, "rfc9421"),
        ("notifications", &Value::Null, "rfc9421"),
    ] {
        cat.says("capabilities", json!(["invite-accepted", capability]));
        cat.says("publicKey", key.clone());
        net.pass_ms(6 * 60_000);
        let message = sent(&net, &dog).await;
        assert_eq!(way(&message, &dog).await, expected, "{capability} {key}");
    }
    let changes = [
        ("cavage", None),
        ("rfc9421", Some("cavage")),
        ("cavage", None),
    ];
    let changes = changes.map(|(before, now)| json!({ "before": before, "now": now }));
    assert_eq!(events(&dog, "peer.weaker").await, changes);
    // A restart forgets nothing of it.
    let again = TestServer::in_folder(&net, DOG, data.path()).await;
    let message = sent(&net, &again).await;
    assert_eq!(way(&message, &again).await, "rfc9421");
}

#[tokio::test]
async fn without_an_rsa_key_nothing_is_published_for_older_servers() {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let get = http::Request::get("/.well-known/ocm").body(axum::body::Body::empty());
    let document = dog.request(get.unwrap()).await.assert(200);
    assert_eq!(document.json().get("publicKey"), None);
    let document = PeerDiscovery::parse(document.text.as_bytes(), "https://dog.example.org");
    assert!(document.unwrap().public_key().is_none());
}
