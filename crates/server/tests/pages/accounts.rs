//! What administrators do for people who have an account, or are to get one; and the trail that it leaves.

use http::StatusCode;
use symbolon_server::departures;
use symbolon_store::events::{Actor, Event};
use symbolon_store::second_factors::FindSecondFactor;
use symbolon_store::users::User;

use crate::admin::{account, set_admin, trail};
use crate::second_factor::turns_on;
use crate::world::{Answer, Visitor, World};

/// A server with bob as its administrator, and the page of carol's account.
async fn world() -> (World, String) {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let path = format!("/admin/people/{}", account(&world, "carol").await.id);
    (world, path)
}

/// A gesture that leads back to the page, which then says this.
async fn does(bob: &mut Visitor<'_>, path: &str, gesture: &str, says: &str) -> Answer {
    let done = bob.post(&format!("{path}/{gesture}"), &[]).await;
    let location = done.location().to_owned();
    assert!(location.starts_with(path), "{location}");
    let page = bob.get(&location).await;
    assert!(page.body.contains(says), "{says}: {}", page.body);
    page
}

/// The one event of a kind about somebody's account, which must be by bob as an administrator.
async fn left(world: &World, name: &str, kind: &str) -> Event {
    let user = Some(account(world, name).await.id);
    let mut events = trail(world, kind).await;
    events.retain(|event| event.user == user);
    assert_eq!(events.len(), 1, "{kind} of {name}");
    let event = events.remove(0);
    assert_eq!(event.actor, Actor::Administrator, "{kind}");
    let bob = account(world, "bob").await.id;
    assert_eq!(event.data["by_user"], bob.as_str(), "{kind}");
    event
}

async fn logs_in(world: &World, name: &str, password: &str) -> Answer {
    let fields = [("name", name), ("password", password)];
    world.stranger().post("/login", &fields).await
}

