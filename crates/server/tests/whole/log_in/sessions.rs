//! How long somebody stays logged in, and what becomes of a cookie meanwhile.

use std::time::Duration;

use symbolon_server::accounts;
use symbolon_store::Operation;
use symbolon_store::events::Moment;
use symbolon_store::second_factors::TurnOn;
use symbolon_store::sessions::ListSessions;
use symbolon_store::users::SetPassword;

use super::kit::{Browser, CAT};
use super::{problem, user};
use crate::support::{Answer, Key, Net, TestServer, audit};

const HOUR_MS: i64 = 3_600_000;

const NAME: &str = "__Host-symbolon";

/// A server with somebody who has a password.
pub(super) async fn server(net: &Net, settings: &[(Key, &str)]) -> TestServer {
    let cat = TestServer::with(net, CAT, settings).await;
    give_password(&cat, "bob").await;
    cat
}

/// Makes an account with a password.
pub(super) async fn give_password(cat: &TestServer, name: &str) {
    let set = SetPassword {
        id: cat.person(name).await.id,
        password_hash: accounts::hash_password(&cat.app.env, &"correct horse".into()),
        keep: None,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(set).await.unwrap());
}

pub(super) async fn logs_in(browser: &mut Browser<'_>) {
    let form = "name=bob&password=correct+horse";
    browser.post("/login", form).await.assert(303);
}

/// Opens a page, and lets what is noted beside it be noted.
async fn opens(browser: &mut Browser<'_>) -> u16 {
    let status = browser.get("/settings").await.status;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    status
}

#[tokio::test]
async fn who_does_not_come_back_for_three_days_logs_in_again_and_who_does_after_two_weeks() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let (mut often, mut once) = (Browser::new(&cat), Browser::new(&cat));
    logs_in(&mut often).await;
    logs_in(&mut once).await;
    for day in 0..14 {
        assert_eq!(opens(&mut often).await, 200, "day {day}");
        if day == 3 {
            assert_eq!(opens(&mut once).await, 303, "three days later");
        }
        net.pass_ms(24 * HOUR_MS);
    }
    assert_eq!(opens(&mut often).await, 303, "two weeks later");
}

#[tokio::test]
async fn the_settings_say_how_long_somebody_stays_logged_in() {
    let net = Net::default();
    let settings = [(Key::SessionIdle, "1h"), (Key::SessionLife, "3h")];
    let cat = server(&net, &settings).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    for _ in 0..3 {
        net.pass_ms(HOUR_MS - 60_000);
        assert_eq!(opens(&mut browser).await, 200);
    }
    net.pass_ms(3 * 60_000);
    assert_eq!(opens(&mut browser).await, 303);
    logs_in(&mut browser).await;
    net.pass_ms(HOUR_MS);
    assert_eq!(opens(&mut browser).await, 303);
}

#[tokio::test]
async fn a_life_that_the_settings_shorten_is_shorter_for_sessions_that_are_open() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    give_password(&cat, "bob").await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    net.pass_ms(2 * HOUR_MS);
    assert_eq!(opens(&mut browser).await, 200);
    let here = browser.here.clone();
    drop(cat);
    let settings = [(Key::SessionLife, "3h")];
    let cat = TestServer::in_folder_with(&net, CAT, folder.path(), &settings).await;
    let mut browser = Browser::new(&cat);
    browser.here = here;
    assert_eq!(opens(&mut browser).await, 200);
    net.pass_ms(HOUR_MS);
    assert_eq!(opens(&mut browser).await, 303);
}

#[tokio::test]
async fn a_cookie_from_before_the_log_in_is_worth_nothing_after_it() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let before = browser.here.clone();
    logs_in(&mut browser).await;
    assert_ne!(browser.here.get(NAME), before.get(NAME));
    assert_eq!(opens(&mut browser).await, 200);
    browser.here = before;
    assert_eq!(opens(&mut browser).await, 303);
}

#[tokio::test]
async fn a_new_password_brings_a_new_cookie_and_copies_of_the_old_one_are_worth_nothing() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    // Also where the cookie would have been another one soon.
    for (past, from, to) in [
        (0, "correct+horse", "battery+staple"),
        (24 * HOUR_MS, "battery+staple", "correct+horse"),
    ] {
        net.pass_ms(past);
        let mut copy = Browser::new(&cat);
        copy.here = browser.here.clone();
        let wrong = format!("current=guess&new={to}&again={to}");
        let same = browser.here.get(NAME).map(str::to_owned);
        browser.post("/settings/password", &wrong).await.assert(403);
        if past == 0 {
            assert_eq!(browser.here.get(NAME), same.as_deref());
        }
        let form = format!("current={from}&new={to}&again={to}");
        browser.post("/settings/password", &form).await.assert(303);
        assert_ne!(browser.here.get(NAME), copy.here.get(NAME));
        assert_eq!(opens(&mut browser).await, 200);
        assert_eq!(opens(&mut copy).await, 303);
    }
}

