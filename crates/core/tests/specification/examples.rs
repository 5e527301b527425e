//! Section 7: the examples, lived through with the functions that decide.

use symbolon_core::Timestamp;
use symbolon_core::connections::{
    Conclusion, EndedBy, Generation, Gesture, Half, Phase, Removal, conclude, floor,
    removed_by_peer,
};
use symbolon_core::invites::{Refusal, Terms, Uses, redeem};
use symbolon_core::sync::{Claim, Verdict, compare};

use super::{Table, barrier, generation};

/// Bob's half at cat and carol's at dog, and how many gestures each server has counted.
#[derive(Clone, Default)]
struct World {
    cat: Option<Half>,
    dog: Option<Half>,
    cat_count: i64,
    dog_count: i64,
    invite: Gesture,
    came_by_it: bool,
    told: Vec<[String; 4]>,
}

impl World {
    /// Bob has issued an invitation for one person.
    fn new() -> Self {
        let mut world = Self::default();
        world.invites();
        world
    }

    fn invites(&mut self) {
        self.cat_count += 1;
        self.invite = Gesture(self.cat_count);
        self.came_by_it = false;
    }

    fn tell(&mut self, step: &str, message: String) {
        let shown = |half: &Option<Half>| match half {
            None => "none".to_owned(),
            Some(half) if half.is_connected() => format!("{}+", half.generation.0),
            Some(half) => format!("{}-", half.generation.0),
        };
        let (cat, dog) = (shown(&self.cat), shown(&self.dog));
        self.told.push([step.to_owned(), message, cat, dog]);
    }

    fn floor(&self, acceptance: Gesture) -> u64 {
        let half = self.dog.as_ref();
        half.map_or(0, |half| floor(half, acceptance).0)
    }

    /// A request arrives at cat.
    fn redeem(&mut self, floor: u64) -> Result<Generation, Refusal> {
        let terms = Terms {
            issued: self.invite,
            uses: Uses::People(1),
            people: u32::from(self.came_by_it),
            expires_at: Timestamp::from_secs(1),
            withdrawn: false,
        };
        let (half, floor) = (self.cat.as_ref(), Some(Generation(floor)));
        let now = Timestamp::from_secs(0);
        let yes = redeem(&terms, self.came_by_it, half, floor, now)?;
        self.came_by_it |= yes.counts;
        self.cat = Some(Half {
            generation: yes.generation,
            phase: Phase::Connected,
            barrier: barrier(self.cat.as_ref()),
        });
        Ok(yes.generation)
    }

    /// Carol accepts; everything arrives.
    fn accepts(&mut self, step: &str) {
        self.dog_count += 1;
        let acceptance = Gesture(self.dog_count);
        let floor = self.floor(acceptance);
        let answer = self.redeem(floor);
        let message = match answer {
            Ok(answered) => {
                let half = self.dog.as_ref();
                let concluded = conclude(half, Some(answered), acceptance, false);
                let (Conclusion::Connect(generation) | Conclusion::Already(generation)) = concluded
                else {
                    panic!("{concluded:?}");
                };
                self.dog = Some(Half {
                    generation,
                    phase: Phase::Connected,
                    barrier: barrier(half),
                });
                format!("floor {floor} → 200 with {}", answered.0)
            }
            Err(refusal) => said(floor, refusal),
        };
        self.tell(step, message);
    }

    /// A person disconnects; returns the generation to be told.
    fn ends(half: &mut Option<Half>, count: &mut i64) -> Generation {
        let half = half.as_mut().unwrap();
        *count += 1;
        half.phase = Phase::Disconnected(EndedBy::Us);
        half.barrier = Gesture(*count);
        half.generation
    }

    fn carol_ends(&mut self) -> Generation {
        Self::ends(&mut self.dog, &mut self.dog_count)
    }

    fn carol_disconnects(&mut self) {
        let at = self.carol_ends();
        let message = removal(&mut self.cat, at);
        self.tell("carol disconnects", message);
    }

