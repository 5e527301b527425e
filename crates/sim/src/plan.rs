//! What kind of world a seed makes.

use crate::chance::Chance;

/// What goes wrong in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Everything that can.
    Storm,
    /// The network only.
    RoughSea,
    /// The last server takes every message and answers none; everything else is well.
    DeadPeer,
}

/// What kind of world a seed makes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many people each server has.
    pub people: Vec<usize>,
    /// How far each server's clock is off.
    pub skews_ms: Vec<i64>,
    /// What goes wrong.
    pub weather: Weather,
    /// How long people act.
    pub acting_ms: u64,
    /// How long people wait between two gestures, at most.
    pub pause_ms: u64,
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Self {
        let chance = Chance::of(seed, "plan");
        let weather = match chance.below(8) {
            0 => Weather::DeadPeer,
            1 | 2 => Weather::RoughSea,
            _ => Weather::Storm,
        };
        let servers = match chance.below(12) {
            0 => 5,
            1 => 4,
            2..6 => 3,
            _ if weather == Weather::DeadPeer => 3,
            _ => 2,
        };
        let crowded = servers == 2 && chance.one_in(2);
        let people = (0..servers).map(|server| {
            if crowded || (server == 0 && chance.one_in(4)) {
                2
            } else {
                1
            }
        });
        let people = people.collect();
        let skews = (0..servers).map(|_| {
            let skew = chance.below(50_000);
            i64::try_from(skew).unwrap_or(0) - 25_000
        });
        Self {
            people,
            skews_ms: skews.collect(),
            weather,
            acting_ms: chance.between(20_000, 90_000),
            pause_ms: chance.between(500, 8_000),
        }
    }
}
