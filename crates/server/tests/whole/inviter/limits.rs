//! How often others may ask, and what it costs them to ask too often.

use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::peers::{CountPeers, FindPeer};

use super::*;
use crate::support::addresses::{ANOTHER, SOMEBODY, figure, seconds, send, until_it_is_too_much};
use crate::support::{Key, audit};
use crate::trust::decide;

impl Message {
    pub(super) async fn from(&self, from: &str, server: &TestServer) -> Answer {
        self.through(from, None, server).await
    }

    async fn through(&self, from: &str, forwarded: Option<&str>, server: &TestServer) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        send(server, from, forwarded, request, self.body.clone()).await
    }
}

fn garbage() -> Message {
    Message::json(ACCEPTED, &json!({ "token": "x" }))
}

#[tokio::test]
async fn an_address_that_sends_garbage_is_told_when_to_come_again_and_others_are_served() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let (served, refused) =
        until_it_is_too_much(async || garbage().from(SOMEBODY, &cat).await).await;
    assert_eq!(served, 60);
    assert_eq!(refused.problem(), "too_many_requests");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let wait = seconds(&refused);
    // It says the truth: until then it is too much, and then it is not.
    net.pass_ms((wait - 1) * 1_000);
    let at_once = garbage().from(SOMEBODY, &cat).await;
    net.pass_ms(1_000);
    let then = garbage().from(SOMEBODY, &cat).await;
    assert!(at_once.status == 429 || wait == 1, "{wait}");
    assert_eq!(then.status, 400);
    let good = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    good.from(ANOTHER, &cat).await.assert(200);
}

#[tokio::test]
async fn what_a_limit_refuses_is_counted_and_written_nowhere() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    until_it_is_too_much(async || garbage().from(SOMEBODY, &cat).await).await;
    let before = audit(&cat).await.len();
    let name = "symbolon_limited_total{limit=\"address\"}";
    let counted = figure(&cat, name).await;
    for _ in 0..50 {
        garbage().from(SOMEBODY, &cat).await.assert(429);
    }
    assert_eq!(audit(&cat).await.len(), before);
    assert!((figure(&cat, name).await - counted - 50.0).abs() < 0.1);
}

#[tokio::test]
async fn what_a_server_proves_costs_the_address_that_it_shares_nothing() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    for _ in 0..200 {
        // Signed, and refused for what it says: the invitation is unknown.
        let unknown = Message::json(ACCEPTED, &dog.acceptance("no-such-token-at-all"));
        let unknown = unknown.signed(&net, &dog.key).from(SOMEBODY, &cat).await;
        assert_ne!(unknown.status, 429, "{}", unknown.text);
        let good = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
        good.from(SOMEBODY, &cat).await.assert(200);
    }
}

#[tokio::test]
async fn a_server_that_signs_is_limited_by_its_name_wherever_it_comes_from() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::RequestsPerServer, "10")]).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let emu = Peer::signing(&net, "emu.example.org");
    let from = |peer: &Peer, address: String| {
        let message = Message::json(ACCEPTED, &peer.acceptance(&token)).signed(&net, &peer.key);
        let cat = &cat;
        async move { message.from(&address, cat).await }
    };
    // The first one is that of a stranger still.
    for last in 0..=10 {
        from(&dog, format!("192.0.2.{last}")).await.assert(200);
    }
    let refused = from(&dog, "192.0.2.11".to_owned()).await.assert(429);
    assert_eq!(seconds(&refused), 6);
    assert_ne!(from(&emu, SOMEBODY.to_owned()).await.status, 429);
    net.pass_ms(6_000);
    from(&dog, SOMEBODY.to_owned()).await.assert(200);
}

#[tokio::test]
async fn nobody_uses_up_the_allowance_of_a_server_by_forging_its_name() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::RequestsPerServer, "10")]).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let forged = SigningKey::generate([9; 32], dog.key.key_id()).unwrap();
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    for _ in 0..50 {
        let forged = message.clone().signed(&net, &forged);
        forged.from(ANOTHER, &cat).await.assert(401);
    }
    message
        .signed(&net, &dog.key)
        .from(SOMEBODY, &cat)
        .await
        .assert(200);
}

