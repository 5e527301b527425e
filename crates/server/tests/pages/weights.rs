//! What the fullest pages weigh as they are sent.

use http::Method;
use symbolon_core::invites::Uses;
use symbolon_core::trust::{Mode, Rule};
use symbolon_proto::problem::Code;
use symbolon_server::actions::servers::rule;
use symbolon_store::accept::BeginAcceptance;
use symbolon_store::app_passwords::{APP_PASSWORDS_MAX, AddAppPassword};
use symbolon_store::directories::{AddDirectory, Copy, RecordDirectory};
use symbolon_store::giving_up::GiveUp;
use symbolon_store::peers::NoteHealth;
use symbolon_store::sessions::{By, OpenSession};
use symbolon_store::users::{AddUser, SetDisabled, User};

use crate::admin::{account, set_admin};
use crate::crowd::person;
use crate::world::{Answer, Visitor, World};

/// A page may weigh so many bytes as it is sent: 60 kB with the style sheet, the script, the icon and all headers, for
/// which 14 kB are left.
const PAGE_MAX: usize = 46_000;

/// What is left for the files and the headers of all.
const FILES_MAX: usize = 14_000;

/// A long name that somebody may have.
fn name(number: usize) -> String {
    format!("Prof. Dr. Maximiliane Hohenstein-Lindqvist {number}")
}

fn server(number: usize) -> String {
    format!("cloud-{number}.physics.university.example.org")
}

/// What a browser gets that takes gzip, which is sent where the page allows it.
async fn weigh(by: &mut Visitor<'_>, path: &str) -> usize {
    weigh_in("en", by, path).await
}

async fn weigh_in(language: &str, by: &mut Visitor<'_>, path: &str) -> usize {
    let headers = [
        ("accept-encoding", "gzip"),
        ("accept-language", language),
        ("sec-fetch-site", "same-origin"),
    ];
    let page = by.send(Method::GET, path, &headers, String::new()).await;
    assert_eq!(page.status, 200, "{path}");
    println!("{path} ({language}): {} bytes", page.size);
    assert!(
        page.size < PAGE_MAX,
        "{path} weighs {} bytes in {language}",
        page.size
    );
    page.size
}

#[tokio::test]
async fn fifty_connections_and_twenty_ended_ones_weigh_less_than_a_page_may() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    for number in 0..80 {
        let contact = person(&name(number), &format!("account{number}"), &server(number));
        let one = world.comes(&by, contact).await;
        if number >= 55 {
            world.ends(&one, 0).await;
        }
    }
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/connections").await;
    assert_eq!(
        (page.connected(), page.body.matches("<li class").count()),
        (50, 70)
    );
    weigh(&mut bob, "/connections").await;
}

#[tokio::test]
async fn thirty_invitations_of_many_people_weigh_less_than_a_page_may() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    for number in 0..60 {
        let note =
            format!("Workshop {number} of the faculties of physics and astronomy in the spring");
        let by = world.invites("bob", &note, Uses::People(30)).await;
        for guest in 0..5 {
            let number = number * 5 + guest;
            let contact = person(&name(number), &format!("account{number}"), &server(number));
            world.comes(&by, contact).await;
        }
        if number % 2 == 0 {
            bob.post(&format!("{}/withdraw", by.page), &[]).await;
        }
    }
    let page = bob.get("/invitations").await;
    assert_eq!(page.body.matches("<li class").count(), 30);
    weigh(&mut bob, "/invitations").await;
}

#[tokio::test]
async fn an_invitation_names_three_of_its_thousand_people_in_the_list_and_all_of_them_page_by_page()
{
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    for number in 0..1_000 {
        let contact = person(&name(number), &format!("account{number}"), &server(number));
        world.comes(&by, contact).await;
    }
    let mut bob = world.visitor("bob").await;
    let list = bob.get("/invitations").await.body;
    let named = |page: &str| page.matches("Hohenstein").count();
    assert_eq!(named(&list), 3, "{list}");
    assert!(list.contains("and 997 more"), "{list}");
    weigh(&mut bob, "/invitations").await;
    let mut path = by.page;
    for number in 1..=34 {
        weigh(&mut bob, &path).await;
        let page = bob.get(&path).await;
        let last = (number * 30).min(1_000);
        assert_eq!(named(&page.body), last - (number - 1) * 30, "page {number}");
        let last = format!("<bdi>{}</bdi>", name(last - 1));
        assert!(page.body.contains(&last), "page {number}");
        if number == 34 {
            assert!(!page.body.contains("?skip="));
        } else {
            path = page.link(path.split('?').next().unwrap(), "").to_owned();
        }
    }
}

