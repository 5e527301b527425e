//! How often a log-in may fail, and when an app password or a session was last used.
//!
//! Failures are counted by account and address together, so that nobody locks somebody else out; by address, against
//! whoever goes through many accounts; and by account, against whoever has many addresses. The last one does not hold for
//! an address from which the account was logged in to lately: that is its owner's. Browsers in which they have logged in
//! before are counted by themselves, wherever they are and whatever strangers do; and so is what somebody confirms who is let in
//! already, for their account.

use std::net::IpAddr;
use std::sync::Mutex;

use symbolon_core::{Id, Timestamp};
use symbolon_proto::problem::{Code, Problem};

use super::known::Known;
use crate::bounded::Bounded;
use crate::pace::{Allowance, Client, Networks, Wait};

/// How often something may fail: so often at once, then once in so many milliseconds.
struct Rate(i64, i64);

struct Rates {
    /// For one account from one address.
    of_both: Rate,
    /// From one address for any accounts.
    of_address: Rate,
    /// For one account from anywhere.
    of_name: Rate,
    /// From one browser in which the owner of the account has logged in.
    of_known: Rate,
    /// For one account by whoever is let in to it already, from where its owner has been or from anywhere else. Of the account
    /// and not of the session: whoever gets hold of several has no more guesses by that.
    of_inside: Rate,
}

/// People choose them, and mistype them.
const PASSWORDS: Rates = Rates {
    of_both: Rate(10, 6_000),
    of_address: Rate(60, 2_000),
    of_name: Rate(100, 600),
    of_known: Rate(10, 6_000),
    of_inside: Rate(10, 6_000),
};

/// Codes of a second factor have six digits, of which three count at a time. Whoever knows the password has 1,440 tries on a
/// day from wherever they are: one chance in 230. A browser in which a log-in was completed since the factor was turned on has
/// as many of its own.
const CODES: Rates = Rates {
    of_both: Rate(5, 60_000),
    of_address: Rate(60, 2_000),
    of_name: Rate(20, 60_000),
    of_known: Rate(5, 60_000),
    of_inside: Rate(5, 60_000),
};

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
    of_networks: Networks,
    of_name: Allowance<String>,
    of_known: Allowance<Known>,
    of_inside: Allowance<Account>,
    owners: Mutex<Bounded<Account, ()>>,
}

/// A name, and from where somebody tries it.
type Account = (String, Option<IpAddr>);

impl Tries {
    /// For passwords of accounts.
    pub(crate) fn of_passwords() -> Self {
        Self::new(&PASSWORDS)
    }

    /// For codes of second factors.
    pub(crate) fn of_codes() -> Self {
        Self::new(&CODES)
    }

    fn new(rates: &Rates) -> Self {
        Self {
            of_both: Allowance::new(rates.of_both.0, rates.of_both.1),
            of_address: Allowance::new(rates.of_address.0, rates.of_address.1),
            of_networks: Networks::homes(rates.of_address.0, rates.of_address.1),
            of_name: Allowance::new(rates.of_name.0, rates.of_name.1),
            of_known: Allowance::new(rates.of_known.0, rates.of_known.1),
            of_inside: Allowance::new(rates.of_inside.0, rates.of_inside.1),
            owners: Mutex::new(Bounded::new(REMEMBERED_MAX)),
        }
    }
}

/// A log-in that is being tried. It counts as failed until more is known, also if whoever sent it does not wait for that.
#[must_use]
pub(super) struct Try {
    account: Account,
    by: Whose,
}

/// What counts somebody apart from strangers, whose failures do not bound it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apart {
    /// It comes from a browser in which its owner has logged in.
    Known(Known),
    /// It is of somebody who is let in already, and confirms that they are the owner.
    Inside,
}

/// As whose a log-in is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Anybody's.
    Stranger,
    /// It comes from where its owner is, so that failures from elsewhere do not bound it.
    Owner,
    /// Only failures of its own browser bound it.
    Known(Known),
    /// Only failures of others who are let in bound it. Somebody else who got in keeps its owner from nothing where the owner
    /// has been.
    Inside { at_home: bool },
}

impl Tries {
    /// Counts a log-in with this name from there, before it is known how it ends: tries that are sent at the same moment are
    /// no more than those that are sent one after another. If there were too many, it says when to come again.
    pub(super) fn begin(
        &self,
        name: &str,
        (client, apart): (Client, Option<Apart>),
        now: Timestamp,
    ) -> Result<Try, Problem> {
        let account = account(name, client);
        let is_owner = client.0.is_some() && self.owners().get(&account).is_some();
        let by = match apart {
            Some(Apart::Known(known)) => Whose::Known(known),
            Some(Apart::Inside) => Whose::Inside { at_home: is_owner },
            None if is_owner => Whose::Owner,
            None => Whose::Stranger,
        };
        let tried = Try { account, by };
        self.take(&tried, now).map_err(|Wait(seconds)| {
            Problem::new(Code::TooManyTries).with("seconds", &seconds.to_string())
        })?;
        Ok(tried)
    }

