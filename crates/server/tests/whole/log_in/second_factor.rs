//! Logging in in two steps: with the password, and with a code of an app.

mod codes;

use axum::body::Body;
use base64::Engine;
use http::Request;
use symbolon_core::UserId;
use symbolon_server::config::StorageConfig;
use symbolon_server::{accounts, backup};
use symbolon_store::Database;
use symbolon_store::app_passwords::AddAppPassword;
use symbolon_store::events::{Event, Moment};
use symbolon_store::second_factors::{FindSecondFactor, SecondFactor, Shown, TurnOff};
use symbolon_store::sessions::ListSessions;
use symbolon_store::users::{SetDisabled, SetPassword};
use totp_rs::{Builder, Secret};

use super::kit::{Browser, CAT};
use super::sessions::{self, logs_in, server};
use super::{problem, user};
use crate::support::{Answer, Net, TestServer, audit, logged};

const PASSWORD: &str = "correct+horse";

const SESSION: &str = "__Host-symbolon";

const STEP_MS: i64 = 30_000;

/// A code that is right once in a million times; the secrets of these tests always are the same.
const WRONG: &str = "123456";

/// What somebody keeps: their app, and a sheet of paper.
struct Kept {
    secret: String,
    recovery: Vec<String>,
    /// What the page had in its form.
    setup: String,
}

impl Kept {
    /// What the app shows.
    fn code(&self, server: &TestServer) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let seconds = server.app.now().as_millis() / 1_000;
        totp.generate(u64::try_from(seconds).unwrap()).to_string()
    }
}

fn value<'a>(page: &'a Answer, before: &str) -> &'a str {
    let rest = page.text.split(before).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {before} in {}", page.text));
    rest.split("value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

/// The secret of the app, without the spaces that make it easier to type.
fn secret(page: &Answer) -> String {
    let rest = page.text.split("id=\"secret\"").nth(1).unwrap();
    let (_, held) = rest.split_once('>').unwrap();
    held.split("</textarea>").next().unwrap().replace(' ', "")
}

/// Turns it on in a browser that is logged in.
async fn turns_on(browser: &mut Browser<'_>) -> Kept {
    let page = browser.get("/settings/second-factor").await.assert(200);
    let mut kept = Kept {
        secret: secret(&page),
        recovery: Vec::new(),
        setup: value(&page, "name=\"setup\"").to_owned(),
    };
    assert!(
        page.text
            .contains("otpauth://totp/cat.example.org:bob?secret="),
        "{}",
        page.text
    );
    assert!(page.text.contains("<path d=\"M"), "the QR code");
    let code = kept.code(browser.server);
    let on = browser.turns_on_with(&kept.setup, &code, PASSWORD).await;
    let on = on.assert(200);
    let codes = on.text.split("readonly>").nth(1).unwrap();
    let codes = codes.split("</textarea>").next().unwrap();
    kept.recovery = codes.lines().map(str::to_owned).collect();
    assert_eq!(kept.recovery.len(), 10, "{}", on.text);
    kept
}

/// A server with bob, whose app is set up, and a minute later.
async fn with_an_app(net: &Net) -> (TestServer, Kept) {
    let cat = server(net, &[]).await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let kept = turns_on(&mut browser).await;
    net.pass_ms(2 * STEP_MS);
    (cat, kept)
}

impl Browser<'_> {
    async fn turns_on_with(&mut self, setup: &str, code: &str, password: &str) -> Answer {
        let form = format!("setup={setup}&code={code}&password={password}");
        self.post("/settings/second-factor", &form).await
    }

    /// The first step.
    async fn shows_the_password(&mut self) {
        let form = format!("name=bob&password={PASSWORD}&next=/invitations%3Fpage%3D2");
        let sent = self.post("/login", &form).await.assert(303);
        let next = sent.headers["location"].to_str().unwrap();
        assert_eq!(next, "/login/code?next=%2Finvitations%3Fpage%3D2");
    }

    /// The second step.
    async fn shows(&mut self, code: &str) -> Answer {
        let form = format!("name=bob&next=/invitations%3Fpage%3D2&code={code}");
        self.post("/login/code", &form).await
    }

    async fn is_in(&mut self) -> bool {
        match self.get("/settings").await.status {
            200 => true,
            303 => false,
            other => panic!("{other}"),
        }
    }
}

async fn bob(cat: &TestServer) -> UserId {
    user(cat, "bob").await.unwrap().id
}