#[tokio::test]
async fn a_cookie_is_another_one_after_a_day_and_requests_that_are_under_way_log_nobody_out() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let old = browser.here.clone();
    net.pass_ms(24 * HOUR_MS);
    // Three pages at once: one brings a new cookie, and all are answered.
    let mut others = [Browser::new(&cat), Browser::new(&cat)];
    for other in &mut others {
        other.here = old.clone();
    }
    assert_eq!(opens(&mut browser).await, 200);
    assert_ne!(browser.here.get(NAME), old.get(NAME));
    for other in &mut others {
        assert_eq!(opens(other).await, 200);
        assert_eq!(other.here.get(NAME), old.get(NAME));
    }
    // The new one was shown: the old one goes on for a minute.
    assert_eq!(opens(&mut browser).await, 200);
    net.pass_ms(59_000);
    assert_eq!(opens(&mut others[0]).await, 200);
    net.pass_ms(1_000);
    assert_eq!(opens(&mut others[0]).await, 303);
    assert_eq!(opens(&mut browser).await, 200);
    let kinds: Vec<String> = audit(&cat)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| *kind == "session.renewed")
            .count(),
        1
    );
}

#[tokio::test]
async fn of_pages_that_are_asked_for_at_the_same_moment_one_brings_the_new_cookie() {
    let net = Net::default();
    // In a file: in memory, statements wait for one another.
    let folder = tempfile::tempdir().unwrap();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    give_password(&cat, "bob").await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let old = browser.here.clone();
    net.pass_ms(24 * HOUR_MS);
    let mut all: [Browser; 4] = std::array::from_fn(|_| Browser::new(&cat));
    for one in &mut all {
        one.here = old.clone();
    }
    let [a, b, c, d] = &mut all;
    let pages = ["/settings", "/connections", "/invitations", "/settings"];
    let [first, second, third, fourth] = pages;
    tokio::join!(a.get(first), b.get(second), c.get(third), d.get(fourth));
    let new = all.iter().filter(|one| one.here.get(NAME) != old.get(NAME));
    assert_eq!(new.count(), 1);
    // Whichever of the answers came last: the browser is still logged in a minute after its next page.
    for one in &mut all {
        assert_eq!(opens(one).await, 200);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_on_its_way_logs_nobody_out() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let old = browser.here.clone();
    for _ in 0..3 {
        net.pass_ms(24 * HOUR_MS);
        browser.here = old.clone();
        assert_eq!(opens(&mut browser).await, 200);
        assert_ne!(
            browser.here.get(NAME),
            old.get(NAME),
            "and it is tried again"
        );
    }
}

#[tokio::test]
async fn a_log_out_is_not_undone_by_a_cookie_that_is_due() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let old = browser.here.clone();
    net.pass_ms(24 * HOUR_MS);
    browser.post("/logout", "").await.assert(303);
    assert_eq!(browser.here.get(NAME), None);
    browser.here = old;
    assert_eq!(opens(&mut browser).await, 303);
    let closed = audit(&cat)
        .await
        .into_iter()
        .filter(|event| event.kind == "session.closed");
    assert_eq!(closed.count(), 1);
}

/// A log-in, and what is changed about the account while its password is being checked.
async fn logs_in_meanwhile<O: Operation>(
    browser: &mut Browser<'_>,
    change: O,
) -> (Answer, O::Output) {
    let app = browser.server.app.clone();
    let all = u32::try_from(app.hashing.available_permits()).unwrap();
    let hashing = app.hashing.clone().acquire_many_owned(all).await.unwrap();
    let changed = async {
        // Long enough for the log-in to have read what it checks; the check itself has to wait.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let changed = app.store.write(change).await.unwrap();
        drop(hashing);
        changed
    };
    let form = "name=bob&password=correct+horse";
    tokio::join!(browser.post("/login", form), changed)
}

#[tokio::test]
async fn a_log_in_that_is_under_way_does_not_outlive_a_new_password_or_a_second_factor() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let bob = user(&cat, "bob").await.unwrap().id;
    let moment = || Moment::new(cat.app.now(), "test");
    let hash = |password: &str| accounts::hash_password(&cat.app.env, &password.into());
    let set = |password_hash| SetPassword {
        id: bob.clone(),
        password_hash,
        keep: None,
        moment: moment(),
    };
    let mut browser = Browser::new(&cat);
    let (answer, _) = logs_in_meanwhile(&mut browser, set(hash("battery staple"))).await;
    assert_eq!(problem(&answer.assert(401)), "log_in_failed");
    assert_eq!(browser.here.get(NAME), None);
    assert!(
        cat.app
            .store
            .write(set(hash("correct horse")))
            .await
            .unwrap()
    );
    let turn_on = TurnOn {
        user: bob.clone(),
        secret_sealed: vec![7; 48],
        step: 1,
        recovery_codes: Vec::new(),
        keep: None,
        moment: moment(),
    };
    let (answer, _) = logs_in_meanwhile(&mut browser, turn_on).await;
    assert_eq!(problem(&answer.assert(401)), "log_in_failed");
    assert_eq!(browser.here.get(NAME), None);
    let list = ListSessions {
        user: bob.clone(),
        now: cat.app.now(),
        limit: 10,
    };
    assert_eq!(cat.app.store.read(list).await, Ok(Vec::new()));
    let refused = audit(&cat).await.into_iter();
    let refused: Vec<_> = refused
        .filter(|event| event.kind == "session.refused")
        .map(|event| (event.user, event.result))
        .collect();
    let expected = (Some(bob), Some("log_in_failed".to_owned()));
    assert_eq!(refused, vec![expected; 2]);
}
