//! Comparing halves: digests that fit the rows, claims applied, servers that have lost their memory.

use symbolon_core::connections::{EndedBy, Generation, Phase};
use symbolon_core::invites::Uses;
use symbolon_core::sync::{Claim, ClaimedEnd, ClaimedPhase, Found};
use symbolon_core::trust::Rule;
use symbolon_core::{ConnectionId, Id, UserId, connections::Half};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::pairs::{self, Pair};
use symbolon_proto::problem::Code;
use symbolon_store::connections::{Contact, FindByPerson, Told};
use symbolon_store::events::{EventsAfter, LastEvent};
use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use symbolon_store::peers::NoteHealth;
use symbolon_store::redeem::Redeem;
use symbolon_store::removal::{Disconnect, ReceiveRemoval};
use symbolon_store::sync::claims::{Applied, ApplyClaims, ClaimAbout, ConfirmTold};
use symbolon_store::sync::digests::{
    CountIn, LoadBuckets, LoadGroups, LoadLeaves, LoadRoot, Root, SetOurName,
};
use symbolon_store::sync::schedule::{
    ClaimSyncs, FindSync, ListAnswering, ListSyncs, NextSync, NoteFound, NoteLedger, OurLedger,
    PlanAll, RecordSync, STRANGER_MS,
};
use symbolon_store::trust::Decide;

use super::{World, at, contact, here, moment, there};
use crate::kit::{Fixture, claims};

claims! {
    on_memory:
        digests_always_fit_the_halves,
        halves_from_before_sync_are_counted_in_once,
        a_half_is_compared_once_the_other_server_speaks_of_generations,
        a_claim_takes_away_and_never_gives,
        a_half_that_comparing_ended_says_what_was_found,
        a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events,
        liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person,
        a_removal_that_was_never_answered_is_confirmed_by_sync,
        a_removal_that_a_comparison_withdraws_is_no_longer_being_told,
        a_server_without_memory_is_not_believed_for_three_days,
        syncs_are_planned_claimed_and_hurried_after_an_outage,
        servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked;
    on_postgres:
        digests_always_fit_the_halves,
        halves_from_before_sync_are_counted_in_once,
        a_half_is_compared_once_the_other_server_speaks_of_generations,
        a_claim_takes_away_and_never_gives,
        a_half_that_comparing_ended_says_what_was_found,
        a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events,
        liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person,
        a_removal_that_was_never_answered_is_confirmed_by_sync,
        a_removal_that_a_comparison_withdraws_is_no_longer_being_told,
        a_server_without_memory_is_not_believed_for_three_days,
        syncs_are_planned_claimed_and_hurried_after_an_outage,
        servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked;
}

async fn named(fixture: &Fixture) -> World {
    let world = World::new(fixture).await;
    let name = SetOurName { here: here() };
    world.store.write(name).await.unwrap();
    world
}

fn pair(user: &UserId, name: &str) -> Pair {
    Pair::new(
        (&here(), user.as_str()),
        (&there(), contact(name).remote.subject()),
    )
}

async fn root(world: &World) -> Root {
    let provider = there();
    world.store.read(LoadRoot { provider }).await.unwrap()
}

async fn half(world: &World, user: &UserId, name: &str) -> Option<Half> {
    let find = FindByPerson {
        user: user.clone(),
        provider: there(),
        subject: contact(name).remote.subject().to_owned(),
    };
    world.store.read(find).await.unwrap().map(|one| one.half)
}

async fn claim(
    world: &mut World,
    user: &UserId,
    name: &str,
    generation: u64,
    phase: ClaimedPhase,
) -> Applied {
    let about = about(user, contact(name).remote, generation, phase, world.id());
    let apply = ApplyClaims {
        provider: there(),
        claims: vec![about],
        moment: moment(50),
    };
    world.store.write(apply).await.unwrap().remove(0)
}

fn about(
    user: &UserId,
    remote: RemoteId,
    generation: u64,
    phase: ClaimedPhase,
    connection: ConnectionId,
) -> ClaimAbout {
    let generation = Generation(generation);
    ClaimAbout {
        user: user.clone(),
        remote,
        claim: Claim { generation, phase },
        connection,
    }
}