async fn open_sessions(cat: &TestServer) -> usize {
    let list = ListSessions {
        user: bob(cat).await,
        now: cat.app.now(),
        limit: 100,
    };
    cat.app.store.read(list).await.unwrap().len()
}

async fn factor(cat: &TestServer) -> Option<SecondFactor> {
    let find = FindSecondFactor {
        user: bob(cat).await,
    };
    cat.app.store.read(find).await.unwrap()
}

async fn of_kind(cat: &TestServer, kind: &str) -> Vec<Event> {
    let all = audit(cat).await.into_iter();
    all.filter(|event| event.kind == kind).collect()
}

#[tokio::test]
async fn without_the_second_code_there_is_no_session() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let before = open_sessions(&cat).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    assert_eq!(browser.here.get(SESSION), None);
    assert!(!browser.is_in().await);
    let page = browser
        .get("/login/code?next=%2Finvitations%3Fpage%3D2")
        .await;
    for part in [
        "autocomplete=\"one-time-code\"",
        "inputmode=\"numeric\"",
        "value=\"/invitations?page=2\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for wrong in [WRONG, "", "abcd-efgh-jkmn-pqrs", "correct+horse"] {
        let refused = browser.shows(wrong).await.assert(403);
        assert_eq!(problem(&refused), "second_factor_wrong");
        assert!(refused.text.contains("value=\"/invitations?page=2\""));
        assert_eq!(browser.here.get(SESSION), None);
    }
    // What the first step leaves in a browser is no session, under whichever name.
    let half = browser.here.get("__Host-symbolon-second-step").unwrap();
    let look = http::Request::get("/settings").header("cookie", format!("{SESSION}={half}"));
    cat.request(look.body(axum::body::Body::empty()).unwrap())
        .await
        .assert(303);
    assert_eq!(open_sessions(&cat).await, before);
    let refused = of_kind(&cat, "session.refused").await;
    assert_eq!(
        refused.last().unwrap().result.as_deref(),
        Some("second_factor_wrong")
    );
    assert_eq!(refused.last().unwrap().user, Some(bob(&cat).await));

    let entered = browser.shows(&kept.code(&cat)).await.assert(303);
    assert_eq!(entered.headers["location"], "/invitations?page=2");
    assert!(browser.is_in().await);
    assert_eq!(browser.here.get("__Host-symbolon-second-step"), None);
    assert_eq!(open_sessions(&cat).await, before + 1);
}

#[tokio::test]
async fn the_second_step_is_for_the_browser_and_the_account_of_the_first_and_for_five_minutes() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let not_begun =
        |answer: Answer| assert_eq!(problem(&answer.assert(403)), "log_in_not_begun_here");
    not_begun(Browser::new(&cat).shows(&kept.code(&cat)).await);
    not_begun(Browser::new(&cat).get("/login/code").await);
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    let other = format!("name=carol&code={}", kept.code(&cat));
    not_begun(browser.post("/login/code", &other).await);
    net.pass_ms(5 * 60_000);
    not_begun(browser.shows(&kept.code(&cat)).await);
    // A password that has changed meanwhile is not the one that was shown.
    browser.shows_the_password().await;
    let change = SetPassword {
        id: bob(&cat).await,
        password_hash: accounts::hash_password(&cat.app.env, &"battery staple".into()),
        keep: None,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(change).await.unwrap());
    not_begun(browser.shows(&kept.code(&cat)).await);
    let form = "name=bob&password=battery+staple";
    browser.post("/login", form).await.assert(303);
    let disable = SetDisabled {
        id: bob(&cat).await,
        disabled: true,
        moment: Moment::new(cat.app.now(), "test"),
    };
    assert!(cat.app.store.write(disable).await.unwrap());
    let refused = browser.shows(&kept.code(&cat)).await.assert(403);
    assert_eq!(problem(&refused), "account_disabled");
    assert_eq!(open_sessions(&cat).await, 0);
}

#[tokio::test]
async fn two_tabs_of_one_browser_do_not_disturb_each_other() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows_the_password().await;
    browser.shows(&kept.code(&cat)).await.assert(303);
    // The other tab, which is still at the second step, goes on to its page.
    let other = browser.shows(&kept.code(&cat)).await.assert(303);
    assert_eq!(other.headers["location"], "/invitations?page=2");
    let other = browser.get("/login/code?next=/settings").await.assert(303);
    assert_eq!(other.headers["location"], "/settings");
}

