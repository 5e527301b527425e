//! What is on its way to a server that the administrators let in no more.

use serde_json::Value;
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_store::trust::{Decide, Forget};

use crate::support::{Key, Net, Person, TestServer, answer, audit, discovery};
use crate::trust::{CAT, DOG, accepts_and_hears_nothing};

const HOUR_MS: i64 = 3_600 * 1_000;

async fn decides(server: &TestServer, rule: Option<Rule>) {
    let provider = Provider::parse(CAT).unwrap();
    let moment = server.app.moment("a decision");
    let by = Some("root".to_owned());
    match rule {
        Some(rule) => {
            let decide = Decide {
                provider,
                rule,
                note: None,
                by,
                moment,
            };
            server.app.store.write(decide).await.unwrap();
        }
        None => {
            let forget = Forget {
                provider,
                by,
                moment,
            };
            assert!(server.app.store.write(forget).await.unwrap().is_some());
        }
    }
}

/// Dog, which lets people accept only invitations of servers on its list; cat is on it.
async fn dog_with_cat_on_its_list(net: &Net) -> TestServer {
    let dog = TestServer::with(net, DOG, &[(Key::InvitationsIn, "allowlist")]).await;
    decides(&dog, Some(Rule::Trusted)).await;
    dog
}

/// What the API says of the only acceptance.
async fn only(carol: &Person<'_>) -> Value {
    let listed = carol.call("GET", "/api/v1/acceptances", Value::Null).await;
    let listed = listed.assert(200).json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{listed}");
    items[0].clone()
}

/// The person is told who ended it, wherever they look, and never that they did.
async fn is_told_who_stopped_it(carol: &Person<'_>, state: &str) {
    let shown = only(carol).await;
    assert_eq!(shown["state"], state, "{shown}");
    assert_eq!(shown["reason"]["code"], "not_trusted_here", "{shown}");
    let id = shown["id"].as_str().unwrap();
    for (language, cancelled, administrators, list) in [
        ("en", "ancelled", "administrators", "does not trust"),
        ("de", "bgebrochen", "dministrat", "vertraut"),
        ("zh-CN", "取消", "管理员", "不信任"),
    ] {
        let in_the_list = if state == "stopping" {
            administrators
        } else {
            list
        };
        for (path, words) in [
            (format!("/acceptances/{id}"), administrators),
            ("/connections".to_owned(), in_the_list),
        ] {
            let text = carol.page(&path, language).await.assert(200).text;
            assert!(text.contains(words), "{path} {language}: {text}");
            assert!(!text.contains(cancelled), "{path} {language}: {text}");
        }
    }
}

async fn nobody_is_connected_and_carol_is_told_why(
    dog: &TestServer,
    bob: &Person<'_>,
    carol: &Person<'_>,
) {
    dog.drive().await;
    dog.drive().await;
    assert!(bob.lists().await.is_empty() && carol.lists().await.is_empty());
    is_told_who_stopped_it(carol, "refused").await;
    let id = only(carol).await["id"].as_str().unwrap().to_owned();
    let page = carol.page(&format!("/acceptances/{id}"), "en").await.text;
    assert!(page.contains("the connection has ended since"), "{page}");
    assert!(
        page.contains("disconnected, "),
        "what became of telling them: {page}"
    );
}

#[tokio::test]
async fn a_pending_acceptance_is_stopped_by_a_block_and_the_person_is_told_who_did_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts_and_hears_nothing(&net, &bob, &carol).await;
    decides(&dog, Some(Rule::Blocked)).await;
    is_told_who_stopped_it(&carol, "stopping").await;
    net.up(&cat);
    net.pass_ms(HOUR_MS);
    nobody_is_connected_and_carol_is_told_why(&dog, &bob, &carol).await;
}

