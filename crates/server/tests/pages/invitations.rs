//! Lists of invitations, and who came by them.

use crate::world::{Visitor, World};

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
