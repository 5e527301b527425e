//! The pages of those who manage this server: who sees them, what they show, and what is in the trail afterwards.

use http::{Method, StatusCode};
use symbolon_core::Id;
use symbolon_core::trust::Rule;
use symbolon_proto::problem::Code;
use symbolon_server::actions::servers;
use symbolon_store::audit::{Filter, ListEvents, Page};
use symbolon_store::events::{Actor, Event};
use symbolon_store::trust::Decide;
use symbolon_store::users::{FindCredentials, SetAdmin, User};

use crate::world::World;

const PAGES: [&str; 8] = [
    "/admin",
    "/admin/servers",
    "/admin/servers/dog.localhost%3A8081",
    "/admin/deliveries",
    "/admin/people",
    "/admin/people/new",
    "/admin/audit",
    "/admin/doctor",
];

pub(super) async fn account(world: &World, name: &str) -> User {
    let find = FindCredentials {
        name: name.to_owned(),
    };
    let found = world.app.store.read(find).await.unwrap();
    found.unwrap().user
}

/// As `symbolon user set NAME --admin` or `--no-admin` does it beside the running server.
pub(super) async fn set_admin(world: &World, name: &str, admin: bool) {
    let set = SetAdmin {
        id: account(world, name).await.id,
        admin,
        moment: world.app.moment("test"),
    };
    assert!(world.app.store.write(set).await.unwrap());
}

/// The newest events of a kind.
pub(super) async fn trail(world: &World, kind: &str) -> Vec<Event> {
    let list = ListEvents {
        filter: Filter {
            kind: Some(kind.to_owned()),
            ..Filter::default()
        },
        page: Page::Before(i64::MAX),
        limit: 10,
    };
    world.app.store.read(list).await.unwrap()
}

/// The one event of a kind, which must be by an administrator with this account.
async fn done_by(world: &World, name: &str, kind: &str) -> Event {
    let mut events = trail(world, kind).await;
    assert_eq!(events.len(), 1, "{kind}");
    let event = events.remove(0);
    assert_eq!(event.actor, Actor::Administrator, "{kind}");
    let by = account(world, name).await.id;
    assert_eq!(event.data["by_user"], by.as_str(), "{kind}");
    event
}

