//! In which language a person is spoken to.

use http::StatusCode;

use crate::world::{Answer, World};

fn speaks(answer: &Answer, tag: &str, words: &str) {
    assert_eq!(answer.header("content-language"), tag);
    assert_eq!(answer.header("vary"), "Accept-Language");
    let root = format!("<html lang=\"{tag}\">");
    assert!(answer.body.contains(&root), "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[tokio::test]
async fn a_page_speaks_the_language_that_the_browser_wishes_for() {
    let world = World::new().await;
    let mut stranger = world.stranger();
    for (wish, tag, words) in [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "<h1>Anmelden</h1>"),
        ("zh-CN,zh;q=0.9", "zh-CN", "<h1>登录</h1>"),
        ("fr,en;q=0.2", "en", "<h1>Log in</h1>"),
        ("fr", "en", "<h1>Log in</h1>"),
    ] {
        speaks(&stranger.get_in(wish, "/login").await, tag, words);
    }
    speaks(&stranger.get("/login").await, "en", "<h1>Log in</h1>");
}

#[tokio::test]
async fn a_persons_own_setting_outweighs_the_browser_until_they_take_it_back() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let saved = bob.post("/settings", &[("language", "de")]).await;
    assert_eq!(saved.location(), "/settings?done=saved");
    let page = bob.get_in("zh-CN", "/settings?done=saved").await;
    speaks(&page, "de", "Gespeichert.");
    assert!(page.body.contains("value=\"de\" lang=\"de\" selected"));
    let list = bob.get_in("zh-CN", "/connections").await;
    speaks(&list, "de", "Noch keine Verbindungen");
    bob.post("/settings", &[("language", "")]).await;
    let list = bob.get_in("zh-CN", "/connections").await;
    speaks(&list, "zh-CN", "还没有连接");
}

#[tokio::test]
async fn problems_and_missing_pages_are_told_in_the_readers_language() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let nothing = bob.get_in("de", "/nothing").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    speaks(&nothing, "de", "<h1>Diese Seite gibt es nicht</h1>");
    let errors = bob.get_in("zh-CN", "/errors").await;
    speaks(&errors, "zh-CN", "id=\"invitation_expired\"");
    assert!(errors.body.contains("邀请已过期"));
}

#[tokio::test]
async fn a_person_with_a_foreign_name_is_named_as_they_are_in_every_language() {
    let world = World::new().await;
    let mut carol = world.visitor("carol").await;
    for wish in ["en", "de", "zh-CN"] {
        let page = carol.get_in(wish, "/connections").await;
        assert!(
            page.body.contains("Carol &#60;b&#62;Lindqvist"),
            "{}",
            page.body
        );
    }
}
