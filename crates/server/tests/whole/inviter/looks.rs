//! Looks at other servers on the pages, and checks of them: how often anybody may have one, and what it tells.

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream::FuturesUnordered;
use symbolon_server::transport::{OutboundRequest, OutboundResponse, Share, Transport};

use super::limits::takes_part;
use super::*;
use crate::support::addresses::{ANOTHER, SOMEBODY, figure, seconds, send};

/// The network, with servers in it that never answer.
struct Slow(Net);

impl Transport for Slow {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        if request.url.starts_with("https://slow") {
            return Box::pin(std::future::pending());
        }
        self.0.send(request)
    }
}

/// The network, with servers in it that answer until they are told to hang, and then never.
struct Trap(Net, Arc<AtomicBool>);

impl Transport for Trap {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        if request.url.contains(".evil.example.org/") && self.1.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        self.0.send(request)
    }
}

/// How many looks, or checks, have been refused.
async fn counted(cat: &TestServer, limit: &str) -> String {
    let name = format!("symbolon_limited_total{{limit=\"{limit}\"}}");
    figure(cat, &name).await.to_string()
}

fn wayf(server: &str) -> String {
    format!("/wayf?token=abcdefghijklmnopqrstuvwx&server={server}")
}

/// Somebody who is not logged in names a server.
async fn guest(cat: &TestServer, from: &str, server: &str) -> Answer {
    send(cat, from, None, Request::get(wayf(server)), Body::empty()).await
}

#[tokio::test]
async fn a_server_that_answers_is_not_told_as_silent_though_time_goes_on_while_it_is_asked() {
    let net = Net::default();
    net.goes_on();
    let cat = TestServer::new(&net, CAT).await;
    let _dog = TestServer::new(&net, DOG).await;
    let bob = cat.person("bob").await;
    let link = format!("token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain={DOG}");
    for _ in 0..2 {
        let page = bob.page(&format!("/accept?{link}"), "en").await.assert(200);
        assert!(page.text.contains("which answers"), "{}", page.text);
        let page = bob.page(&format!("/wayf?{link}&server={DOG}"), "en").await;
        page.assert(200);
    }
}

#[tokio::test]
async fn visitors_elsewhere_still_find_their_server_while_one_address_plays() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    takes_part(&net, DOG);
    let mut served = 0;
    for number in 0..100 {
        let name = format!("s{number}.evil.example.org");
        served += u32::from(guest(&cat, SOMEBODY, &name).await.status != 429);
    }
    assert_eq!(served, 20);
    guest(&cat, ANOTHER, DOG).await.assert(200);
}

#[tokio::test]
async fn every_refusal_of_a_look_says_when_to_come_again_and_is_counted() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Slow(net.clone())));
    let bob = cat.person("bob").await;
    let named = |number: u32| format!("s{number}.evil.example.org");
    // Too many for one address.
    for number in 0..20 {
        assert_ne!(guest(&cat, SOMEBODY, &named(number)).await.status, 429);
    }
    let refused = guest(&cat, SOMEBODY, DOG).await.assert(429);
    assert_eq!(
        (seconds(&refused), counted(&cat, "looks").await),
        (3, "1".to_owned())
    );
    // Too many for one person, on either page.
    for number in 20..32 {
        assert_ne!(bob.page(&wayf(&named(number)), "en").await.status, 429);
    }
    let refused = bob.page(&wayf(DOG), "en").await.assert(429);
    assert_eq!(
        (seconds(&refused), counted(&cat, "looks").await),
        (5, "2".to_owned())
    );
    let link = format!("/accept?token=abcdefghijklmnopqrstuvwx&providerDomain={DOG}");
    let page = bob.page(&link, "en").await.assert(200).text;
    assert!(page.contains("Try again in 5 seconds"), "{page}");
    assert_eq!(counted(&cat, "looks").await, "3");
    // Too many at a time: five at once, of which one is told so.
    let names = (0..5).map(|number| format!("slow{number}.example.org"));
    let names: Vec<_> = names.collect();
    let five = join_all(names.iter().map(|name| guest(&cat, ANOTHER, name))).await;
    let refused: Vec<_> = five.iter().filter(|one| one.status == 429).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (seconds(refused[0]), counted(&cat, "looks").await),
        (2, "4".to_owned())
    );
}

