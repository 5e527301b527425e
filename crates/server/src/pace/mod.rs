//! How often anybody may ask, so that nobody keeps this server from the others. What is refused here is counted and written
//! nowhere.
//!
//! Whoever proves who they are is counted by their name; everybody else by their address. A request that turns out to come
//! from a server that somebody here has to do with costs its address nothing, so that many servers behind one address do not
//! pay for one another. Other servers are counted by both: whoever owns a domain has any number of names that sign.

mod allowance;
mod client;
mod connections;
mod networks;
mod people;
mod places;
mod reading;
mod room;
mod strangers;
mod waiting;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use http::Extensions;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::problem::{Code, Problem};

pub(crate) use allowance::{Allowance, Wait};
pub(crate) use client::{Client, PROXY, UnnamedProxy, layer as find_client};
pub(crate) use connections::{Doorkeeper, fitting};
pub(crate) use networks::Networks;
pub(crate) use people::{Asks, People};
pub(crate) use reading::Reading;
pub(crate) use strangers::Strangers;
pub(crate) use waiting::{Waiting, Waits};

pub(crate) use self::places::Place;
use self::places::{OF_ONE_ADDRESS, OF_ONE_SERVER, Places};
use crate::config::Config;
use crate::telemetry::Metrics;

/// Requests that prove nothing, from all addresses together: so many at once.
const UNPROVED_AT_ONCE: i64 = 2_000;

/// After that one in so many milliseconds.
const UNPROVED_EACH_MS: i64 = 2;

/// What is kept for the messages of one server that somebody here has to do with while those of all others are too many, at
/// once. It is given back for what proves to be signed, so that it bounds what is sent in its name.
const RESERVED_AT_ONCE: i64 = 100;

/// After that one in so many milliseconds.
const RESERVED_EACH_MS: i64 = 200;

/// Messages that a server has signed which nobody here has to do with, at once.
const STRANGER_AT_ONCE: i64 = 60;

/// After that one in so many milliseconds.
const STRANGER_EACH_MS: i64 = 1_000;

/// The same of all such servers together.
const STRANGERS_AT_ONCE: i64 = 1_000;

/// After that one in so many milliseconds.
const STRANGERS_EACH_MS: i64 = 20;

/// Unsigned acceptances in the name of one server, at once.
const CLAIMED_AT_ONCE: i64 = 60;

/// After that one in so many milliseconds.
const CLAIMED_EACH_MS: i64 = 1_000;

/// Documents (how this server describes itself, its keys) for one address, at once. Others keep them for minutes.
const DOCUMENTS_AT_ONCE: i64 = 1_000;

/// After that one in so many milliseconds.
const DOCUMENTS_EACH_MS: i64 = 50;

/// Servers that somebody who is not logged in makes us look at, from one address, at once.
const LOOKS_AT_ONCE: i64 = 20;

/// After that one in so many milliseconds.
const LOOKS_EACH_MS: i64 = 3_000;

/// The limit that somebody has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Of one address, for requests that prove nothing.
    Address,
    /// Of all such requests.
    Unproved,
    /// Of one server that has proved who it is.
    Server,
    /// Of all servers that have proved who they are, and that nobody here has to do with.
    Unacquainted,
    /// Of unsigned acceptances in the name of one server.
    Claimed,
    /// On what is worked on at a time.
    UnderWay,
    /// Of one address, for documents.
    Documents,
    /// On looks at other servers: of one address, of one person, and of all at a time.
    Looks,
    /// Of looks at servers that are new to this one.
    Strangers,
    /// On checks of other servers, and of this one: of one person, and of all at a time.
    Checks,
    /// Of one address or one account, for log-ins that fail.
    LogIns,
}

impl Limit {
    /// All of them.
    pub(crate) const ALL: [Self; 11] = [
        Self::Address,
        Self::Unproved,
        Self::Server,
        Self::Unacquainted,
        Self::Claimed,
        Self::UnderWay,
        Self::Documents,
        Self::Looks,
        Self::Strangers,
        Self::Checks,
        Self::LogIns,
    ];

    /// The word for it in figures.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Unproved => "unproved",
            Self::Server => "server",
            Self::Unacquainted => "unacquainted",
            Self::Claimed => "claimed",
            Self::UnderWay => "under_way",
            Self::Documents => "documents",
            Self::Looks => "looks",
            Self::Strangers => "new_servers",
            Self::Checks => "checks",
            Self::LogIns => "log_ins",
        }
    }
}

/// Whose allowance a message has cost, beside that of its address.
pub(crate) enum Charged {
    /// That of all who prove nothing, and of the networks around its address.
    All,
    /// What is kept for the server that it names.
    Reserve(Provider),
}

