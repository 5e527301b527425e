//! What a person settles about themselves, up to leaving.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde_json::Value;
use symbolon_server::departures;

use super::admin::{account, set_admin};
use super::connect;
use super::world::{Answer, Visitor, World};

const PASSWORD: &str = "correct horse";

/// Where it is sent to, what is entered, and in which section that is.
type Form<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// What the API says to a script with this password.
async fn script(world: &World, name: &str, password: &str) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    let headers = [("authorization", basic.as_str())];
    let mut stranger = world.stranger();
    stranger
        .send(Method::GET, "/api/v1/me", &headers, String::new())
        .await
}

async fn me(world: &World, visitor: &mut Visitor<'_>) -> Value {
    let _ = world;
    serde_json::from_str(&visitor.get("/api/v1/me").await.body).unwrap()
}

#[tokio::test]
async fn a_name_and_an_address_are_checked_and_marked_as_given() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/settings").await;
    assert_eq!(page.field("email"), "bob@example.org");
    assert!(
        page.body
            .contains("Addresses are not verified on this server.")
    );
    let fields = [
        ("name", "  Bob von Cat "),
        ("email", "bob@mail.example.org"),
    ];
    let saved = bob.post("/settings/profile", &fields).await;
    assert!(bob.get(saved.location()).await.body.contains("Saved."));
    let known = me(&world, &mut bob).await;
    assert_eq!(
        (known["display_name"].as_str(), known["email"].as_str()),
        (Some("Bob von Cat"), Some("bob@mail.example.org"))
    );
    for (name, email, reason) in [
        ("", "bob@example.org", "Nothing is there."),
        ("Bob\u{202e}", "", "direction"),
        ("Bob", "bob at example.org", "It is not an e-mail address."),
        ("Bob", "<bob@example.org>", "It is not an e-mail address."),
    ] {
        let page = bob
            .post("/settings/profile", &[("name", name), ("email", email)])
            .await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name} {email}");
        assert!(page.body.contains(reason), "{name} {email}: {}", page.body);
        assert_eq!(me(&world, &mut bob).await, known, "nothing was changed");
    }
    bob.post("/settings/profile", &[("name", "Bob"), ("email", "")])
        .await
        .location();
    assert!(me(&world, &mut bob).await.get("email").is_none());
}