#[tokio::test]
async fn a_pending_acceptance_is_stopped_when_its_server_is_forgotten_at_the_next_look_and_not_hours_later()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = dog_with_cat_on_its_list(&net).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = accepts_and_hears_nothing(&net, &bob, &carol).await;
    net.up(&cat);
    decides(&dog, None).await;
    nobody_is_connected_and_carol_is_told_why(&dog, &bob, &carol).await;
    // Another change of mind lets it be accepted again, by the person and not by itself.
    decides(&dog, Some(Rule::Trusted)).await;
    net.pass_ms(HOUR_MS);
    dog.drive().await;
    assert!(carol.lists().await.is_empty());
    let _running = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn a_pending_acceptance_is_stopped_when_another_setting_leaves_its_server_out() {
    let net = Net::default();
    let folder = tempfile::tempdir().unwrap();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let open = TestServer::in_folder(&net, DOG, folder.path()).await;
    let carol = open.person("carol").await;
    accepts_and_hears_nothing(&net, &bob, &carol).await;
    let credentials = carol.credentials();
    drop(open);
    let settings = [(Key::InvitationsIn, "allowlist")];
    let dog = TestServer::in_folder_with(&net, DOG, folder.path(), &settings).await;
    net.up(&cat);
    net.pass_ms(HOUR_MS);
    nobody_is_connected_and_carol_is_told_why(&dog, &bob, &credentials.at(&dog)).await;
}

#[tokio::test]
async fn what_was_never_sent_is_stopped_without_a_word_to_the_other_server() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = dog_with_cat_on_its_list(&net).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    // Nobody delivers it before the administrators have changed their mind.
    carol.accepts(&invite).await.assert(202);
    decides(&dog, None).await;
    let sent = net.sent.lock().unwrap().len();
    dog.drive().await;
    assert_eq!(net.sent.lock().unwrap().len(), sent);
    is_told_who_stopped_it(&carol, "refused").await;
    let events = audit(&dog).await;
    let settled = events
        .iter()
        .find(|event| event.kind == "acceptance.settled");
    let settled = settled.unwrap();
    assert_eq!(settled.actor.as_str(), "server");
    assert_eq!(settled.result.as_deref(), Some("not_trusted_here"));
}

#[tokio::test]
async fn a_decision_while_the_answer_is_on_its_way_undoes_what_it_connected() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = dog_with_cat_on_its_list(&net).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    carol.accepts(&invite).await.assert(202);
    let (router, app) = (cat.router.clone(), dog.app.clone());
    net.script(CAT, move |request| {
        let (router, app, request) = (router.clone(), app.clone(), request.clone());
        let thread = std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async {
                let accepting = request.url.ends_with("/invite-accepted");
                let answered = crate::support::forward(router, request).await;
                if accepting {
                    let forget = Forget {
                        provider: Provider::parse(CAT).unwrap(),
                        by: None,
                        moment: app.moment("a decision"),
                    };
                    app.store.write(forget).await.unwrap();
                }
                answered
            })
        });
        thread.join().unwrap()
    });
    dog.drive().await;
    net.up(&cat);
    nobody_is_connected_and_carol_is_told_why(&dog, &bob, &carol).await;
}

#[tokio::test]
async fn a_person_who_cancelled_is_told_that_they_did_whatever_the_administrators_decide_then() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts_and_hears_nothing(&net, &bob, &carol).await;
    let id = only(&carol).await["id"].as_str().unwrap().to_owned();
    let cancel = format!("/api/v1/acceptances/{id}");
    carol.call("DELETE", &cancel, Value::Null).await;
    assert_eq!(only(&carol).await["state"], "cancelling");
    decides(&dog, Some(Rule::Blocked)).await;
    net.up(&cat);
    net.pass_ms(HOUR_MS);
    dog.drive().await;
    dog.drive().await;
    assert_eq!(only(&carol).await["state"], "cancelled");
    assert!(bob.lists().await.is_empty());
}

#[tokio::test]
async fn whoever_may_be_on_the_list_there_is_also_told_that_administrators_stopped_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    accepts_and_hears_nothing(&net, &bob, &carol).await;
    decides(&dog, Some(Rule::Blocked)).await;
    net.script(CAT, |request| match request.method.as_str() {
        "GET" => answer(200, "application/json", discovery(CAT, &["invites"])),
        _ => answer(400, "application/json", r#"{"message":"expired"}"#),
    });
    net.pass_ms(HOUR_MS);
    dog.drive().await;
    let shown = only(&carol).await;
    assert_eq!(shown["reason"]["code"], "perhaps_listed_there", "{shown}");
    let page = format!("/acceptances/{}", shown["id"].as_str().unwrap());
    for (language, listed, stopped) in [
        (
            "en",
            "on its list",
            "administrators of this server stopped it",
        ),
        ("de", "Liste", "Administration hat es inzwischen angehalten"),
        ("zh-CN", "列表", "本服务器的管理员在此期间已中止了它"),
    ] {
        let text = carol.page(&page, language).await.assert(200).text;
        assert!(text.contains(listed) && text.contains(stopped), "{text}");
    }
}
