//! Which acceptances connect, and what the others get.

use symbolon_store::events::Moment;
use symbolon_store::users::SetDisabled;

use super::*;

/// Bob's server and a server without keys.
macro_rules! stage {
    ($net:ident, $cat:ident, $bob:ident, $dog:ident) => {
        let $net = Net::default();
        let $cat = TestServer::new(&$net, CAT).await;
        let $bob = $cat.person("bob").await;
        let $dog = Peer::plain(&$net, DOG);
    };
}

/// An acceptance by somebody of dog, with the floor of their server if it keeps generations.
fn by(dog: &Peer, who: &str, token: &str, floor: Option<u64>) -> Message {
    let mut body = dog.acceptance(token);
    body["userID"] = json!(who);
    if let Some(floor) = floor {
        body["connection"] = json!({ "floor": floor });
    }
    Message::json(ACCEPTED, &body)
}

#[tokio::test]
async fn repeat_gets_the_same_answer_and_writes_nothing() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({})).await;
    let message = by(&dog, "carol", &token, Some(0));
    let first = message.to(&cat).await.assert(200).json();
    let before = fingerprint(&cat).await;
    for _ in 0..3 {
        assert_eq!(message.to(&cat).await.assert(200).json(), first);
    }
    assert_eq!(fingerprint(&cat).await, before);
    assert_eq!(used(&bob, &id).await, 1);
}

#[tokio::test]
async fn sixteen_copies_at_once_make_one_connection_and_one_use() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({})).await;
    let message = by(&dog, "carol", &token, None);
    let copies = (0..16).map(|_| message.to(&cat));
    for answer in futures_util::future::join_all(copies).await {
        assert_eq!(answer.assert(200).json()["connection"]["generation"], 1);
    }
    assert_eq!((halves(&cat).await.len(), used(&bob, &id).await), (1, 1));
}

#[tokio::test]
async fn sixteen_people_at_once_get_one_place() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({})).await;
    let people: Vec<_> = (0..16)
        .map(|n| by(&dog, &format!("carol{n}"), &token, None))
        .collect();
    let answers = people.iter().map(|message| message.to(&cat));
    let answers = futures_util::future::join_all(answers).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 1);
    assert_eq!(statuses.iter().filter(|s| **s == 409).count(), 15);
    assert_eq!((halves(&cat).await.len(), used(&bob, &id).await), (1, 1));
}

#[tokio::test]
async fn unknown_token_is_refused_without_being_repeated() {
    stage!(_net, cat, bob, dog);
    invited(&bob, json!({})).await;
    let refused = by(&dog, "carol", "no-such-token", None)
        .refused(&cat, 400, "invitation_unknown", "send it again")
        .await;
    assert_eq!(refused.json()["message"], "TOKEN_INVALID");
    assert!(!refused.text.contains("no-such-token"));
}

#[tokio::test]
async fn expired_invitation_is_refused_to_the_second() {
    stage!(net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({ "expires_in": 3_600, "uses": 2 })).await;
    net.pass_ms(3_599_999);
    by(&dog, "carol", &token, None).to(&cat).await.assert(200);
    net.pass_ms(1);
    let refused = by(&dog, "dave", &token, None)
        .refused(&cat, 400, "invitation_expired", "renew it")
        .await;
    assert_eq!(refused.json()["message"], "TOKEN_EXPIRED");
    let repeated = by(&dog, "carol", &token, None).to(&cat).await;
    repeated.assert(200);
}

#[tokio::test]
async fn withdrawn_invitation_is_refused() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({})).await;
    let path = format!("/api/v1/invites/{id}");
    bob.call("DELETE", &path, Value::Null).await.assert(200);
    by(&dog, "carol", &token, None)
        .refused(&cat, 400, "invitation_withdrawn", "withdrew the invitation")
        .await;
}

#[tokio::test]
async fn used_up_invitation_is_refused_to_the_next_person_only() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({ "uses": 2 })).await;
    for who in ["carol", "dave", "carol", "dave"] {
        by(&dog, who, &token, None).to(&cat).await.assert(200);
    }
    by(&dog, "eve", &token, None)
        .refused(&cat, 409, "invitation_used_up", "for a new one")
        .await;
    assert_eq!(used(&bob, &id).await, 2);
}

#[tokio::test]
async fn invitation_of_a_disabled_account_is_like_none() {
    stage!(_net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({})).await;
    let disable = SetDisabled {
        id: bob.id.clone(),
        disabled: true,
        moment: Moment::new(cat.app.now(), "test".to_owned()),
    };
    cat.app.store.write(disable).await.unwrap();
    by(&dog, "carol", &token, None)
        .refused(&cat, 400, "invitation_unknown", "send it again")
        .await;
}

#[tokio::test]
async fn delayed_copy_after_a_disconnect_is_stale_and_the_live_acceptance_asks_above_it() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let dog = Peer::signing(&net, DOG);
    let (token, id) = invited(&bob, json!({})).await;
    let at = |floor| by(&dog, "carol", &token, Some(floor)).signed(&net, &dog.key);
    let copy = at(0);
    copy.to(&cat).await.assert(200);
    let removed = json!({ "notificationType": "USER_REMOVED", "providerId": "carol",
        "notification": { "grantee": bob.id, "connection": { "generation": 1 } } });
    let removed = Message::json(NOTIFICATIONS, &removed).signed(&net, &dog.key);
    removed.to(&cat).await.assert(201);
    for _ in 0..2 {
        let stale = copy.refused(&cat, 409, "connection_stale", "older").await;
        let whose = json!({ "generation": 1, "userID": bob.id });
        assert_eq!(stale.json()["connection"], whose);
    }
    assert!(bob.lists().await.is_empty());
    let again = at(1).to(&cat).await.assert(200).json();
    assert_eq!(again["connection"]["generation"], 2);
    assert_eq!((bob.lists().await.len(), used(&bob, &id).await), (1, 1));
}