#[tokio::test]
async fn guests_who_wait_for_servers_that_are_slow_leave_people_their_places() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Slow(net.clone())));
    let bob = cat.person("bob").await;
    takes_part(&net, DOG);
    let names = (0..20).map(|number| format!("slow{number}.example.org"));
    let names: Vec<_> = names.collect();
    let guests = join_all(names.iter().map(|name| guest(&cat, SOMEBODY, name)));
    let own = async {
        // Once all of them wait.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        bob.page(&wayf(DOG), "en").await
    };
    let (guests, own) = tokio::join!(guests, own);
    assert_eq!(guests.iter().filter(|one| one.status == 429).count(), 16);
    own.assert(200);
}

#[tokio::test]
async fn a_look_says_the_same_of_a_closed_port_and_of_an_inside_address_on_every_page() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (closed, inside) = ("one.example.org", "two.example.org");
    net.script(inside, |_| {
        let address = [10, 0, 0, 7].into();
        Err(TransportError::AddressNotAllowed(address))
    });
    let accept = |server| format!("/accept?token=abcdefghijklmnopqrstuvwx&providerDomain={server}");
    // All but the name, the reference that a problem shows, and how far the page has followed what happens.
    let told = |answer: Answer, server: &str| {
        let reference = answer.headers["x-request-id"].to_str().unwrap();
        let text = answer.text.replace(reference, "").replace(server, "");
        let followed = text.find("data-after=").unwrap_or(text.len());
        let end = text[followed..].find(" data-who").unwrap_or(0);
        let text = format!("{}{}", &text[..followed], &text[followed + end..]);
        (answer.status, text)
    };
    let seen = async |server: &'static str| {
        let form = format!("invitation=abcdefghijklmnopqrstuvwx%40{server}");
        [
            told(guest(&cat, SOMEBODY, server).await, server),
            told(bob.page(&wayf(server), "en").await, server),
            told(bob.page(&accept(server), "en").await, server),
            told(bob.posts("/accept/look", &form).await, server),
        ]
    };
    let seen_closed = seen(closed).await;
    let said = &seen_closed[2].1;
    assert!(said.contains("does not answer just now"), "{said}");
    // What is remembered of a look is told as well.
    for _ in 0..2 {
        assert_eq!(seen(inside).await, seen_closed);
    }
}

#[tokio::test]
async fn messages_in_the_name_of_a_server_that_never_answers_hold_twenty_four_places_at_most() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Slow(net.clone())));
    let slow = Peer::plain(&net, "slow.example.org");
    let message = Message::json(ACCEPTED, &slow.acceptance("abcdefghijklmnopqrstuvwx"))
        .signed(&net, &key("slow.example.org", 2));
    let from: Vec<_> = (0..100)
        .map(|number| format!("192.0.2.{}", number / 25))
        .collect();
    let mut all: FuturesUnordered<_> = from.iter().map(|from| message.from(from, &cat)).collect();
    let mut next = async |ms| {
        let waits = std::time::Duration::from_millis(ms);
        tokio::time::timeout(waits, all.next()).await
    };
    for _ in 0..76 {
        let refused = next(10_000).await.expect("it is refused at once");
        assert_eq!(seconds(&refused.unwrap().assert(429)), 1);
    }
    assert!(next(200).await.is_err());
}

#[tokio::test]
async fn five_servers_that_describe_themselves_and_then_hang_keep_no_connected_server_out() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let hang = Arc::new(AtomicBool::new(false));
    let cat = cat.with_transport(Arc::new(Trap(net.clone(), hang.clone())));
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    good().to(&cat).await.assert(200);
    let names = [
        "s1.evil.example.org",
        "s2.evil.example.org",
        "s3.evil.example.org",
        "s4.evil.example.org",
        "s5.evil.example.org",
    ];
    let guess = "abcdefghijklmnopqrstuvwx";
    let mut garbage = Vec::new();
    for name in names {
        let peer = Peer::signing(&net, name);
        let message = Message::json(ACCEPTED, &peer.acceptance(guess));
        let met = message.clone().signed(&net, &peer.key).to(&cat).await;
        assert_ne!(met.status, 429);
        garbage.push((name, message));
    }
    // What is known of anybody has to be asked for again, and their doors are open now and say nothing.
    net.pass_ms(6 * 60_000);
    hang.store(true, Ordering::SeqCst);
    let garbage = garbage
        .into_iter()
        .map(|(name, message)| message.signed(&net, &key(name, 2)));
    let garbage: Vec<_> = garbage.collect();
    let from: Vec<_> = (0..320)
        .map(|number| format!("192.0.2.{}", number / 16))
        .collect();
    let mut sent = FuturesUnordered::new();
    let each = garbage.iter().zip(from.chunks(64));
    // Each of them holds twenty-four places, as long as there are any.
    for ((message, from), held) in each.zip([24, 24, 24, 24, 0]) {
        sent.extend(from.iter().map(|from| message.from(from, &cat)));
        for _ in held..64 {
            let waits = std::time::Duration::from_secs(10);
            let refused = tokio::time::timeout(waits, sent.next()).await;
            let refused = refused.expect("it is refused at once").unwrap();
            assert_eq!(seconds(&refused.assert(429)), 1);
        }
    }
    for number in 0..50 {
        let answer = good().from(&format!("198.51.100.{number}"), &cat).await;
        answer.assert(200);
    }
    let more = tokio::time::timeout(std::time::Duration::from_millis(200), sent.next());
    assert!(more.await.is_err(), "they wait still");
}

