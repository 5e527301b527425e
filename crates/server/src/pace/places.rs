//! How many messages of other servers are worked on at a time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use super::Client;

/// Messages that are worked on at a time.
pub(super) const ALL: usize = 256;

/// Of these, from one address.
const OF_ONE: usize = 32;

/// The places of one server.
#[derive(Clone, Default)]
pub(super) struct Places {
    under_way: Arc<Mutex<UnderWay>>,
}

#[derive(Default)]
struct UnderWay {
    all: usize,
    of: HashMap<IpAddr, usize>,
}

/// A message that is being worked on.
pub(crate) struct Place {
    under_way: Arc<Mutex<UnderWay>>,
    address: Option<IpAddr>,
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
}