#[tokio::test]
async fn an_administrator_makes_an_account_and_its_password_is_shown_once_and_opens_it() {
    let (world, _) = world().await;
    let mut bob = world.visitor("bob").await;
    let list = bob.get("/admin/people").await;
    assert_eq!(list.link("/admin/people/new", ""), "/admin/people/new");
    let form = bob.get("/admin/people/new").await;
    assert_eq!(form.form("/admin/people/new", "/new"), "/admin/people/new");
    let fields = [
        ("user", "dave"),
        ("name", "Dave <i>Dent</i>"),
        ("email", "dave@example.org"),
    ];
    let made = bob.post("/admin/people/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert!(made.body.contains("Dave &#60;i&#62;Dent"), "{}", made.body);
    assert_eq!(made.header("cache-control"), "no-store");
    let password = made.field("fresh").to_owned();
    assert_eq!(password.len(), 19, "80 random bits in four groups");
    let dave = account(&world, "dave").await;
    assert_eq!(dave.email.as_deref(), Some("dave@example.org"));
    assert!(!dave.admin);
    let again = bob.get(&format!("/admin/people/{}", dave.id)).await;
    assert!(
        again.body.contains("dave@example.org") && !again.body.contains(&password),
        "{}",
        again.body
    );
    let opened = logs_in(&world, "dave", &password).await;
    assert_eq!(opened.location(), "/connections");
    let event = left(&world, "dave", "user.added").await;
    assert!(!event.data.to_string().contains(&password));
}

#[tokio::test]
async fn an_account_without_a_name_to_show_is_shown_by_its_user_name_and_may_be_an_administrator() {
    let (world, _) = world().await;
    let mut bob = world.visitor("bob").await;
    let fields = [("user", "dave"), ("name", " "), ("admin", "yes")];
    let made = bob.post("/admin/people/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let User {
        display_name,
        email,
        admin,
        ..
    } = account(&world, "dave").await;
    assert_eq!((display_name.as_str(), email, admin), ("dave", None, true));
    left(&world, "dave", "user.admin_granted").await;
}

#[tokio::test]
async fn what_no_account_can_be_called_is_told_in_every_language_and_what_was_typed_is_kept() {
    let (world, _) = world().await;
    let mut bob = world.visitor("bob").await;
    for (language, user, email, words) in [
        ("en", "carol", "", "Somebody else has it."),
        ("en", "Dave", "", "“User name” cannot be accepted"),
        ("de", "-dave", "", "„Benutzername“ geht so nicht"),
        ("zh-CN", "dave smith", "", "不能接受“用户名”"),
        ("en", "", "", "Nothing is there."),
        ("en", "dave", "dave@", "It is not an e-mail address."),
    ] {
        let fields = [("user", user), ("name", "Dave Dent"), ("email", email)];
        let told = bob.post_in(language, "/admin/people/new", &fields).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{user}");
        assert!(told.body.contains(words), "{words}: {}", told.body);
        assert_eq!(
            (told.field("user"), told.field("name"), told.field("email")),
            (user, "Dave Dent", email)
        );
    }
    assert_eq!(trail(&world, "user.added").await.len(), 2, "bob and carol");
}

#[tokio::test]
async fn somebody_who_lost_their_password_gets_a_new_one_and_the_trail_says_from_whom() {
    let (world, path) = world().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let page = bob.post(&format!("{path}/password"), &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let password = page.field("fresh").to_owned();
    assert_eq!(
        carol.get("/connections").await.status,
        StatusCode::SEE_OTHER,
        "she is logged out"
    );
    let old = world.stranger().log_in_as("carol", "").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let opened = logs_in(&world, "carol", &password).await;
    assert_eq!(opened.location(), "/connections");
    left(&world, "carol", "user.password_changed").await;
    let shown = bob.get("/admin/audit?person=carol").await;
    assert!(
        shown.body.contains("bob as administrator"),
        "{}",
        shown.body
    );
}

#[tokio::test]
async fn somebody_who_lost_their_second_factor_is_let_in_without_and_a_new_password_alone_is_not_enough()
 {
    let (world, path) = world().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    turns_on(&mut carol, &world).await;
    let reset = bob.post(&format!("{path}/password"), &[]).await;
    let password = reset.field("fresh").to_owned();
    let halfway = logs_in(&world, "carol", &password).await;
    assert!(
        halfway.headers.get("location").is_none() || halfway.location() != "/connections",
        "there is one more step"
    );
    does(
        &mut bob,
        &path,
        "second-factor-off",
        "The two-step log-in is off.",
    )
    .await;
    let opened = logs_in(&world, "carol", &password).await;
    assert_eq!(opened.location(), "/connections");
    let event = left(&world, "carol", "user.totp_disabled").await;
    let user = event.user.unwrap();
    let left = world.app.store.read(FindSecondFactor { user }).await;
    assert!(left.unwrap().is_none());
}

#[tokio::test]
async fn somebody_is_logged_out_made_an_administrator_and_called_otherwise_and_the_trail_says_by_whom()
 {
    let (world, path) = world().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let page = does(
        &mut bob,
        &path,
        "log-out",
        "They are logged out everywhere.",
    )
    .await;
    assert!(!page.body.contains("/log-out"), "{}", page.body);
    assert_eq!(
        carol.get("/connections").await.status,
        StatusCode::SEE_OTHER
    );
    does(&mut bob, &path, "admin", "They may manage this server").await;
    left(&world, "carol", "user.admin_granted").await;
    let mut carol = world.visitor("carol").await;
    assert_eq!(carol.get("/admin").await.status, StatusCode::OK);
    does(
        &mut bob,
        &path,
        "no-admin",
        "not manage this server any more",
    )
    .await;
    left(&world, "carol", "user.admin_revoked").await;
    assert_eq!(carol.get("/admin").await.status, StatusCode::NOT_FOUND);

    let fields = [("name", "Carol Cat"), ("email", "")];
    let saved = bob.post(&format!("{path}/profile"), &fields).await;
    assert_eq!(saved.location(), format!("{path}?done=saved"));
    left(&world, "carol", "user.profile_changed").await;
    let carol = account(&world, "carol").await;
    assert_eq!(
        (carol.display_name.as_str(), carol.email),
        ("Carol Cat", None)
    );
    let refused = [("name", "Carol"), ("email", "carol@")];
    let refused = bob.post(&format!("{path}/profile"), &refused).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.field("email"), "carol@");
    let nonsense = bob.post(&format!("{path}/nonsense"), &[]).await;
    assert_eq!(nonsense.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_account_is_deleted_only_when_its_user_name_confirms_it_and_the_trail_says_by_whom() {
    let (world, path) = world().await;
    let mut bob = world.visitor("bob").await;
    let mut carol = world.visitor("carol").await;
    carol.post("/invitations", &[("note", "")]).await;
    let person = bob.get(&path).await;
    let remove = format!("{path}/delete");
    assert_eq!(person.link(&remove, ""), remove);
    let asked = bob.get(&remove).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    for words in [
        "Their open invitation is withdrawn",
        "no way back",
        "Type carol to confirm",
    ] {
        assert!(asked.body.contains(words), "{words}: {}", asked.body);
    }
    for wrong in ["", "bob", "Carol"] {
        let told = bob.post(&remove, &[("user", wrong)]).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(
            told.body
                .contains("It is not the user name of this account."),
            "{}",
            told.body
        );
    }
    assert_eq!(carol.get("/connections").await.status, StatusCode::OK);
    let removed = bob.post(&remove, &[("user", " carol ")]).await;
    assert_eq!(removed.location(), "/admin/people?done=deleted");
    let list = bob.get(removed.location()).await;
    assert!(
        list.body.contains("The account is being deleted"),
        "{}",
        list.body
    );
    let out = carol.get("/connections").await;
    assert!(out.location().starts_with("/login"), "{}", out.location());
    let leaving = left(&world, "carol", "user.leaving").await;
    departures::drive(&world.app).await.unwrap();
    assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND);
    // Each part of it is attributed once, and to whom it was.
    let reference = leaving.reference.unwrap();
    let whole = bob
        .get(&format!("/admin/audit?reference={reference}"))
        .await;
    for (what, who) in [
        ("asked to delete the account", "bob as administrator"),
        ("withdrew the invitation", "bob as administrator"),
        ("deleted the account with all", "This server"),
    ] {
        let (before, _) = whole.body.split_once(what).unwrap();
        let row = before.rsplit("<tr ").next().unwrap();
        assert!(row.contains(&format!("<bdi>{who}</bdi>")), "{what}: {row}");
    }
    let links = format!("<a href=\"/admin/audit?reference={reference}\">");
    assert_eq!(whole.body.matches(&links).count(), 1, "{}", whole.body);
    // The name is gone with the account; its number finds what happened to it.
    let by_name = bob.get("/admin/audit?person=carol").await;
    assert!(
        by_name.body.contains("found by the number"),
        "{}",
        by_name.body
    );
    let number = leaving.user.unwrap();
    let by_number = bob.get(&format!("/admin/audit?person={number}")).await;
    assert!(
        by_number.body.contains("asked to delete the account"),
        "{}",
        by_number.body
    );
    let list = bob.get("/admin/people").await;
    assert!(!list.body.contains("carol"), "{}", list.body);
}

#[tokio::test]
async fn an_administrator_does_nothing_to_their_own_account_that_needs_its_password_elsewhere() {
    let (world, _) = world().await;
    let mut bob = world.visitor("bob").await;
    turns_on(&mut bob, &world).await;
    let path = format!("/admin/people/{}", account(&world, "bob").await.id);
    let page = bob.get(&path).await;
    assert!(page.body.contains("your own account"), "{}", page.body);
    for gesture in [
        "password",
        "second-factor-off",
        "log-out",
        "admin",
        "no-admin",
        "unlink",
        "disable",
        "delete",
    ] {
        let target = format!("{path}/{gesture}");
        assert!(!page.body.contains(&target), "{gesture}");
        let told = bob.post(&target, &[]).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{gesture}");
        assert!(told.body.contains("It is your own"), "{}", told.body);
    }
    let own = account(&world, "bob").await;
    assert!(own.admin && own.disabled_at.is_none());
    for kind in ["user.password_changed", "user.totp_disabled"] {
        assert_eq!(trail(&world, kind).await, []);
    }
}

#[tokio::test]
async fn nobody_else_makes_accounts_or_changes_them_and_no_other_site_does_by_an_administrator() {
    let (world, path) = world().await;
    let mut carol = world.visitor("carol").await;
    let own = format!("/admin/people/{}", account(&world, "bob").await.id);
    let fields = [("user", "dave")];
    for target in [
        "/admin/people/new".to_owned(),
        format!("{own}/password"),
        format!("{own}/profile"),
        format!("{own}/delete"),
        format!("{path}/admin"),
    ] {
        let answer = carol.post(&target, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
    }
    for page in [own.clone(), format!("{own}/delete")] {
        assert_eq!(carol.get(&page).await.status, StatusCode::NOT_FOUND);
    }
    let mut bob = world.visitor("bob").await;
    let elsewhere = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://example.org"),
    ];
    for target in [
        "/admin/people/new".to_owned(),
        format!("{path}/password"),
        format!("{path}/delete"),
    ] {
        let answer = bob.post_from(&elsewhere, &target, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{target}");
    }
    assert_eq!(trail(&world, "user.added").await.len(), 2);
    assert_eq!(trail(&world, "user.password_changed").await, []);
    assert!(!account(&world, "carol").await.admin);
}

#[tokio::test]
async fn where_there_is_no_account_there_is_no_page_of_one() {
    let (world, _) = world().await;
    let mut bob = world.visitor("bob").await;
    for path in [
        "/admin/people/nobody",
        "/admin/people/01kk7v3q9d8zx5y2n4b6m8r0ta",
    ] {
        assert_eq!(bob.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        let reset = bob.post(&format!("{path}/password"), &[]).await;
        assert_eq!(reset.status, StatusCode::NOT_FOUND, "{path}");
        let remove = format!("{path}/delete");
        assert_eq!(bob.get(&remove).await.status, StatusCode::NOT_FOUND);
        let removed = bob.post(&remove, &[("user", "nobody")]).await;
        assert_eq!(removed.status, StatusCode::NOT_FOUND, "{path}");
    }
    let service = format!("/admin/people/{}/link", account(&world, "carol").await.id);
    let answer = bob.post(&service, &[("subject", "u-1")]).await;
    assert_eq!(
        answer.status,
        StatusCode::NOT_FOUND,
        "no log-in service is set"
    );
}