#[tokio::test]
async fn it_is_turned_on_with_the_password_and_a_first_code_and_ends_other_sessions() {
    let net = Net::default();
    let cat = server(&net, &[]).await;
    let (mut browser, mut away) = (Browser::new(&cat), Browser::new(&cat));
    logs_in(&mut browser).await;
    logs_in(&mut away).await;
    let page = browser.get("/settings/second-factor").await.assert(200);
    let setup = value(&page, "name=\"setup\"").to_owned();
    let app = Kept {
        secret: secret(&page),
        recovery: Vec::new(),
        setup: setup.clone(),
    };
    let right = app.code(&cat);
    let refusals = [
        (setup.as_str(), right.as_str(), "guess", "password_wrong"),
        (&setup, WRONG, PASSWORD, "second_factor_wrong"),
        (&setup[1..], &right, PASSWORD, "second_factor_wrong"),
        ("", &right, PASSWORD, "second_factor_wrong"),
    ];
    for (sealed, code, password, why) in refusals {
        let refused = browser
            .turns_on_with(sealed, code, password)
            .await
            .assert(403);
        assert_eq!(problem(&refused), why);
        assert!(factor(&cat).await.is_none());
        // The app need not be set up again.
        let same = secret(&refused) == app.secret;
        assert_eq!(same, sealed == setup, "{why}");
    }
    // Nobody turns it on with a secret that was made for somebody else.
    sessions::give_password(&cat, "dave").await;
    let mut dave = Browser::new(&cat);
    dave.post("/login", &format!("name=dave&password={PASSWORD}"))
        .await
        .assert(303);
    dave.turns_on_with(&setup, &right, PASSWORD)
        .await
        .assert(403);

    assert!(away.is_in().await);
    let mut copy = Browser::new(&cat);
    copy.here = browser.here.clone();
    let on = browser
        .turns_on_with(&setup, &right, PASSWORD)
        .await
        .assert(200);
    assert!(on.text.contains("Recovery codes"));
    assert_eq!(on.headers["cache-control"], "no-store");
    assert!(browser.is_in().await && !away.is_in().await);
    assert!(!copy.is_in().await, "with a copy of the cookie");
    assert_eq!(of_kind(&cat, "user.totp_enabled").await.len(), 1);
    // The form again, as after the button for one page back.
    let again = browser
        .turns_on_with(&setup, &right, PASSWORD)
        .await
        .assert(200);
    assert!(again.text.contains("/settings/second-factor/off"));
    assert_eq!(factor(&cat).await.unwrap().recovery_codes.len(), 10);
}

#[tokio::test]
async fn it_is_turned_off_with_the_password_and_a_code_or_by_an_administrator() {
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows(&kept.code(&cat)).await.assert(303);
    let off = "/settings/second-factor/off";
    for (form, why) in [
        (
            format!("code={}&password=guess", kept.recovery[0]),
            "password_wrong",
        ),
        (
            format!("code={WRONG}&password={PASSWORD}"),
            "second_factor_wrong",
        ),
        (
            format!("code={}&password={PASSWORD}", kept.code(&cat)),
            "second_factor_wrong",
        ),
    ] {
        let refused = browser.post(off, &form).await.assert(403);
        assert_eq!(problem(&refused), why);
    }
    assert!(factor(&cat).await.is_some());
    net.pass_ms(STEP_MS);
    let form = format!("code={}&password={PASSWORD}", kept.code(&cat));
    browser.post(off, &form).await.assert(303);
    assert!(factor(&cat).await.is_none());
    let mut other = Browser::new(&cat);
    logs_in(&mut other).await;
    assert!(other.is_in().await, "the password is enough");

    turns_on(&mut other).await;
    let reset = TurnOff {
        user: bob(&cat).await,
        proof: None,
        moment: Moment {
            administrator: true,
            ..Moment::new(cat.app.now(), "test")
        },
    };
    assert_eq!(cat.app.store.write(reset).await, Ok(Shown::Counts));
    let mut other = Browser::new(&cat);
    logs_in(&mut other).await;
    assert!(other.is_in().await);
    let actors = of_kind(&cat, "user.totp_disabled").await;
    let actors: Vec<_> = actors.iter().map(|event| event.actor.as_str()).collect();
    assert_eq!(actors, ["person", "administrator"]);
}

#[tokio::test]
async fn codes_go_on_after_a_restart_and_without_the_sealing_key_only_recovery_codes_do() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    sessions::give_password(&cat, "bob").await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let kept = turns_on(&mut browser).await;
    drop(cat);
    net.pass_ms(2 * STEP_MS);
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows(&kept.code(&cat)).await.assert(303);
    drop(cat);
    std::fs::remove_file(folder.path().join("keys/sealing.key")).unwrap();
    net.pass_ms(STEP_MS);
    let cat = TestServer::in_folder(&net, CAT, folder.path()).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    let cannot = browser.shows(&kept.code(&cat)).await.assert(500);
    assert_eq!(problem(&cannot), "internal");
    browser.shows(&kept.recovery[0]).await.assert(303);
}

