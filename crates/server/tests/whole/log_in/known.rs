//! Browsers in which somebody has logged in before: strangers do not keep out whoever comes with one.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use http::header::SET_COOKIE;
use symbolon_store::events::Moment;
use symbolon_store::sessions::EndOtherSessions;
use symbolon_store::users::SetPassword;

use super::kit::{Browser, CAT};
use super::sessions::{give_password, logs_in, server};
use super::{problem, user};
use crate::support::{Net, TestServer};

const NAME: &str = "__Host-symbolon-known";

const RIGHT: &str = "name=bob&password=correct+horse";

const GUESS: &str = "name=bob&password=a+guess";

/// Guesses from many networks, until nobody strange may try this name any more.
async fn guessed_at(cat: &TestServer, form: &str) {
    for network in 0..12 {
        let mut guesser = Browser::from(cat, [198, 51, 100, network]);
        for _ in 0..10 {
            guesser.post("/login", form).await;
        }
    }
    let mut stranger = Browser::from(cat, [203, 0, 113, 1]);
    let refused = stranger.post("/login", RIGHT).await.assert(429);
    assert_eq!(problem(&refused), "too_many_tries");
}

/// The same browser, without its session, at an address that it never had.
pub(super) fn elsewhere<'a>(cat: &'a TestServer, browser: &Browser<'_>) -> Browser<'a> {
    static MOVES: AtomicU8 = AtomicU8::new(0);
    let mut moved = Browser::from(cat, [192, 0, 2, MOVES.fetch_add(1, Ordering::Relaxed)]);
    moved.here = browser.here.only(NAME, None);
    moved
}

#[tokio::test]
async fn whoever_has_logged_in_with_a_browser_before_is_let_in_whatever_strangers_try_and_after_a_restart()
 {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::default();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    give_password(&cat, "bob").await;
    let mut own = Browser::from(&cat, [192, 0, 2, 1]);
    logs_in(&mut own).await;
    guessed_at(&cat, GUESS).await;
    elsewhere(&cat, &own)
        .post("/login", RIGHT)
        .await
        .assert(303);
    // Where owners have logged in is forgotten by a restart; a browser that is known is so still.
    let restarted = TestServer::in_folder(&net, CAT, folder.path()).await;
    guessed_at(&restarted, GUESS).await;
    let mut moved = elsewhere(&restarted, &own);
    moved.post("/login", RIGHT).await.assert(303);
    moved.get("/settings").await.assert(200);
}

#[tokio::test]
async fn a_known_browser_is_allowed_few_guesses_and_takes_them_from_no_other_one() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let (mut own, mut other) = (Browser::new(&cat), Browser::new(&cat));
    logs_in(&mut own).await;
    logs_in(&mut other).await;
    let mut stolen = elsewhere(&cat, &other);
    for _ in 0..10 {
        stolen.post("/login", GUESS).await.assert(401);
    }
    let mut moved = elsewhere(&cat, &stolen);
    moved.post("/login", GUESS).await.assert(429);
    elsewhere(&cat, &own)
        .post("/login", RIGHT)
        .await
        .assert(303);
}

#[tokio::test]
async fn whoever_is_logged_in_confirms_from_anywhere_whatever_strangers_guess_and_guesses_little_themselves()
 {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut own = Browser::from(&cat, [192, 0, 2, 1]);
    logs_in(&mut own).await;
    guessed_at(&cat, GUESS).await;
    let mut neighbour = Browser::from(&cat, [192, 0, 2, 1]);
    for _ in 0..10 {
        neighbour.post("/login", GUESS).await.assert(401);
    }
    neighbour.post("/login", GUESS).await.assert(429);
    let at_home = "label=at+home&password=correct+horse";
    own.post("/settings/app-passwords", at_home)
        .await
        .assert(200);
    let moved = |last: u8| {
        let mut moved = Browser::from(&cat, [203, 0, 113, last]);
        moved.here = own.here.clone();
        moved
    };
    let confirms = "label=phone&password=correct+horse";
    let made = moved(2).post("/settings/app-passwords", confirms).await;
    assert!(made.assert(200).text.contains("id=\"fresh\""));
    // Whoever has found the session open has ten guesses, wherever they take it.
    let guess = "label=phone&password=a+guess";
    let mut wrong = 0;
    let refused = loop {
        let mut thief = moved(10 + wrong);
        let answer = thief.post("/settings/app-passwords", guess).await;
        if problem(&answer) != "password_wrong" {
            break answer;
        }
        wrong += 1;
        assert!(wrong <= 10);
    };
    assert_eq!((wrong, problem(&refused).as_str()), (10, "too_many_tries"));
    net.pass_ms(6_000);
    moved(2)
        .post("/settings/app-passwords", confirms)
        .await
        .assert(200);
}

#[tokio::test]
async fn strangers_who_make_up_names_keep_nobody_waiting_whose_browser_is_known() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut own = Browser::new(&cat);
    logs_in(&mut own).await;
    let places = cat.app.hashing.clone();
    let all = u32::try_from(places.available_permits()).unwrap();
    let _taken = places.acquire_many_owned(all).await.unwrap();
    let mut own = elsewhere(&cat, &own);
    let entered =
        tokio::time::timeout(std::time::Duration::from_secs(4), own.post("/login", RIGHT));
    entered.await.unwrap().assert(303);
    let mut stranger = Browser::new(&cat);
    let refused = stranger.post("/login", RIGHT).await.assert(429);
    assert_eq!(problem(&refused), "too_many_requests");
}

