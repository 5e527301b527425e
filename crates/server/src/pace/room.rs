//! Room for those who take as long as they like: bodies that are being read, and connections. Whoever comes finds a place; if
//! there is none, somebody makes room, so that nobody is kept out by those who send a byte a second.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio_util::sync::CancellationToken;

/// Room for so many.
#[derive(Clone)]
pub(crate) struct Room {
    inside: Arc<Mutex<Inside>>,
    all: usize,
    of_one: usize,
}

#[derive(Default)]
struct Inside {
    /// How many have ever come.
    last: u64,
    number: usize,
    /// Those of each address in the order in which they came; all whose address is not known are together.
    of: HashMap<Option<IpAddr>, BTreeMap<u64, CancellationToken>>,
}

/// Somebody who is in a room until this is dropped, or until they make room.
pub(crate) struct Guest {
    inside: Arc<Mutex<Inside>>,
    address: Option<IpAddr>,
    number: u64,
    makes_room: CancellationToken,
}

impl Room {
    /// For so many, and so many of one address that is known.
    pub(crate) fn new(all: usize, of_one: usize) -> Self {
        Self {
            inside: Arc::default(),
            all,
            of_one,
        }
    }

    /// Comes in, which always can be done: one of the address that holds most makes room, the one that came first.
    pub(crate) fn enter(&self, address: Option<IpAddr>) -> Guest {
        let mut inside = locked(&self.inside);
        if let Some(holder) = self.holder(&inside, address) {
            inside.first_of(holder);
        }
        inside.last += 1;
        inside.number += 1;
        let number = inside.last;
        let makes_room = CancellationToken::new();
        let of_one = inside.of.entry(address).or_default();
        of_one.insert(number, makes_room.clone());
        Guest {
            inside: self.inside.clone(),
            address,
            number,
            makes_room,
        }
    }

    /// Who has to make room for one more from an address, if anybody has.
    fn holder(&self, inside: &Inside, address: Option<IpAddr>) -> Option<Option<IpAddr>> {
        let own = inside.of.get(&address).map_or(0, BTreeMap::len);
        if address.is_some() && own >= self.of_one {
            return Some(address);
        }
        if inside.number < self.all {
            return None;
        }
        let rank = |of_one: &BTreeMap<u64, _>| {
            let first = of_one.first_key_value().map(|(number, _)| *number);
            (of_one.len(), Reverse(first))
        };
        let holders = inside.of.iter();
        let most = holders.max_by_key(|(_, of_one)| rank(of_one));
        most.map(|(address, _)| *address)
    }
}

impl Inside {
    fn first_of(&mut self, address: Option<IpAddr>) {
        let of_one = self.of.get(&address);
        let first = of_one.and_then(|of_one| of_one.first_key_value());
        if let Some((number, makes_room)) = first {
            makes_room.cancel();
            let number = *number;
            self.leaves(address, number);
        }
    }

    fn leaves(&mut self, address: Option<IpAddr>, number: u64) {
        let Some(of_one) = self.of.get_mut(&address) else {
            return;
        };
        if of_one.remove(&number).is_some() {
            self.number -= 1;
        }
        if of_one.is_empty() {
            self.of.remove(&address);
        }
    }
}

impl Guest {
    /// Goes on until somebody else needs the place; `None` then.
    pub(crate) async fn within<F: Future>(&self, doing: F) -> Option<F::Output> {
        self.makes_room.run_until_cancelled(doing).await
    }

    /// Cancelled when somebody else needs the place.
    pub(crate) fn makes_room(&self) -> &CancellationToken {
        &self.makes_room
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        locked(&self.inside).leaves(self.address, self.number);
    }
}

fn locked(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().expect("no holder of this lock panics")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = 256;

    const OF_ONE: usize = 32;

    fn of(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    fn stays(guest: &Guest) -> bool {
        !guest.makes_room.is_cancelled()
    }

    #[test]
    fn whoever_holds_most_and_is_slowest_makes_room_for_the_next_one() {
        let room = Room::new(ALL, OF_ONE);
        let held = |last: u8| locked(&room.inside).of.get(&of(last)).map(BTreeMap::len);
        let alone = room.enter(of(100));
        let slow: Vec<Guest> = (0..OF_ONE + 3).map(|_| room.enter(of(1))).collect();
        assert_eq!(
            held(1),
            Some(OF_ONE),
            "and the address pays for that itself"
        );
        assert!(slow[..3].iter().all(|it| !stays(it)) && slow[3..].iter().all(stays));
        let more: Vec<Guest> = (2..9)
            .flat_map(|last| (0..OF_ONE).map(move |_| last))
            .map(|last| room.enter(of(last)))
            .collect();
        assert_eq!(locked(&room.inside).number, ALL);
        for last in 200..220 {
            let newcomer = room.enter(of(last));
            assert!(stays(&newcomer));
        }
        assert!(stays(&alone), "the others hold more");
        drop((alone, slow, more));
        assert!(locked(&room.inside).of.is_empty());
        assert_eq!(locked(&room.inside).number, 0);
    }

    #[test]
    fn those_whose_address_is_not_known_do_not_pay_for_one_another_until_all_places_are_taken() {
        let room = Room::new(ALL, OF_ONE);
        let unknown: Vec<Guest> = (0..ALL).map(|_| room.enter(None)).collect();
        assert!(unknown.iter().all(stays));
        let newcomer = room.enter(of(1));
        assert!(!stays(&unknown[0]) && unknown[1..].iter().all(stays));
        assert!(stays(&newcomer));
    }
}