#[tokio::test]
async fn what_a_backup_brings_back_lets_people_and_their_apps_in_as_before() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let [data, kept_in, again] = ["data", "kept", "again"].map(|name| folder.path().join(name));
    let at = |data: &std::path::Path| StorageConfig {
        data: data.to_owned(),
        keys: data.join("keys"),
        database: Database::Sqlite {
            path: data.join("symbolon.db"),
        },
    };
    std::fs::create_dir(&data).unwrap();
    let cat = TestServer::in_folder(&net, CAT, &data).await;
    sessions::give_password(&cat, "bob").await;
    let mut browser = Browser::new(&cat);
    logs_in(&mut browser).await;
    let kept = turns_on(&mut browser).await;
    let (app, hash) = accounts::new_app_password(&cat.app.env);
    let add = AddAppPassword {
        id: cat.app.env.id(),
        user: bob(&cat).await,
        label: "calendar".to_owned(),
        hash,
        moment: cat.app.moment("test"),
    };
    assert!(cat.app.store.write(add).await.unwrap());
    backup::backup(&at(&data), &kept_in, &cat.app.env).unwrap();
    backup::restore(&kept_in, &at(&again), &cat.app.env).unwrap();
    drop(cat);

    net.pass_ms(2 * STEP_MS);
    let cat = TestServer::in_folder(&net, CAT, &again).await;
    let both = base64::engine::general_purpose::STANDARD.encode(format!("bob:{}", app.as_str()));
    let me = Request::get("/api/v1/me").header("authorization", format!("Basic {both}"));
    cat.request(me.body(Body::empty()).unwrap())
        .await
        .assert(200);
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows(WRONG).await.assert(403);
    browser.shows(&kept.code(&cat)).await.assert(303);
}

#[tokio::test]
async fn no_secret_of_the_second_factor_is_in_log_trail_or_export() {
    let (logs, guard) = logged();
    let net = Net::default();
    let (cat, kept) = with_an_app(&net).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    let half = browser
        .here
        .get("__Host-symbolon-second-step")
        .unwrap()
        .to_owned();
    let wrong = "wrong-code-of-somebody";
    let mut told = vec![browser.shows(wrong).await.assert(403).text];
    browser.shows(&kept.recovery[0]).await.assert(303);
    told.push(browser.get("/settings").await.assert(200).text);
    told.push(
        browser
            .get("/settings/second-factor")
            .await
            .assert(200)
            .text,
    );
    let export = browser.get("/settings/copy/json").await.assert(200).text;
    assert!(export.contains("\"second_factor_since\": \"20"), "{export}");
    told.push(export);
    drop(guard);
    let bytes = Secret::try_from_base32(&kept.secret).unwrap();
    let bytes = bytes.as_bytes().to_vec();
    let sealed = factor(&cat).await.unwrap().secret_sealed;
    assert!(
        !sealed
            .windows(8)
            .any(|part| bytes.windows(8).any(|known| known == part))
    );
    let mut secrets = vec![
        kept.secret,
        kept.setup,
        half,
        wrong.to_owned(),
        format!("{bytes:?}"),
        format!("{sealed:?}"),
    ];
    secrets.extend(kept.recovery.iter().map(|code| code.replace('-', "")));
    secrets.extend(kept.recovery);
    let lines = logs.lines().into_iter().map(|line| line.to_string());
    told.extend(lines.inspect(|line| assert!(!line.contains("otpauth"), "{line}")));
    let trail = audit(&cat).await;
    told.extend(trail.iter().map(|event| format!("{event:?}")));
    assert!(
        told.iter()
            .any(|text| text.contains("user.recovery_code_used"))
    );
    assert!(told.iter().any(|text| text.contains("a log-in failed")));
    for secret in &secrets {
        assert!(secret.len() >= 16);
        let found = told.iter().find(|text| text.contains(secret.as_str()));
        assert_eq!(found, None, "{secret}");
    }
}

/// A wrong code at the second step.
pub(super) async fn refused() -> Answer {
    let net = Net::default();
    let (cat, _) = with_an_app(&net).await;
    let mut browser = Browser::new(&cat);
    browser.shows_the_password().await;
    browser.shows(WRONG).await
}
