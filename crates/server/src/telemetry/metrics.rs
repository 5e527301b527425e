//! The figures of one server.
//!
//! Every label is a `&'static str`: it comes from a list in this program, never from what somebody sent, so the number
//! of series has a bound that strangers cannot move. There is no global registry; several servers of one process stay
//! apart.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use symbolon_proto::problem::{Code, Culprit, Surface};
use symbolon_store::connections::Told;
use symbolon_store::events::{Actor, Kind};
use symbolon_store::outbox::{self, DeliveryState};
use symbolon_store::peers::Health;
use symbolon_store::piles::Depth;
use symbolon_store::{Access, Done, Happened};

use crate::pace::Limit;

/// The word for a code where there is none.
const NONE: &str = "none";

/// The word for a text of the database that this version does not know.
const OTHER: &str = "other";

/// Seconds that a request takes: from a page out of the memory to one that waits for another server.
const REQUEST_SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 20.0];

/// Seconds that an operation of the store takes: from a read out of the cache to a disk in trouble.
const STORE_SECONDS: [f64; 10] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.025, 0.1, 1.0, 10.0,
];

/// Seconds until the other side has confirmed a disconnect: at once, after a few tries, after their outage; nobody is told
/// for longer than three days.
const CONFIRMATION_SECONDS: [f64; 12] = [
    0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3_600.0, 21_600.0, 86_400.0, 259_200.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    surface: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSurface {
    surface: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProblem {
    surface: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Acceptance {
    side: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfResult {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAttempt {
    kind: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLimit {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Work {
    access: &'static str,
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAccess {
    access: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pile {
    peer_state: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPeerState {
    peer_state: &'static str,
}

/// Whose person accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Ours, an invite of another server.
    Accepter,
    /// Another server's, an invite of ours.
    Inviter,
}

impl Side {
    fn as_str(self) -> &'static str {
        match self {
            Self::Accepter => "accepter",
            Self::Inviter => "inviter",
        }
    }

    /// How an acceptance may end there.
    fn results(self) -> &'static [&'static str] {
        match self {
            Self::Accepter => &["connected", "refused", "cancelled", "out_of_time"],
            Self::Inviter => &["connected", "refused"],
        }
    }
}

/// A request, when it has been answered.
pub(crate) struct Visit {
    /// Whose readers its path belongs to.
    pub(crate) surface: Surface,
    /// Whether it only asked whether the server is well.
    pub(crate) probe: bool,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What it failed with.
    pub(crate) code: Option<Code>,
    /// How long it took until the answer began.
    pub(crate) took: Duration,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Histograms<OfSurface>,
    problems: Family<OfProblem, Counter>,
    signature_failures: Family<OfReason, Counter>,
    limited: Family<OfLimit, Counter>,
    acceptances: Family<Acceptance, Counter>,
    disconnects_told: Family<OfResult, Counter>,
    confirmation_seconds: Histogram,
    delivery_attempts: Family<OfAttempt, Counter>,
    events: Family<OfKind, Counter>,
    store_seconds: Histograms<Work>,
    store_failures: Family<OfAccess, Counter>,
    outbox: Family<Pile, Gauge>,
    outbox_oldest: Family<OfPeerState, Gauge<f64, AtomicU64>>,
    peers: Family<OfPeerState, Gauge>,
}

impl Metrics {
    /// All of them, at zero where that can be said of them beforehand: a rule of an alert must not wait for the first
    /// failure to have something to compare with.
    #[expect(
        clippy::new_without_default,
        reason = "there is one for each server, and nobody wants another by default"
    )]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("symbolon");
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS)),
            problems: Family::default(),
            signature_failures: Family::default(),
            limited: Family::default(),
            acceptances: Family::default(),
            disconnects_told: Family::default(),
            confirmation_seconds: Histogram::new(CONFIRMATION_SECONDS),
            delivery_attempts: Family::default(),
            events: Family::default(),
            store_seconds: Family::new_with_constructor(|| Histogram::new(STORE_SECONDS)),
            store_failures: Family::default(),
            outbox: Family::default(),
            outbox_oldest: Family::default(),
            peers: Family::default(),
            registry: Registry::default(),
        };
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        metrics.register(&mut registry);
        metrics.begin_at_zero();
        Self {
            registry,
            ..metrics
        }
    }

    fn register(&self, to: &mut Registry) {
        let requests = self.requests.clone();
        to.register("requests", "Requests answered", requests);
        let help = "Seconds until the answer to a request began";
        to.register("request_seconds", help, self.request_seconds.clone());
        let help = "Answers that were problems, by the code of the catalogue";
        to.register("problems", help, self.problems.clone());
        let help = "Requests of other servers whose signature was not accepted";
        let failures = self.signature_failures.clone();
        to.register("signature_failures", help, failures);
        let help = "Requests refused by a limit on how often one may ask";
        to.register("limited", help, self.limited.clone());
        let help = "Acceptances that came to an end";
        to.register("acceptances", help, self.acceptances.clone());
        let help = "Disconnects whose telling came to an end";
        to.register("disconnects_told", help, self.disconnects_told.clone());
        let help = "Seconds from a disconnect until the other side has confirmed it";
        let seconds = self.confirmation_seconds.clone();
        to.register("disconnect_confirmation_seconds", help, seconds);
        let help = "Attempts to deliver a message, by why they settled nothing";
        to.register("delivery_attempts", help, self.delivery_attempts.clone());
        let help = "Events written into the audit trail";
        to.register("events", help, self.events.clone());
        let help = "Seconds from handing an operation to the store until it is on disk or read";
        to.register("store_seconds", help, self.store_seconds.clone());
        let help = "Operations of the store that failed";
        to.register("store_failures", help, self.store_failures.clone());
        let help = "Messages that have not arrived, by how the servers are that they must reach";
        to.register("outbox_deliveries", help, self.outbox.clone());
        let help = "Age of the oldest message that waits or is being sent, in seconds";
        to.register("outbox_oldest_seconds", help, self.outbox_oldest.clone());
        let help = "Other servers that this one has dealt with, by how they are";
        to.register("peers", help, self.peers.clone());
    }

    fn begin_at_zero(&self) {
        for surface in SURFACES {
            for outcome in OUTCOMES {
                drop(self.requests.get_or_create(&Request { surface, outcome }));
            }
        }
        for reason in REASONS {
            drop(self.signature_failures.get_or_create(&OfReason { reason }));
        }
        for limit in Limit::ALL {
            let limit = limit.as_str();
            drop(self.limited.get_or_create(&OfLimit { limit }));
        }
        for side in [Side::Accepter, Side::Inviter] {
            for result in side.results() {
                let side = side.as_str();
                drop(self.acceptances.get_or_create(&Acceptance { side, result }));
            }
        }
        for access in [Access::Read, Access::Write] {
            let access = access.as_str();
            drop(self.store_failures.get_or_create(&OfAccess { access }));
        }
        for told in TOLD {
            let result = told.as_str();
            drop(self.disconnects_told.get_or_create(&OfResult { result }));
        }
        for kind in Kind::ALL {
            let kind = kind.as_str();
            drop(self.events.get_or_create(&OfKind { kind }));
        }
    }

    /// A request was answered.
    pub(crate) fn visited(&self, visit: &Visit) {
        let surface = match visit.surface {
            _ if visit.probe => "probe",
            Surface::Ocm => "ocm",
            Surface::Sciencemesh => "sciencemesh",
            Surface::Api => "api",
            Surface::Page => "page",
        };
        let outcome = outcome(visit.status, visit.code);
        self.requests
            .get_or_create(&Request { surface, outcome })
            .inc();
        self.request_seconds
            .get_or_create(&OfSurface { surface })
            .observe(visit.took.as_secs_f64());
        let Some(code) = visit.code else {
            return;
        };
        let problem = OfProblem {
            surface,
            code: code.as_str(),
        };
        self.problems.get_or_create(&problem).inc();
        if let Some(reason) = reason(code).filter(|_| visit.surface == Surface::Ocm) {
            self.signature_failures
                .get_or_create(&OfReason { reason })
                .inc();
        }
    }

    /// Somebody met a limit.
    pub(crate) fn limited(&self, limit: Limit) {
        let limit = limit.as_str();
        self.limited.get_or_create(&OfLimit { limit }).inc();
    }

    /// An acceptance came to an end. Why it did not connect is counted where it was found: in the answers to others, and
    /// in the attempts of our own.
    pub(crate) fn accepted(&self, side: Side, result: &'static str) {
        let side = side.as_str();
        self.acceptances
            .get_or_create(&Acceptance { side, result })
            .inc();
    }

    /// A delivery was sent once more; `code` is why that settled nothing, or what was refused.
    pub(crate) fn attempted(&self, kind: &outbox::Kind, code: Option<Code>) {
        let attempt = OfAttempt {
            kind: kind.as_str(),
            code: code.map_or(NONE, Code::as_str),
        };
        self.delivery_attempts.get_or_create(&attempt).inc();
    }

    /// The store did something.
    pub(super) fn worked(&self, done: &Done<'_>) {
        let access = done.access.as_str();
        let work = Work {
            access,
            operation: done.operation,
        };
        self.store_seconds
            .get_or_create(&work)
            .observe(done.took.as_secs_f64());
        if done.error.is_some() {
            self.store_failures
                .get_or_create(&OfAccess { access })
                .inc();
        }
    }

    /// Something is in the audit trail.
    pub(super) fn happened(&self, happened: &Happened) {
        let kind = happened.kind.as_str();
        self.events.get_or_create(&OfKind { kind }).inc();
        match happened.kind {
            Kind::AcceptanceSettled => {
                let result = match (happened.result.as_str(), happened.actor) {
                    ("connected", _) => "connected",
                    ("cancelled", _) => "cancelled",
                    (_, Actor::Peer) => "refused",
                    _ => "out_of_time",
                };
                self.accepted(Side::Accepter, result);
            }
            Kind::ConnectionTold => {
                let told = TOLD.into_iter().map(Told::as_str);
                let result = told.into_iter().find(|told| *told == happened.result);
                let result = result.unwrap_or(OTHER);
                self.disconnects_told
                    .get_or_create(&OfResult { result })
                    .inc();
                if let Some(ms) = happened.after_ms
                    && result == Told::Confirmed.as_str()
                {
                    let took = Duration::from_millis(ms.max(0).cast_unsigned());
                    self.confirmation_seconds.observe(took.as_secs_f64());
                }
            }
            _ => {}
        }
    }

    /// What waits, and how old the oldest of it is in seconds.
    pub(super) fn waits(&self, depths: &[Depth], age_secs: impl Fn(&Depth) -> f64) {
        for health in Health::ALL {
            let peer_state = health.as_str();
            let mut oldest = 0.0_f64;
            for state in WAITING {
                let mut count = 0;
                let these = depths
                    .iter()
                    .filter(|depth| (depth.health, depth.state) == (health, state));
                for depth in these {
                    count += depth.count;
                    if state != DeliveryState::Dead {
                        oldest = oldest.max(age_secs(depth));
                    }
                }
                let pile = Pile {
                    peer_state,
                    state: state.as_str(),
                };
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                self.outbox.get_or_create(&pile).set(count);
            }
            self.outbox_oldest
                .get_or_create(&OfPeerState { peer_state })
                .set(oldest);
        }
    }

    /// How other servers are.
    pub(super) fn peers(&self, counted: &[(Health, u64)]) {
        for health in Health::ALL {
            let count = counted.iter().find(|(found, _)| *found == health);
            let count = i64::try_from(count.map_or(0, |(_, count)| *count)).unwrap_or(i64::MAX);
            let peer_state = health.as_str();
            self.peers
                .get_or_create(&OfPeerState { peer_state })
                .set(count);
        }
    }

    /// The database cannot say what waits: better no figure than an old one.
    pub(super) fn unknown(&self) {
        self.outbox.clear();
        self.outbox_oldest.clear();
        self.peers.clear();
    }

    /// All figures, in the text format of OpenMetrics.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)
            .expect("a string takes all that is written to it");
        text
    }
}

