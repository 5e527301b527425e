//! Long lists of connections: in which order, and that nobody is out of reach.

use symbolon_core::invites::Uses;

use crate::crowd::person;
use crate::world::World;

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
    assert_eq!(
        spoken(&page, "Disconnect from "),
        ["Dave at", "carol (c2) at", "Carol (carol) at"].map(|it| format!("{it} {DOG}"))
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