#[tokio::test]
async fn the_pages_for_administrators_weigh_less_than_a_page_may_however_much_there_is() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let by = world.invites("carol", "all of you", Uses::Anyone).await;
    for number in 0..420 {
        let contact = person(&name(number), &format!("account{number}"), &server(number));
        let one = world.comes(&by, contact).await;
        if number >= 210 {
            world.ends(&one, 0).await;
        }
    }
    let said = "503: the service is not available at the moment, since it is being maintained";
    for sent in world.claims(1, 150).await {
        world.fails(&sent, said, 2).await;
    }
    for sent in world.claims(3, 60).await {
        let moment = world.app.moment("test");
        let give_up = GiveUp {
            id: sent.id,
            moment,
        };
        world.app.store.write(give_up).await.unwrap().unwrap();
    }
    // Each server does not answer, and has been decided about, with as many words as there is room for.
    let bob_himself = account(&world, "bob").await;
    let reason = "They have asked for it by telephone. ".repeat(5);
    for number in 0..60 {
        let provider = person("", "x", &server(number)).provider;
        let health = NoteHealth {
            provider: provider.clone(),
            failure: Some(Code::Timeout),
            now: world.app.now(),
        };
        world.app.store.write(health).await.unwrap();
        let ruled = rule(
            &world.app,
            &bob_himself,
            &provider,
            Rule::Trusted,
            &reason,
            "test",
        );
        ruled.await.unwrap();
    }
    for number in 0..60 {
        let user = User {
            id: world.app.env.id().into(),
            name: format!("a.maximiliane.hohenstein-lindqvist.{number}"),
            display_name: name(number),
            email: Some(format!("account{number}@physics.university.example.org")),
            disabled_at: None,
            language: None,
            admin: true,
            created_at: world.app.now(),
        };
        let id = user.id.clone();
        let add = AddUser {
            user,
            password_hash: None,
            moment: world.app.moment("test"),
        };
        assert!(world.app.store.write(add).await.unwrap());
        let disable = SetDisabled {
            id,
            disabled: true,
            moment: world.app.moment("test"),
        };
        assert!(world.app.store.write(disable).await.unwrap());
    }
    let mut bob = world.visitor("bob").await;
    let servers = bob.get("/admin/servers").await.body;
    assert_eq!(servers.matches("<tr role").count(), 1 + 50, "{servers}");
    let people = bob.get("/admin/people").await.body;
    assert_eq!(people.matches("<li class=\"row\"").count(), 40);
    assert_eq!(people.matches("state off").count(), 40, "{people}");
    let audit = bob.get("/admin/audit").await.body;
    assert!(audit.matches("<tr role").count() > 40, "{audit}");
    let ruled = bob.get("/admin/audit?kind=peer").await.body;
    assert!(ruled.matches("by telephone").count() > 40, "{ruled}");
    let overview = bob.get("/admin").await.body;
    assert_eq!(overview.matches("<tr role").count(), 1 + 50, "{overview}");
    let deliveries = bob.get("/admin/deliveries").await.body;
    assert_eq!(deliveries.matches("<li class=\"row\"").count(), 36);
    for path in [
        "/admin",
        "/admin/servers",
        "/admin/deliveries",
        "/admin/audit",
        "/admin/audit?kind=peer",
        "/admin/people",
    ] {
        for language in ["en", "de", "zh-CN"] {
            weigh_in(language, &mut bob, path).await;
        }
    }
}

/// In every language.
async fn weigh_in_all(by: &mut Visitor<'_>, path: &str) {
    for language in ["en", "de", "zh-CN"] {
        weigh_in(language, by, path).await;
    }
}