/// Whether a request went well, and if not, whether it is ours to mend: whoever knocks with a server that is away, or asks
/// for one, gets a 5xx too, and nobody has to get up for it.
fn outcome(status: u16, code: Option<Code>) -> &'static str {
    match (status, code.map(Code::culprit)) {
        (..400, _) => "ok",
        (..500, _) => "refused",
        (_, None | Some(Culprit::OurServer)) => "failed",
        (_, Some(Culprit::You | Culprit::Inviter | Culprit::TheirServer | Culprit::Network)) => {
            "elsewhere"
        }
    }
}

/// Why a signature was not accepted, in a word.
fn reason(code: Code) -> Option<&'static str> {
    if code == Code::PeerUnreachableForKeys {
        return Some("keys_unreachable");
    }
    let word = code.as_str().strip_prefix("signature_")?;
    REASONS.into_iter().find(|reason| *reason == word)
}

const SURFACES: [&str; 5] = ["ocm", "sciencemesh", "api", "page", "probe"];

const OUTCOMES: [&str; 4] = ["ok", "refused", "elsewhere", "failed"];

const REASONS: [&str; 9] = [
    "missing",
    "unknown_key",
    "wrong_host",
    "clock",
    "digest",
    "invalid",
    "weaker",
    "repeated",
    "keys_unreachable",
];

