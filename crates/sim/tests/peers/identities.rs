//! One person is one connection, in whatever spelling their server writes them; two are two.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use symbolon_proto::invite::PastedInvite;
use symbolon_sim::doubles::here::{Here, Person};
use symbolon_sim::doubles::net::Net;
use symbolon_sim::doubles::reva::{Dialect, Identifiers, Reva, UUIDS};
use symbolon_sim::doubles::rows::{CERNBOX, OCIS_6, OCIS_7, OCIS_8, OPENCLOUD_1, OPENCLOUD_6};
use symbolon_sim::doubles::wire::Asked;
use symbolon_sim::doubles::world::{HERE, THERE, live};
use symbolon_sim::doubles::{Product, Who};

const CERNBOX_BEFORE: Dialect = Dialect {
    identifiers: Identifiers::WithIssuer,
    ..CERNBOX
};

/// Versions of one product, the older one first.
const UPGRADES: [[Dialect; 2]; 5] = [
    [OCIS_6, OCIS_7],
    [OCIS_7, OCIS_8],
    [OCIS_6, OCIS_8],
    [OPENCLOUD_1, OPENCLOUD_6],
    [CERNBOX_BEFORE, CERNBOX],
];

#[test]
fn an_upgrade_of_their_server_makes_no_second_connection_of_a_person() {
    for [before, after] in UPGRADES {
        // Where people log in at the server itself, and at a provider of identities.
        for issuer in [THERE, "idp.example.org"] {
            if issuer != THERE && after.identifiers == Identifiers::Bare {
                // Without the issuer they look like somebody else, as below; docs/peers.md says so.
                continue;
            }
            let about = format!("{} {issuer}", after.provider);
            live(upgrade(before, after, issuer, &about));
        }
    }
}

async fn upgrade(before: Dialect, after: Dialect, issuer: &str, about: &str) {
    let net = Net::new();
    let here = Here::new(&net, HERE).await;
    let (carol, dave) = (here.person("carol").await, here.person("dave").await);
    let old = Arc::new(Reva::new(THERE, issuer, before, &[HERE]));
    net.put(THERE, old.clone());
    // Bob invites Carol, and accepts an invitation of Dave's.
    let invite = old.invites().await.unwrap();
    assert_eq!(carol.accepts(&invite).await.status, 200, "{about}");
    let shown = bob_accepts(&net, &old, &dave).await;
    assert!(shown.starts_with("200"), "{about}: {shown}");
    let before = [carol.connections().await, dave.connections().await];

    let new = Arc::new(old.upgraded(after));
    net.put(THERE, new.clone());
    let told = carol.accepts(&invite).await;
    assert_eq!(told.status, 200, "{about}: {}", told.body);
    bob_accepts(&net, &new, &dave).await;

    let after = [carol.connections().await, dave.connections().await];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.len(), after.len()), (1, 1), "{about}: {after:?}");
        assert_eq!(before[0]["id"], after[0]["id"], "{about}");
        assert_eq!(after[0]["state"], "connected", "{about}");
    }
}

async fn bob_accepts(net: &Net, there: &Reva, inviter: &Person) -> String {
    let token = token(inviter).await;
    let shown = there.accepts(net, Who::Bob, &token, HERE).await;
    shown.unwrap().0
}

#[test]
fn every_spelling_of_a_person_is_the_same_person_and_nobody_else() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let carol = here.person("carol").await;
        let there = Arc::new(Reva::new(THERE, THERE, OCIS_8, &[HERE]));
        net.put(THERE, there);
        for (people, uuid) in (1..).zip(UUIDS) {
            let by = |shape: Identifiers| shape.write(uuid, THERE);
            let spellings = [
                by(Identifiers::Encoded),
                by(Identifiers::WithIssuer),
                by(Identifiers::WithIssuerAddress),
                by(Identifiers::Bare),
                URL_SAFE_NO_PAD.encode(format!("{uuid}@{THERE}")),
                format!("{uuid}@{THERE}@{THERE}"),
            ];
            for id in spellings {
                accept_as(&net, &carol, THERE, &id).await;
                let all = carol.connections().await;
                assert_eq!(all.len(), people, "{id}: {all:?}");
            }
        }
    });
}

#[test]
fn the_same_identifier_from_another_issuer_server_port_or_in_other_letters_is_somebody_else() {
    live(async {
        let net = Net::new();
        let here = Here::new(&net, HERE).await;
        let carol = here.person("carol").await;
        let ported = format!("{THERE}:9200");
        let other = "owl.example.org";
        for host in [THERE, &ported, other] {
            let there = Reva::new(host, host, OCIS_8, &[HERE]);
            net.put(host, Arc::new(there));
        }
        let [bob, idp] = ["marie", "marie@idp.example.org"];
        let people = [
            (THERE, bob),
            (THERE, "Marie"),
            (THERE, idp),
            (THERE, "marie@https://idp.example.org/realms/a"),
            (THERE, "marie@https://idp.example.org/realms/b"),
            (&*ported, bob),
            (&*ported, idp),
            (other, bob),
        ];
        for (count, (host, id)) in (1..).zip(people) {
            accept_as(&net, &carol, host, id).await;
            let all = carol.connections().await;
            assert_eq!(all.len(), count, "{id} at {host}: {all:?}");
        }
    });
}

/// Somebody accepts an invitation under an identifier.
async fn accept_as(net: &Net, inviter: &Person, provider: &str, id: &str) {
    let body = json!({ "recipientProvider": provider, "token": token(inviter).await,
        "userID": id, "email": "", "name": "" });
    let url = format!("https://{HERE}/ocm/invite-accepted");
    let said = net.send(Asked::post(&url, body.to_string())).await.unwrap();
    assert_eq!(said.status, 200, "{id} at {provider}: {:?}", said.value());
    assert_ne!(said.value()["userID"], Value::Null);
}

async fn token(inviter: &Person) -> String {
    let invite = inviter.invites(3_600).await;
    let pasted = PastedInvite::parse(&invite).ok().unwrap();
    pasted.token.expose().to_owned()
}
