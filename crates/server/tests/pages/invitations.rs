//! Lists of invitations, and who came by them.

use symbolon_core::invites::Uses;

use crate::crowd::person;
use crate::world::{Visitor, World};

const CHECK: &str = include_str!("../../templates/icons/check.html");
const OFF: &str = include_str!("../../templates/icons/off.html");

/// Makes one with this note, for one person; gives the place of its page.
async fn invites(by: &mut Visitor<'_>, note: &str) -> String {
    let fields = [("note", note), ("people", "1"), ("valid", "604800")];
    let made = by.post("/invitations", &fields).await;
    made.location().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_open_invitation_stays_in_sight_behind_any_number_of_newer_past_ones() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    invites(&mut bob, "the old open one").await;
    for number in 0..16 {
        let path = invites(&mut bob, &format!("past {number}.")).await;
        bob.post(&format!("{path}/withdraw"), &[]).await.location();
    }
    let first = bob.get("/invitations").await;
    assert!(first.body.contains("the old open one"), "{}", first.body);
    assert!(!first.body.contains("No invitation is open"));
    assert!(first.body.contains("past 15.") && first.body.contains("past 1."));
    assert!(!first.body.contains("past 0."));
    let more = first.link("/invitations?before=", "").to_owned();
    let second = bob.get(&more).await;
    assert!(second.body.contains("past 0.") && !second.body.contains("past 1."));
    assert!(!second.body.contains("the old open one"));
    assert!(!second.body.contains("No invitation is open"));
}

#[tokio::test]
async fn open_invitations_are_listed_page_by_page_apart_from_the_past_ones() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let taken_back = invites(&mut bob, "taken back").await;
    bob.post(&format!("{taken_back}/withdraw"), &[]).await;
    for number in 0..16 {
        invites(&mut bob, &format!("open {number}.")).await;
    }
    let first = bob.get("/invitations").await;
    for there in ["open 15.", "open 1.", "taken back"] {
        assert!(first.body.contains(there), "{there}: {}", first.body);
    }
    assert!(!first.body.contains("open 0."));
    let more = first.link("/invitations?open-before=", "").to_owned();
    let second = bob.get(&more).await;
    assert!(second.body.contains("open 0."), "{}", second.body);
    assert!(!second.body.contains("open 1.") && !second.body.contains("taken back"));
}

#[tokio::test]
async fn an_invitation_that_everybody_accepted_is_well_and_says_once_who_did() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let one = world.invites("bob", "for one", Uses::People(1)).await;
    let two = world.invites("bob", "for two", Uses::People(2)).await;
    let more = world.invites("bob", "for more", Uses::People(5)).await;
    let anyone = world.invites("bob", "for anyone", Uses::Anyone).await;
    let nobody = invites(&mut bob, "for nobody").await;
    bob.post(&format!("{nobody}/withdraw"), &[]).await;
    for (number, by) in [&one, &two, &two, &more, &anyone].into_iter().enumerate() {
        let contact = person("Carol", &format!("c{number}"), "dog.example.org");
        world.comes(by, contact).await;
    }
    let carol = |number: u8| format!("<bdi>Carol</bdi> (c{number}@dog.example.org)");
    let list = bob.get("/invitations").await.body;
    for (note, uses, state) in [
        (
            "for one",
            format!("for one person · accepted by {}", carol(0)),
            "accepted",
        ),
        (
            "for two",
            format!(
                "for up to 2 people · accepted by {}, {}",
                carol(1),
                carol(2)
            ),
            "accepted by everybody",
        ),
        (
            "for more",
            format!("for up to 5 people · accepted by {}", carol(3)),
            "open until",
        ),
        (
            "for anyone",
            format!("for anyone who has it · accepted by {}", carol(4)),
            "open until",
        ),
        ("for nobody", "for one person".to_owned(), "withdrawn"),
    ] {
        let mut rows = list.split("<li class=\"row\">");
        let row = rows
            .find(|row| row.contains(&format!("<bdi>{note}</bdi>")))
            .unwrap();
        assert!(
            row.contains(&format!("<p class=\"row-sub\">{uses}</p>")),
            "{row}"
        );
        assert!(row.contains(&format!("<span>{state}")), "{row}");
        let over = note == "for nobody";
        assert_eq!(row.contains(OFF.trim()), over, "{row}");
        assert_eq!(row.contains(CHECK.trim()), !over, "{row}");
    }
    let page = bob.get(&one.page).await.body;
    assert!(
        page.contains("<span>accepted · for one person</span>"),
        "{page}"
    );
    assert!(
        page.contains(CHECK.trim()) && !page.contains(OFF.trim()),
        "{page}"
    );
}

#[tokio::test]
async fn an_invitation_without_a_note_is_called_by_its_moment_in_one_style_with_all_others() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let made = bob.post("/invitations", &[("people", "1"), ("valid", "604800")]);
    let path = made.await.location().to_owned();
    for (language, begins) in [
        ("en", "Invitation of "),
        ("de", "Einladung vom "),
        ("zh-CN", ""),
    ] {
        let page = bob.get_in(language, &path).await.body;
        let between = |begin: &str, end: &str| {
            let (_, rest) = page.split_once(begin).unwrap();
            rest.split_once(end).unwrap().0.to_owned()
        };
        // What a window is called holds no elements.
        let window = between("<title>", "</title>");
        assert!(
            window.starts_with(begins) && !window.contains('<'),
            "{window}"
        );
        let heading = between("<h1>", "</h1>");
        let (_, at) = heading.split_once(" data-dated>").unwrap();
        let at = at.split_once("</time>").unwrap().0;
        assert!(at.ends_with(" UTC") && window.contains(at), "{heading}");
        // The same shape as the moment at which it ends.
        let open = between("class=\"state good\">", "</p>");
        let open = open.split_once("</time>").unwrap().0;
        let shape = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "0").len();
        let other = open.rsplit('>').next().unwrap();
        assert!(shape(other).abs_diff(shape(at)) <= 3, "{at} and {other}");
    }
}

#[tokio::test]
async fn how_long_an_invitation_is_to_be_valid_is_chosen_by_what_it_has_left() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let path = invites(&mut bob, "workshop").await;
    let chosen = |page: &str| {
        let (before, _) = page.split_once("\" selected>").unwrap();
        before.rsplit("value=\"").next().unwrap().to_owned()
    };
    for life in ["86400", "2592000", "31536000"] {
        let renewed = bob.post(&format!("{path}/renew"), &[("valid", life)]).await;
        let page = bob.get(renewed.location()).await.body;
        let (_, menu) = page.split_once("<select id=\"valid\"").unwrap();
        assert_eq!(chosen(menu), life, "{menu}");
    }
}