#[tokio::test]
async fn whoever_invents_an_address_in_a_header_is_still_the_one_who_connected() {
    let net = Net::default();
    let proxy = "198.51.100.1";
    let cat = TestServer::with(&net, CAT, &[(Key::TrustedProxies, proxy)]).await;
    let mut number = 0_u32;
    let mut refused = 0;
    for _ in 0..80 {
        number += 1;
        let invented = format!("203.0.113.{number}");
        let answer = garbage().through(SOMEBODY, Some(&invented), &cat).await;
        refused += u32::from(answer.status == 429);
    }
    assert_eq!(refused, 20);
    // The proxy that the settings name speaks for its clients, each of them for itself.
    for _ in 0..60 {
        let one = garbage()
            .through(proxy, Some("203.0.113.9, 192.0.2.77"), &cat)
            .await;
        assert_eq!(one.status, 400);
    }
    let same = garbage()
        .through(proxy, Some("203.0.113.8, 192.0.2.77"), &cat)
        .await;
    assert_eq!(
        same.status, 429,
        "what a client writes itself changes nothing"
    );
    let other = garbage().through(proxy, Some("192.0.2.78"), &cat).await;
    assert_eq!(other.status, 400);
}

#[tokio::test]
async fn a_trusted_proxy_makes_nobody_a_server_that_is_trusted() {
    let net = Net::default();
    let settings = [
        (Key::TrustedProxies, "0.0.0.0/0"),
        (Key::InvitationsOut, "allowlist"),
    ];
    let cat = TestServer::with(&net, CAT, &settings).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::plain(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).header("x-forwarded-host", CAT);
    let refused = message.through(SOMEBODY, Some(CAT), &cat).await;
    assert_eq!(refused.problem(), "not_trusted_here");
}

#[tokio::test]
async fn documents_are_served_to_one_address_only_so_often() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for path in [
        "/.well-known/ocm",
        "/.well-known/jwks.json",
        "/ocm-provider",
    ] {
        let ask = async || send(&cat, ANOTHER, None, Request::get(path), Body::empty()).await;
        let (_, refused) = until_it_is_too_much(ask).await;
        assert_eq!(seconds(&refused), 1);
        let other = send(&cat, SOMEBODY, None, Request::get(path), Body::empty()).await;
        assert_eq!(other.status, 200);
        net.pass_ms(3_600_000);
    }
}

#[tokio::test]
async fn unsigned_acceptances_in_the_name_of_one_server_are_bounded_however_many_send_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = Peer::plain(&net, DOG);
    let guess = Message::json(ACCEPTED, &dog.acceptance("no-such-token-at-all"));
    let mut answered = 0;
    for last in 0..200 {
        let answer = guess.from(&format!("192.0.2.{last}"), &cat).await;
        answered += u32::from(answer.status != 429);
    }
    assert_eq!(answered, 60);
}

/// Somebody accepts in the name of a server.
fn in_the_name_of(server: &str) -> Message {
    let body = json!({ "recipientProvider": server, "token": "no-such-token-at-all", "userID": "carol",
        "email": "carol@example.org", "name": "Carol" });
    Message::json(ACCEPTED, &body)
}

/// A server with a page where invitations are accepted.
pub(super) fn takes_part(net: &Net, host: &'static str) {
    net.script(host, move |_| {
        let document = json!({ "enabled": true, "apiVersion": "1.2.0", "endPoint": format!("https://{host}/ocm"),
            "resourceTypes": [], "capabilities": ["invites"], "inviteAcceptDialog": "/accept" });
        answer(200, "application/json", document.to_string())
    });
}

/// Names that anybody may invent.
fn invented(number: usize) -> String {
    format!("s{number}.evil.example.org")
}

#[tokio::test]
async fn invented_names_leave_no_row_behind_and_make_us_ask_only_so_many_servers() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut busy = 0;
    for number in 0..1_100 {
        let message = in_the_name_of(&invented(number));
        let message = match number % 2 {
            0 => message,
            _ => message.signed(&net, &key(&invented(number), 1)),
        };
        let from = format!("198.51.100.{}", number % 250);
        busy += u32::from(message.from(&from, &cat).await.status == 429);
    }
    assert_eq!(busy, 100);
    let rows = cat.app.store.read(CountPeers).await.unwrap();
    assert!(rows.is_empty(), "{rows:?}");
    assert_eq!(net.sent.lock().unwrap().len(), 1_000);
}