    /// One of each allowance that bounds it, or none of any.
    fn take(&self, tried: &Try, now: Timestamp) -> Result<(), Wait> {
        let account = &tried.account;
        match &tried.by {
            Whose::Known(known) => return self.of_known.take(known, now),
            Whose::Inside { at_home } => {
                return self.of_inside.take(&inside(account, *at_home), now);
            }
            Whose::Stranger | Whose::Owner => {}
        }
        // Whoever is behind a proxy that is not named is not one address: nobody pays for all of them.
        if let Some(address) = &account.1 {
            self.of_both.take(account, now)?;
            let taken = self.of_address.take(address, now);
            taken.inspect_err(|_| self.of_both.give_back(account))?;
        }
        if tried.by == Whose::Stranger {
            let taken = self.take_as_a_stranger(account, now);
            taken.inspect_err(|_| self.give_back(account))?;
        }
        Ok(())
    }

    /// What neighbours use up keeps no owner from where they have logged in before, so that it counts for strangers alone.
    fn take_as_a_stranger(&self, (name, address): &Account, now: Timestamp) -> Result<(), Wait> {
        if let Some(address) = address {
            self.of_networks.take(*address, now)?;
        }
        let taken = self.of_name.take(name, now);
        taken.inspect_err(|_| {
            if let Some(address) = address {
                self.of_networks.give_back(*address);
            }
        })
    }

    fn give_back(&self, account: &Account) {
        if let Some(address) = &account.1 {
            self.of_both.give_back(account);
            self.of_address.give_back(address);
        }
    }

    pub(super) fn failed(&self, tried: &Try, now: Timestamp) {
        if tried.by != Whose::Stranger {
            self.of_name.spend(&tried.account.0, now);
        }
    }

    /// Nothing came of it that tells anything about the password, or it was right.
    pub(super) fn undo(&self, tried: &Try) {
        match &tried.by {
            Whose::Known(known) => return self.of_known.give_back(known),
            Whose::Inside { at_home } => {
                return self.of_inside.give_back(&inside(&tried.account, *at_home));
            }
            Whose::Stranger | Whose::Owner => {}
        }
        self.give_back(&tried.account);
        if tried.by == Whose::Stranger {
            let (name, address) = &tried.account;
            self.of_name.give_back(name);
            if let Some(address) = address {
                self.of_networks.give_back(*address);
            }
        }
    }

    pub(super) fn succeeded(&self, tried: &Try) {
        self.undo(tried);
        self.of_both.forgive(&tried.account);
        match &tried.by {
            Whose::Known(known) => self.of_known.forgive(known),
            Whose::Inside { at_home } => self.of_inside.forgive(&inside(&tried.account, *at_home)),
            Whose::Stranger | Whose::Owner => {}
        }
        let (name, address) = &tried.account;
        self.owns(name, Client(*address));
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

/// By what those are counted who are let in: by where they are only where the owner has been.
fn inside((name, address): &Account, at_home: bool) -> Account {
    (name.clone(), address.filter(|_| at_home))
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
        let noted = uses.get(id).is_some_and(|at| at.is_recent(now, NOTED_MS));
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

    fn succeeds(tries: &Tries, name: &str, client: Client, now: Timestamp) {
        tries.succeeded(&tries.begin(name, (client, None), now).unwrap());
    }

    /// Whether a log-in may be tried; this one itself comes to nothing.
    fn allowed(tries: &Tries, name: &str, client: Client, now: Timestamp) -> Result<(), Problem> {
        tries
            .begin(name, (client, None), now)
            .map(|tried| tries.undo(&tried))
    }

    fn uses_up(tries: &Tries, name: &str, client: Client, now: Timestamp) -> usize {
        let tried = std::iter::from_fn(|| {
            let tried = tries.begin(name, (client, None), now).ok()?;
            tries.failed(&tried, now);
            Some(())
        });
        tried.take(10_000).count()
    }

    #[test]
    fn the_eleventh_try_must_wait_as_long_as_it_says_and_others_need_not() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        assert_eq!(uses_up(&tries, "bob", from(1), now), 10);
        let refused = allowed(&tries, "bob", from(1), now).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyTries);
        let seconds: i64 = refused.fact("seconds").unwrap().parse().unwrap();
        let then = now.plus_millis(seconds * 1_000);
        assert!(allowed(&tries, "bob", from(1), then).is_ok());
        assert!(allowed(&tries, "carol", from(1), now).is_ok());
    }

