//! Somebody names a server that is inside: this machine, its network, the services behind its firewall. The real transport
//! and a real listener.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use symbolon_core::Id;
use symbolon_proto::keys::SigningKey;
use symbolon_server::transport::{AddressPolicy, HttpTransport};
use tokio::net::TcpListener;

use super::*;

/// Something inside that nobody outside may reach, and how often somebody did.
async fn listener() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let reached = Arc::new(AtomicUsize::new(0));
    let count = reached.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (address, reached)
}

/// Knocks at every door that takes the name of a server, with this one.
async fn names(net: &Net, cat: &TestServer, host: &str) {
    let person = format!("p{}", Id::from_bits(u128::from(rand(host))));
    let bob = cat.person(&person).await;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("token", "abcdefgh")
        .append_pair("server", host)
        .finish();
    let wayf = get(cat, &format!("/wayf?{query}"), &[]).await;
    assert!((400..600).contains(&wayf.status), "{host}: {}", wayf.status);
    let (token, _) = invited(&bob, json!({})).await;
    let claimed = json!({ "recipientProvider": host, "token": token, "userID": "x", "email": "", "name": "X" });
    Message::json(ACCEPTED, &claimed).to(cat).await;
    if let Ok(key) = SigningKey::generate([3; 32], &format!("{host}#key1")) {
        Message::json(ACCEPTED, &claimed)
            .signed(net, &key)
            .to(cat)
            .await;
        let removal =
            json!({ "notificationType": "USER_REMOVED", "providerId": "x", "notification": {} });
        Message::json(NOTIFICATIONS, &removal)
            .signed(net, &key)
            .to(cat)
            .await;
    }
    // At once, since whoever accepts waits a while for a server that may come back.
    let invite = json!({ "invite": "abcdefgh", "provider": host });
    let token = json!({ "token": "abcdefgh", "providerDomain": host });
    let link = format!("https://{host}/accept?token=abcdefgh");
    tokio::join!(
        bob.call("POST", "/api/v1/acceptances", invite),
        bob.call("POST", "/sciencemesh/accept-invite", token),
        bob.accepts(&link),
    );
    cat.drive().await;
    assert!(bob.lists().await.is_empty(), "{host}");
}

fn rand(host: &str) -> u64 {
    host.bytes()
        .fold(7, |all: u64, b| all.wrapping_mul(31).wrapping_add(b.into()))
}

fn spellings(port: u16) -> Vec<String> {
    [
        "127.0.0.1",
        "127.0.0.2",
        "localhost",
        "cat.localhost",
        "localhost.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "127.1",
        "0x7f000001",
        "2130706433",
        "①②⑦.0.0.1",
    ]
    .map(|host| format!("{host}:{port}"))
    .into()
}

#[tokio::test]
async fn no_door_at_which_somebody_names_a_server_leads_inside() {
    let (address, reached) = listener().await;
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(HttpTransport::new(AddressPolicy::Public)));
    for host in spellings(address.port()) {
        names(&net, &cat, &host).await;
        assert_eq!(reached.load(Ordering::SeqCst), 0, "{host}");
    }
    // Addresses at which nothing listens here, but may in a data centre.
    for host in [
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
    ] {
        let started = tokio::time::Instant::now();
        names(&net, &cat, host).await;
        assert!(
            started.elapsed() < Duration::from_secs(4),
            "{host} was waited for"
        );
    }
}

#[tokio::test]
async fn the_same_doors_lead_to_this_machine_where_that_is_allowed() {
    let (address, reached) = listener().await;
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(HttpTransport::new(AddressPolicy::DevLoopback)));
    names(&net, &cat, &format!("cat.localhost:{}", address.port())).await;
    assert!(
        reached.load(Ordering::SeqCst) >= 3,
        "the test above could not fail"
    );
}