#[tokio::test]
async fn one_address_makes_us_ask_only_so_many_new_servers_in_the_long_run() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut asked = Vec::new();
    for minute in 0..3 {
        for number in 0..60 {
            let message = in_the_name_of(&invented(100 * minute + number));
            message.from(SOMEBODY, &cat).await;
        }
        asked.push(net.sent.lock().unwrap().len());
        net.pass_ms(60_000);
    }
    assert_eq!(asked, [60, 80, 100]);
}

#[tokio::test]
async fn five_addresses_do_not_keep_a_new_server_from_being_met() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    for number in 0..500 {
        let from = format!("198.51.100.{}", number % 5);
        in_the_name_of(&invented(number)).from(&from, &cat).await;
    }
    let dog = Peer::signing(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    message.from(SOMEBODY, &cat).await.assert(200);
}

#[tokio::test]
async fn somebody_logged_in_looks_at_a_new_server_while_strangers_have_used_up_theirs() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    takes_part(&net, DOG);
    for number in 0..1_100 {
        let from = format!("198.51.100.{}", number % 250);
        in_the_name_of(&invented(number)).from(&from, &cat).await;
    }
    let wayf = format!("/wayf?token=abcdefghijklmnopqrstuvwx&server={DOG}");
    let stranger = send(&cat, SOMEBODY, None, Request::get(&wayf), Body::empty()).await;
    assert_eq!(stranger.status, 429);
    bob.page(&wayf, "en").await.assert(200);
}

#[tokio::test]
async fn a_server_that_is_known_is_heard_while_strangers_are_too_many() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    let dog = Peer::signing(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let first = message.clone().signed(&net, &dog.key).to(&cat).await;
    first.assert(200);
    for number in 0..1_100 {
        let from = format!("198.51.100.{}", number % 250);
        in_the_name_of(&invented(number)).from(&from, &cat).await;
    }
    // Its documents are old by now, and have to be fetched again.
    net.pass_ms(6 * 60_000);
    let provider = Provider::parse(DOG).unwrap();
    let peer = cat.app.store.read(FindPeer { provider }).await.unwrap();
    assert!(peer.is_some_and(|peer| peer.signs));
    message.signed(&net, &dog.key).to(&cat).await.assert(200);
}

/// A server of whoever owns a domain, with a key of its own.
fn of_a_domain(net: &Net, number: usize) -> Peer {
    Peer::signing(net, Box::leak(invented(number).into_boxed_str()))
}

/// Something that a server may say of people whom nobody here knows; it is thanked for it.
fn removal(net: &Net, peer: &Peer) -> Message {
    let body = json!({ "notificationType": "USER_REMOVED", "resourceType": "user",
        "providerId": format!("carol@{}", peer.host), "notification": { "grantee": "nobody" } });
    Message::json(NOTIFICATIONS, &body).signed(net, &peer.key)
}

#[tokio::test]
async fn whoever_signs_in_sixty_names_of_a_domain_is_counted_by_address_and_by_name_and_in_all() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    good().from(ANOTHER, &cat).await.assert(200);
    let peers: Vec<_> = (0..60).map(|number| of_a_domain(&net, number)).collect();
    let mut served = 0;
    for _ in 0..2 {
        for peer in &peers {
            let answer = removal(&net, peer).from(SOMEBODY, &cat).await;
            served += usize::from(answer.status == 201);
        }
    }
    assert_eq!(served, 60, "the address pays for all of them");
    // One name, from as many addresses as there are messages.
    let mut served = 0;
    for number in 0..100 {
        let from = format!("198.51.100.{number}");
        let answer = removal(&net, &peers[0]).from(&from, &cat).await;
        served += usize::from(answer.status == 201);
    }
    assert_eq!(served, 59, "and its name");
    // All of them, from many addresses.
    let mut served = 0;
    for number in 0..1_500 {
        let from = format!("203.0.{}.{}", number % 6, number % 250);
        let answer = removal(&net, &peers[1 + number % 59]);
        served += usize::from(answer.from(&from, &cat).await.status == 201);
    }
    assert_eq!(
        served,
        // The first one of dog's was that of a stranger too.
        1_000 - 60 - 59 - 1,
        "and those that nobody knows together"
    );
    for _ in 0..100 {
        good().from(ANOTHER, &cat).await.assert(200);
    }
    net.pass_ms(1_000);
    let from = "198.51.100.200";
    removal(&net, &peers[59]).from(from, &cat).await.assert(201);
}

