//! Long lists of connections: in which order, and that nobody is out of reach.

use symbolon_core::invites::Uses;
use symbolon_core::trust::Mode;
use symbolon_proto::problem::Code;
use symbolon_server::housekeeping;
use symbolon_store::accept::{BeginAcceptance, Begun};
use symbolon_store::acceptances::{Acceptance, CancelAcceptance};
use symbolon_store::events::Moment;
use symbolon_store::peers::NoteHealth;
use symbolon_store::{Operation, Statement, Tx};
use tokio_util::sync::CancellationToken;

use crate::admin::account;
use crate::crowd::person;
use crate::invitation;
use crate::world::{Visitor, World};

const DOG: &str = "dog.example.org";

#[tokio::test]
async fn whoever_was_disconnected_last_is_at_the_top_of_the_ended_ones_and_the_others_a_click_away()
{
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let old = person("Old Friend", "old", DOG);
    let old = world.comes(&by, old).await;
    for number in 0..80_i64 {
        let one = person(&format!("Person {number}."), &format!("p{number}"), DOG);
        let one = world.comes(&by, one).await;
        world.ends(&one, number).await;
    }
    world.ends(&old, 1_000).await;
    let mut bob = world.visitor("bob").await;
    let first = bob.get("/connections").await.body;
    let place = |name: &str| first.find(name).unwrap_or_else(|| panic!("no {name}"));
    assert!(place("Old Friend") < place("Person 79."), "{first}");
    assert!(place("Person 79.") < place("Person 61."));
    assert!(!first.contains("Person 60."));
    let mut seen = 20;
    let mut page = bob.get("/connections").await;
    for (last, behind) in [("Person 11.", "Person 10."), ("Person 0.", "Old Friend")] {
        let more = page.link("/connections?ended-after=", "").to_owned();
        page = bob.get(&more).await;
        let body = &page.body;
        assert!(body.contains(last) && !body.contains(behind), "{body}");
        assert!(body.contains("id=\"past\" open"), "{body}");
        assert!(!body.contains("No connections yet"), "{body}");
        seen += body.matches("<li class=\"row\">").count();
    }
    assert!(!page.body.contains("ended-after"));
    assert_eq!(seen, 81);
}

#[tokio::test]
async fn a_search_that_finds_ended_ones_alone_shows_them_and_one_that_finds_nobody_says_so() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    world.comes(&by, person("Dave", "dave", DOG)).await;
    let carol = world.comes(&by, person("Carol", "carol", DOG)).await;
    world.ends(&carol, 0).await;
    let mut bob = world.visitor("bob").await;
    let nobody = "Nobody here matches";
    let unfolded = "id=\"past\" open";
    let found = bob.get("/connections?q=carol").await.body;
    assert!(found.contains("<bdi>Carol</bdi>") && found.contains(unfolded));
    assert!(!found.contains(nobody), "{found}");
    let both = bob.get("/connections?q=dog.example").await.body;
    assert!(both.contains("<bdi>Carol</bdi>") && both.contains("<bdi>Dave</bdi>"));
    assert!(!both.contains(unfolded) && !both.contains(nobody), "{both}");
    let none = bob.get("/connections?q=erin").await.body;
    assert!(none.contains(nobody), "{none}");
}

#[tokio::test]
async fn a_search_goes_on_among_the_ended_ones_behind_its_first_page() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    for number in 0..44 {
        let name = if number % 2 == 0 { "Carol" } else { "Dave" };
        let one = person(&format!("{name} {number}."), &format!("p{number}"), DOG);
        let one = world.comes(&by, one).await;
        world.ends(&one, number).await;
    }
    let mut bob = world.visitor("bob").await;
    let first = bob.get("/connections?q=carol&server=dog.example.org").await;
    assert!(first.body.contains("Carol 4.") && !first.body.contains("Carol 2."));
    let more = first.link("/connections?q=carol&#38;server=", "");
    let second = bob.get(&more.replace("&#38;", "&")).await.body;
    assert!(
        second.contains("Carol 2.") && second.contains("Carol 0."),
        "{second}"
    );
    assert!(!second.contains("Dave") && !second.contains("Carol 4."));
}

