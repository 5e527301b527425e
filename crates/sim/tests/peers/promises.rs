//! What this server promises its people, whatever the other one is.

use symbolon_proto::address::Provider;
use symbolon_server::check::{Stage, Walker, check};
use symbolon_server::doctor::Level;
use symbolon_sim::doubles::rows::ALL;
use symbolon_sim::doubles::scenarios::{Scenario, Seen};
use symbolon_sim::doubles::world::{THERE, World, live};

use super::{everything, with_rows};

#[test]
fn whoever_is_connected_on_one_side_only_is_told_so() {
    for (about, _, seen) in everything() {
        assert!(seen.carol_knows, "{about}");
    }
}

#[test]
fn an_invitation_connects_both_sides_wherever_the_product_can() {
    for (about, scenario, seen) in everything() {
        if matches!(scenario, Scenario::TheyInvite | Scenario::WeInvite) {
            assert!(seen.here && seen.there, "{about}");
        }
    }
}

#[test]
fn a_disconnect_is_final_here_whatever_the_other_server_answers() {
    let mut judged = 0;
    for (about, scenario, seen) in everything() {
        if matches!(
            scenario,
            Scenario::DeleteHere | Scenario::DeleteHereTheySame
        ) {
            assert!(!seen.here, "{about}");
            judged += 1;
        }
    }
    assert!(judged > 20, "{judged}");
}

/// What Carol has to do before both are connected.
enum Then {
    Nothing,
    /// What an entry of the catalogue tells her to.
    Follow(String),
}

/// What has to come of connecting again; `None` for scenarios that are about something else.
fn then(scenario: Scenario, seen: &Seen, about: &str) -> Option<Then> {
    match scenario {
        // A gesture of Bob's, or a new invitation of Carol's: nothing stands in the way here.
        Scenario::DeleteHereTheyNew
        | Scenario::DeleteThereTheySame
        | Scenario::DeleteThereTheyNew
        | Scenario::LostAnswerThere => Some(Then::Nothing),
        Scenario::DeleteHereSame
        | Scenario::DeleteHereNew
        | Scenario::DeleteThereSame
        | Scenario::DeleteThereNew
        | Scenario::LostAnswer
        | Scenario::LostAnswerExpired
        | Scenario::Used => match seen.code.as_deref() {
            Some("connected") if seen.there => Some(Then::Nothing),
            Some("connected") => {
                // She reads that Bob's server tells of no disconnects, and to ask for a new invitation.
                assert!(seen.carol_knows, "{about}");
                Some(Then::Follow("invitation_used_up".to_owned()))
            }
            code => Some(Then::Follow(code.unwrap_or_default().to_owned())),
        },
        _ => None,
    }
}

#[test]
fn connecting_again_works_or_following_the_advice_does() {
    for (row, scenario, seen) in with_rows() {
        let about = format!("{}: {}: {seen:?}", row.name, scenario.title());
        match then(scenario, seen, &about) {
            None => {}
            Some(Then::Nothing) => assert!(seen.here && seen.there, "{about}"),
            Some(Then::Follow(remedy)) => live(async {
                let world = World::new(row).await;
                scenario.play_in(&world).await.unwrap();
                let outcome = world.follow(&remedy).await;
                let Some(outcome) = outcome else {
                    // She is not told to ask for what nobody there can do.
                    assert_ne!(remedy, "listed_there", "{about}");
                    return;
                };
                assert_eq!(outcome.code, "connected", "{about}: {outcome:?}");
                let both = world.connected_here().await && world.listed_there().await;
                assert!(both, "{about}: after {remedy}");
            }),
        }
    }
}

#[test]
fn an_expired_or_unknown_invitation_connects_nobody_and_both_are_told() {
    for (about, scenario, seen) in everything() {
        match scenario {
            Scenario::Unknown | Scenario::Expired => {
                let code = seen.code.as_deref().unwrap();
                assert!(
                    matches!(code, "invitation_unknown" | "invitation_expired"),
                    "{about}"
                );
                assert!(!seen.here && !seen.there, "{about}");
            }
            Scenario::UnknownThere | Scenario::ExpiredThere | Scenario::UsedThere => {
                assert!(!seen.here && !seen.there && !seen.bob.is_empty(), "{about}");
            }
            _ => {}
        }
    }
}

#[test]
fn nobody_is_on_the_list_twice() {
    for (about, _, seen) in everything() {
        assert!(seen.people <= 1, "{about}");
    }
}

#[test]
fn no_request_of_ours_is_one_that_the_other_server_was_not_made_for() {
    for (about, _, seen) in everything() {
        assert_eq!(seen.misused, None, "{about}");
    }
}

#[test]
fn no_question_of_a_check_is_one_that_the_other_server_was_not_made_for() {
    // A recording knows the messages of its release, and none that tries whether a signature is believed.
    let products = ALL.iter().filter(|row| !row.name.ends_with("(recorded)"));
    for row in products {
        live(async {
            let World {
                here, there, net, ..
            } = World::new(row).await;
            let app = &here.app;
            let walker = Walker {
                us: app.provider().clone(),
                trust: app.config.trust,
                dev: false,
                env: &app.env,
                transport: &net,
                store: Some(&app.store),
                key: Some(app.keys.signing(app.now())),
                rsa: app.keys.rsa(app.now()),
            };
            let report = check(&walker, &Provider::parse(THERE).unwrap()).await;
            let described = report
                .steps
                .iter()
                .find(|step| step.stage == Stage::Description);
            assert_eq!(
                described.unwrap().level,
                Level::Ok,
                "{}: {report:?}",
                row.name
            );
            assert_eq!(there.misused(), None, "{}", row.name);
        });
    }
}
