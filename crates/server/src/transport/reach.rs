//! How far the way to a server goes: its name, the connection, the secure channel, each with the time it took.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use symbolon_proto::keys::Pin;
use tokio::time::Instant;

use super::connector::deadline;
use super::error::{Stage, TransportError};

/// A part of the way to a server, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// From its name to an address that may be connected to.
    Name,
    /// The connection.
    Connect,
    /// The secure channel.
    Tls,
}

/// How far one came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The legs behind one, with the time that each took if that could be told apart.
    pub done: Vec<(Leg, Option<Duration>)>,
    /// Where the way ended, how long that took, and why; `None` if it leads to the server.
    pub failed: Option<(Leg, Option<Duration>, TransportError)>,
    /// The key that the server showed, whatever was made of it.
    pub key: Option<Pin>,
}

impl Leg {
    /// Every part, in order.
    pub const ALL: [Self; 3] = [Self::Name, Self::Connect, Self::Tls];

    /// Where a way ended that ended with this error; `None` if it led to the server.
    pub fn of(error: &TransportError) -> Option<Self> {
        match error {
            TransportError::NameNotFound { .. }
            | TransportError::AddressNotAllowed(_)
            | TransportError::InvalidUrl { .. } => Some(Self::Name),
            TransportError::ConnectionRefused
            | TransportError::Timeout {
                stage: Stage::Connect,
            } => Some(Self::Connect),
            TransportError::Tls { .. } | TransportError::OtherKey { .. } => Some(Self::Tls),
            TransportError::Timeout { .. }
            | TransportError::TooLarge { .. }
            | TransportError::Redirected { .. }
            | TransportError::Notes { .. }
            | TransportError::NotHttp { .. }
            | TransportError::Io { .. } => None,
        }
    }
}

impl Reach {
    /// What one request tells of the way, without times. A connection that broke may have broken anywhere: the request
    /// itself has to say so.
    pub fn of(error: Option<&TransportError>) -> Self {
        let end = error.and_then(|error| Some((Leg::of(error)?, None, error.clone())));
        let before = |leg: &Leg| end.as_ref().is_none_or(|(last, ..)| leg < last);
        Self {
            done: Leg::ALL
                .into_iter()
                .filter(before)
                .map(|leg| (leg, None))
                .collect(),
            failed: end,
            key: match error {
                Some(TransportError::OtherKey { seen, .. }) => Some(*seen),
                _ => None,
            },
        }
    }
}

/// When each part was behind one. The connector notes it while somebody wants to know.
#[derive(Clone)]
pub(super) struct Marks(Arc<Mutex<Passed>>);

/// What is behind one, and since when.
struct Passed {
    last: Instant,
    legs: Vec<(Leg, Duration)>,
}

impl Marks {
    /// From now on.
    pub(super) fn start() -> Self {
        let last = deadline(Duration::ZERO);
        Self(Arc::new(Mutex::new(Passed {
            last,
            legs: Vec::new(),
        })))
    }

    /// A part is behind us.
    pub(super) fn pass(&self, leg: Leg) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = deadline(Duration::ZERO);
        let took = now.saturating_duration_since(inner.last);
        inner.last = now;
        inner.legs.push((leg, took));
    }

    /// How far it went. A part that is not noted although nothing failed did not take place, as the secure channel
    /// under `--dev`.
    pub(super) fn end(&self, error: Option<TransportError>, key: Option<Pin>) -> Reach {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let took = deadline(Duration::ZERO).saturating_duration_since(inner.last);
        let next = Leg::ALL
            .into_iter()
            .nth(inner.legs.len())
            .unwrap_or(Leg::Tls);
        let timed = |(leg, took): &(Leg, Duration)| (*leg, Some(*took));
        Reach {
            done: inner.legs.iter().map(timed).collect(),
            failed: error.map(|error| (Leg::of(&error).unwrap_or(next), Some(took), error)),
            key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TlsFault;
    use super::*;

    #[test]
    fn an_error_says_how_far_the_way_went() {
        let tls = TransportError::Tls {
            fault: TlsFault::Expired,
            reason: String::new(),
        };
        let name = TransportError::NameNotFound {
            host: "dog.example.org".to_owned(),
            reason: "no such name".to_owned(),
        };
        let legs = |reach: &Reach| reach.done.iter().map(|(leg, _)| *leg).collect::<Vec<_>>();
        for (error, done, end) in [
            (name, vec![], Some(Leg::Name)),
            (
                TransportError::ConnectionRefused,
                vec![Leg::Name],
                Some(Leg::Connect),
            ),
            (tls, vec![Leg::Name, Leg::Connect], Some(Leg::Tls)),
            (
                TransportError::TooLarge { limit: 1 },
                Leg::ALL.to_vec(),
                None,
            ),
        ] {
            let reach = Reach::of(Some(&error));
            assert_eq!(legs(&reach), done, "{error}");
            assert_eq!(reach.failed.map(|(leg, ..)| leg), end, "{error}");
        }
        assert_eq!(legs(&Reach::of(None)), Leg::ALL);
    }
}