#[tokio::test]
async fn one_person_who_waits_for_servers_that_are_slow_leaves_the_others_their_places() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Slow(net.clone())));
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    takes_part(&net, DOG);
    let links: Vec<_> = (0..12)
        .map(|number| wayf(&format!("slow{number}.example.org")))
        .collect();
    let slow = join_all(links.iter().map(|link| bob.page(link, "en")));
    let dog = wayf(DOG);
    let (slow, found) = tokio::join!(slow, async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        carol.page(&dog, "en").await
    });
    found.assert(200);
    assert_eq!(slow.iter().filter(|one| one.status == 429).count(), 9);
}

#[tokio::test]
async fn whoever_hangs_up_keeps_the_places_of_the_servers_that_are_still_asked_for_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let cat = cat.with_transport(Arc::new(Slow(net.clone())));
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    let of = |number: usize| format!("abcdefghijklmnopqrstuvwx@slow{number}.example.org");
    for number in 0..3 {
        let hangs_up = std::time::Duration::from_millis(100);
        let told = tokio::time::timeout(hangs_up, bob.accepts(&of(number))).await;
        assert!(told.is_err(), "it is asked still");
    }
    let patience = std::time::Duration::from_secs(5);
    let refused = tokio::time::timeout(patience, bob.accepts(&of(3))).await;
    let refused = refused.expect("it is refused at once").assert(429);
    assert_eq!(seconds(&refused), 2);
    let hangs_up = std::time::Duration::from_millis(100);
    let told = tokio::time::timeout(hangs_up, carol.accepts(&of(4))).await;
    assert!(told.is_err(), "carol has places of her own");
}

#[tokio::test]
async fn names_of_servers_that_nobody_here_has_to_do_with_are_looked_up_apart_from_the_others() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let good = || Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
    let shares = || {
        let mut sent = net.sent.lock().unwrap();
        let shares = sent.drain(..).map(|request| request.limits.share);
        shares.collect::<Vec<_>>()
    };
    good().to(&cat).await.assert(200);
    assert_eq!(shares(), [Share::Anybody; 2]);
    guest(&cat, SOMEBODY, "emu.example.org").await;
    assert_eq!(shares(), [Share::Anybody]);
    // Strangers do not use up what people here have for names of their own.
    bob.page(&wayf("fox.example.org"), "en").await;
    assert_eq!(shares(), [Share::People]);
    net.script("gnu.example.org", |_| {
        crate::support::answer(404, "text/plain", "")
    });
    bob.accepts("abcdefghijklmnopqrstuvwx@gnu.example.org")
        .await;
    assert_eq!(shares(), [Share::People; 2]);
    net.pass_ms(6 * 60_000);
    good().to(&cat).await.assert(200);
    assert_eq!(shares(), [Share::Known; 2]);
    bob.disconnects().await.assert(200);
    cat.drive().await;
    let shares = shares();
    assert!(!shares.is_empty() && shares.iter().all(|share| *share == Share::Known));
}

#[tokio::test]
async fn every_refusal_of_a_check_says_when_to_come_again_and_is_counted() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let check = format!("/servers/{DOG}/check");
    for _ in 0..6 {
        bob.posts(&check, "").await.assert(200);
    }
    let refused = bob.posts(&check, "").await.assert(429);
    assert_eq!(seconds(&refused), 10);
    assert_eq!(counted(&cat, "checks").await, "1");

    // A server that waits for its own answer: of three administrators who ask the doctor, two are told to come again.
    let slow = TestServer::new(&net, "slow.example.org").await;
    let slow = slow.with_transport(Arc::new(Slow(net.clone())));
    let carol = slow.person("carol").await;
    slow.meddle("UPDATE users SET admin = 1").await;
    let three = (0..3).map(|_| carol.posts("/admin/doctor", ""));
    let mut three: FuturesUnordered<_> = three.collect();
    for _ in 0..2 {
        let refused = three.next().await.unwrap().assert(429);
        assert_eq!(seconds(&refused), 30);
    }
    assert_eq!(counted(&slow, "checks").await, "2");
}