const TOLD: [Told; 4] = [
    Told::Confirmed,
    Told::Unconfirmed,
    Told::NotUnderstood,
    Told::CouldNot,
];

const WAITING: [DeliveryState; 3] = [
    DeliveryState::Due,
    DeliveryState::Leased,
    DeliveryState::Dead,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_about_a_signature_has_a_reason_of_its_own() {
        let mut reasons: Vec<&str> = Code::all().filter_map(reason).collect();
        let codes = Code::all()
            .map(Code::as_str)
            // What the other server says of our signature is no failure of theirs.
            .filter(|code| code.starts_with("signature_") && !code.ends_with("_there"));
        assert_eq!(reasons.len(), codes.count() + 1);
        reasons.sort_unstable();
        let mut all = REASONS.to_vec();
        all.sort_unstable();
        assert_eq!(reasons, all);
    }

    #[test]
    fn what_an_alert_compares_with_is_there_before_anything_has_happened() {
        let text = Metrics::new().text();
        for line in [
            "symbolon_requests_total{surface=\"ocm\",outcome=\"failed\"} 0",
            "symbolon_signature_failures_total{reason=\"clock\"} 0",
            "symbolon_acceptances_total{side=\"accepter\",result=\"out_of_time\"} 0",
            "symbolon_store_failures_total{access=\"write\"} 0",
            "symbolon_disconnects_told_total{result=\"could_not\"} 0",
            "symbolon_disconnect_confirmation_seconds_count 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
    }
}
