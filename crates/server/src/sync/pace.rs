//! How many messages of a sync one server may send: enough to compare a million halves, too few to keep us busy.

use symbolon_proto::address::Provider;

use crate::pace::Allowance;

/// Messages that may come at once.
pub(super) const AT_ONCE: i64 = 300;

/// After that, one in this time, in milliseconds.
pub(super) const EACH_MS: i64 = 500;

/// The allowance of each server.
pub(super) fn allowance() -> Allowance<Provider> {
    Allowance::new(AT_ONCE, EACH_MS)
}
