//! Checking another server from a page.

use std::time::Duration;

use http::StatusCode;

use crate::world::World;

const DOG: &str = "/servers/dog.localhost%3A8081/check";

/// A server that can be connected with, as it describes itself.
const OTHERS: &[(&str, &str)] = &[(
    "http://dog.localhost:8081/.well-known/ocm",
    r#"{"enabled": true, "apiVersion": "1.4.0", "endPoint": "http://dog.localhost:8081/ocm", "resourceTypes": [],
        "capabilities": ["invites"], "inviteAcceptDialog": "/accept"}"#,
)];

#[tokio::test]
async fn whoever_is_logged_in_can_check_another_server_with_one_button_and_sees_every_step() {
    let world = World::among(OTHERS).await;
    let mut bob = world.visitor("bob").await;
    let form = bob.get(DOG).await;
    assert!(
        form.body
            .contains("action=\"/servers/dog.localhost%3A8081/check\""),
        "{}",
        form.body
    );
    assert!(form.body.contains("Check this server"));
    let checked = bob.post(DOG, &[]).await;
    assert_eq!(checked.status, StatusCode::OK);
    assert!(
        checked
            .body
            .contains("people on dog.localhost:8081 from connecting"),
        "{}",
        checked.body
    );
    assert_eq!(checked.body.matches("class=\"row-title\"").count(), 11);
    let missing = bob.post("/servers/bird.example.org/check", &[]).await;
    assert!(missing.body.contains("cannot connect as things are"));
    assert_eq!(missing.body.matches("class=\"row-title\"").count(), 3);
    assert!(
        missing
            .body
            .contains("The steps after it were not checked.")
    );
    assert!(
        missing
            .body
            .contains("What to do:</strong> Its administrators have to start it")
    );
    let own = bob.post("/servers/cat.localhost%3A8080/check", &[]).await;
    assert!(own.body.contains("This is the server that you are on"));
    let nonsense = bob.post("/servers/a%20b/check", &[]).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
}

/// One that describes itself wrongly in one member, leaves another one out, and has one of its own.
const FLAWED: &[(&str, &str)] = &[(
    "http://dog.localhost:8081/.well-known/ocm",
    r#"{"enabled": true, "apiVersion": "1.4.0", "endPoint": "http://dog.localhost:8081/ocm", "resourceTypes": [],
        "capabilities": ["/Invites", "notifications"], "colour": "<b>blue</b>"}"#,
)];

#[tokio::test]
async fn page_shows_every_member_of_the_description_with_what_is_asked_of_it_in_the_readers_language()
 {
    let world = World::among(FLAWED).await;
    let mut bob = world.visitor("bob").await;
    for (language, said) in [
        (
            "en",
            [
                "Required: the version of the specification",
                "Expected, and not so: a word is spelled differently",
                "Required, but not met: the list is empty.",
                "not there",
                "Not in the specification.",
            ],
        ),
        (
            "de",
            [
                "Verlangt: die Version der Spezifikation",
                "Erwartet, aber nicht so: Ein Wort ist anders geschrieben",
                "Verlangt, aber nicht so: Die Liste ist leer.",
                "nicht vorhanden",
                "Nicht in der Spezifikation.",
            ],
        ),
        (
            "zh-CN",
            [
                "必需：它遵循的规范版本",
                "与约定不符：有一个词的写法不同",
                "必需而不符合：列表是空的。",
                "没有",
                "不在规范里。",
            ],
        ),
    ] {
        let page = bob.post_in(language, DOG, &[]).await;
        for text in said {
            assert!(
                page.body.contains(text),
                "{language}: {text}: {}",
                page.body
            );
        }
        for member in [
            "enabled",
            "apiVersion",
            "endPoint",
            "provider",
            "resourceTypes",
            "capabilities",
            "criteria",
            "inviteAcceptDialog",
            "tokenEndPoint",
            "colour",
        ] {
            let code = format!("<code>{member}</code>");
            assert!(page.body.contains(&code), "{language}: {member}");
        }
        assert!(page.body.contains("&#60;b&#62;blue&#60;/b&#62;"));
        assert!(!page.body.contains("<b>blue"));
    }
}

#[tokio::test]
async fn second_check_of_a_person_waits_for_their_first_and_the_page_says_so_while_others_check_on()
{
    let world = World::new().await;
    let (mut bob, mut also_bob) = (world.visitor("bob").await, world.visitor("bob").await);
    let mut carol = world.visitor("carol").await;
    let mut first = Box::pin(bob.post("/servers/slow.localhost%3A8084/check", &[]));
    let refused = loop {
        // The first one is under way sooner or later, and hangs.
        let pause = Duration::from_millis(50);
        assert!(tokio::time::timeout(pause, &mut first).await.is_err());
        let second = also_bob.post(DOG, &[]).await;
        if second.status != StatusCode::OK {
            break second;
        }
    };
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "30");
    assert!(
        refused.body.contains("Your last check is still under way"),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("Check this server</button>"));
    assert_eq!(carol.post(DOG, &[]).await.status, StatusCode::OK);
    // Whoever closes the page has their place back.
    drop(first);
    assert_eq!(also_bob.post(DOG, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_else_can_check_a_server_and_nobody_without_end() {
    let world = World::among(OTHERS).await;
    let mut stranger = world.stranger();
    for answer in [stranger.get(DOG).await, stranger.post(DOG, &[]).await] {
        assert_eq!(
            answer.location(),
            "/login?next=%2Fservers%2Fdog.localhost%253A8081%2Fcheck"
        );
    }
    let mut bob = world.visitor("bob").await;
    let elsewhere = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://example.org"),
    ];
    let forged = bob.post_from(&elsewhere, DOG, &[]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    for _ in 0..6 {
        assert_eq!(bob.post(DOG, &[]).await.status, StatusCode::OK);
    }
    let seventh = bob.post(DOG, &[]).await;
    assert_eq!(seventh.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        seventh.body.contains("6 servers within a minute"),
        "{}",
        seventh.body
    );
    let mut carol = world.visitor("carol").await;
    assert_eq!(carol.post(DOG, &[]).await.status, StatusCode::OK);
}