#[tokio::test]
async fn a_field_that_is_refused_is_called_as_on_the_page_and_marked_in_every_language() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let email: &[_] = &[("name", "Bob"), ("email", "bob at example.org")];
    let label: &[_] = &[("label", " "), ("password", PASSWORD)];
    let new: &[_] = &[("current", PASSWORD), ("new", "12345678"), ("again", "1")];
    for (language, path, fields, id, title, reason, remedy) in [
        (
            "en",
            "/settings/profile",
            email,
            "email",
            "“E-mail” cannot be accepted",
            "It is not an e-mail address.",
            "Correct it below.",
        ),
        (
            "de",
            "/settings/password",
            new,
            "new",
            "„Neues Passwort“ geht so nicht",
            "Die beiden Eingaben sind verschieden.",
            "Berichtigen Sie das unten.",
        ),
        (
            "zh-CN",
            "/settings/app-passwords",
            label,
            "label",
            "不能接受“新密码的用途”",
            "内容为空。",
            "请在下面改正。",
        ),
    ] {
        let page = bob.post_in(language, path, fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        let told = page.body.split("class=\"told\"").nth(1).unwrap();
        let told = told.split("</section>").next().unwrap();
        for words in [
            format!("<h2>{title}</h2>"),
            format!("<p>{reason}</p>"),
            format!("<a href=\"#{id}\">{remedy}</a>"),
        ] {
            assert!(told.contains(&words), "{words}: {told}");
        }
        let marked = format!("id=\"{id}\" aria-invalid=\"true\"");
        assert!(page.body.contains(&marked), "{marked}: {}", page.body);
        assert_eq!(page.body.matches("aria-invalid").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn the_settings_are_named_on_every_page_and_say_when_one_is_there() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    for (language, word) in [
        ("en", "Settings"),
        ("de", "Einstellungen"),
        ("zh-CN", "设置"),
    ] {
        for (path, here) in [
            ("/connections", false),
            ("/settings", true),
            ("/settings/second-factor", true),
            ("/settings/leave", true),
        ] {
            let page = bob.get_in(language, path).await;
            let link = page
                .body
                .split("class=\"me-name\" href=\"/settings\"")
                .nth(1);
            let link = link.unwrap().split("</a>").next().unwrap();
            assert!(link.ends_with(&format!("<span>{word}</span>")), "{link}");
            assert_eq!(link.contains("aria-current"), here, "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn whoever_has_left_or_is_somebody_else_finds_the_way_to_the_log_in() {
    let world = World::new().await;
    let left = world.stranger().get("/left").await.body;
    assert!(left.contains("href=\"/login\""), "{left}");
    super::second_factor::turns_on(&mut world.visitor("bob").await, &world).await;
    let mut browser = world.stranger();
    let sent = browser.log_in_as("bob", "/accept?token=a").await;
    let step = browser.get(sent.location()).await.body;
    let other = "href=\"/login?next=%2Faccept%3Ftoken%3Da\"";
    assert!(step.contains(other), "{step}");
}

#[tokio::test]
async fn an_app_password_is_shown_once_works_and_is_taken_away() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let made = bob
        .post(
            "/settings/app-passwords",
            &[("label", "my <phone>"), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(made.header("cache-control"), "no-store");
    let password = made.field("fresh").to_owned();
    assert_eq!(
        script(&world, "bob", &password).await.status,
        StatusCode::OK
    );
    let page = bob.get("/settings").await;
    assert!(page.body.contains("my &#60;phone&#62;") && !page.body.contains(&password));
    let remove = page.form("/settings/app-passwords/", "/remove").to_owned();
    let mut carol = world.visitor("carol").await;
    assert_eq!(carol.post(&remove, &[]).await.status, StatusCode::NOT_FOUND);
    bob.post(&remove, &[]).await.location();
    assert_eq!(
        script(&world, "bob", &password).await.status,
        StatusCode::UNAUTHORIZED
    );
    let nameless = [("label", " "), ("password", PASSWORD)];
    let nameless = bob.post("/settings/app-passwords", &nameless).await;
    assert_eq!(nameless.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_app_password_takes_the_password_of_the_account_and_wrong_ones_are_counted() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let form = |password| [("label", "tablet 7"), ("password", password)];
    for password in ["", "not this one"] {
        let refused = bob.post("/settings/app-passwords", &form(password)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{password}");
        assert!(refused.body.contains("That is not your password"));
        assert!(!refused.body.contains("id=\"fresh\""));
        assert_eq!(refused.field("label"), "tablet 7", "what was entered stays");
    }
    assert!(!bob.get("/settings").await.body.contains("tablet 7"));
    let more = async |bob: &mut Visitor<'_>| {
        let refused = bob.post("/settings/app-passwords", &form("nor this")).await;
        refused.status
    };
    for _ in 2..10 {
        assert_eq!(more(&mut bob).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(more(&mut bob).await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn sessions_are_listed_with_their_browser_and_ended_from_another_one() {
    let world = World::new().await;
    let firefox = [
        ("sec-fetch-site", "same-origin"),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        ),
    ];
    let mut away = world.stranger();
    away.post_from(
        &firefox,
        "/login",
        &[("name", "bob"), ("password", PASSWORD)],
    )
    .await
    .location();
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/settings").await;
    assert!(
        page.body.contains("Firefox on Linux")
            && page.body.contains("A browser that does not say which")
    );
    assert_eq!(page.body.matches("this one").count(), 1);
    assert_eq!(
        page.body.matches("/end\"").count(),
        1,
        "this one is left by logging out"
    );
    let end = page.form("/settings/sessions/", "/end").to_owned();
    let mut carol = world.visitor("carol").await;
    assert_eq!(carol.post(&end, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(away.get("/connections").await.status, StatusCode::OK);
    let ended = bob.post(&end, &[]).await;
    assert!(!bob.get(ended.location()).await.body.contains("Firefox"));
    assert!(
        away.get("/connections")
            .await
            .location()
            .starts_with("/login")
    );

    let mut again = world.visitor("bob").await;
    bob.post("/settings/sessions/end-others", &[])
        .await
        .location();
    assert!(
        again
            .get("/connections")
            .await
            .location()
            .starts_with("/login")
    );
    assert_eq!(bob.get("/connections").await.status, StatusCode::OK);
    assert_eq!(carol.get("/connections").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_changes_only_with_the_old_one_and_ends_other_sessions() {
    let world = World::new().await;
    let (mut bob, mut away) = (world.visitor("bob").await, world.visitor("bob").await);
    let change = |current: &'static str, new: &'static str, again: &'static str| {
        [("current", current), ("new", new), ("again", again)]
    };
    for (fields, status, words) in [
        (
            change("guess", "battery staple", "battery staple"),
            403,
            "That is not your password",
        ),
        (
            change(PASSWORD, "battery staple", "battery stable"),
            400,
            "The two entries differ",
        ),
        (
            change(PASSWORD, "short", "short"),
            400,
            "It is shorter than 8 characters",
        ),
    ] {
        let page = bob.post("/settings/password", &fields).await;
        assert_eq!(page.status.as_u16(), status, "{words}");
        assert!(page.body.contains(words), "{}", page.body);
    }
    assert_eq!(away.get("/connections").await.status, StatusCode::OK);
    let fields = change(PASSWORD, "battery staple", "battery staple");
    bob.post("/settings/password", &fields).await.location();
    assert_eq!(bob.get("/connections").await.status, StatusCode::OK);
    assert!(
        away.get("/connections")
            .await
            .location()
            .starts_with("/login")
    );
    let old = away
        .post("/login", &[("name", "bob"), ("password", PASSWORD)])
        .await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = away
        .post("/login", &[("name", "bob"), ("password", "battery staple")])
        .await;
    assert_eq!(new.location(), "/connections");
}

#[tokio::test]
async fn a_copy_of_the_data_holds_everybody_and_no_secret() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let code = connect(&mut bob, &mut carol).await;
    let copy = bob.get("/settings/copy/json").await;
    assert!(copy.header("content-disposition").contains("symbolon.json"));
    assert!(!copy.body.contains(&code) && !copy.body.contains("token"));
    let copy: Value = serde_json::from_str(&copy.body).unwrap();
    assert_eq!(copy["connections"][0]["name"], "Carol <b>Lindqvist</b>");
    assert_eq!(copy["invitations"][0]["note"], "for a <i>friend</i>");
    let cards = bob.get("/settings/copy/jscontact").await;
    let cards: Value = serde_json::from_str(&cards.body).unwrap();
    let address = &cards[0]["ietf.org:ocmAddresses"]["primary"]["address"];
    assert_eq!(address, &copy["connections"][0]["address"]);
    let vcard = bob.get("/settings/copy/vcard").await;
    assert!(vcard.header("content-type").starts_with("text/vcard"));
    assert!(
        vcard.body.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n"),
        "{}",
        vcard.body
    );
    assert!(vcard.body.contains("EMAIL:carol@example.org\r\n"));
    assert_eq!(
        bob.get("/settings/copy/pdf").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.stranger().get("/settings/copy/json").await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn leaving_says_what_it_does_and_wants_the_password() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    super::invitation(&mut bob).await;
    let page = bob.get("/settings/leave").await;
    assert!(
        page.body
            .contains("You are disconnected from one person on one server."),
        "{}",
        page.body
    );
    assert!(page.body.contains("open invitation"), "{}", page.body);
    for wrong in ["", "guess"] {
        let refused = bob.post("/settings/leave", &[("password", wrong)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(
            refused.body.contains("Nothing was changed."),
            "{}",
            refused.body
        );
    }
    departures::drive(&world.app).await.unwrap();
    assert_eq!(carol.get("/connections").await.connected(), 1);
}

#[tokio::test]
async fn whoever_leaves_people_of_their_own_server_alone_reads_of_no_other_server() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    set_admin(&world, "carol", true).await;
    let bobs = account(&world, "bob").await.id;
    let pages = [
        bob.get("/settings/leave").await.body,
        carol
            .get(&format!("/admin/people/{bobs}/delete"))
            .await
            .body,
    ];
    for page in pages {
        assert!(page.contains("disconnected from one person"), "{page}");
        assert!(!page.contains("three days"), "{page}");
        assert!(!page.contains("go on listing"), "{page}");
    }
}

#[tokio::test]
async fn leaving_goes_on_after_a_restart_and_tells_the_other_side() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let left = bob.post("/settings/leave", &[("password", PASSWORD)]).await;
    assert_eq!(left.location(), "/left");
    assert!(
        bob.get("/left")
            .await
            .body
            .contains("Your account is deleted")
    );
    assert!(
        bob.get("/connections")
            .await
            .location()
            .starts_with("/login")
    );
    let again = bob
        .post("/login", &[("name", "bob"), ("password", PASSWORD)])
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    // The process ends before the first step.
    assert_eq!(carol.get("/connections").await.connected(), 1);
    let world = world.restarted();
    departures::drive(&world.app).await.unwrap();
    let mut carol = world.visitor("carol").await;
    let page = carol.get("/connections").await;
    assert_eq!(page.connected(), 0);
    assert!(page.body.contains("disconnected by them"), "{}", page.body);
}

#[tokio::test]
async fn the_settings_begin_with_their_sections_and_what_was_done_stands_in_the_one_it_is_about() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/settings").await.body;
    let (_, list) = page.split_once("<nav class=\"contents\"").unwrap();
    let (list, sections) = list.split_once("</nav>").unwrap();
    let listed = list.split("href=\"#").skip(1);
    let listed: Vec<_> = listed.map(|it| it.split('"').next().unwrap()).collect();
    let there = sections.split("<h2 id=\"").skip(1);
    let there: Vec<_> = there.map(|it| it.split('"').next().unwrap()).collect();
    assert_eq!(listed, there, "{page}");
    assert!(listed.len() > 5, "{listed:?}");

    let made = [("label", "phone"), ("password", PASSWORD)];
    let made = bob.post("/settings/app-passwords", &made).await;
    let remove = made.form("/settings/app-passwords/", "/remove").to_owned();
    let password = [
        ("current", PASSWORD),
        ("new", "another horse"),
        ("again", "another horse"),
    ];
    let profile = [("name", "Bob"), ("email", "")];
    let forms: [Form; 5] = [
        ("/settings/profile", &profile, "profile"),
        ("/settings", &[("language", "en")], "languages"),
        (&remove, &[], "app-passwords"),
        ("/settings/sessions/end-others", &[], "sessions"),
        ("/settings/password", &password, "change-password"),
    ];
    for (path, fields, section) in forms {
        let done = bob.post(path, fields).await;
        let (address, place) = done.location().split_once('#').unwrap();
        assert_eq!(place, section, "{path}");
        let page = bob.get(address).await.body;
        assert_eq!(page.matches("class=\"notice\"").count(), 1, "{page}");
        let (before, _) = page.split_once("class=\"notice\"").unwrap();
        let heading = before.rsplit("<h2 id=\"").next().unwrap();
        assert_eq!(heading.split('"').next(), Some(section), "{path}: {page}");
    }
}