#[tokio::test]
async fn the_story_of_a_telling_that_fails_a_hundred_times_weighs_less_than_a_page_may() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let one = world
        .comes(&by, person(&name(1), "account", &server(1)))
        .await;
    world.ends(&one, 0).await;
    let said =
        "503: the service is not available at the moment, since it is being maintained. ".repeat(3);
    for hour in 1..=100 {
        let secs = hour * 3_700;
        for sent in world.claims(secs, 1).await {
            world.fails(&sent, &said, secs).await;
        }
    }
    let mut bob = world.visitor("bob").await;
    let page = format!("/connections/{}", one.id);
    let story = bob.get(&page).await.body;
    let told = story.matches("<tr role").count();
    assert!(told > 40, "{told} lines: {story}");
    weigh_in_all(&mut bob, &page).await;
}

#[tokio::test]
async fn connections_on_five_hundred_servers_weigh_less_than_a_page_may_and_all_of_them_are_counted()
 {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    for number in 0..500 {
        let contact = person(&name(number), &format!("account{number}"), &server(number));
        world.comes(&by, contact).await;
    }
    for number in 500..503 {
        let contact = person(&name(number), &format!("account{number}"), &server(7));
        world.comes(&by, contact).await;
    }
    let mut bob = world.visitor("bob").await;
    let list = bob.get("/connections").await.body;
    assert!(list.contains("<span class=\"count\">503</span>"), "{list}");
    let menu = list.split("<select id=\"server\"").nth(1).unwrap();
    let menu = menu.split("</select>").next().unwrap();
    assert_eq!(menu.matches("<option").count(), 1 + 100 + 1, "{menu}");
    let most = format!("{} (4)", server(7));
    assert!(menu.contains(&most), "those with most people: {menu}");
    assert!(menu.contains("400 more: search for their names"), "{menu}");
    weigh_in_all(&mut bob, "/connections").await;
    // Whoever searches for its name finds a server that is not in the menu, and may stay there.
    let left_out = (0..500)
        .map(server)
        .find(|it| !menu.contains(it.as_str()))
        .unwrap();
    let found = bob.get(&format!("/connections?q={left_out}")).await;
    assert_eq!(found.connected(), 1);
    let only = bob.get(&format!("/connections?server={left_out}")).await;
    assert_eq!(only.connected(), 1);
    let chosen = format!("<option value=\"{left_out}\" selected>{left_out}</option>");
    assert!(only.body.contains(&chosen), "{}", only.body);
}