#[tokio::test]
async fn what_a_server_sends_beyond_its_own_limit_costs_its_address_too() {
    let net = Net::default();
    let cat = TestServer::with(&net, CAT, &[(Key::RequestsPerServer, "10")]).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    for _ in 0..80 {
        good().from(SOMEBODY, &cat).await;
    }
    let name = "symbolon_limited_total{limit=\"address\"}";
    assert!(figure(&cat, name).await > 5.0);
}

#[tokio::test]
async fn a_thousand_requests_a_second_of_strangers_refuse_no_message_of_a_connected_server() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({ "uses": "anyone" })).await;
    let [dog, emu] = [DOG, "emu.example.org"].map(|host| Peer::signing(&net, host));
    let good =
        |peer: &Peer| Message::json(ACCEPTED, &peer.acceptance(&token)).signed(&net, &peer.key);
    for peer in [&dog, &emu] {
        good(peer).to(&cat).await.assert(200);
    }
    let mut refused = 0;
    for ms in 0..6_000 {
        let from = format!("45.{}.{}.1", ms % 4, ms % 250);
        refused += u32::from(garbage().from(&from, &cat).await.status == 429);
        net.pass_ms(1);
        if ms % 100 == 0 {
            good(&dog).from(ANOTHER, &cat).await.assert(200);
        }
    }
    assert!(refused > 500, "{refused}");
    // Garbage in the name of one server uses up what is kept for that one.
    let forged = SigningKey::generate([9; 32], dog.key.key_id()).unwrap();
    let forged = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &forged);
    for number in 0..1_000 {
        let from = format!("45.4.{}.1", number % 250);
        forged.from(&from, &cat).await;
    }
    good(&dog).from(ANOTHER, &cat).await.assert(429);
    good(&emu).from(ANOTHER, &cat).await.assert(200);
}

#[tokio::test]
async fn a_server_that_an_administrator_names_is_let_through_at_once_while_strangers_are_too_many()
{
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    let flood = async || {
        for number in 0..3_000 {
            let from = format!("45.{}.{}.1", number / 250, number % 250);
            garbage().from(&from, &cat).await;
        }
    };
    flood().await;
    good().from(ANOTHER, &cat).await.assert(429);
    decide(&cat, DOG, Rule::Trusted).await;
    good().from(ANOTHER, &cat).await.assert(200);
}

#[tokio::test]
async fn a_whole_provider_of_version_6_uses_up_nothing_that_is_for_all_and_one_customer_not_what_is_for_its_neighbours()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let sends = async |from: String| garbage().from(&from, &cat).await.status == 429;
    // Any number of networks of one household (a /56), of one site or a few hundred households (a /48), of one provider.
    let mut taken = Vec::new();
    for networks in [
        |n: u32| format!("2001:db8:1:{:x}::1", n % 256),
        |n: u32| format!("2001:db8:1:{:x}::1", 256 + n % 60_000),
        |n: u32| format!("2001:db8:{:x}:{:x}::1", 2 + n % 60_000, n % 60_000),
    ] {
        let mut served = 0;
        for number in 0..2_500 {
            served += u32::from(!sends(networks(number)).await);
        }
        taken.push(served);
    }
    assert_eq!(
        taken,
        [120, 130, 250],
        "twice one address, an eighth and a quarter of what is for all, with those before"
    );
    // Others, wherever they are, find room.
    assert!(!sends("2001:db9::1".to_owned()).await);
    assert!(!sends(SOMEBODY.to_owned()).await);
}

#[tokio::test]
async fn a_server_that_somebody_has_to_do_with_is_heard_although_its_neighbours_use_up_what_their_network_has()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    good().from("2001:db8:1:ffff::1", &cat).await.assert(200);
    for number in 0..1_000 {
        let from = format!("2001:db8:1:{number:x}::1");
        garbage().from(&from, &cat).await;
    }
    let neighbour = "2001:db8:1:eeee::1";
    garbage().from(neighbour, &cat).await.assert(429);
    good().from(neighbour, &cat).await.assert(200);
}

#[tokio::test]
async fn a_proxy_inside_that_nobody_has_named_does_not_make_one_of_all_its_clients() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    for inside in ["10.0.0.2", "127.0.0.1", "fd00::2"] {
        for number in 0..100 {
            let client = format!("203.0.113.{number}");
            let answer = garbage().through(inside, Some(&client), &cat).await;
            assert_eq!(answer.status, 400, "{inside}");
        }
    }
}
