//! The people one is connected with: found, called, and connected again after a slip.

use http::StatusCode;

use super::connect;
use super::world::World;

#[tokio::test]
async fn an_accidental_disconnect_is_undone_by_one_click_on_the_notice() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = carol.get("/connections").await;
    let ask = page.link("/connections/", "/disconnect").to_owned();
    let done = carol.post(&ask, &[]).await;
    let told = carol.get(done.location()).await;
    assert_eq!(told.connected(), 0);
    let undo = told.form("/acceptances/", "/again").to_owned();
    let back = carol.post(&undo, &[]).await;
    let back = carol.get(back.location()).await;
    assert!(
        back.body.contains("You and Bob Bauer are connected"),
        "{}",
        back.body
    );
    for visitor in [&mut bob, &mut carol] {
        assert_eq!(visitor.get("/connections").await.connected(), 1);
    }
    // Nothing was disconnected, so nothing is offered.
    let page = carol.get("/connections").await;
    assert!(!page.body.contains("/again\""));
    assert_eq!(bob.post(&undo, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_invited_is_offered_a_new_invitation_and_no_undo() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = bob.get("/connections").await;
    let ask = page.link("/connections/", "/disconnect").to_owned();
    let asked = bob.get(&ask).await.body;
    assert!(asked.contains("needs a new invitation from you"), "{asked}");
    let done = bob.post(&ask, &[]).await;
    let told = bob.get(done.location()).await;
    assert!(told.body.contains("a new invitation</a>") && !told.body.contains("/again\""));
    // Carol did not do it, and her old invitation lets her in no more.
    assert!(!carol.get("/connections").await.body.contains("/again\""));
}

#[tokio::test]
async fn an_ended_connection_can_be_had_again_from_its_row_and_its_page() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = carol.get("/connections").await;
    let ask = page.link("/connections/", "/disconnect").to_owned();
    carol.post(&ask, &[]).await;
    let list = carol.get("/connections").await;
    let from_row = list.form("/acceptances/", "/again").to_owned();
    let own = carol.get(ask.strip_suffix("/disconnect").unwrap()).await;
    assert_eq!(own.form("/acceptances/", "/again"), from_row);
    carol.post(&from_row, &[]).await.location();
    assert_eq!(bob.get("/connections").await.connected(), 1);
}

#[tokio::test]
async fn a_nickname_is_shown_beside_the_name_and_finds_the_person() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = carol.get("/connections").await;
    let ask = page.link("/connections/", "/disconnect").to_owned();
    let own = ask.strip_suffix("/disconnect").unwrap();
    let rename = format!("{own}/nickname");
    let done = carol
        .post(&rename, &[("nickname", " Der <b>Chef</b> ")])
        .await;
    let page = carol.get(done.location()).await;
    assert_eq!(page.field("nickname"), "Der &#60;b&#62;Chef&#60;/b&#62;");
    assert!(page.body.contains("Saved."));
    let found = carol.get("/connections?q=CHEF").await;
    assert_eq!(found.connected(), 1);
    assert!(
        found
            .body
            .contains("<bdi>Der &#60;b&#62;Chef&#60;/b&#62;</bdi>")
    );
    assert!(found.body.contains("(Bob Bauer)"), "{}", found.body);
    // It is nobody else's business.
    assert!(!bob.get("/connections").await.body.contains("Chef"));
    assert_eq!(
        bob.post(&rename, &[("nickname", "x")]).await.status,
        StatusCode::NOT_FOUND
    );
    carol.post(&rename, &[("nickname", "")]).await.location();
    assert_eq!(carol.get("/connections?q=chef").await.connected(), 0);
    assert_eq!(carol.get("/connections?q=bauer").await.connected(), 1);
}

#[tokio::test]
async fn a_connection_says_by_which_invitation_it_came() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let page = bob.get("/connections").await;
    assert!(
        page.body
            .contains("your invitation “for a &lt;i&gt;friend&lt;/i&gt;”"),
        "{}",
        page.body
    );
    page.link("/invitations/", "");
    assert!(
        carol
            .get("/connections")
            .await
            .body
            .contains("by their invitation")
    );
}

#[tokio::test]
async fn a_list_is_narrowed_to_one_server_and_says_so_when_it_is_empty() {
    let world = World::new().await;
    let (mut bob, mut carol) = (world.visitor("bob").await, world.visitor("carol").await);
    connect(&mut bob, &mut carol).await;
    let here = bob.get("/connections?server=cat.localhost%3A8080").await;
    assert_eq!(here.connected(), 1);
    let there = bob.get("/connections?server=dog.example.org&q=carol").await;
    assert_eq!(there.connected(), 0);
    assert!(
        there
            .body
            .contains("Nobody here matches “carol dog.example.org”"),
        "{}",
        there.body
    );
    assert!(
        there
            .body
            .contains("<option value=\"dog.example.org\" selected>")
    );
}