#[tokio::test]
async fn settings_with_a_hundred_app_passwords_and_a_hundred_log_ins_weigh_less_than_a_page_may() {
    let world = World::new().await;
    let bob = account(&world, "bob").await;
    for number in 0..APP_PASSWORDS_MAX {
        let add = AddAppPassword {
            id: world.app.env.id(),
            user: bob.id.clone(),
            label: format!("The calendar of the laptop with the broken hinge, number {number}"),
            hash: vec![7; 32],
            moment: world.app.moment("test"),
        };
        assert!(world.app.store.write(add).await.unwrap());
    }
    for number in 0..100 {
        let open = OpenSession {
            id: world.app.env.id(),
            token_hash: [number; 32],
            user: bob.id.clone(),
            by: By::Trust,
            browser: Some("Chrome".to_owned()),
            system: Some("Android".to_owned()),
            expires_at: world.in_secs(1_000),
            ends_at: world.in_secs(10_000),
            moment: world.app.moment("test"),
        };
        assert!(world.app.store.write(open).await.unwrap());
    }
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/settings").await.body;
    let shown = |what: &str| page.matches(what).count();
    assert_eq!(shown("/settings/app-passwords/"), APP_PASSWORDS_MAX);
    assert_eq!(shown("action=\"/settings/sessions/"), 100);
    weigh_in_all(&mut bob, "/settings").await;
    // What answers a form is sent as it is, and shows the newest alone.
    let refused = [("label", "calendar"), ("password", "not this one")];
    for language in ["en", "de", "zh-CN"] {
        let answer = bob
            .post_in(language, "/settings/app-passwords", &refused)
            .await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        assert!(
            answer.size < PAGE_MAX,
            "{} bytes in {language}",
            answer.size
        );
        let shown = answer
            .body
            .matches("action=\"/settings/app-passwords/")
            .count();
        assert_eq!(shown, 20);
        assert!(
            answer.body.contains("<a href=\"/settings\">"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn what_every_page_brings_along_fits_into_what_pages_leave_of_sixty_kilobytes() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/connections").await;
    let head = page.body.split("</head>").next().unwrap();
    let files = head.split(['"']).filter(|it| it.starts_with("/assets/"));
    let files: Vec<&str> = files.collect();
    assert_eq!(files.len(), 3, "{head}");
    let head = |answer: &Answer| {
        let lines = answer.headers.iter();
        lines
            .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
            .sum::<usize>()
    };
    let mut sum = head(&page);
    for file in files {
        let headers = [
            ("accept-encoding", "gzip"),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = bob.send(Method::GET, file, &headers, String::new()).await;
        sum += answer.size + head(&answer);
    }
    println!("files and headers: {sum} bytes");
    assert!(sum < FILES_MAX, "{sum} bytes");
}

#[tokio::test]
async fn accepting_with_fifty_that_wait_weighs_less_than_a_page_may() {
    let world = World::new().await;
    let bob = account(&world, "bob").await;
    for number in 0..50 {
        let begin = BeginAcceptance {
            id: world.app.env.id().into(),
            delivery: world.app.env.id().into(),
            user: bob.id.clone(),
            provider: person("", "x", &server(number)).provider,
            token_hash: [1; 32],
            token_sealed: vec![1],
            keeps_email: false,
            mode: Mode::Open,
            moment: world.app.moment("test"),
        };
        world.app.store.write(begin).await.unwrap();
    }
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/accept").await.body;
    let waiting = page.matches("href=\"/acceptances/").count();
    assert_eq!(waiting, 20, "{page}");
    weigh_in_all(&mut bob, "/accept").await;
}

#[tokio::test]
async fn a_directory_of_a_thousand_servers_makes_no_choice_heavier_than_a_page_may_be() {
    let world = World::new().await;
    let (url, keys) = ("https://mesh.example.org/list", r#"{"keys":[]}"#);
    let add = AddDirectory {
        url: url.to_owned(),
        keys: keys.to_owned(),
        by: None,
        moment: world.app.moment("test"),
    };
    assert!(world.app.store.write(add).await.is_ok());
    let called = |number| {
        let there = person("", "x", &server(number)).provider;
        (there, format!("University of {}", name(number)))
    };
    let record = RecordDirectory {
        url: url.to_owned(),
        keys: keys.to_owned(),
        came: Ok(Copy {
            federation: "The Mesh of all Universities".to_owned(),
            servers: (0..1_000).map(called).collect(),
            left_out: 0,
        }),
        next_at: world.in_secs(10_000),
        moment: world.app.moment("test"),
    };
    world.app.store.write(record).await.unwrap();
    let mut stranger = world.stranger();
    let path = "/wayf?token=Zx81kd0aPq7Rt2uVw9bN4g&providerDomain=cat.localhost:8080&q=university";
    let page = stranger.get(path).await.body;
    assert_eq!(page.matches("University of Prof").count(), 20, "{page}");
    weigh_in_all(&mut stranger, path).await;
}

#[tokio::test]
async fn what_holds_a_link_a_code_or_a_password_is_sent_as_it_is() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let mut bob = world.visitor("bob").await;
    let headers = [
        ("accept-encoding", "gzip"),
        ("sec-fetch-site", "same-origin"),
    ];
    for path in [
        "/invitations",
        &by.page,
        "/accept?token=abcdefghijklmnopqrstuvwx&providerDomain=dog.example.org",
        "/settings/second-factor",
        "/admin/people/new",
    ] {
        let page = bob.send(Method::GET, path, &headers, String::new()).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.headers.get("content-encoding").is_none(), "{path}");
    }
    // What is shown once is on the page that lists it, which is compressed at other times.
    let form = [
        headers[0],
        headers[1],
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let fields = "label=calendar&password=correct+horse".to_owned();
    let fresh = bob
        .send(Method::POST, "/settings/app-passwords", &form, fields)
        .await;
    assert!(fresh.body.contains("id=\"fresh\""), "{}", fresh.body);
    assert!(fresh.headers.get("content-encoding").is_none());
}