    fn bob_disconnects(&mut self) {
        let at = Self::ends(&mut self.cat, &mut self.cat_count);
        let message = removal(&mut self.dog, at);
        self.tell("bob disconnects", message);
    }

    /// Dog tells what it has, and cat answers.
    fn compare(&mut self) {
        let said = Claim::of(self.dog.as_ref().unwrap());
        let before = self.cat.unwrap();
        assert_eq!(compare(Some(&before), &said, false), Verdict::Keep);
        let answer = Claim::of(&before);
        let verdict = compare(self.dog.as_ref(), &answer, false);
        let Verdict::Disconnect {
            generation,
            by,
            renew_barrier,
        } = verdict
        else {
            panic!("{verdict:?}");
        };
        let claims = |half: &Half| {
            let phase = if half.is_connected() { '+' } else { '-' };
            format!("{}{phase}", half.generation.0)
        };
        let message = format!(
            "dog claims {}, cat claims {}",
            claims(self.dog.as_ref().unwrap()),
            claims(&before)
        );
        let half = self.dog.as_mut().unwrap();
        half.generation = generation;
        half.phase = Phase::Disconnected(by);
        if renew_barrier {
            self.dog_count += 1;
            half.barrier = Gesture(self.dog_count);
        }
        self.tell("they compare", message);
    }

    /// What has happened is what the text tells behind this title.
    #[track_caller]
    fn is_told(&self, title: &str) {
        let head = ["step", "message", "cat", "dog"];
        let table = Table::behind(&format!("\n**{title}"), &head);
        assert_eq!(table.rows, self.told, "{title}");
    }
}

fn said(floor: u64, refusal: Refusal) -> String {
    match refusal {
        Refusal::Stale(generation) => format!("floor {floor} → 409 with {}", generation.0),
        _ => format!("floor {floor} → 400"),
    }
}

/// `USER_REMOVED` arrives.
fn removal(half: &mut Option<Half>, at: Generation) -> String {
    if let Some(half) = half
        && let Removal::Disconnect(generation) = removed_by_peer(half, Some(at))
    {
        half.generation = generation;
        half.phase = Phase::Disconnected(EndedBy::Them);
    }
    let answered = generation(half.as_ref());
    format!("USER_REMOVED at {} → 201 with {answered}", at.0)
}

#[test]
fn every_example_of_the_specification_happens_as_it_is_told() {
    let mut world = World::new();
    world.accepts("carol accepts");
    world.carol_disconnects();
    let disconnected = world.clone();
    world.accepts("carol accepts again");
    world.is_told("Connect, delete by accident");

    let mut world = World::new();
    world.accepts("carol accepts");
    let at = world.carol_ends();
    world.tell("carol disconnects", "nothing arrives".to_owned());
    world.accepts("carol accepts again");
    let message = removal(&mut world.cat, at);
    world.tell("the removal arrives", message);
    world.is_told("The removal is still on its way");

    let mut world = World::new();
    world.redeem(0).unwrap();
    let lost = "floor 0 → the answer is lost".to_owned();
    world.tell("carol accepts", lost);
    world.accepts("dog asks again");
    world.is_told("A lost answer.");

    let mut world = disconnected;
    let refused = world.redeem(0).unwrap_err();
    let message = said(0, refused);
    world.tell("a copy of the first request arrives", message);
    world.is_told("A late copy.");

    let mut world = World::new();
    world.accepts("carol accepts");
    world.invites();
    world.accepts("carol accepts another");
    assert!(!world.came_by_it, "no use is spent");
    world.is_told("Carol accepts a second invitation");

    let mut world = World::new();
    world.accepts("carol accepts");
    world.bob_disconnects();
    world.accepts("carol accepts again");
    world.invites();
    world.accepts("carol accepts a new one");
    world.is_told("The inviter disconnects.");

    let mut world = World::new();
    world.accepts("carol accepts");
    let backup = world.dog;
    world.carol_disconnects();
    world.dog = backup;
    world.tell("dog is restored", "none".to_owned());
    world.compare();
    world.accepts("carol accepts again");
    world.is_told("Dog is restored from a backup");
}