/// All allowances of one server, with the figures that count what they refuse.
pub(crate) struct Pace {
    metrics: Arc<Metrics>,
    addresses: Option<Allowance<IpAddr>>,
    networks: Option<Networks>,
    unproved: Allowance<()>,
    reserved: Allowance<Provider>,
    servers: Option<Allowance<Provider>>,
    unacquainted: Allowance<Provider>,
    all_unacquainted: Allowance<()>,
    claimed: Allowance<Provider>,
    documents: Option<Allowance<IpAddr>>,
    looks: Option<Allowance<IpAddr>>,
    looks_of_networks: Networks,
    places: Places<IpAddr>,
    places_of_servers: Places<Provider>,
    people: People,
    reading: Reading,
    /// It has been said that addresses are not known.
    unnamed: AtomicBool,
}

/// So many in a minute, and as many at once.
fn a_minute(number: u32) -> (i64, i64) {
    let number = i64::from(number.max(1));
    (number, 60_000 / number)
}

impl Pace {
    pub(crate) fn new(config: &Config, metrics: Arc<Metrics>) -> Self {
        let limits_addresses = config.requests_per_address.is_some();
        let of_addresses = config.requests_per_address.map(a_minute);
        let of_servers = config.requests_per_server.map(a_minute);
        let by_address = |at_once, each_ms| Allowance::new(at_once, each_ms);
        Self {
            reading: Reading::new(metrics.clone()),
            metrics,
            addresses: of_addresses.map(|(at_once, each_ms)| Allowance::new(at_once, each_ms)),
            networks: of_addresses
                .map(|of_one| Networks::sharing(of_one, (UNPROVED_AT_ONCE, UNPROVED_EACH_MS))),
            unproved: Allowance::new(UNPROVED_AT_ONCE, UNPROVED_EACH_MS),
            reserved: Allowance::new(RESERVED_AT_ONCE, RESERVED_EACH_MS),
            servers: of_servers.map(|(at_once, each_ms)| Allowance::new(at_once, each_ms)),
            unacquainted: Allowance::new(STRANGER_AT_ONCE, STRANGER_EACH_MS),
            all_unacquainted: Allowance::new(STRANGERS_AT_ONCE, STRANGERS_EACH_MS),
            claimed: Allowance::new(CLAIMED_AT_ONCE, CLAIMED_EACH_MS),
            documents: limits_addresses.then(|| by_address(DOCUMENTS_AT_ONCE, DOCUMENTS_EACH_MS)),
            looks: limits_addresses.then(|| by_address(LOOKS_AT_ONCE, LOOKS_EACH_MS)),
            looks_of_networks: Networks::new(LOOKS_AT_ONCE, LOOKS_EACH_MS),
            places: Places::new(OF_ONE_ADDRESS),
            places_of_servers: Places::new(OF_ONE_SERVER),
            people: People::default(),
            unnamed: AtomicBool::new(false),
        }
    }

    /// Whether nobody has been told yet that addresses are not known.
    fn is_first_unnamed(&self) -> bool {
        !self.unnamed.swap(true, Ordering::Relaxed)
    }

    /// A server that has proved who it is, and that somebody here has to do with, asks for something.
    pub(crate) fn server(&self, provider: &Provider, now: Timestamp) -> Result<(), Problem> {
        let Some(servers) = &self.servers else {
            return Ok(());
        };
        let taken = servers.take(provider, now);
        taken.map_err(|wait| {
            self.refuse(Limit::Server, wait)
                .with("peer", provider.as_str())
        })
    }

    /// The same of one that nobody here has to do with.
    pub(crate) fn unacquainted(&self, provider: &Provider, now: Timestamp) -> Result<(), Problem> {
        let refuse = |limit, wait| self.refuse(limit, wait).with("peer", provider.as_str());
        let own = self.unacquainted.take(provider, now);
        own.map_err(|wait| refuse(Limit::Server, wait))?;
        let all = self.all_unacquainted.take(&(), now);
        all.map_err(|wait| {
            self.unacquainted.give_back(provider);
            refuse(Limit::Unacquainted, wait)
        })
    }

    /// Somebody accepts in the name of a server, and has not signed.
    pub(crate) fn claimed(&self, provider: &Provider, now: Timestamp) -> Result<(), Problem> {
        let taken = self.claimed.take(provider, now);
        taken.map_err(|wait| {
            self.refuse(Limit::Claimed, wait)
                .with("peer", provider.as_str())
        })
    }

    /// Somebody who is not logged in names a server to look at.
    pub(crate) fn look(&self, client: Client, now: Timestamp) -> Result<(), Problem> {
        self.of_address(self.looks.as_ref(), client, Limit::Looks, now)?;
        let (Some(looks), Some(address)) = (&self.looks, client.0) else {
            return Ok(());
        };
        let taken = self.looks_of_networks.take(address, now);
        taken.map_err(|wait| {
            looks.give_back(&address);
            self.refuse(Limit::Looks, wait)
        })
    }

