//! Single habits of products that a table does not show, and that the doubles have them.

use std::sync::Arc;

use serde_json::json;
use symbolon_sim::doubles::cavage;
use symbolon_sim::doubles::here::Here;
use symbolon_sim::doubles::net::{Host, Net};
use symbolon_sim::doubles::nextcloud::{Nextcloud, Release};
use symbolon_sim::doubles::ocm_go::OcmGo;
use symbolon_sim::doubles::reva::Reva;
use symbolon_sim::doubles::rows::{
    NEXTCLOUD_34, NEXTCLOUD_35, OCIS_6, OCIS_7, OCIS_8, OPENCLOUD_1, OPENCLOUD_6,
};
use symbolon_sim::doubles::stub::Stub;
use symbolon_sim::doubles::wire::Asked;
use symbolon_sim::doubles::world::{HERE, THERE, World, live};
use symbolon_sim::doubles::{Product, Who};

#[test]
fn doubles_notice_requests_that_their_product_was_not_made_for() {
    live(async {
        let net = Net::new();
        let ocis = Reva::new(THERE, THERE, OCIS_8, &[HERE]);
        let url = format!("https://{THERE}/ocm/notifications");
        let bare = json!({ "notificationType": "USER_REMOVED", "resourceType": "user" });
        ocis.serve(&net, Asked::post(&url, bare.to_string())).await;
        assert!(ocis.misused().is_some());
        let stub = Stub::new(THERE);
        let url = format!("https://{THERE}/ocm/token");
        stub.serve(&net, Asked::post(&url, "{}".to_owned())).await;
        assert!(stub.misused().is_some());
    });
}

#[test]
fn a_reva_that_has_not_listed_this_server_connects_nobody_either_way_and_both_are_told() {
    for dialect in [OCIS_6, OCIS_7, OCIS_8, OPENCLOUD_1, OPENCLOUD_6] {
        live(async {
            let net = Net::new();
            let here = Here::new(&net, HERE).await;
            let carol = here.person("carol").await;
            let there = Arc::new(Reva::new(THERE, THERE, dialect, &[]));
            net.put(THERE, there.clone());
            let told = carol.accepts(&there.invites().await.unwrap()).await;
            let told = World::comes_of(&carol, told).await;
            assert_eq!(told.code, "not_trusted_there", "{told:?}");
            // She can do nothing about it: those who run that server can.
            assert!(told.remedy.contains("their administrators"), "{told:?}");
            let invite = carol.invites(3_600).await;
            let shown = there.accepts(&net, Who::Bob, &token(&invite), HERE).await;
            assert!(shown.unwrap().0.starts_with("500"));
            assert!(carol.connections().await.is_empty());
            assert!(there.lists(Who::Bob).await.is_empty());
            // Once they have listed it, the same invitations connect.
            let there = Arc::new(Reva::new(THERE, THERE, dialect, &[HERE]));
            net.put(THERE, there.clone());
            let shown = there.accepts(&net, Who::Bob, &token(&invite), HERE).await;
            assert_eq!(shown.unwrap().0, "200");
            assert_eq!(carol.connections().await.len(), 1);
        });
    }
}

#[test]
fn an_acceptance_of_nextcloud_connects_signed_and_unsigned() {
    let releases = [NEXTCLOUD_34, NEXTCLOUD_35].into_iter();
    let both = releases.flat_map(|release| [true, false].map(|signs| (release, signs)));
    for (release, signs_acceptances) in both {
        live(async {
            let net = Net::new();
            let here = Here::new(&net, HERE).await;
            let carol = here.person("carol").await;
            let release = Release {
                signs_acceptances,
                ..release
            };
            let there: Arc<Nextcloud> = Arc::new(Nextcloud::new(THERE, release));
            net.put(THERE, there.clone());
            let invite = carol.invites(3_600).await;
            let token = token(&invite);
            let shown = there.accepts(&net, Who::Bob, &token, HERE).await.unwrap();
            assert_eq!(shown.0, "200");
            let connection = &carol.connections().await[0];
            assert_eq!(connection["signed"], signs_acceptances, "{connection}");
        });
    }
}