/// What is read out of the buttons that begin like this.
fn spoken(page: &str, begins: &str) -> Vec<String> {
    let begins = format!("<span class=\"sr\">{begins}");
    let said = page.split(&begins).skip(1);
    said.map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn two_people_of_one_name_are_told_apart_on_every_page_and_button() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let first = world.comes(&by, person("Carol", "carol", DOG)).await;
    world.comes(&by, person("carol", "c2", DOG)).await;
    world.comes(&by, person("Dave", "dave", DOG)).await;
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/connections").await.body;
    let codes = ["<code>carol</code>", "<code>c2</code>"];
    assert!(codes.iter().all(|code| page.contains(code)), "{page}");
    assert!(!page.contains("<code>dave</code>"));
    let mut said = spoken(&page, "Disconnect from ");
    said.sort();
    assert_eq!(
        said,
        ["Carol (carol) at", "Dave at", "carol (c2) at"].map(|it| format!("{it} {DOG}"))
    );
    let ask = format!("/connections/{}/disconnect", first.id);
    let asked = bob.get(&ask).await.body;
    assert!(
        asked.contains("<code>carol@dog.example.org</code>"),
        "{asked}"
    );
    let invitation = bob.get(&by.page).await;
    for code in codes {
        assert!(invitation.body.contains(code), "{}", invitation.body);
    }
    invitation.link(&format!("/connections/{}", first.id), "");
    assert_eq!(
        invitation.body.matches("<svg class=\"avatar tint").count(),
        3
    );

    // One of them has ended: both are on the page all the same.
    bob.post(&ask, &[]).await;
    let page = bob.get("/connections").await.body;
    assert!(codes.iter().all(|code| page.contains(code)), "{page}");
    assert!(!page.contains("<code>dave</code>"));
}

#[tokio::test]
async fn two_of_one_name_from_before_names_were_compared_are_told_apart_soon_after_the_start() {
    let world = World::new().await;
    let by = world.invites("bob", "both of you", Uses::Anyone).await;
    world.comes(&by, person("Carol", "carol", DOG)).await;
    for number in 0..60 {
        let account = format!("p{number}");
        let one = person(&format!("Person {number}."), &account, DOG);
        world.comes(&by, one).await;
    }
    world.comes(&by, person("CAROL", "c2", DOG)).await;
    world.app.store.write(Forget).await.unwrap();
    let mut bob = world.visitor("bob").await;
    let told_apart = async |bob: &mut Visitor<'_>| {
        let page = bob.get("/connections").await;
        page.body.contains("<code>c2</code>")
    };
    assert!(!told_apart(&mut bob).await);
    let stop = CancellationToken::new();
    let runs = tokio::spawn(housekeeping::run(world.app.clone(), stop.clone()));
    let mut waited = 0;
    while !told_apart(&mut bob).await {
        waited += 1;
        assert!(waited < 100, "it is never written");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    stop.cancel();
    runs.await.unwrap();
}

/// A version that does not know how people are called.
struct Forget;

impl Operation for Forget {
    type Output = ();
    const NAME: &'static str = "forget";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), symbolon_store::Error> {
        tx.execute(&FORGET, &[]).await.map(drop)
    }
}

static FORGET: Statement = Statement::new("tests.forget", "UPDATE connections SET called = NULL");