#[tokio::test]
async fn there_are_no_such_pages_for_people_who_are_no_administrators() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    assert!(!bob.get("/connections").await.body.contains("/admin"));
    for path in PAGES {
        let answer = bob.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("<h1"), "{path}");
    }
    let carol = account(&world, "carol").await.id;
    let gestures = [
        ("/admin/servers/dog.localhost".to_owned(), "rule", "blocked"),
        ("/admin/servers/dog.localhost/forget".to_owned(), "", ""),
        (format!("/admin/people/{carol}/disable"), "", ""),
        (format!("/admin/deliveries/{carol}/retry"), "", ""),
        (format!("/admin/deliveries/{carol}/give-up"), "", ""),
        ("/admin/doctor".to_owned(), "", ""),
    ];
    for (path, name, value) in &gestures {
        let answer = bob.post(path, &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(trail(&world, "peer").await, []);
    assert!(account(&world, "carol").await.disabled_at.is_none());
    let stranger = world.stranger().get("/admin/audit?kind=peer").await;
    let next = "/login?next=%2Fadmin%2Faudit%3Fkind%3Dpeer";
    assert_eq!(
        stranger.location(),
        next,
        "the way back survives the log-in"
    );
}

#[tokio::test]
async fn the_role_holds_from_the_next_page_on_and_so_does_its_end() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    set_admin(&world, "bob", true).await;
    assert!(
        bob.get("/connections")
            .await
            .body
            .contains("href=\"/admin\"")
    );
    for path in PAGES {
        let answer = bob.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
    set_admin(&world, "bob", false).await;
    assert_eq!(bob.get("/admin").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn forms_for_administrators_are_refused_from_other_sites() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let elsewhere = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://example.org"),
    ];
    let path = "/admin/servers/dog.localhost";
    let answer = bob
        .post_from(&elsewhere, path, &[("rule", "blocked")])
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(trail(&world, "peer").await, []);
}

#[tokio::test]
async fn a_server_is_blocked_with_a_note_trusted_and_forgotten_and_the_trail_says_who_did_it() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let path = "/admin/servers/dog.localhost%3A8081";
    let page = bob.get(path).await;
    assert!(
        page.body
            .contains("every server that is not blocked is accepted"),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("/forget"),
        "there is nothing to take back"
    );
    let block = [("rule", "blocked"), ("note", "<spam>")];
    let done = bob.post(path, &block).await;
    assert_eq!(done.location(), format!("{path}?done=blocked"));
    let location = done.location().to_owned();
    let page = bob.get(&location).await;
    for words in [
        "The server is blocked.",
        "by <bdi>bob</bdi>",
        "the server is blocked by name",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.body.contains("“<bdi>&lt;spam&gt;</bdi>”") && !page.body.contains("<spam>"));
    let offered = |rule: &str| page.body.contains(&format!("value=\"{rule}\""));
    assert!(offered("trusted") && !offered("blocked"), "it is blocked");
    let event = done_by(&world, "bob", "peer.blocked").await;
    assert_eq!(event.data["note"], "<spam>");
    assert!(
        bob.get("/admin/servers")
            .await
            .body
            .contains("dog.localhost:8081")
    );

    bob.post(path, &[("rule", "trusted")]).await;
    let page = bob.get(&location).await;
    let told = page.body.contains("The server is blocked.");
    assert!(!told, "that was so: {}", page.body);
    assert!(
        bob.get(path)
            .await
            .body
            .contains("the server is trusted by name")
    );
    done_by(&world, "bob", "peer.trusted").await;
    let form = bob
        .get(path)
        .await
        .form("/admin/servers/", "/forget")
        .to_owned();
    assert_eq!(
        bob.post(&form, &[]).await.location(),
        format!("{path}?done=forgotten")
    );
    done_by(&world, "bob", "peer.forgotten").await;
}

/// The digests of two keys that nobody has.
const KEYS: [&str; 2] = [
    "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
];

