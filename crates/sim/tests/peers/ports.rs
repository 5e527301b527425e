//! Both servers on ports of their own.

use serde_json::{Value, json};
use symbolon_sim::doubles::Who;
use symbolon_sim::doubles::rows::ALL;
use symbolon_sim::doubles::scenarios::Scenario;
use symbolon_sim::doubles::world::{World, live};

const HERE: &str = "cat.example.org:8443";
const THERE: &str = "dog.example.org:9200";

/// Nextcloud names itself without its port, in its invitations and in its acceptances.
fn drops_its_port(name: &str) -> bool {
    name.starts_with("Nextcloud")
}

#[test]
fn ports_survive_an_invitation_an_acceptance_and_a_disconnect() {
    for row in ALL.iter().filter(|row| !drops_its_port(row.name)) {
        for scenario in [
            Scenario::TheyInvite,
            Scenario::WeInvite,
            Scenario::DeleteHere,
        ] {
            live(async {
                let world = World::at(row, HERE, THERE).await;
                let seen = scenario.play_in(&world).await.unwrap();
                let about = format!("{}: {}: {seen:?}", row.name, scenario.title());
                let ended = scenario == Scenario::DeleteHere;
                assert_eq!((seen.here, seen.carol_knows), (!ended, true), "{about}");
                let connection = &world.carol_sees().await[0];
                assert_eq!(connection["server"], THERE, "{about}");
                let listed = world.there.lists(Who::Bob).await;
                let ours = format!("@{HERE}");
                assert!(
                    listed.iter().all(|one| one.ends_with(&ours)),
                    "{about}: {listed:?}"
                );
                let told = ["confirmed", "unconfirmed", "not_understood"];
                let reached = told.contains(&connection["told"].as_str().unwrap_or_default());
                assert_eq!(reached, ended, "{about}: {connection}");
            });
        }
    }
}

#[test]
fn a_server_that_drops_its_port_is_not_found_and_nobody_is_connected_by_half() {
    for row in ALL.iter().filter(|row| drops_its_port(row.name)) {
        live(async {
            let world = World::at(row, HERE, THERE).await;
            let seen = Scenario::TheyInvite.play_in(&world).await.unwrap();
            let about = format!("{}: {seen:?}", row.name);
            assert_eq!(seen.code.as_deref(), Some("connection_refused"), "{about}");
            assert!(!seen.here && !seen.there, "{about}");
        });
        live(async {
            let world = World::at(row, HERE, THERE).await;
            let seen = Scenario::WeInvite.play_in(&world).await;
            let connected = seen.is_some_and(|seen| seen.here || seen.there);
            assert!(!connected, "{}", row.name);
        });
    }
}

#[test]
fn the_port_can_be_named_beside_an_invitation_that_has_lost_it() {
    for row in ALL.iter().filter(|row| drops_its_port(row.name)) {
        live(async {
            let world = World::at(row, HERE, THERE).await;
            let invite = world.there.invites().await.unwrap();
            let pasted = symbolon_proto::invite::PastedInvite::parse(&invite);
            let pasted = pasted.ok().unwrap();
            let body = json!({ "invite": pasted.token.expose(), "provider": THERE });
            let told = world.carol.call("POST", "/api/v1/acceptances", body).await;
            assert_eq!(told.status, 200, "{}: {}", row.name, told.body);
            assert_ne!(told.body["connection"], Value::Null);
            assert!(world.listed_there().await, "{}", row.name);
        });
    }
}
