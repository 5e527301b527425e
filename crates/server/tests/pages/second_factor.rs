//! The second factor on the pages, in every language and without a script; and what goes around it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use totp_rs::{Builder, Secret};

use super::world::{Answer, Visitor, World};

const PASSWORD: &str = "correct horse";

/// Turns it on; gives the page that says so.
pub(super) async fn turns_on(bob: &mut Visitor<'_>, world: &World) -> Answer {
    let page = bob.get("/settings/second-factor").await;
    let shown = page.field("secret");
    let groups: Vec<_> = shown.split(' ').collect();
    assert!(groups.iter().all(|group| group.len() == 4), "{shown}");
    let secret = Secret::try_from_base32(groups.concat()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let seconds = u64::try_from(world.app.now().as_millis() / 1_000).unwrap();
    let code = totp.generate(seconds).to_string();
    let setup = page.body.split("name=\"setup\" value=\"").nth(1).unwrap();
    let setup = setup.split('"').next().unwrap();
    let fields = [("setup", setup), ("code", &code), ("password", PASSWORD)];
    let on = bob.post("/settings/second-factor", &fields).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.body);
    on
}

/// What the API says to a script with this password.
async fn script(world: &World, password: &str) -> StatusCode {
    let basic = format!("Basic {}", STANDARD.encode(format!("bob:{password}")));
    let headers = [("authorization", basic.as_str())];
    let mut stranger = world.stranger();
    let sent = stranger.send(Method::GET, "/api/v1/me", &headers, String::new());
    sent.await.status
}

#[tokio::test]
async fn the_password_of_an_account_goes_not_around_its_second_factor_in_dev_and_app_passwords_go_on()
 {
    let world = World::new().await;
    assert!(world.app.config.dev);
    let mut bob = world.visitor("bob").await;
    let made = bob
        .post(
            "/settings/app-passwords",
            &[("label", "phone"), ("password", PASSWORD)],
        )
        .await;
    let app_password = made.field("fresh").to_owned();
    assert_eq!(script(&world, PASSWORD).await, StatusCode::OK);
    turns_on(&mut bob, &world).await;
    assert_eq!(script(&world, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(script(&world, &app_password).await, StatusCode::OK);
}

#[tokio::test]
async fn the_second_step_speaks_the_language_of_the_browser() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    turns_on(&mut bob, &world).await;
    for (language, title, refusal) in [
        ("en", "One more step", "That code does not count"),
        ("de", "Noch ein Schritt", "Dieser Code gilt nicht"),
        ("zh-CN", "还有一步", "这个验证码无效"),
    ] {
        let mut browser = world.stranger();
        let sent = browser.log_in_as("bob", "/accept?token=a").await;
        assert_eq!(sent.location(), "/login/code?next=%2Faccept%3Ftoken%3Da");
        let page = browser.get_in(language, sent.location()).await;
        assert!(page.body.contains(title), "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
        let fields = [("name", "bob"), ("code", "1"), ("next", "/accept?token=a")];
        let refused = browser.post_in(language, "/login/code", &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains(refusal), "{}", refused.body);
        assert!(refused.body.contains("value=\"/accept?token=a\""));
    }
}

#[tokio::test]
async fn the_second_step_leads_to_no_other_server() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let on = turns_on(&mut bob, &world).await;
    let codes = on.body.split("readonly>").nth(1).unwrap();
    let codes = codes.split("</textarea>").next().unwrap().lines();
    for (next, code) in ["//example.org/", "https://example.org/", "/\\example.org"]
        .into_iter()
        .zip(codes)
    {
        let mut browser = world.stranger();
        assert_eq!(
            browser.log_in_as("bob", next).await.location(),
            "/login/code"
        );
        let fields = [("name", "bob"), ("code", code), ("next", next)];
        let entered = browser.post("/login/code", &fields).await;
        assert_eq!(entered.location(), "/connections", "{next}");
    }
}

#[tokio::test]
async fn whoever_turns_it_on_is_not_told_to_use_a_recovery_code_which_nobody_has_yet() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    for (language, ours, other) in [
        ("en", "set the clock", "recovery code"),
        ("de", "stellen Sie die Uhr", "Notfallcode"),
        ("zh-CN", "请校准", "恢复码"),
    ] {
        let page = bob.get_in(language, "/settings/second-factor").await;
        let setup = page.body.split("name=\"setup\" value=\"").nth(1).unwrap();
        let setup = setup.split('"').next().unwrap();
        let fields = [("setup", setup), ("code", "1"), ("password", PASSWORD)];
        let path = "/settings/second-factor";
        let refused = bob.post_in(language, path, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains(ours), "{}", refused.body);
        assert!(!refused.body.contains(other), "{}", refused.body);
    }
}

#[tokio::test]
async fn another_site_cannot_turn_it_off() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    turns_on(&mut bob, &world).await;
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://example.org"),
    ];
    for path in [
        "/settings/second-factor",
        "/settings/second-factor/off",
        "/login/code",
    ] {
        let refused = bob.post_from(&foreign, path, &[("code", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(
            refused.body.contains("cross_origin"),
            "{path}: {}",
            refused.body
        );
    }
}