#[tokio::test]
async fn what_is_noted_about_a_server_is_entered_shown_and_taken_back_on_its_page() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let server = "/admin/servers/dog.localhost%3A8081";
    let path = format!("{server}/notes");
    let keys = KEYS.join("\r\n");
    for (aspect, value, done, kind) in [
        ("pin", keys.as_str(), "noted", "peer.pin_changed"),
        ("sign", "cavage", "noted-weaker", "peer.quirk_changed"),
        ("take", "rfc9421", "noted", "peer.quirk_changed"),
        (
            "note",
            "<Ann>\r\nlooks after it",
            "noted",
            "peer.note_changed",
        ),
    ] {
        let answer = bob
            .post(&path, &[("aspect", aspect), ("value", value)])
            .await;
        assert_eq!(
            answer.location(),
            format!("{server}?done={done}"),
            "{aspect}"
        );
        let events = trail(&world, "peer").await;
        let event = events.first().unwrap();
        assert_eq!(
            (event.kind.as_str(), &event.data["by"]),
            (kind, &"bob".into())
        );
        assert_eq!(event.data["weaker"], done == "noted-weaker");
    }
    let page = bob.get(&format!("{server}?done=noted-weaker")).await.body;
    assert!(page.contains("class=\"notice wait\""), "{page}");
    for part in [
        "It is weaker than what would hold without it",
        &format!("{}\n{}</textarea>", KEYS[1], KEYS[0]),
        "<option value=\"cavage\" selected>draft-cavage",
        "<option value=\"rfc9421\" selected>RFC 9421",
        "&#60;Ann&#62;\nlooks after it</textarea>",
        "by <bdi>bob</bdi>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("Noted <").count(), 4, "{page}");
    let list = bob.get("/admin/servers").await.body;
    assert!(list.contains("dog.localhost:8081"), "{list}");
    for aspect in ["pin", "sign", "take", "note"] {
        let answer = bob.post(&path, &[("aspect", aspect), ("value", " ")]).await;
        let done = format!("{server}?done=note-removed");
        assert_eq!(answer.location(), done, "{aspect}");
    }
    let page = bob.get(server).await.body;
    assert!(!page.contains(KEYS[0]) && !page.contains("Ann"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_noted_is_told_with_everything_as_entered_and_notes_nothing() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let path = "/admin/servers/dog.localhost/notes";
    for (aspect, value, told) in [
        ("ca", "no <PEM>", "10 certificates in PEM"),
        ("pin", "sha256/no", "one to 8 keys"),
        ("sign", "rsa", "rfc9421, cavage or unsigned"),
        ("everything", "x", "aspect"),
    ] {
        let page = bob
            .post(path, &[("aspect", aspect), ("value", value)])
            .await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(page.body.contains(told), "{told}: {}", page.body);
        if aspect == "ca" {
            assert!(page.body.contains(">no &#60;PEM&#62;</textarea>"));
        }
    }
    assert_eq!(trail(&world, "peer").await, []);
}

#[tokio::test]
async fn a_note_that_is_too_long_is_refused_with_everything_as_entered_and_decides_nothing() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let note = "x".repeat(201);
    let path = "/admin/servers/dog.localhost";
    let page = bob
        .post(path, &[("rule", "blocked"), ("note", &note)])
        .await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    assert_eq!(page.field("note"), note);
    let told = ["“Reason” cannot be accepted", "“Note” cannot"];
    let told = told.map(|words| page.body.contains(words));
    assert_eq!(told, [true, false], "{}", page.body);
    assert_eq!(trail(&world, "peer").await, []);
}

#[tokio::test]
async fn an_unknown_decision_is_told_and_decides_nothing() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let path = "/admin/servers/dog.localhost";
    for rule in ["", "banned"] {
        let fields = [("rule", rule), ("note", "spam")];
        let page = bob.post(path, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{rule:?}");
        let words = "Expected trusted or blocked.";
        assert!(page.body.contains(words), "{rule:?}: {}", page.body);
        assert_eq!(page.field("note"), "spam");
    }
    assert_eq!(trail(&world, "peer").await, []);
}

#[tokio::test]
async fn nobody_blocks_this_server_itself_by_page_or_command() {
    let world = World::new().await;
    symbolon_server::sync::prepare(&world.app).await.unwrap();
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let us = world.app.provider();
    for name in [us.to_string(), us.as_str().to_uppercase()] {
        let path = format!("/admin/servers/{}", name.replace(':', "%3A"));
        let page = bob.post(&path, &[("rule", "blocked")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.body);
    }
    let user = account(&world, "bob").await;
    let ruled = servers::rule(&world.app, &user, us, Rule::Blocked, "", "test");
    assert_eq!(ruled.await.unwrap_err().code(), Code::NotFound);
    // As `symbolon peer block` and `symbolon peer trust` do it.
    for rule in [Rule::Blocked, Rule::Trusted] {
        let decide = Decide {
            provider: us.clone(),
            rule,
            note: None,
            by: None,
            moment: world.app.moment("test"),
        };
        assert_eq!(world.app.store.write(decide).await, Ok(None));
    }
    assert_eq!(trail(&world, "peer").await, []);
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_and_nobody_locks_themselves_out() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let own = account(&world, "bob").await.id;
    let theirs = account(&world, "carol").await.id;
    let page = bob.get("/admin/people").await;
    assert!(
        page.body.contains("Carol &#60;b&#62;Lindqvist"),
        "{}",
        page.body
    );
    let theirs_page = page.link(&format!("/admin/people/{theirs}"), "").to_owned();
    let page = bob.get(&theirs_page).await;
    let disable = page.form(&theirs_page, "/disable").to_owned();
    let itself = bob.post(&format!("/admin/people/{own}/disable"), &[]).await;
    assert_eq!(itself.status, StatusCode::BAD_REQUEST);
    assert!(account(&world, "bob").await.disabled_at.is_none());

    assert_eq!(
        bob.post(&disable, &[]).await.location(),
        format!("{theirs_page}?done=disabled")
    );
    bob.post(&disable, &[]).await;
    let event = done_by(&world, "bob", "user.disabled").await;
    assert_eq!(event.user, Some(theirs.clone()));
    assert_eq!(
        carol.get("/connections").await.status,
        StatusCode::SEE_OTHER
    );
    let enable = bob
        .get(&theirs_page)
        .await
        .form(&theirs_page, "/enable")
        .to_owned();
    bob.post(&enable, &[]).await;
    done_by(&world, "bob", "user.enabled").await;
    let found = bob.get("/admin/people?q=car").await;
    assert!(found.body.contains("<code>carol</code>") && !found.body.contains("<code>bob</code>"));
}

#[tokio::test]
async fn a_search_without_a_result_says_for_what_and_leads_back_in_every_language() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    for (language, quoted, all) in [
        ("en", "beginning with “zed&lt;”", "Show all"),
        ("de", "der mit „zed&lt;“ beginnt", "Alle zeigen"),
        ("zh-CN", "以“zed&lt;”开头", "显示全部"),
    ] {
        let page = bob.get_in(language, "/admin/servers?q=zed%3C").await.body;
        assert!(page.contains(quoted), "{page}");
        let people = bob.get_in(language, "/admin/people?q=zed%3C").await.body;
        assert!(people.contains("zed&lt;"), "{people}");
        for (path, page) in [("servers", page), ("people", people)] {
            let back = format!("href=\"/admin/{path}\">{all}</a>");
            assert!(page.contains(&back), "{back}: {page}");
        }
    }
    let check = bob.get("/servers/dog.localhost/check").await.body;
    let back = "<p class=\"crumb\"><a href=\"/admin/servers/dog.localhost\">";
    assert!(check.contains(back), "{check}");
}

#[tokio::test]
async fn an_administrator_is_told_why_they_cannot_disable_themselves() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let own = account(&world, "bob").await.id;
    let path = format!("/admin/people/{own}/disable");
    for (language, words) in [
        ("en", "It is your own"),
        ("de", "Es ist Ihr eigenes"),
        ("zh-CN", "这是您自己的账号"),
    ] {
        let told = bob.post_in(language, &path, &[]).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{}", told.body);
        assert!(told.body.contains(words), "{words}: {}", told.body);
    }
    assert!(account(&world, "bob").await.disabled_at.is_none());
    assert_eq!(trail(&world, "user.disabled").await, []);
}

