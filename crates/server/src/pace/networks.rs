//! What the networks have around an address of version 6, of which one owner has any number.
//!
//! An address counts as its /64, the least that anybody is given. Homes have a /56 of these mostly, and sites a /48: counted by
//! the /64 alone, one household would be 256 addresses, one site 65,536, and could use up by itself what is for all who prove
//! nothing. So wider networks have something together, too. It is more than one of the next narrower ones can use: no household
//! takes all that its /48 has, which may be of two hundred more, and no site all of its provider's /32. Where there is something
//! for all, a site and a provider have a share of that: enough that servers of one hoster do not lock each other out by a few
//! addresses, and so little that a whole provider does not use it up. Whoever has several /32s is many, as whoever has many
//! addresses of version 4; what is for all bounds them.
//!
//! What is signed by a server that somebody here has to do with has something kept for it, where its network has nothing left
//! ([`super::Pace::reserved`]).

use std::net::{IpAddr, Ipv6Addr};

use symbolon_core::Timestamp;

use super::{Allowance, Wait};

/// How wide these networks are, in bits.
const HOME: u32 = 56;
const SITE: u32 = 48;
const PROVIDER: u32 = 32;

/// How many times as much as one address has a home has, and where there is nothing for all, a site and a provider.
const HOME_TIMES: i64 = 2;
const SITE_TIMES: i64 = 6;
const PROVIDER_TIMES: i64 = 12;

/// Which part of what is for all a site has, and a provider.
const SITE_PART: i64 = 8;
const PROVIDER_PART: i64 = 4;

/// The allowances of such networks.
pub(crate) struct Networks(Vec<(u32, Allowance<Ipv6Addr>)>);

impl Networks {
    /// Where one address has so many at once, and then one in so many milliseconds.
    pub(crate) fn new(at_once: i64, each_ms: i64) -> Self {
        let wider = [
            (HOME, HOME_TIMES),
            (SITE, SITE_TIMES),
            (PROVIDER, PROVIDER_TIMES),
        ];
        let wider = wider.map(|(bits, times)| (bits, several(times, at_once, each_ms)));
        Self(wider.into())
    }

    /// For homes alone: where there is nothing for all that a provider could use up, nobody pays for others of theirs.
    pub(crate) fn homes(at_once: i64, each_ms: i64) -> Self {
        Self(vec![(HOME, several(HOME_TIMES, at_once, each_ms))])
    }

    /// Where one address has so many at once and then one in so many milliseconds, and all have so many.
    pub(crate) fn sharing(of_one: (i64, i64), of_all: (i64, i64)) -> Self {
        let part = |part: i64| Allowance::new(of_all.0 / part, of_all.1 * part);
        Self(vec![
            (HOME, several(HOME_TIMES, of_one.0, of_one.1)),
            (SITE, part(SITE_PART)),
            (PROVIDER, part(PROVIDER_PART)),
        ])
    }

    /// One from each network around an address, or none from any.
    pub(crate) fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), Wait> {
        for (taken, (network, allowance)) in self.around(address).enumerate() {
            allowance.take(&network, now).inspect_err(|_| {
                let before = self.around(address).take(taken);
                before.for_each(|(network, allowance)| allowance.give_back(&network));
            })?;
        }
        Ok(())
    }

    pub(crate) fn give_back(&self, address: IpAddr) {
        for (network, allowance) in self.around(address) {
            allowance.give_back(&network);
        }
    }

    /// None for version 4, of which nobody has many.
    fn around(&self, address: IpAddr) -> impl Iterator<Item = (Ipv6Addr, &Allowance<Ipv6Addr>)> {
        let six = match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(six) => Some(six),
        };
        let networks = self.0.iter();
        networks.filter_map(move |(bits, allowance)| Some((network(six?, *bits), allowance)))
    }
}

fn several(times: i64, at_once: i64, each_ms: i64) -> Allowance<Ipv6Addr> {
    Allowance::new(at_once * times, (each_ms / times).max(1))
}

fn network(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses_up(networks: &Networks, address: impl Fn(u16) -> [u16; 4]) -> usize {
        let now = Timestamp::from_secs(1_000);
        let takes = |number: u16| {
            let [a, b, c, d] = address(number);
            let address = IpAddr::from([a, b, c, d, 0, 0, 0, 0]);
            networks.take(address, now).is_ok()
        };
        (0..u16::MAX).filter(|number| takes(*number)).count()
    }

    #[test]
    fn whoever_has_a_wider_network_has_a_few_times_as_much_and_leaves_something_to_those_around() {
        let networks = Networks::new(10, 1_000);
        let home = uses_up(&networks, |n| [0x2001, 0xdb8, 1, n % 256]);
        let site = uses_up(&networks, |n| [0x2001, 0xdb8, 1, n]);
        let provider = uses_up(&networks, |n| [0x2001, 0xdb8, n, n]);
        assert_eq!((home, site, provider), (20, 40, 60));
        assert_eq!(uses_up(&networks, |_| [0x2001, 0xdb9, 1, 1]), 20);
        // What was refused by the provider has cost no home anything, and what is given back is there again.
        let now = Timestamp::from_secs(1_000);
        let address = IpAddr::from([0x2001, 0xdb8, 1, 1, 0, 0, 0, 0]);
        assert!(networks.take(address, now).is_err());
        networks.give_back(address);
        assert!(networks.take(address, now).is_ok());
        let four = IpAddr::from([192, 0, 2, 1]);
        assert!((0..1_000).all(|_| networks.take(four, now).is_ok()));
    }
}