#[tokio::test]
async fn a_namesake_on_another_page_of_the_list_or_outside_of_a_search_is_told_apart_all_the_same()
{
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let oldest = world.comes(&by, person("Carol", "carol", DOG)).await;
    for number in 0..60 {
        let account = format!("p{number}");
        let one = person(&format!("Person {number}."), &account, DOG);
        world.comes(&by, one).await;
    }
    let newest = world.comes(&by, person("CAROL", "c2", DOG)).await;
    world
        .comes(&by, person("Carol", "c3", "owl.example.org"))
        .await;
    let (first, second) = ("<code>carol</code>", "<code>c2</code>");
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/connections").await;
    assert!(page.body.contains(second) && !page.body.contains(first));
    assert_eq!(page.body.matches("<code>").count(), 1, "{}", page.body);
    let more = page.link("/connections?after=", "").to_owned();
    let page = bob.get(&more).await.body;
    assert!(page.contains(first) && !page.contains(second), "{page}");
    for (path, shown) in [
        ("/connections?q=c2", second),
        ("/connections?q=carol@example", first),
        (&format!("/connections?q=c2&server={DOG}"), second),
        (&by.page, first),
        (&format!("/connections/{}", newest.id), second),
        (&format!("/connections/{}/disconnect", oldest.id), first),
    ] {
        let page = bob.get(path).await.body;
        assert!(page.contains(shown), "{path}: {page}");
    }
    let page = bob.get("/connections?q=c3").await.body;
    assert!(!page.contains("<code>"), "the server tells: {page}");

    // One of them has ended, behind what is shown at first, and what bob calls people counts.
    let ask = format!("/connections/{}/disconnect", oldest.id);
    let told = bob.post(&ask, &[]).await;
    let told = bob.get(told.location()).await.body;
    assert!(
        told.contains("You and Carol (carol@dog.example.org) are no longer connected"),
        "{told}"
    );
    assert!(bob.get("/connections?q=c2").await.body.contains(second));
    let rename = format!("/connections/{}/nickname", newest.id);
    bob.post(&rename, &[("nickname", "Boss")]).await;
    for one in ["q=boss", "q=carol@example"] {
        let page = bob.get(&format!("/connections?{one}")).await.body;
        assert!(!page.contains("<code>"), "the nickname tells: {page}");
    }
}

/// Bob accepts an invitation of a server by this number; nothing is sent.
async fn accepts(world: &World, number: u8) -> Box<Acceptance> {
    let begin = BeginAcceptance {
        id: world.app.env.id().into(),
        delivery: world.app.env.id().into(),
        user: account(world, "bob").await.id,
        provider: person("", "x", &format!("cloud-{number}.example.org")).provider,
        token_hash: [number; 32],
        token_sealed: vec![number],
        keeps_email: false,
        mode: Mode::Open,
        moment: Moment::new(world.in_secs(number.into()), "test"),
    };
    match world.app.store.write(begin).await.unwrap() {
        Begun::Pending(acceptance) => acceptance,
        _ => panic!("{number} is not pending"),
    }
}

#[tokio::test]
async fn what_waits_is_listed_however_much_has_ended_since() {
    let world = World::new().await;
    accepts(&world, 0).await;
    for number in 1..=60 {
        let begun = accepts(&world, number).await;
        let cancel = CancelAcceptance {
            user: begun.user,
            id: begun.id,
            moment: world.app.moment("test"),
        };
        world.app.store.write(cancel).await.unwrap().unwrap();
    }
    let mut bob = world.visitor("bob").await;
    for path in ["/connections", "/accept"] {
        let page = bob.get(path).await.body;
        assert!(page.contains("waiting for cloud-0.example.org"), "{page}");
        assert_eq!(page.matches("/retry\"").count(), 1, "{page}");
    }
}

#[tokio::test]
async fn more_that_waits_than_is_shown_is_told_and_a_click_away() {
    let world = World::new().await;
    for number in 0..55 {
        accepts(&world, number).await;
    }
    let mut bob = world.visitor("bob").await;
    let page = bob.get("/accept").await.body;
    assert_eq!(page.matches("/retry\"").count(), 20);
    assert!(
        page.contains("href=\"/connections\">All that are under way"),
        "{page}"
    );
    let page = bob.get("/connections").await.body;
    assert_eq!(page.matches("/retry\"").count(), 50);
    assert!(page.contains("The newest 50 that wait are shown"), "{page}");
}