#[tokio::test]
async fn a_message_that_waits_is_on_the_overview_and_among_the_messages_and_is_sent_again_from_there()
 {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let mut carol = world.visitor("carol").await;
    let code = "Zx81kd0aPq7Rt2uVw9bN4g@dog.localhost:8081";
    carol.post("/accept", &[("invitation", code)]).await;
    let overview = bob.get("/admin").await;
    for words in [
        "<svg class=\"map\"",
        "dog.localhost:8081",
        "1 message waits",
    ] {
        assert!(overview.body.contains(words), "{words}: {}", overview.body);
    }
    let page = bob.get("/admin/deliveries").await;
    let title = "Acceptance of an invitation · <bdi>carol</bdi>";
    assert!(page.body.contains(title), "{}", page.body);
    let retry = page.form("/admin/deliveries/", "/retry").to_owned();
    assert_eq!(
        bob.post(&retry, &[]).await.location(),
        "/admin/deliveries?done=retried"
    );
    let event = done_by(&world, "bob", "delivery.retried").await;
    assert_eq!(event.peer.as_deref(), Some("dog.localhost:8081"));
    let nothing = format!("/admin/deliveries/{}/retry", Id::from_parts(1, [7; 10]));
    assert_eq!(bob.post(&nothing, &[]).await.status, StatusCode::NOT_FOUND);

    // Given up, an acceptance that was never sent is over, and its person sees that.
    let sees = "<bdi>carol</bdi> sees that";
    assert!(page.body.contains(sees), "{}", page.body);
    let give_up = page.form("/admin/deliveries/", "/give-up").to_owned();
    let answer = bob.post(&give_up, &[]).await;
    assert_eq!(answer.location(), "/admin/deliveries?done=given-up");
    done_by(&world, "bob", "delivery.given_up").await;
    let left = bob.get("/admin/deliveries?done=given-up").await;
    assert!(left.body.contains("not sent any more"), "{}", left.body);
    assert!(!left.body.contains("/give-up"), "{}", left.body);
    assert_eq!(
        bob.post(&give_up, &[]).await.status,
        StatusCode::NOT_FOUND,
        "nothing waits any more"
    );
    let settled = trail(&world, "acceptance.settled").await;
    assert_eq!(settled.len(), 1);
}

