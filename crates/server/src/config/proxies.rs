//! Which proxies are believed when they say for whom they ask.

use std::fmt;
use std::net::IpAddr;

/// Addresses and networks of proxies that write `X-Forwarded-For`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// An address and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Proxies {
    /// A list of addresses and networks, with commas between them; nothing for no proxy at all.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim);
        let networks = items.filter(|item| !item.is_empty()).map(Network::parse);
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether what connects from this address is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Whether none is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither an address nor a network like 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = bits_of(address);
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong())?,
            None => most,
        };
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        let shift = |of: IpAddr| u32::from(bits_of(of) - self.bits);
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differ = u64::from(ours.to_bits() ^ theirs.to_bits());
                differ >> shift(self.address) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differ = ours.to_bits() ^ theirs.to_bits();
                differ.checked_shr(shift(self.address)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

fn bits_of(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Network { address, bits }) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{address}")?;
            if *bits != bits_of(*address) {
                write!(f, "/{bits}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_begin_alike_and_no_others() {
        for (network, inside, outside) in [
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("0.0.0.0/0", "203.0.113.1", "::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::/0", "2001:db8::1", "192.0.2.7"),
            ("::1", "::1", "::2"),
        ] {
            let proxies = Proxies::parse(network).unwrap();
            assert!(proxies.trusts(inside.parse().unwrap()), "{network}");
            assert!(!proxies.trusts(outside.parse().unwrap()), "{network}");
            assert_eq!(proxies.to_string(), network);
        }
        assert!(!Proxies::default().trusts("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_refused_and_named() {
        for text in [
            "proxy.example.org",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/x",
            "1.2.3",
        ] {
            assert!(Proxies::parse(text).unwrap_err().contains(text));
        }
    }
}
