//! Many worlds at once: one per thread and seed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::faults::Fault;
use crate::world::{self, Outcome};

/// Lives through `count` worlds from `first` on, on as many threads as there are processors, and shows each outcome to
/// `each` in the order in which they end. Stops early when `each` says so.
pub fn run(first: u64, count: u64, each: impl FnMut(Outcome) -> bool) {
    run_with(first, count, None, each);
}

/// The same with a fault in every server.
pub fn run_with(
    first: u64,
    count: u64,
    fault: Option<Fault>,
    mut each: impl FnMut(Outcome) -> bool,
) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(first);
    let end = first.saturating_add(count);
    let (sender, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || sender.send(world::run_with(seed, fault)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for outcome in outcomes {
            if !each(outcome) {
                next.store(end, Ordering::Relaxed);
            }
        }
    });
}