async fn disconnect(world: &mut World, user: &UserId, name: &str) {
    let find = FindByPerson {
        user: user.clone(),
        provider: there(),
        subject: contact(name).remote.subject().to_owned(),
    };
    let connection = world.store.read(find).await.unwrap().unwrap();
    let disconnect = Disconnect {
        user: Some(user.clone()),
        connection: connection.id,
        delivery: world.id(),
        here: here(),
        moment: moment(20),
    };
    world.store.write(disconnect).await.unwrap().unwrap();
}

async fn digests_always_fit_the_halves(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    assert_eq!(root(&world).await, Root::default());
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    world.redeem(1, "Dora", 4).await.unwrap();
    let (carol, dora) = (pair(&bob, "Carol"), pair(&bob, "Dora"));
    let expected = |digest| Root { digest, halves: 2 };
    assert_eq!(
        root(&world).await,
        expected(carol.item(1, true) ^ dora.item(5, true))
    );
    disconnect(&mut world, &bob, "Carol").await;
    let digest = carol.item(1, false) ^ dora.item(5, true);
    assert_eq!(root(&world).await, expected(digest));

    let provider = there();
    let groups = LoadGroups { provider };
    let groups = world.store.read(groups).await.unwrap();
    assert_eq!(groups.iter().fold(0, |all, one| all ^ one), digest);
    let group = pairs::group(carol.bucket());
    let leaves = LoadLeaves {
        provider: there(),
        groups: vec![group],
    };
    let leaves = world.store.read(leaves).await.unwrap().remove(0).1;
    assert_eq!(
        leaves[usize::from(carol.bucket() & 0xff)],
        carol.item(1, false)
    );
    let buckets = LoadBuckets {
        provider: there(),
        buckets: vec![dora.bucket(), carol.bucket()],
    };
    let buckets = world.store.read(buckets).await.unwrap();
    assert_eq!(buckets[0][0].half.generation, Generation(5));
    assert_eq!(buckets[1][0].half.phase, Phase::Disconnected(EndedBy::Us));
    assert!(buckets[1][0].unconfirmed);
}

async fn halves_from_before_sync_are_counted_in_once(fixture: Fixture) {
    let mut world = World::new(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    world.redeem(1, "Dora", 0).await.unwrap();
    assert_eq!(root(&world).await, Root::default());
    world
        .store
        .write(SetOurName { here: here() })
        .await
        .unwrap();
    disconnect(&mut world, &bob, "Dora").await;
    assert_eq!(root(&world).await.halves, 1);
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(1));
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(0));
    let digest = pair(&bob, "Carol").item(1, true) ^ pair(&bob, "Dora").item(1, false);
    assert_eq!(root(&world).await, Root { digest, halves: 2 });

    // Under another name of this server every pair is another one.
    let moved = SetOurName { here: there() };
    world.store.write(moved).await.unwrap();
    assert_eq!(root(&world).await, Root::default());
    world
        .store
        .write(SetOurName { here: here() })
        .await
        .unwrap();
    assert_eq!(world.store.write(CountIn { limit: 10 }).await, Ok(2));
    assert_eq!(root(&world).await, Root { digest, halves: 2 });
}

async fn a_half_is_compared_once_the_other_server_speaks_of_generations(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let mut halves = 0;
    for (name, by_claim) in [("Carol", true), ("Dora", false)] {
        let redeem = Redeem {
            floor: None,
            ..world.redeeming(1, contact(name), 0)
        };
        world.store.write(redeem).await.unwrap().ok().unwrap();
        assert_eq!(root(&world).await.halves, halves, "{name}");
        if by_claim {
            let same = claim(&mut world, &bob, name, 1, ClaimedPhase::Connected).await;
            assert!(!same.changed);
        } else {
            let removal = ReceiveRemoval {
                provider: there(),
                remote: contact(name).remote,
                user: Some(bob.clone()),
                generation: Some(Generation(1)),
                signature: None,
                connection: world.id(),
                moment: moment(30),
            };
            world.store.write(removal).await.unwrap().unwrap();
        }
        halves += 1;
        assert_eq!(root(&world).await.halves, halves, "{name}");
    }
    let digest = pair(&bob, "Carol").item(1, true) ^ pair(&bob, "Dora").item(1, false);
    assert_eq!(root(&world).await, Root { digest, halves });
}

