//! A map that strangers may fill: bounded, and what is least useful makes room.

use std::collections::HashMap;
use std::hash::Hash;

/// A map of at most so many entries. When it is full, the tenth that ranks lowest and was used longest ago makes room, so
/// that nobody can make it forget everything.
pub(crate) struct Bounded<K, V> {
    entries: HashMap<K, Entry<V>>,
    max: usize,
    /// How often an entry was used, which is the clock of this map.
    uses: u64,
}

struct Entry<V> {
    value: V,
    used: u64,
}

impl<K: Hash + Eq + Clone, V> Bounded<K, V> {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            entries: HashMap::new(),
            max,
            uses: 0,
        }
    }

    /// What is remembered, which counts as a use.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V> {
        self.uses += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.uses;
        Some(&mut entry.value)
    }

    /// What is remembered, or something new. `rank` tells which ones are more useful than others: the lowest go first.
    pub(crate) fn or_insert<R: Ord>(
        &mut self,
        key: &K,
        new: impl FnOnce() -> V,
        rank: impl Fn(&V) -> R,
    ) -> &mut V {
        if self.entries.len() >= self.max && !self.entries.contains_key(key) {
            self.make_room(rank);
        }
        self.uses += 1;
        let used = self.uses;
        let entry = self.entries.entry(key.clone());
        let entry = entry.or_insert_with(|| Entry { value: new(), used });
        entry.used = used;
        &mut entry.value
    }

    /// Remembers something; whatever was remembered under the key is replaced.
    pub(crate) fn insert(&mut self, key: &K, value: V) {
        let mut value = Some(value);
        let entry = self.or_insert(key, || value.take().expect("it is new once"), |_| ());
        if let Some(value) = value {
            *entry = value;
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn make_room<R: Ord>(&mut self, rank: impl Fn(&V) -> R) {
        let useful = |entry: &Entry<V>| (rank(&entry.value), entry.used);
        let mut order: Vec<_> = self.entries.values().map(useful).collect();
        let last = (self.max / 10).min(order.len().saturating_sub(1));
        let (_, last, _) = order.select_nth_unstable(last);
        self.entries.retain(|_, entry| useful(entry) > *last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_new_keys_forgets_neither_what_ranks_higher_nor_what_is_in_use() {
        let mut map = Bounded::new(100);
        let rank = |friend: &bool| *friend;
        for friend in 0..20 {
            map.or_insert(&friend, || true, rank);
        }
        map.or_insert(&20, || false, rank);
        for stranger in 1_000..5_000 {
            map.or_insert(&stranger, || false, rank);
            assert!(map.get(&20).is_some(), "it is used all the time");
            assert!(map.len() <= 100);
        }
        assert!((0..20).all(|friend| map.get(&friend).is_some()));
        assert!(map.get(&1_000).is_none());
    }

    #[test]
    fn the_last_value_counts() {
        let mut map = Bounded::new(2);
        map.insert(&1, "a");
        map.insert(&1, "b");
        assert_eq!(map.get(&1), Some(&mut "b"));
        assert_eq!(map.get(&2), None);
    }
}