#[tokio::test]
async fn the_trail_is_filtered_and_paged_and_says_what_it_cannot_look_for() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    for number in 0..60 {
        let path = format!("/admin/servers/s{number}.localhost");
        bob.post(&path, &[("rule", "trusted")]).await;
    }
    let first = bob.get("/admin/audit?kind=peer").await;
    assert!(first.body.contains("s59.localhost") && !first.body.contains("s5.localhost"));
    assert!(
        first.body.contains("bob as administrator"),
        "{}",
        first.body
    );
    let more = first
        .link("/admin/audit?kind=peer&#38;", "")
        .replace("&#38;", "&");
    let second = bob.get(&more).await;
    assert!(second.body.contains("s5.localhost") && !second.body.contains("s59.localhost"));
    let one = bob.get("/admin/audit?server=s7.localhost").await;
    assert_eq!(
        one.body.matches("<bdi>s7.localhost</bdi>").count(),
        1,
        "{}",
        one.body
    );
    assert!(!one.body.contains("s8.localhost"));
    for (query, words) in [
        ("person=nobody", "Nobody here has that user name."),
        ("server=not+a+name", "That is not the name of a server."),
        ("kind=inv", "There is no such kind."),
        ("since=tomorrow", "That is not a day."),
        (
            "until=1999-01-01",
            "Nothing of that kind is in the audit trail",
        ),
        ("before=nonsense&person=carol", "carol"),
    ] {
        let page = bob.get(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.body.contains(words), "{query}: {}", page.body);
    }
}

#[tokio::test]
async fn the_doctor_is_called_by_a_form_and_says_what_it_finds_and_how_to_mend_it() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let mut bob = world.visitor("bob").await;
    let before = bob.get("/admin/doctor").await;
    assert!(
        before.body.contains("action=\"/admin/doctor\"") && !before.body.contains("What to do:")
    );
    let page = bob
        .send(Method::HEAD, "/admin/doctor", &[], String::new())
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let found = bob.post("/admin/doctor", &[]).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.body);
    // The folder of this world does not exist, and nothing listens for it.
    for words in ["Storage", "What to do:", "class=\"state bad\""] {
        assert!(found.body.contains(words), "{words}: {}", found.body);
    }
    // What has to be mended is on top, the worst first, and the rest is folded away.
    let (troubles, rest) = found.body.split_once("<details class=\"past\">").unwrap();
    let all = [troubles, rest].map(|part| part.matches("class=\"state ").count());
    let bad = |part: &str| {
        part.matches("class=\"state bad\"").count() + part.matches("class=\"state wait\"").count()
    };
    assert_eq!((all[0], 0), (bad(troubles), bad(rest)), "{}", found.body);
    assert!(all[1] > 0, "{}", found.body);
    let last_bad = troubles.rfind("class=\"state bad\"");
    let first_odd = troubles.find("class=\"state wait\"");
    assert!(first_odd.is_none_or(|at| last_bad < Some(at)), "{troubles}");
    // Nobody has looked at what is switched off, and it is no success.
    let (before, _) = rest
        .split_once("No mail is sent: mail_server is off")
        .unwrap();
    let line = before.rsplit("<p ").next().unwrap();
    assert!(line.starts_with("class=\"state off\""), "{line}");
}

#[tokio::test]
async fn only_one_is_examined_at_a_time() {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let (mut bob, mut again) = (world.visitor("bob").await, world.visitor("bob").await);
    let (one, other) = tokio::join!(
        bob.post("/admin/doctor", &[]),
        again.post("/admin/doctor", &[])
    );
    let mut answers = [one.status, other.status];
    answers.sort();
    assert_eq!(answers, [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]);
    let later = bob.post("/admin/doctor", &[]).await;
    assert_eq!(later.status, StatusCode::OK, "the place is free again");
}
