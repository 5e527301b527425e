//! In which language a person is spoken to.

use http::{HeaderValue, Method, StatusCode};

use crate::world::{Answer, World};

fn speaks(answer: &Answer, tag: &str, words: &str) {
    assert_eq!(answer.header("content-language"), tag);
    assert!(depends_on(answer, "accept-language"));
    let root = format!("<html lang=\"{tag}\">");
    assert!(answer.body.contains(&root), "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
}

/// Whether a cache is told, once, that the answer depends on a header of the request.
fn depends_on(answer: &Answer, name: &str) -> bool {
    let said = answer.headers.get_all("vary").iter();
    let same = |value: &&HeaderValue| value.as_bytes().eq_ignore_ascii_case(name.as_bytes());
    said.filter(same).count() == 1
}

#[tokio::test]
async fn a_compressed_list_says_that_it_depends_on_language_and_encoding() {
    let world = World::new().await;
    let mut bob = world.visitor("bob").await;
    let headers = [
        ("accept-encoding", "gzip"),
        ("sec-fetch-site", "same-origin"),
    ];
    let list = bob
        .send(Method::GET, "/connections", &headers, String::new())
        .await;
    assert_eq!(list.header("content-encoding"), "gzip");
    assert!(depends_on(&list, "accept-language"));
    assert!(depends_on(&list, "accept-encoding"));
    // Pages that say that there is none are put together elsewhere.
    for path in ["/none", "/assets/none"] {
        let none = bob.get(path).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        assert!(depends_on(&none, "accept-language"), "{path}");
    }
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
    assert_eq!(saved.location(), "/settings?done=language#languages");
    let page = bob.get_in("zh-CN", "/settings?done=language").await;
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