#[tokio::test]
async fn connected_half_below_the_floor_rises_above_it() {
    stage!(_net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({})).await;
    for (floor, generation) in [(4, 5), (4, 5), (2, 5), (5, 6), (5, 6)] {
        let yes = by(&dog, "carol", &token, Some(floor)).to(&cat).await;
        let yes = yes.assert(200).json();
        assert_eq!(yes["connection"]["generation"], generation, "floor {floor}");
    }
    assert_eq!(bob.lists().await.len(), 1);
}

#[tokio::test]
async fn invitation_from_before_our_own_disconnect_is_closed_whatever_the_floor() {
    stage!(_net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({})).await;
    by(&dog, "carol", &token, Some(0))
        .to(&cat)
        .await
        .assert(200);
    bob.disconnects().await.assert(200);
    for floor in [None, Some(0), Some(1), Some(9)] {
        by(&dog, "carol", &token, floor)
            .refused(&cat, 400, "invitation_closed_to_you", "send you a new one")
            .await;
    }
    let (fresh, _) = invited(&bob, json!({})).await;
    by(&dog, "carol", &fresh, Some(1))
        .to(&cat)
        .await
        .assert(200);
    assert_eq!(bob.lists().await, ["Carol"]);
}

#[tokio::test]
async fn a_repeat_brings_the_present_name_and_address_of_the_person() {
    stage!(_net, cat, bob, dog);
    let (token, _) = invited(&bob, json!({})).await;
    let mut body = dog.acceptance(&token);
    Message::json(ACCEPTED, &body).to(&cat).await.assert(200);
    body["name"] = json!("Carol Married");
    body["email"] = json!("married@example.org");
    Message::json(ACCEPTED, &body).to(&cat).await.assert(200);
    let contact = &halves(&cat).await[0].contact;
    assert_eq!(
        (contact.name.as_str(), contact.email.as_str()),
        ("Carol Married", "married@example.org")
    );
}

#[tokio::test]
async fn an_invitation_that_was_taken_back_does_not_change_how_a_connected_person_is_called() {
    stage!(_net, cat, bob, dog);
    let (token, id) = invited(&bob, json!({})).await;
    let mut body = dog.acceptance(&token);
    Message::json(ACCEPTED, &body).to(&cat).await.assert(200);
    let path = format!("/api/v1/invites/{id}");
    let taken = bob.call("DELETE", &path, Value::Null).await;
    assert!(taken.status < 300, "{}", taken.text);
    body["name"] = json!("Somebody Else");
    // Whoever is connected is not turned away: the first answer may have been lost.
    Message::json(ACCEPTED, &body).to(&cat).await.assert(200);
    assert_eq!(halves(&cat).await[0].contact.name, "Carol");
}

/// What a client of `/sciencemesh` says to delete somebody.
async fn deletes(bob: &Person<'_>, contact: Value) -> u16 {
    let path = "/sciencemesh/delete-accepted-user";
    bob.call("DELETE", path, contact).await.status
}

#[tokio::test]
async fn the_same_identifier_on_two_servers_is_two_people_and_nobody_is_deleted_without_the_server()
{
    stage!(net, cat, bob, dog);
    let emu = Peer::plain(&net, "emu.example.org");
    let (token, _) = invited(&bob, json!({ "uses": 2 })).await;
    for peer in [&dog, &emu] {
        by(peer, "carol", &token, None).to(&cat).await.assert(200);
    }
    assert_eq!(bob.lists().await.len(), 2);
    for nowhere in [
        json!({ "user_id": "carol" }),
        json!({ "user_id": "carol", "idp": null }),
        json!({ "user_id": "carol", "idp": "" }),
    ] {
        assert_eq!(deletes(&bob, nowhere.clone()).await, 400, "{nowhere}");
    }
    for nobody in ["https://", "example.org", "ran.example.org"] {
        deletes(&bob, json!({ "user_id": "carol", "idp": nobody })).await;
        assert_eq!(bob.lists().await.len(), 2, "{nobody}");
    }
    let there = json!({ "user_id": "carol", "idp": "emu.example.org" });
    assert_eq!(deletes(&bob, there).await, 200);
    let left = halves(&cat).await;
    let left: Vec<_> = left.iter().filter(|one| one.half.is_connected()).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].contact.provider.as_str(), DOG);
}

#[tokio::test]
async fn a_contact_is_deleted_in_whatever_spelling_a_client_names_their_server() {
    stage!(_net, cat, bob, dog);
    for idp in [
        "dog.example.org",
        "https://dog.example.org",
        "https://DOG.example.org/",
        "dog.example.org:443",
    ] {
        for user_id in [
            "carol",
            "carol@dog.example.org",
            "carol@https://dog.example.org",
        ] {
            let (token, _) = invited(&bob, json!({})).await;
            by(&dog, "carol", &token, None).to(&cat).await.assert(200);
            assert_eq!(bob.lists().await, ["Carol"]);
            let contact = json!({ "user_id": user_id, "idp": idp });
            assert_eq!(deletes(&bob, contact).await, 200);
            assert!(bob.lists().await.is_empty(), "{user_id} {idp}");
        }
    }
}
