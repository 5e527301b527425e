//! How many servers are asked at a time because one person of ours named them, so that nobody keeps the places of all people.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use symbolon_core::UserId;

/// Servers that one person waits for at a time: as many as somebody has pages open whose invitations lead somewhere new.
const OF_ONE: usize = 3;

/// Who waits for how many.
#[derive(Clone, Default)]
pub(crate) struct People(Arc<Mutex<HashMap<UserId, usize>>>);

/// A server that somebody waits for.
pub(crate) struct Asks {
    people: People,
    person: UserId,
}

impl People {
    /// One more for somebody, if they may.
    pub(crate) fn ask(&self, person: &UserId) -> Option<Asks> {
        let mut counts = self.locked();
        let count = counts.get(person).copied().unwrap_or(0);
        if count >= OF_ONE {
            return None;
        }
        counts.insert(person.clone(), count + 1);
        Some(Asks {
            people: self.clone(),
            person: person.clone(),
        })
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

impl Drop for Asks {
    fn drop(&mut self) {
        let mut counts = self.people.locked();
        if let Some(count) = counts.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.person);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    #[test]
    fn one_person_waits_for_few_servers_at_a_time_and_leaves_nothing_behind() {
        let people = People::default();
        let env = Env::system();
        let (bob, carol): (UserId, UserId) = (env.id().into(), env.id().into());
        let held: Vec<Asks> = std::iter::from_fn(|| people.ask(&bob)).collect();
        assert_eq!(held.len(), OF_ONE);
        assert!(people.ask(&carol).is_some());
        drop(held);
        assert!(people.ask(&bob).is_some());
        assert!(people.locked().is_empty());
    }
}
