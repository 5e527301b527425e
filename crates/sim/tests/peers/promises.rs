//! What this server promises its people, whatever the other one is.

use symbolon_sim::doubles::rows::ALL;
use symbolon_sim::doubles::scenarios::Scenario;
use symbolon_sim::doubles::world::{World, live};

use super::everything;

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

#[test]
fn connecting_again_works_or_following_the_advice_does() {
    for row in &ALL {
        for scenario in Scenario::ALL {
            live(async {
                let world = World::new(row).await;
                let Some(seen) = scenario.play_in(&world).await else {
                    return;
                };
                let about = format!("{}: {}: {seen:?}", row.name, scenario.title());
                match (scenario, seen.code.as_deref()) {
                    // Carol's own old invitation is closed to whom she has disconnected from.
                    (Scenario::DeleteHereTheySame, _) => assert!(!seen.here, "{about}"),
                    (Scenario::DeleteHereTheyNew | Scenario::DeleteThereTheySame, _)
                    | (Scenario::DeleteThereTheyNew | Scenario::LostAnswerThere, _) => {
                        assert!(seen.here && seen.there, "{about}");
                    }
                    // Symbolon itself: Bob's old invitation is closed to whom he has disconnected from.
                    (Scenario::DeleteThereSame, Some("invitation_closed_to_you")) => {
                        assert!(seen.carol.contains("send you a new one"), "{about}");
                    }
                    (Scenario::DeleteThereSame, Some("connected")) if !seen.there => {
                        // She reads that Bob's server would not tell, and to ask for a new one.
                        assert!(seen.carol_knows, "{about}");
                        let again = world.follow("invitation_used_up").await.unwrap();
                        assert_eq!(again.code, "connected", "{about}");
                        assert!(world.listed_there().await, "{about}");
                    }
                    (
                        Scenario::DeleteHereSame
                        | Scenario::DeleteHereNew
                        | Scenario::DeleteThereSame
                        | Scenario::DeleteThereNew
                        | Scenario::LostAnswer
                        | Scenario::Used,
                        Some(code),
                    ) if code != "connected" => {
                        let Some(again) = world.follow(code).await else {
                            return;
                        };
                        assert_eq!(again.code, "connected", "{about}: {again:?}");
                        let both = world.connected_here().await && world.listed_there().await;
                        assert!(both, "{about}: after {code}");
                    }
                    (
                        Scenario::DeleteHereSame
                        | Scenario::DeleteHereNew
                        | Scenario::DeleteThereSame
                        | Scenario::DeleteThereNew
                        | Scenario::LostAnswer
                        | Scenario::Used,
                        _,
                    ) => assert!(seen.here && seen.there, "{about}"),
                    _ => {}
                }
            });
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