    #[test]
    fn clients_that_cannot_be_told_apart_are_counted_by_the_account_alone() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        assert_eq!(uses_up(&tries, "bob", Client(None), now), 100);
        assert_eq!(uses_up(&tries, "carol", Client(None), now), 100);
    }

    #[test]
    fn success_forgets_the_failures() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        for _ in 0..9 {
            tries.failed(&tries.begin("bob", (from(1), None), now).unwrap(), now);
        }
        succeeds(&tries, "bob", from(1), now);
        assert_eq!(uses_up(&tries, "bob", from(1), now), 10);
    }

    #[test]
    fn what_is_under_way_counts_until_it_comes_to_nothing() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        let under_way: Vec<Try> =
            std::iter::from_fn(|| tries.begin("bob", (from(1), None), now).ok()).collect();
        assert_eq!(under_way.len(), 10);
        under_way.iter().for_each(|tried| tries.undo(tried));
        assert_eq!(uses_up(&tries, "bob", from(1), now), 10);
        // Neither the name nor the address has paid for those that came to nothing, nor for those that were refused.
        let rest: usize = (0..1_000)
            .map(|name| uses_up(&tries, &format!("user{name}"), from(1), now))
            .sum();
        assert_eq!(rest, 50);
        let rest: usize = (2..100)
            .map(|last| uses_up(&tries, "bob", from(last), now))
            .sum();
        assert_eq!(rest, 90);
    }

    #[test]
    fn nobody_locks_somebody_out_who_logged_in_from_elsewhere_before() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        succeeds(&tries, "bob", from(1), now);
        let guesses: usize = (2..100)
            .map(|last| uses_up(&tries, "bob", from(last), now))
            .sum();
        assert_eq!(
            guesses, 100,
            "an account is not guessed at from many addresses"
        );
        assert!(allowed(&tries, "bob", from(1), now).is_ok());
        assert!(allowed(&tries, "bob", from(200), now).is_err());
    }

    #[test]
    fn a_home_with_many_networks_does_not_go_through_all_accounts_nor_lock_out_an_owner_or_neighbours()
     {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        let from = |number: u16| {
            let address = [0x2001, 0xdb8, 1, number % 256, 0, 0, 0, 0];
            Client(Some(IpAddr::from(address)))
        };
        succeeds(&tries, "bob", from(1), now);
        let guesses: usize = (2..u16::MAX)
            .map(|number| {
                let tried = tries.begin(&format!("user{number}"), (from(number), None), now);
                usize::from(tried.is_ok())
            })
            .sum();
        assert_eq!(guesses, 2 * 60);
        assert!(allowed(&tries, "bob", from(1), now).is_ok());
        assert!(allowed(&tries, "bob", from(2), now).is_err());
        let neighbour = Client(Some(IpAddr::from([0x2001, 0xdb8, 1, 0x100, 0, 0, 0, 0])));
        assert!(allowed(&tries, "bob", neighbour, now).is_ok());
    }

    #[test]
    fn one_address_does_not_go_through_all_accounts() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        let guesses: usize = (0..1_000)
            .map(|name| uses_up(&tries, &format!("user{name}"), from(1), now))
            .sum();
        assert_eq!(guesses, 60);
        assert!(allowed(&tries, "bob", from(2), now).is_ok());
    }

    #[test]
    fn a_browser_that_is_known_is_counted_by_itself_and_its_failures_against_strangers() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        let known = |number| Some(Apart::Known(Known::sample(number)));
        for last in 2..100 {
            uses_up(&tries, "bob", from(last), now);
        }
        assert!(allowed(&tries, "bob", from(200), now).is_err());
        let fails = |number| {
            let tried = tries.begin("bob", (from(2), known(number)), now);
            tried.map(|tried| tries.failed(&tried, now)).is_ok()
        };
        assert_eq!((0..20).filter(|_| fails(1)).count(), 10);
        let tried = tries.begin("bob", (from(2), known(2)), now).unwrap();
        tries.succeeded(&tried);
        // What comes to nothing costs nothing.
        for _ in 0..20 {
            tries.undo(&tries.begin("bob", (from(2), known(2)), now).unwrap());
        }
        let tries = Tries::of_passwords();
        for number in 0..9 {
            for _ in 0..10 {
                let tried = tries.begin("carol", (from(2), known(number)), now).unwrap();
                tries.failed(&tried, now);
            }
        }
        assert_eq!(uses_up(&tries, "carol", Client(None), now), 10);
    }

    #[test]
    fn whoever_is_let_in_already_is_counted_by_the_account_and_not_by_what_strangers_guess() {
        let tries = Tries::of_passwords();
        let now = Timestamp::from_secs(1_000);
        for last in 2..100 {
            uses_up(&tries, "bob", from(last), now);
        }
        let inside = |last| tries.begin("bob", (from(last), Some(Apart::Inside)), now);
        tries.succeeded(&inside(200).unwrap());
        // Wherever they guess from, and it counts against strangers too.
        let mut guesses = 0;
        for last in 0..30 {
            if let Ok(tried) = inside(last) {
                tries.failed(&tried, now);
                guesses += 1;
            }
        }
        assert_eq!(guesses, 10);
        // Where the owner has been, whoever got in elsewhere is in nobody's way, and neither is whoever guesses there.
        assert!(inside(31).is_err());
        assert_eq!(uses_up(&tries, "bob", from(200), now), 10);
        let mut guesses = 0;
        while let Ok(tried) = inside(200) {
            tries.failed(&tried, now);
            guesses += 1;
        }
        assert_eq!(guesses, 10);
        let tries = Tries::of_passwords();
        for _ in 0..10 {
            let tried = tries.begin("carol", (from(2), Some(Apart::Inside)), now);
            tries.failed(&tried.unwrap(), now);
        }
        assert_eq!(uses_up(&tries, "carol", Client(None), now), 90);
    }
}
