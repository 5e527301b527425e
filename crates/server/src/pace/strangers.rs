//! Looks at servers that are new to this one, for whoever has proved nothing: somebody else's server is asked for each, and
//! each may leave a row behind.

use std::net::IpAddr;
use std::sync::Arc;

use symbolon_core::Timestamp;
use symbolon_proto::problem::Problem;

use super::{Allowance, Client, Limit, Networks, Wait, refuse};
use crate::config::Config;
use crate::telemetry::Metrics;

/// For one address, at once: as many as it may send messages in a minute.
const ADDRESS_AT_ONCE: i64 = 60;

/// After that one in so many milliseconds.
const ADDRESS_EACH_MS: i64 = 3_000;

/// For all whose address is not known, at once.
const UNKNOWN_AT_ONCE: i64 = 300;

/// After that one in so many milliseconds.
const UNKNOWN_EACH_MS: i64 = 200;

/// For all together, at once. It takes many addresses to use this up: whoever has a few keeps nobody else out.
const ALL_AT_ONCE: i64 = 1_000;

/// After that one in so many milliseconds.
const ALL_EACH_MS: i64 = 50;

/// The allowances for such looks.
pub(crate) struct Strangers {
    metrics: Arc<Metrics>,
    addresses: Option<Allowance<IpAddr>>,
    networks: Networks,
    unknown: Allowance<()>,
    all: Allowance<()>,
}

impl Strangers {
    pub(crate) fn new(config: &Config, metrics: Arc<Metrics>) -> Self {
        let limits_addresses = config.requests_per_address.is_some();
        let addresses = || Allowance::new(ADDRESS_AT_ONCE, ADDRESS_EACH_MS);
        Self {
            metrics,
            addresses: limits_addresses.then(addresses),
            networks: Networks::new(ADDRESS_AT_ONCE, ADDRESS_EACH_MS),
            unknown: Allowance::new(UNKNOWN_AT_ONCE, UNKNOWN_EACH_MS),
            all: Allowance::new(ALL_AT_ONCE, ALL_EACH_MS),
        }
    }

    /// Somebody makes us ask a server that is new.
    pub(crate) fn take(&self, client: Client, now: Timestamp) -> Result<(), Problem> {
        let taken = self.own(client, now).and_then(|()| {
            let all = self.all.take(&(), now);
            // What all others use up costs nobody their own.
            all.inspect_err(|_| match (&self.addresses, client.0) {
                (Some(addresses), Some(address)) => {
                    addresses.give_back(&address);
                    self.networks.give_back(address);
                }
                _ => self.unknown.give_back(&()),
            })
        });
        taken.map_err(|wait| refuse(&self.metrics, Limit::Strangers, wait))
    }

    fn own(&self, client: Client, now: Timestamp) -> Result<(), Wait> {
        let (Some(addresses), Some(address)) = (&self.addresses, client.0) else {
            return self.unknown.take(&(), now);
        };
        addresses.take(&address, now)?;
        let around = self.networks.take(address, now);
        around.inspect_err(|_| addresses.give_back(&address))
    }
}
