//! Another server: it describes itself, publishes its key, and signs.

use std::net::SocketAddr;

use serde_json::{Value, json};
use symbolon_proto::discovery::Discovery;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::keys::SigningKey;
use symbolon_proto::messages::{ConnectionSync, InviteAcceptedRequest, SyncStep, UserRemoved};
use symbolon_server::env::Env;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::Call;

pub(crate) const ACCEPTED: &str = "/ocm/invite-accepted";

pub(crate) const NOTIFICATIONS: &str = "/ocm/notifications";

/// The server `dog.localhost`, on a port of its own.
pub(crate) struct Dog {
    /// Its name in the federation.
    pub(crate) host: String,
    pub(crate) key: SigningKey,
    /// Where its messages go.
    to: String,
}

impl Dog {
    /// Answers for as long as the runtime lives.
    pub(crate) async fn start(to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("there is a free port");
        let address: SocketAddr = listener.local_addr().expect("it has an address");
        let host = format!("dog.localhost:{}", address.port());
        let key = SigningKey::generate([7; 32], &format!("{host}#key1"));
        let key = key.expect("every 32 bytes are a key");
        let mut document = json!(Discovery::new(&format!("http://{host}"), "Dog"));
        let capabilities = document["capabilities"].as_array_mut();
        // It is compared with when it asks for that, and not beside the measurement.
        capabilities
            .expect("they are a list")
            .retain(|it| it != "connection-sync");
        let keys = json!({ "keys": [key.public_jwk()] });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, document.clone(), keys.clone()));
            }
        });
        let to = to.to_owned();
        Self { host, key, to }
    }

    /// Its person accepts an invitation.
    pub(crate) fn acceptance(&self, person: &str, token: &str) -> String {
        let request = InviteAcceptedRequest {
            recipient_provider: self.host.clone(),
            token: InviteToken::parse(token).expect("it is a token"),
            user_id: person.to_owned(),
            email: format!("{person}@example.org"),
            name: person.to_owned(),
            connection: None,
        };
        request.to_json()
    }

    /// Its person disconnects, at a generation if it says one.
    pub(crate) fn removal(person: &str, grantee: Option<&str>) -> String {
        let removed = UserRemoved {
            provider_id: person.to_owned(),
            grantee: grantee.map(str::to_owned),
            generation: None,
        };
        removed.to_json()
    }

    /// It wants to compare its halves.
    pub(crate) fn comparison(&self) -> String {
        let sync = ConnectionSync {
            ledger: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            step: SyncStep::Compare { root: 0, halves: 0 },
        };
        sync.to_json(&self.host)
    }

    pub(crate) fn signed(&self, path: &str, body: String) -> Call {
        Call::post(path, body).signed(&self.to, &self.key, now())
    }
}

/// In Unix seconds.
pub(crate) fn now() -> i64 {
    Env::system().now().as_secs()
}

async fn answer(mut stream: TcpStream, document: Value, keys: Value) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let (status, body) = match head.split(|byte| *byte == b' ').nth(1) {
        Some(b"/.well-known/ocm") => ("200 OK", document.to_string()),
        Some(b"/.well-known/jwks.json") => ("200 OK", keys.to_string()),
        _ => ("404 Not Found", String::new()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    // Whoever asked may be gone.
    let _ = stream.write_all(answer.as_bytes()).await;
}
