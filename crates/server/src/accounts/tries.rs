//! How often a log-in may fail, and when an app password or a session was last used.
//!
//! Failures are counted by account and address together, so that nobody locks somebody else out; by address, against
//! whoever goes through many accounts; and by account, against whoever has many addresses. The last one does not hold for
//! an address from which the account was logged in to lately: that is its owner's.

use std::net::IpAddr;
use std::sync::Mutex;

use symbolon_core::{Id, Timestamp};
use symbolon_proto::problem::{Code, Problem};

use crate::bounded::Bounded;
use crate::pace::{Allowance, Client, Wait};

/// Failures for one account from one address, at once; then one in [`EACH_MS`].
const FAILURES_MAX: i64 = 10;

/// In milliseconds.
const EACH_MS: i64 = 6_000;

/// Failures from one address for any accounts, at once; then one in [`OF_ADDRESS_EACH_MS`].
const OF_ADDRESS_MAX: i64 = 60;

/// In milliseconds.
const OF_ADDRESS_EACH_MS: i64 = 2_000;

/// Failures for one account from anywhere, at once; then one in [`OF_NAME_EACH_MS`].
const OF_NAME_MAX: i64 = 100;

/// In milliseconds.
const OF_NAME_EACH_MS: i64 = 600;

/// The use of an app password is noted at most once in this time, in milliseconds.
const NOTED_MS: i64 = 60_000;

/// How many owners and app passwords are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Longest part of a name that is told apart, in bytes: no account has a longer one, and nobody fills memory with it.
const NAME_BYTES: usize = 64;

/// The log-ins that failed lately.
pub struct Tries {
    of_both: Allowance<Account>,
    of_address: Allowance<IpAddr>,
    of_name: Allowance<String>,
    owners: Mutex<Bounded<Account, ()>>,
}

/// A name, and from where somebody tries it.
type Account = (String, Option<IpAddr>);

impl Default for Tries {
    fn default() -> Self {
        Self {
            of_both: Allowance::new(FAILURES_MAX, EACH_MS),
            of_address: Allowance::new(OF_ADDRESS_MAX, OF_ADDRESS_EACH_MS),
            of_name: Allowance::new(OF_NAME_MAX, OF_NAME_EACH_MS),
            owners: Mutex::new(Bounded::new(REMEMBERED_MAX)),
        }
    }
}

impl Tries {
    /// Whether a log-in with this name may be tried now from there; if not, it says when to come again.
    pub(super) fn allowed(
        &self,
        name: &str,
        client: Client,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let account = account(name, client);
        let owner = client.0.is_some() && self.owners().get(&account).is_some();
        let of_name = || self.of_name.look(&account.0, now);
        let allowed = self.of_both.look(&account, now);
        let allowed = allowed.and_then(|()| match client.0 {
            Some(address) => self.of_address.look(&address, now),
            None => Ok(()),
        });
        let allowed = allowed.and_then(|()| if owner { Ok(()) } else { of_name() });
        allowed.map_err(|Wait(seconds)| {
            Problem::new(Code::TooManyTries).with("seconds", &seconds.to_string())
        })
    }

    pub(super) fn failed(&self, name: &str, client: Client, now: Timestamp) {
        let account = account(name, client);
        self.of_both.spend(&account, now);
        self.of_name.spend(&account.0, now);
        if let Some(address) = client.0 {
            self.of_address.spend(&address, now);
        }
    }

    pub(super) fn succeeded(&self, name: &str, client: Client) {
        self.of_both.forgive(&account(name, client));
        self.owns(name, client);
    }

    /// Its owner is at this address. Failures from there are not forgiven: others may share it.
    pub(super) fn owns(&self, name: &str, client: Client) {
        if client.0.is_some() {
            self.owners().insert(&account(name, client), ());
        }
    }

    fn owners(&self) -> std::sync::MutexGuard<'_, Bounded<Account, ()>> {
        self.owners.lock().expect("no holder of this lock panics")
    }
}

fn account(name: &str, client: Client) -> Account {
    let name = &name[..name.floor_char_boundary(NAME_BYTES)];
    (name.to_owned(), client.0)
}

/// When each app password and session was last noted as used, so that a busy script does not write a row per request.
pub struct Uses(Mutex<Bounded<Id, Timestamp>>);

impl Default for Uses {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(REMEMBERED_MAX)))
    }
}

impl Uses {
    pub(super) fn is_news(&self, id: &Id, now: Timestamp) -> bool {
        let mut uses = self.0.lock().expect("no holder of this lock panics");
        let noted = uses
            .get(id)
            .is_some_and(|at| (0..NOTED_MS).contains(&now.millis_since(*at)));
        if noted {
            return false;
        }
        uses.insert(id, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> Client {
        Client(Some(IpAddr::from([192, 0, 2, last])))
    }

    fn uses_up(tries: &Tries, name: &str, client: Client, now: Timestamp) -> usize {
        let tried = std::iter::from_fn(|| {
            tries.allowed(name, client, now).ok()?;
            tries.failed(name, client, now);
            Some(())
        });
        tried.take(10_000).count()
    }

    #[test]
    fn the_eleventh_try_must_wait_as_long_as_it_says_and_others_need_not() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        for client in [Client(None), from(1)] {
            assert_eq!(uses_up(&tries, "bob", client, now), 10);
            let refused = tries.allowed("bob", client, now).unwrap_err();
            assert_eq!(refused.code(), Code::TooManyTries);
            let seconds: i64 = refused.fact("seconds").unwrap().parse().unwrap();
            let then = now.plus_millis(seconds * 1_000);
            assert!(tries.allowed("bob", client, then).is_ok());
            assert!(tries.allowed("carol", client, now).is_ok());
        }
    }

    #[test]
    fn success_forgets_the_failures() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        uses_up(&tries, "bob", from(1), now);
        tries.succeeded("bob", from(1));
        assert!(tries.allowed("bob", from(1), now).is_ok());
    }

    #[test]
    fn nobody_locks_somebody_out_who_logged_in_from_elsewhere_before() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        tries.succeeded("bob", from(1));
        let guesses: usize = (2..100)
            .map(|last| uses_up(&tries, "bob", from(last), now))
            .sum();
        assert_eq!(
            guesses, 100,
            "an account is not guessed at from many addresses"
        );
        assert!(tries.allowed("bob", from(1), now).is_ok());
        assert!(tries.allowed("bob", from(200), now).is_err());
    }

    #[test]
    fn one_address_does_not_go_through_all_accounts() {
        let tries = Tries::default();
        let now = Timestamp::from_secs(1_000);
        let guesses: usize = (0..1_000)
            .map(|name| uses_up(&tries, &format!("user{name}"), from(1), now))
            .sum();
        assert_eq!(guesses, 60);
        assert!(tries.allowed("bob", from(2), now).is_ok());
    }
}
