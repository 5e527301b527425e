//! What the networks have around an address of version 6, of which one owner has any number.
//!
//! An address counts as its /64, the least that anybody is given. Homes have a /56 of these mostly, and sites a /48: counted by
//! the /64 alone, one household would be 256 addresses, one site 65,536, and could use up by itself what is for all who prove
//! nothing. So wider networks have something together, too. It is more than one of the next narrower ones can use: no household
//! takes all that its /48 has, which may be of two hundred more, and no site all of its provider's /32. And it is so little that
//! a whole provider does not use up what is for all. Whoever has several /32s is many, as whoever has many addresses of version
//! 4; what is for all bounds them.
//!
//! What proves to come from a server that somebody here has to do with does not depend on this: it lives on what is kept for
//! that one ([`super::Pace::reserved`]), and costs its neighbours nothing.

use std::net::{IpAddr, Ipv6Addr};

use symbolon_core::Timestamp;

use super::{Allowance, Wait};

/// How wide these networks are, in bits, and how many times as much as one address has they have: homes, sites, providers.
const WIDER: [(u32, i64); 3] = [(56, 2), (48, 6), (32, 12)];

/// The allowances of such networks.
pub(crate) struct Networks([(u32, Allowance<Ipv6Addr>); WIDER.len()]);

impl Networks {
    /// Where one address has so many at once, and then one in so many milliseconds.
    pub(crate) fn new(at_once: i64, each_ms: i64) -> Self {
        let allowance = |times: i64| Allowance::new(at_once * times, (each_ms / times).max(1));
        Self(WIDER.map(|(bits, times)| (bits, allowance(times))))
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