async fn a_claim_takes_away_and_never_gives(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let up = ClaimedPhase::Connected;
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Ours);

    let same = claim(&mut world, &bob, "Carol", 1, up).await;
    assert!(!same.changed);
    let stranger = claim(&mut world, &bob, "Dora", 3, up).await;
    assert!(stranger.changed);
    let dora = half(&world, &bob, "Dora").await.unwrap();
    assert_eq!(dora.phase, Phase::Disconnected(EndedBy::Neither));
    assert_eq!(
        world.connected(&bob).await.len(),
        1,
        "nobody has been connected"
    );

    // Bob disconnected, says the other server, and bob's server has forgotten.
    let forgotten = claim(&mut world, &bob, "Carol", 1, down).await;
    assert!(forgotten.changed);
    assert!(world.connected(&bob).await.is_empty());
    assert!(
        world.redeem(1, "Carol", 1).await.is_err(),
        "his old invitation is closed to her again"
    );
    let nobody = UserId::parse("00000000000000000000000000").unwrap();
    let unknown = claim(&mut world, &nobody, "Carol", 1, up).await;
    assert_eq!((unknown.half, unknown.changed), (None, false));
}

async fn a_half_that_comparing_ended_says_what_was_found(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    let down = ClaimedPhase::Disconnected;
    for (name, generation, phase, found) in [
        ("Carol", 1, down(ClaimedEnd::Theirs), Found::EndedThere),
        ("Dora", 1, down(ClaimedEnd::Ours), Found::EndedHere),
        ("Erin", 1, down(ClaimedEnd::Neither), Found::NotThere),
        ("Frank", 2, ClaimedPhase::Connected, Found::NotHere),
    ] {
        let before = world.redeem(1, name, 0).await.unwrap();
        assert_eq!(before.found, None);
        let last = world.store.read(LastEvent).await.unwrap();
        claim(&mut world, &bob, name, generation, phase).await;
        let find = || FindByPerson {
            user: bob.clone(),
            provider: there(),
            subject: contact(name).remote.subject().to_owned(),
        };
        let ended = world.store.read(find()).await.unwrap().unwrap();
        assert_eq!((ended.found, ended.ended_at), (Some(found), Some(at(50))));
        let events = EventsAfter {
            user: bob.clone(),
            after: last,
            limit: 10,
        };
        let events = world.store.read(events).await.unwrap();
        assert_eq!(events.len(), 1, "{name}");
        assert_eq!(events[0].kind, "connection.disconnected");
        assert_eq!(events[0].data["found"], found.as_str());
    }
    world.invite(&bob, 2, Uses::Anyone).await;
    let again = world.redeem(2, "Carol", 1).await.unwrap();
    assert_eq!(again.found, None, "it was about the connection before");
}

async fn a_server_that_changes_its_mind_all_the_time_leaves_no_trail_of_events(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    disconnect(&mut world, &bob, "Carol").await;
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Theirs);
    for name in ["Carol", "Stranger"] {
        claim(&mut world, &bob, name, 2, down).await;
    }
    let last = world.store.read(LastEvent).await.unwrap();
    for generation in 3..20 {
        for name in ["Carol", "Stranger"] {
            claim(&mut world, &bob, name, generation, ClaimedPhase::Connected).await;
            claim(&mut world, &bob, name, generation, down).await;
        }
    }
    assert_eq!(world.store.read(LastEvent).await, Ok(last));
}