#[tokio::test]
async fn people_are_told_when_the_other_server_does_not_answer_and_when_it_does_again() {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let carol = world.comes(&by, person("Carol", "carol", DOG)).await;
    world
        .comes(&by, person("Dave", "dave", "owl.example.org"))
        .await;
    let health = |failure| NoteHealth {
        provider: carol.contact.provider.clone(),
        failure,
        now: world.app.now(),
    };
    let words = "their server has not answered since <time";
    let mut bob = world.visitor("bob").await;
    let own = format!("/connections/{}", carol.id);
    world
        .app
        .store
        .write(health(Some(Code::Timeout)))
        .await
        .unwrap();
    for path in ["/connections", &own] {
        let page = bob.get(path).await.body;
        assert_eq!(page.matches(words).count(), 1, "{path}: {page}");
    }
    for (language, words) in [
        ("de", "der andere Server hat seit <time"),
        ("zh-CN", "对方的服务器自 <time"),
    ] {
        let page = bob.get_in(language, &own).await.body;
        assert!(page.contains(words), "{page}");
    }
    // It is still to be told that they are disconnected; after that nothing is awaited of it.
    world.ends(&carol, 0).await;
    let page = bob.get("/connections").await.body;
    assert_eq!(page.matches(words).count(), 1, "{page}");
    world.app.store.write(health(None)).await.unwrap();
    for path in ["/connections", &own] {
        assert!(!bob.get(path).await.body.contains(words));
    }
}

#[tokio::test]
async fn the_story_is_folded_where_all_is_well_and_open_while_something_waits_or_has_gone_wrong() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    let code = invitation(&mut bob).await.field("code").to_owned();
    let connected = crate::accepts(&mut carol, &code).await;
    let list = carol.get("/connections").await;
    let connection = list.link("/connections/", "").to_owned();
    let waits = crate::accepts(&mut carol, "Zx81kd0aPq7Rt2uVw9bN4g@dog.localhost:8081").await;
    for (page, is_open) in [(&connected, false), (&connection, false), (&waits, true)] {
        let page = carol.get(page).await.body;
        let (_, fold) = page
            .split_once("<details class=\"card fold story\"")
            .unwrap();
        let tag = fold.split('>').next().unwrap();
        assert_eq!(tag.ends_with(" open"), is_open, "{tag}: {page}");
    }
}

#[tokio::test]
async fn whose_server_tells_of_no_disconnects_is_marked_so_and_a_disconnect_promises_no_more_than_it_can()
 {
    let world = World::new().await;
    let by = world.invites("bob", "all of you", Uses::Anyone).await;
    let ours = world.comes(&by, person("Carol", "carol", DOG)).await;
    let theirs = person("Dave", "dave", "cloud.example.org");
    let theirs = world.comes_from_afar(&by, theirs).await;
    let mut bob = world.visitor("bob").await;
    for (one, tells) in [(&ours, true), (&theirs, false)] {
        let page = bob.get(&format!("/connections/{}", one.id)).await.body;
        let warns = page.contains("Their server does not tell when they disconnect there.");
        assert_eq!(warns, !tells, "{page}");
        let already = bob
            .get(&format!("/connections?already={}", one.id))
            .await
            .body;
        let advises = already.contains("if they have removed you, ask them for a new invitation");
        assert_eq!(advises, !tells, "{already}");
        let asked = bob
            .get(&format!("/connections/{}/disconnect", one.id))
            .await
            .body;
        let promises = asked.contains("is told, so that their list shows it too");
        let doubts = asked.contains("theirs may go on listing you");
        assert_eq!((promises, doubts), (tells, !tells), "{asked}");
    }
}