    pub(crate) fn document(&self, client: Client, now: Timestamp) -> Result<(), Problem> {
        self.of_address(self.documents.as_ref(), client, Limit::Documents, now)
    }

    fn of_address(
        &self,
        allowance: Option<&Allowance<IpAddr>>,
        client: Client,
        limit: Limit,
        now: Timestamp,
    ) -> Result<(), Problem> {
        match (allowance, client.0) {
            (Some(allowance), Some(address)) => {
                let taken = allowance.take(&address, now);
                taken.map_err(|wait| self.refuse(limit, wait))
            }
            _ => Ok(()),
        }
    }

    /// A message of another server begins; whether it proves anything is not known yet.
    pub(crate) fn address(&self, client: Client, now: Timestamp) -> Result<(), Problem> {
        self.of_address(self.addresses.as_ref(), client, Limit::Address, now)
    }

    /// The same, as far as it costs the networks around that address, and all who prove nothing.
    pub(crate) fn unproved(&self, client: Client, now: Timestamp) -> Result<Charged, Wait> {
        let around = self.networks.as_ref().zip(client.0);
        if let Some((networks, address)) = around {
            networks.take(address, now)?;
        }
        let taken = self.unproved.take(&(), now);
        taken.map(|()| Charged::All).inspect_err(|_| {
            if let Some((networks, address)) = around {
                networks.give_back(address);
            }
        })
    }

    /// What is kept for a server that somebody here has to do with, if there is any left.
    pub(crate) fn reserved(&self, provider: Provider, now: Timestamp) -> Option<Charged> {
        self.reserved.take(&provider, now).ok()?;
        Some(Charged::Reserve(provider))
    }

    /// There is no room for what proves nothing.
    pub(crate) fn too_many_unproved(&self, wait: Wait) -> Problem {
        self.refuse(Limit::Unproved, wait)
    }

    /// A server is asked because somebody who is logged in named it.
    pub(crate) fn asks(&self, person: &UserId) -> Result<Asks, Problem> {
        let asks = self.people.ask(person);
        asks.ok_or_else(|| self.refuse(Limit::Looks, Wait(2)))
    }

    /// It is worked on from here on.
    pub(crate) fn work(&self, client: Client) -> Result<Place<IpAddr>, Problem> {
        let place = self.places.take(client.0.as_ref());
        place.ok_or_else(|| self.refuse(Limit::UnderWay, Wait(1)))
    }

    /// The same, once it is proved who signed it: whoever has many addresses is one server.
    pub(crate) fn work_of(&self, provider: &Provider) -> Result<Place<Provider>, Problem> {
        let place = self.places_of_servers.take(Some(provider));
        place.ok_or_else(|| {
            self.refuse(Limit::UnderWay, Wait(1))
                .with("peer", provider.as_str())
        })
    }

    /// It proved something after all.
    pub(crate) fn was_proved(&self, client: Client, charged: &Charged) {
        match charged {
            Charged::All => {
                self.unproved.give_back(&());
                if let Some((networks, address)) = self.networks.as_ref().zip(client.0) {
                    networks.give_back(address);
                }
            }
            Charged::Reserve(provider) => self.reserved.give_back(provider),
        }
        if let (Some(addresses), Some(address)) = (&self.addresses, client.0) {
            addresses.give_back(&address);
        }
    }

    /// What whoever has met a limit is told, which is counted.
    pub(crate) fn refuse(&self, limit: Limit, wait: Wait) -> Problem {
        refuse(&self.metrics, limit, wait)
    }
}

/// The same where there are only the figures.
pub(crate) fn refuse(metrics: &Metrics, limit: Limit, Wait(seconds): Wait) -> Problem {
    metrics.limited(limit);
    Problem::new(Code::TooManyRequests).with("seconds", &seconds.to_string())
}

/// What a request has proved, for as long as it is worked on.
#[derive(Clone, Default)]
pub(crate) struct Proof(Arc<Proved>);

#[derive(Default)]
struct Proved {
    has_business: AtomicBool,
    place: OnceLock<Place<Provider>>,
}

impl Proof {
    /// It comes from somebody who has business here: it was signed by a server that somebody has to do with, or has a token
    /// that lets somebody in.
    pub(crate) fn note(extensions: &Extensions) {
        if let Some(Self(proved)) = extensions.get() {
            proved.has_business.store(true, Ordering::Relaxed);
        }
    }

    /// It was signed by the server whose place this is.
    pub(crate) fn hold(extensions: &Extensions, place: Place<Provider>) {
        if let Some(Self(proved)) = extensions.get() {
            // One request is signed once.
            _ = proved.place.set(place);
        }
    }

    /// Whether it comes from somebody who has business here.
    pub(crate) fn is_there(&self) -> bool {
        self.0.has_business.load(Ordering::Relaxed)
    }
}