#[test]
fn nextcloud_from_before_rfc_9421_whose_administrators_demand_signatures_believes_ours() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let carol = here.person("carol").await;
        let release = Release {
            enforces: true,
            ..NEXTCLOUD_34
        };
        let there = Arc::new(Nextcloud::new(THERE, release));
        net.put(THERE, there.clone());
        let told = carol.accepts(&there.invites().await.unwrap()).await;
        assert_eq!(told.status, 200, "{}", told.body);
        assert_eq!(there.believes(), [HERE]);
        assert_eq!(there.lists(Who::Bob).await.len(), 1);
        // What else is sent is believed too, though it is not understood.
        carol.disconnects().await;
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        let told = &carol.connections().await[0]["told"];
        assert_eq!(told, "not_understood", "{told}");
    });
}

#[test]
fn nextcloud_from_before_rfc_9421_refuses_what_is_not_signed_as_it_knows_it() {
    live(async {
        let net = Net::new();
        let _here = Here::new(&net, HERE).await;
        let there = Nextcloud::new(
            THERE,
            Release {
                enforces: true,
                ..NEXTCLOUD_34
            },
        );
        let key = cavage::rsa(true).named(&format!("https://{HERE}/ocm#signature"));
        let url = format!("https://{THERE}/ocm/invite-accepted");
        let unsigned = Asked::post(&url, "{}".to_owned());
        let mut misnamed = unsigned.clone();
        cavage::sign(&mut misnamed, &key, net.now_secs());
        let mut changed = misnamed.clone();
        changed.body = "[]".into();
        for (asked, message) in [
            (unsigned, "Unsigned request"),
            (misnamed, "Invalid signature"),
            (changed, "Invalid signature"),
        ] {
            let said = there.serve(&net, asked).await;
            assert_eq!(
                (said.status, &said.value()["message"]),
                (400, &json!(message))
            );
        }
        assert!(there.believes().is_empty());
    });
}

#[test]
fn a_wrong_signature_of_nextcloud_is_refused_although_none_would_do() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let carol = here.person("carol").await;
        net.put(THERE, Arc::new(Nextcloud::new(THERE, NEXTCLOUD_35)));
        let body = json!({ "recipientProvider": THERE, "token": token(&carol.invites(3_600).await),
            "userID": "bob", "email": "bob@example.org", "name": "Bob" });
        let mut asked = Asked::post(
            &format!("https://{HERE}/ocm/invite-accepted"),
            body.to_string(),
        );
        let input = format!(
            r#"ocm=("@method" "@target-uri" "content-digest" "content-length");created=1;keyid="https://{THERE}/ocm#x";tag="ocm""#
        );
        asked.headers.push(("signature-input".to_owned(), input));
        asked
            .headers
            .push(("signature".to_owned(), "ocm=:AAAA:".to_owned()));
        let said = net.send(asked).await.unwrap();
        assert_eq!(said.status, 401, "{:?}", said.value());
        assert!(carol.connections().await.is_empty());
    });
}

#[test]
fn only_nextcloud_may_leave_its_acceptances_unsigned_although_it_publishes_keys() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let carol = here.person("carol").await;
        net.put(THERE, Arc::new(OcmGo::new(THERE)));
        let body = json!({ "recipientProvider": THERE, "token": token(&carol.invites(3_600).await),
            "userID": "bob", "email": "bob@example.org", "name": "Bob" });
        let asked = Asked::post(
            &format!("https://{HERE}/ocm/invite-accepted"),
            body.to_string(),
        );
        let said = net.send(asked).await.unwrap();
        assert_eq!(
            (said.status, &said.value()["problem"]),
            (401, &json!("signature_missing"))
        );
        assert!(carol.connections().await.is_empty());
    });
}

#[test]
fn a_server_that_names_the_inviter_to_everybody_with_the_token_connects_only_the_first() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let (carol, dave) = (here.person("carol").await, here.person("dave").await);
        let there = Arc::new(OcmGo::new(THERE));
        net.put(THERE, there.clone());
        let invite = there.invites().await.unwrap();
        assert_eq!(carol.accepts(&invite).await.status, 200);
        let told = dave.accepts(&invite).await;
        assert_eq!(told.body["problem"], "invitation_used_up", "{}", told.body);
        assert!(dave.connections().await.is_empty());
        // The first one may repeat it as often as she likes.
        assert_eq!(carol.accepts(&invite).await.status, 200);
        assert_eq!(there.lists(Who::Bob).await.len(), 1);
    });
}

/// The token in an invitation of ours.
fn token(invite: &str) -> String {
    let pasted = symbolon_proto::invite::PastedInvite::parse(invite);
    pasted.ok().unwrap().token.expose().to_owned()
}