#[tokio::test]
async fn a_flood_of_log_ins_keeps_nobody_waiting_who_is_known_or_logged_in() {
    use std::time::Duration;
    use tokio::time::Instant;
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut own = Browser::new(&cat);
    logs_in(&mut own).await;
    let (answered, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    // Each sends the next one as soon as an answer is there: sixty wait at every moment for one of two places.
    let floods = (0..60_u8).map(async |network| {
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let mut stranger = Browser::from(&cat, [198, 51, 100, network]);
            let made_up = format!("name=x{network}-{number}&password=a+guess");
            stranger.post("/login", &made_up).await;
            answered.fetch_add(1, Ordering::Relaxed);
        }
    });
    let began = Instant::now();
    let alone = {
        let mut alone = elsewhere(&cat, &own);
        alone.post("/login", RIGHT).await.assert(303);
        began.elapsed()
    };
    let person = async {
        while answered.load(Ordering::Relaxed) < 6 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let began = Instant::now();
        let mut again = elsewhere(&cat, &own);
        again.post("/login", RIGHT).await.assert(303);
        let confirms = "label=phone&password=correct+horse";
        let made = again.post("/settings/app-passwords", confirms).await;
        assert!(made.assert(200).text.contains("id=\"fresh\""));
        let new = "current=correct+horse&new=another+horse&again=another+horse";
        again.post("/settings/password", new).await.assert(303);
        let took = began.elapsed();
        stop.store(true, Ordering::Relaxed);
        took
    };
    let (_, took) = tokio::join!(futures_util::future::join_all(floods), person);
    // Four hashes, each beside two of strangers on however few processors; behind sixty others they would take a hundred.
    let most = alone.max(Duration::from_millis(60)) * 24;
    assert!(
        took < most,
        "{took:?}, and {alone:?} for one when nobody else asks"
    );
}

#[tokio::test]
async fn a_browser_is_known_for_one_account_until_its_password_changes_or_an_administrator_ends_all_sessions()
 {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    give_password(&cat, "carol").await;
    let (mut of_bob, mut of_carol) = (Browser::new(&cat), Browser::new(&cat));
    logs_in(&mut of_bob).await;
    let form = "name=carol&password=correct+horse";
    of_carol.post("/login", form).await.assert(303);
    guessed_at(&cat, GUESS).await;
    let refuses = async |browser: &Browser<'_>| {
        elsewhere(&cat, browser)
            .post("/login", RIGHT)
            .await
            .assert(429);
    };
    refuses(&of_carol).await;
    // A cookie that somebody else made, or changed.
    let kept = of_bob.here.get(NAME).unwrap().to_owned();
    let mut forged = Browser::new(&cat);
    for value in ["", "AAAA", &kept[..kept.len() - 2], &format!("{kept}AA")] {
        forged.here = of_bob.here.only(NAME, Some(value));
        refuses(&forged).await;
    }
    elsewhere(&cat, &of_bob)
        .post("/login", RIGHT)
        .await
        .assert(303);
    net.pass_ms(1_000);
    let bob = user(&cat, "bob").await.unwrap();
    let end = EndOtherSessions {
        user: bob.id.clone(),
        keep: None,
        moment: Moment::new(cat.app.now(), "test"),
    };
    cat.app.store.write(end).await.unwrap();
    guessed_at(&cat, GUESS).await;
    refuses(&of_bob).await;
    // It is again after a log-in, and no more with another password.
    net.pass_ms(60_000);
    logs_in(&mut of_bob).await;
    elsewhere(&cat, &of_bob)
        .post("/login", GUESS)
        .await
        .assert(401);
    let set = SetPassword {
        id: bob.id,
        password_hash: symbolon_server::accounts::hash_password(
            &cat.app.env,
            &"correct horse".into(),
        ),
        keep: None,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(set).await.unwrap());
    guessed_at(&cat, GUESS).await;
    refuses(&of_bob).await;
}

#[tokio::test]
async fn a_browser_is_known_for_half_a_year_and_its_cookie_says_nothing_of_its_owner() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut own = Browser::new(&cat);
    let entered = own.post("/login", RIGHT).await.assert(303);
    let set = entered.headers.get_all(SET_COOKIE).iter();
    let set: Vec<_> = set.map(|it| it.to_str().unwrap()).collect();
    let known = set
        .iter()
        .find_map(|it| it.strip_prefix("__Host-symbolon-known="));
    let (value, attributes) = known.unwrap().split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000; Secure"
    );
    // A nonce, a time and the seal: 12, 8 and 16 bytes.
    assert_eq!(value.len(), 48, "{value}");
    own.post("/logout", "").await.assert(303);
    assert!(own.here.get(NAME).is_some(), "it stays");
    net.pass_ms(180 * 24 * 3_600_000 - 60_000);
    guessed_at(&cat, GUESS).await;
    elsewhere(&cat, &own)
        .post("/login", RIGHT)
        .await
        .assert(303);
    net.pass_ms(60_000);
    guessed_at(&cat, GUESS).await;
    elsewhere(&cat, &own)
        .post("/login", RIGHT)
        .await
        .assert(429);
}