async fn liars_with_any_number_of_servers_fill_a_thousand_rows_of_a_person(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let (bob, zoe) = (world.user("bob").await, world.user("zoe").await);
    let mut written = 0;
    for server in 0..3_u8 {
        let provider = Provider::parse(&format!("s{server}.example.org")).unwrap();
        let claims = (0..400_u16).map(|number| {
            let remote = RemoteId::new(&format!("person-{number}"), &provider).unwrap();
            let [high, low] = number.to_be_bytes();
            let id = Id::from_parts(1, [server, high, low, 0, 0, 0, 0, 0, 0, 0]);
            about(&bob, remote, 1, ClaimedPhase::Connected, id.into())
        });
        let apply = ApplyClaims {
            provider: provider.clone(),
            claims: claims.collect(),
            moment: moment(50),
        };
        let applied = world.store.write(apply).await.unwrap();
        written += applied.iter().filter(|one| one.changed).count();
    }
    assert_eq!(written, 1_000);
    let other = claim(&mut world, &zoe, "Carol", 1, ClaimedPhase::Connected).await;
    assert!(other.changed, "that is his own limit");
}

async fn a_removal_that_was_never_answered_is_confirmed_by_sync(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for name in ["Carol", "Dora"] {
        world.redeem(1, name, 0).await.unwrap();
        disconnect(&mut world, &bob, name).await;
    }
    let down = ClaimedPhase::Disconnected(ClaimedEnd::Ours);
    claim(&mut world, &bob, "Carol", 1, down).await;
    let confirm = |generation| ConfirmTold {
        provider: there(),
        agreed: vec![(
            bob.clone(),
            contact("Dora").remote.subject().to_owned(),
            Generation(generation),
        )],
        moment: moment(50),
    };
    let due = || ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    world.store.write(confirm(7)).await.unwrap();
    assert_eq!(
        world.store.read(due()).await.unwrap().len(),
        1,
        "only Dora's is left"
    );
    world.store.write(confirm(1)).await.unwrap();
    assert!(world.store.read(due()).await.unwrap().is_empty());
    for name in ["Carol", "Dora"] {
        let find = FindByPerson {
            user: bob.clone(),
            provider: there(),
            subject: contact(name).remote.subject().to_owned(),
        };
        let connection = world.store.read(find).await.unwrap().unwrap();
        assert_eq!(connection.told, Some(Told::Confirmed), "{name}");
    }
}

async fn a_removal_that_a_comparison_withdraws_is_no_longer_being_told(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    disconnect(&mut world, &bob, "Carol").await;
    // They speak of a later time than ours: the removal under way would be refused as old.
    claim(&mut world, &bob, "Carol", 4, ClaimedPhase::Connected).await;
    let due = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    assert!(world.store.read(due).await.unwrap().is_empty());
    let find = FindByPerson {
        user: bob,
        provider: there(),
        subject: contact("Carol").remote.subject().to_owned(),
    };
    let carol = world.store.read(find).await.unwrap().unwrap();
    assert_eq!(carol.told, Some(Told::Unconfirmed));
    let phase = Phase::Disconnected(EndedBy::Us);
    assert_eq!(
        (carol.half.generation, carol.half.phase),
        (Generation(4), phase)
    );
}

async fn a_server_without_memory_is_not_believed_for_three_days(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let store = world.store.clone();
    let note = async |ledger: &str, seconds: i64| {
        let note = NoteLedger {
            provider: there(),
            ledger: ledger.to_owned(),
            moment: moment(seconds),
        };
        store.write(note).await.unwrap()
    };
    let days = STRANGER_MS / 1_000;
    assert!(note("first", 0).await);
    assert!(note("first", 1).await);
    assert!(!note("second", 2).await);
    assert!(!note("second", 1 + days).await);
    assert!(!note("third", 2 + days).await, "its time begins anew");
    assert!(note("first", 3 + days).await, "it was a mistake");
    assert!(!note("second", 4 + days).await);
    assert!(note("second", 4 + 2 * days).await);
    assert!(!note("first", 5 + 2 * days).await);
    let ours = |new: &str| OurLedger {
        new: new.to_owned(),
    };
    assert_eq!(store.write(ours("one")).await.unwrap(), "one");
    assert_eq!(store.write(ours("two")).await.unwrap(), "one");
}

