//! How many messages of other servers are worked on at a time, and how many are being read.
//!
//! Reading takes as long as the sender likes, up to the limits on bodies. So whoever is being read holds no place of those
//! who are worked on; and if too many are being read, one of them makes room, so that nobody is kept out by those who send a
//! byte a second.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio_util::sync::CancellationToken;

use super::Client;

/// Messages that are worked on at a time, and those that are being read.
pub(super) const ALL: usize = 256;

/// Of these, from one address.
const OF_ONE: usize = 32;

/// The places of one server.
#[derive(Clone, Default)]
pub(super) struct Places {
    under_way: Arc<Mutex<UnderWay>>,
    being_read: Arc<Mutex<BeingRead>>,
}

#[derive(Default)]
struct UnderWay {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

#[derive(Default)]
struct BeingRead {
    /// In the order in which they came.
    all: Vec<Reader>,
    last: u64,
}

struct Reader {
    number: u64,
    address: Option<IpAddr>,
    makes_room: CancellationToken,
}

/// A message that is being worked on.
pub(super) struct Place {
    under_way: Arc<Mutex<UnderWay>>,
    address: Option<IpAddr>,
}

/// A message that is being read.
pub(super) struct Reading {
    being_read: Arc<Mutex<BeingRead>>,
    number: u64,
    makes_room: CancellationToken,
}

impl Places {
    /// A place among those that are worked on, if there is one.
    pub(super) fn take(&self, client: Client) -> Option<Place> {
        let mut under_way = locked(&self.under_way);
        let of_one = client.0.and_then(|address| under_way.of.get(&address));
        if under_way.all >= ALL || of_one.is_some_and(|number| *number >= OF_ONE) {
            return None;
        }
        under_way.all += 1;
        if let Some(address) = client.0 {
            *under_way.of.entry(address).or_default() += 1;
        }
        Some(Place {
            under_way: self.under_way.clone(),
            address: client.0,
        })
    }

    /// A place among those that are being read, which there always is: one of the address that holds most makes room, the one
    /// that has been read for longest.
    pub(super) fn read(&self, client: Client) -> Reading {
        let mut being_read = locked(&self.being_read);
        being_read.make_room(client);
        being_read.last += 1;
        let number = being_read.last;
        let makes_room = CancellationToken::new();
        being_read.all.push(Reader {
            number,
            address: client.0,
            makes_room: makes_room.clone(),
        });
        Reading {
            being_read: self.being_read.clone(),
            number,
            makes_room,
        }
    }
}

impl BeingRead {
    fn make_room(&mut self, client: Client) {
        // How many of each address, and the oldest of them.
        let mut of: HashMap<Option<IpAddr>, (usize, Reverse<u64>)> = HashMap::new();
        for reader in &self.all {
            let oldest = Reverse(reader.number);
            of.entry(reader.address).or_insert((0, oldest)).0 += 1;
        }
        let own = client.0.is_some() && of.get(&client.0).is_some_and(|(own, _)| *own >= OF_ONE);
        let full = self.all.len() >= ALL;
        let holder = match own {
            true => Some(client.0),
            false if full => of.iter().max_by_key(|(_, rank)| **rank).map(|(it, _)| *it),
            false => None,
        };
        let oldest = holder.and_then(|it| self.all.iter().position(|reader| reader.address == it));
        if let Some(oldest) = oldest {
            self.all.remove(oldest).makes_room.cancel();
        }
    }
}

impl Reading {
    /// Reads on until somebody else needs the place; `None` then.
    pub(super) async fn within<F: Future>(&self, reading: F) -> Option<F::Output> {
        self.makes_room.run_until_cancelled(reading).await
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut being_read = locked(&self.being_read);
        being_read.all.retain(|reader| reader.number != self.number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = locked(&self.under_way);
        under_way.all -= 1;
        if let Some(address) = self.address
            && let Some(number) = under_way.of.get_mut(&address)
        {
            *number -= 1;
            if *number == 0 {
                under_way.of.remove(&address);
            }
        }
    }
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("no holder of this lock panics")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(last: u8) -> Client {
        Client(Some(IpAddr::from([192, 0, 2, last])))
    }

    fn is_read(reading: &Reading) -> bool {
        !reading.makes_room.is_cancelled()
    }

    #[test]
    fn one_address_never_takes_all_places_and_leaves_what_it_took() {
        let places = Places::default();
        let one: Vec<Place> = std::iter::from_fn(|| places.take(of(1))).collect();
        assert_eq!(one.len(), OF_ONE);
        let another = places.take(of(2));
        assert!(another.is_some());
        drop((one, another));
        assert!(places.under_way.lock().unwrap().of.is_empty());
        let unknown = std::iter::from_fn(|| places.take(Client(None)));
        assert_eq!(unknown.collect::<Vec<_>>().len(), ALL);
    }

    #[test]
    fn whoever_holds_most_and_is_slowest_makes_room_for_the_next_one() {
        let places = Places::default();
        let held = |last: u8| {
            let being_read = locked(&places.being_read);
            let all = being_read.all.iter();
            all.filter(|it| it.address == of(last).0).count()
        };
        let alone = places.read(of(100));
        let slow: Vec<Reading> = (0..OF_ONE + 3).map(|_| places.read(of(1))).collect();
        assert_eq!(held(1), OF_ONE, "and the address pays for that itself");
        assert!(slow[..3].iter().all(|it| !is_read(it)) && slow[3..].iter().all(is_read));
        let more: Vec<Reading> = (2..9)
            .flat_map(|last| (0..OF_ONE).map(move |_| last))
            .map(|last| places.read(of(last)))
            .collect();
        assert_eq!(locked(&places.being_read).all.len(), ALL);
        for last in 200..220 {
            let newcomer = places.read(of(last));
            assert!(is_read(&newcomer));
        }
        assert!(is_read(&alone), "the others hold more");
        drop((alone, slow, more));
        assert!(locked(&places.being_read).all.is_empty());
    }
}
