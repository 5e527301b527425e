//! Which codes count, and how often somebody may guess.

use super::super::kit::Browser;
use super::super::known::elsewhere;
use super::super::problem;
use super::super::sessions::{self, logs_in, server};
use super::{PASSWORD, STEP_MS, WRONG, of_kind, open_sessions, turns_on, with_an_app};
use crate::support::Net;

#[tokio::test]
async fn a_code_is_accepted_once() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let kept = turns_on(&mut browser).await;
    let mut again = Browser::new(&cat);
    again.shows_the_password().await;
    let used = again.shows(&kept.code(&cat)).await.assert(403);
    assert_eq!(problem(&used), "second_factor_wrong", "it has turned it on");
    net.pass_ms(STEP_MS);
    let earlier = kept.code(&cat);
    net.pass_ms(STEP_MS);
    let code = kept.code(&cat);
    let before = open_sessions(&cat).await;
    let (mut one, mut other) = (Browser::new(&cat), Browser::new(&cat));
    one.shows_the_password().await;
    other.shows_the_password().await;
    let (first, second) = tokio::join!(one.shows(&code), other.shows(&code));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 403], "sent at the same moment");
    assert_eq!(open_sessions(&cat).await, before + 1);
    for code in [&code, &earlier] {
        other.shows_the_password().await;
        again.shows(code).await.assert(403);
    }
    net.pass_ms(STEP_MS);
    let mut late = Browser::new(&cat);
    late.shows_the_password().await;
    late.shows(&code).await.assert(403);
    late.shows(&kept.code(&cat)).await.assert(303);
}

#[tokio::test]
async fn a_clock_may_be_wrong_by_one_step() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let code = kept.code(&cat);
    net.pass_ms(2 * STEP_MS);
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows(&code).await.assert(403);
    let code = kept.code(&cat);
    net.pass_ms(STEP_MS);
    browser
        .shows(&format!("+{}+{}", &code[..3], &code[3..]))
        .await
        .assert(303);
}

#[tokio::test]
async fn wrong_codes_are_limited_and_lock_nobody_else_out() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let browser = |last: u8| Browser::from(&cat, [192, 0, 2, last]);
    let mut owner = browser(1);
    owner.shows_the_password().await;
    owner.shows(&kept.code(&cat)).await.assert(303);
    // Somebody has the password, and guesses. To show it again makes room for nothing.
    let mut guesses = 0;
    for last in 2..30 {
        let mut guesser = browser(last);
        let of_this_one = guesses;
        loop {
            guesser.shows_the_password().await;
            let answer = guesser.shows(WRONG).await;
            if answer.status == 429 {
                assert_eq!(problem(&answer), "too_many_tries");
                assert!(answer.headers.contains_key("retry-after"));
                break;
            }
            answer.assert(403);
            guesses += 1;
            assert!(guesses <= 20, "from all addresses together");
        }
        assert!(guesses - of_this_one <= 5, "from one address");
    }
    assert_eq!(guesses, 20);
    net.pass_ms(STEP_MS);
    // The owner is let in where they were before; anywhere by a recovery code; and others are not concerned.
    owner.post("/logout", "").await.assert(303);
    owner.shows_the_password().await;
    owner.shows(&kept.code(&cat)).await.assert(303);
    let mut elsewhere = browser(99);
    elsewhere.shows_the_password().await;
    elsewhere.shows(&kept.code(&cat)).await.assert(429);
    elsewhere.shows(&kept.recovery[0]).await.assert(303);
    sessions::give_password(&cat, "dave").await;
    let form = format!("name=dave&password={PASSWORD}");
    browser(2).post("/login", &form).await.assert(303);
    // One more a minute.
    net.pass_ms(60_000);
    let mut guesser = browser(2);
    guesser.shows_the_password().await;
    guesser.shows(WRONG).await.assert(403);
    guesser.shows(WRONG).await.assert(429);
}

#[tokio::test]
async fn whoever_guesses_codes_keeps_nobody_out_of_their_own_browser() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let mut own = Browser::from(&cat, [192, 0, 2, 1]);
    own.shows_the_password().await;
    own.shows(&kept.code(&cat)).await.assert(303);
    for network in 0..6 {
        let mut guesser = Browser::from(&cat, [198, 51, 100, network]);
        for _ in 0..5 {
            guesser.shows_the_password().await;
            guesser.shows(WRONG).await;
        }
    }
    net.pass_ms(STEP_MS);
    let mut stranger = Browser::from(&cat, [203, 0, 113, 1]);
    stranger.shows_the_password().await;
    stranger.shows(&kept.code(&cat)).await.assert(429);
    let mut moved = elsewhere(&cat, &own);
    moved.shows_the_password().await;
    moved.shows(&kept.code(&cat)).await.assert(303);
}

#[tokio::test]
async fn a_browser_from_before_the_second_factor_was_turned_on_has_no_tries_of_its_own() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    // Somebody has the password, and has been in before.
    let mut guesser = Browser::from(&cat, [198, 51, 100, 1]);
    logs_in(&mut guesser).await;
    guesser.post("/logout", "").await.assert(303);
    net.pass_ms(1_000);
    let mut own = Browser::from(&cat, [203, 0, 113, 9]);
    logs_in(&mut own).await;
    turns_on(&mut own).await;
    for network in 2..7 {
        let mut other = Browser::from(&cat, [198, 51, 100, network]);
        for _ in 0..5 {
            other.shows_the_password().await;
            other.shows(WRONG).await;
        }
    }
    let mut moved = elsewhere(&cat, &guesser);
    moved.shows_the_password().await;
    moved.shows(WRONG).await.assert(429);
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    let typed = kept.recovery[3].to_uppercase().replace('-', "+");
    browser.shows(&typed).await.assert(303);
    assert!(browser.is_in().await);
    let page = browser.get("/settings").await;
    assert!(
        page.text.contains("9 recovery codes are left"),
        "{}",
        page.text
    );
    let mut again = Browser::new(&cat);
    again.shows_the_password().await;
    let used = again.shows(&kept.recovery[3]).await.assert(403);
    assert_eq!(problem(&used), "second_factor_wrong");
    again.shows(&kept.recovery[4]).await.assert(303);
    let used = of_kind(&cat, "user.recovery_code_used").await;
    let left: Vec<_> = used
        .iter()
        .map(|event| event.data["left"].clone())
        .collect();
    assert_eq!(left, [9, 8]);
}