async fn syncs_are_planned_claimed_and_hurried_after_an_outage(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    world.redeem(1, "Carol", 0).await.unwrap();
    let store = world.store.clone();
    let claim = async |seconds: i64| {
        let claim = ClaimSyncs {
            now: at(seconds),
            again_at: at(seconds + 100),
            new_at: at(500),
            limit: 10,
        };
        store.write(claim).await.unwrap()
    };
    assert!(claim(0).await.is_empty(), "the first one has time");
    assert_eq!(store.read(NextSync).await, Ok(Some(at(500))));
    let plan = PlanAll {
        now: at(10),
        within_ms: 60_000,
    };
    store.write(plan).await.unwrap();
    assert_eq!(claim(10).await, [there()]);
    assert!(claim(11).await.is_empty());
    assert_eq!(claim(110).await, [there()], "nobody came to an end");
    let record = |failure: Option<symbolon_proto::problem::Code>, seconds| RecordSync {
        said: failure.map(|_| "500: no room left".to_owned()),
        provider: there(),
        failure,
        waiting: 2,
        due_at: at(900),
        now: at(seconds),
    };
    let timeout = symbolon_proto::problem::Code::Timeout;
    store.write(record(Some(timeout), 120)).await.unwrap();
    let found = NoteFound {
        provider: there(),
        found: 3,
        changed: 1,
        moment: moment(120),
    };
    store.write(found).await.unwrap();
    let provider = there();
    let sync = store.read(FindSync { provider }).await.unwrap().unwrap();
    assert_eq!(
        (sync.failures, sync.last_code, sync.found, sync.changed),
        (1, Some(timeout), 3, 1)
    );
    assert_eq!(sync.last_said.as_deref(), Some("500: no room left"));

    let health = |failure, seconds| NoteHealth {
        provider: there(),
        failure,
        now: at(seconds),
    };
    store.write(health(None, 130)).await.unwrap();
    assert!(claim(131).await.is_empty(), "it was there all the time");
    store.write(health(Some(timeout), 140)).await.unwrap();
    store.write(health(None, 150)).await.unwrap();
    assert_eq!(claim(150).await, [there()]);
    store.write(record(None, 160)).await.unwrap();
    let all = ListSyncs {
        after: None,
        limit: 10,
    };
    let all = store.read(all).await.unwrap();
    assert_eq!(
        (all.len(), all[0].failures, all[0].synced_at, all[0].waiting),
        (1, 0, Some(at(160)), 2)
    );
}

async fn servers_to_ask_are_those_that_answered_last_and_none_that_is_blocked(fixture: Fixture) {
    let mut world = named(&fixture).await;
    let bob = world.user("bob").await;
    world.invite(&bob, 1, Uses::Anyone).await;
    for (name, answered, failing, blocked) in [
        ("a.example.org", 10, false, false),
        ("b.example.org", 30, false, false),
        ("c.example.org", 40, true, false),
        ("d.example.org", 50, false, true),
        ("e.example.org", 20, false, false),
    ] {
        let provider = Provider::parse(name).unwrap();
        let carol = Contact {
            remote: RemoteId::new("carol", &provider).unwrap(),
            provider: provider.clone(),
            ..contact("Carol")
        };
        let redeem = world.redeeming(1, carol, 0);
        world.store.write(redeem).await.unwrap().unwrap();
        let mut health = vec![NoteHealth {
            provider: provider.clone(),
            failure: None,
            now: at(answered),
        }];
        if failing {
            health.push(NoteHealth {
                provider: provider.clone(),
                failure: Some(Code::Timeout),
                now: at(answered + 1),
            });
        }
        for note in health {
            world.store.write(note).await.unwrap();
        }
        if blocked {
            let decide = Decide {
                provider,
                rule: Rule::Blocked,
                note: None,
                by: None,
                moment: moment(60),
            };
            world.store.write(decide).await.unwrap();
        }
    }
    let asked = async |limit| {
        let found = world.store.read(ListAnswering { limit }).await.unwrap();
        let names = found.iter().map(ToString::to_string);
        names.collect::<Vec<_>>()
    };
    let all = ["b.example.org", "e.example.org", "a.example.org"];
    assert_eq!(asked(10).await, all);
    assert_eq!(asked(2).await, all[..2]);
}
