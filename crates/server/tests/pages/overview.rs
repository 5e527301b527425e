//! The figures and the drawing of the overview, and the order of messages: what they say of more than they look at.

use symbolon_core::invites::Uses;
use symbolon_proto::problem::Code;
use symbolon_store::giving_up::GiveUp;
use symbolon_store::peers::NoteHealth;

use crate::admin::set_admin;
use crate::crowd::person;
use crate::world::World;

fn server(number: usize) -> String {
    format!("cloud-{number:03}.example.org")
}

/// A server where bob's administrators manage so many servers, of each of which one person is connected.
async fn linked(servers: usize) -> World {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let by = world.invites("carol", "all of you", Uses::Anyone).await;
    for number in 0..servers {
        let contact = person(&format!("Person {number}"), "somebody", &server(number));
        world.comes(&by, contact).await;
    }
    world
}

/// The big numbers, with what they are called.
fn figures(page: &str) -> Vec<String> {
    let list = page.split("<ul class=\"figures\">").nth(1).unwrap();
    let list = list.split("</ul>").next().unwrap();
    let texts = list.split('<').filter_map(|piece| piece.split_once('>'));
    let text: Vec<_> = texts.map(|(_, text)| text.trim()).collect();
    text.into_iter()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn figures_are_exact_where_everything_is_looked_at_and_the_drawing_has_a_line_for_each_server()
 {
    let world = linked(3).await;
    let away = NoteHealth {
        provider: person("", "x", &server(1)).provider,
        failure: Some(Code::Timeout),
        now: world.app.now(),
    };
    world.app.store.write(away).await.unwrap();
    let page = world.visitor("bob").await.get("/admin").await.body;
    assert_eq!(
        figures(&page)[2..],
        [
            "Connections",
            "3",
            "Servers",
            "3",
            "1 with trouble",
            "Messages waiting",
            "0"
        ]
    );
    assert!(page.contains("One line for each server"), "{page}");
    assert!(page.contains(">1 connection · does not answer<"), "{page}");
}

#[tokio::test]
async fn figures_say_that_there_is_more_where_not_every_server_is_looked_at() {
    let world = linked(205).await;
    let page = world.visitor("bob").await.get("/admin").await.body;
    assert_eq!(
        figures(&page)[2..],
        [
            "Connections",
            "200 or more",
            "Servers",
            "200 or more",
            "Messages waiting",
            "0"
        ]
    );
    assert!(!page.contains("One line for each server"), "{page}");
    assert!(
        page.contains("The 24 servers that most need attention are drawn"),
        "{page}"
    );
    assert_eq!(page.matches("class=\"map-words\"").count(), 24);
    assert!(
        page.contains("There are more servers than the 200"),
        "{page}"
    );
}

#[tokio::test]
async fn messages_that_were_given_up_come_first_then_those_that_failed_the_oldest_first_then_new_ones()
 {
    let world = World::new().await;
    set_admin(&world, "bob", true).await;
    let by = world.invites("carol", "all of you", Uses::Anyone).await;
    let mut connections = Vec::new();
    for number in 0..6 {
        let contact = person(&format!("Person {number}"), "somebody", &server(number));
        connections.push(world.comes(&by, contact).await);
    }
    // The first is given up; the second and the fourth fail, of which the older one is tried again later; the sixth is being
    // sent; the others are new.
    for (place, secs) in [(3, 0), (1, 1), (0, 2)] {
        world.ends(&connections[place], secs).await;
    }
    let sent = world.claims(3, 10).await;
    let to = |number: usize| {
        let found = sent.iter().find(|one| one.to() == server(number));
        found.unwrap()
    };
    for (place, secs) in [(0, 4), (1, 5), (3, 8)] {
        world.fails(to(place), "later", secs).await;
    }
    let give_up = GiveUp {
        id: to(0).id.clone(),
        moment: world.app.moment("test"),
    };
    world.app.store.write(give_up).await.unwrap().unwrap();
    world.ends(&connections[5], 4).await;
    assert_eq!(world.claims(4, 10).await.len(), 1);
    world.ends(&connections[4], 5).await;
    world.ends(&connections[2], 6).await;

    let page = world
        .visitor("bob")
        .await
        .get("/admin/deliveries")
        .await
        .body;
    let rows = page.split("<li class=\"row\">").skip(1);
    let order: Vec<usize> = rows
        .map(|row| {
            (0..6)
                .find(|number| row.contains(&server(*number)))
                .unwrap()
        })
        .collect();
    assert_eq!(order, [0, 3, 1, 4, 2, 5], "{page}");
}
