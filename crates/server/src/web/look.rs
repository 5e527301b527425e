//! A look at another server for somebody in front of a page: is it there, and what does it say of itself?
//!
//! Anybody can name a server here, so that a look must not become a tool to find out what there is elsewhere: there are few
//! at a time, each is short, and a server that nobody here has dealt with counts against whoever names it. What was found
//! a moment ago is told again without asking, whether it was good or bad.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Extension;
use symbolon_core::{Timestamp, UserId};
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::PeerDiscovery;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::peers::FindPeer;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::bounded::Bounded;
use crate::pace::{Allowance, Client, Limit, Wait};
use crate::peers::{Asker, is_transient};

/// How many servers are asked at a time for people who are logged in.
const AT_A_TIME: usize = 8;

/// The same for everybody else: whoever names servers that are slow keeps no place of a person.
const GUESTS_AT_A_TIME: usize = 4;

/// How long somebody waits for a page because of another server, in seconds.
const PATIENCE_SECS: u32 = 2;

/// New servers that one person may name at once: enough to mistype a name a few times. A server that has ever described
/// itself to this one does not count. Those who are not logged in are counted by their address.
const NEW_AT_ONCE: i64 = 12;

/// After that one in so many milliseconds.
const NEW_EACH_MS: i64 = 5_000;

/// How long it is told without asking that a server could not be asked, in milliseconds.
const FAILED_FOR_MS: i64 = 20_000;

/// Of how many servers that is remembered.
const REMEMBERED_MAX: usize = 10_000;

/// Who wants to know.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    /// Somebody who is logged in.
    Person(&'a UserId),
    /// Anybody else.
    Guest(Client),
}

/// Everything that looks share.
#[derive(Clone)]
pub(super) struct Looks(Arc<Shared>);

struct Shared {
    people: Semaphore,
    guests: Semaphore,
    new: Allowance<UserId>,
    failed: Mutex<Bounded<Provider, (Problem, Timestamp)>>,
}

/// The bounds on looks, as a layer.
pub(super) fn limit() -> Extension<Looks> {
    Extension(Looks(Arc::new(Shared {
        people: Semaphore::new(AT_A_TIME),
        guests: Semaphore::new(GUESTS_AT_A_TIME),
        new: Allowance::new(NEW_AT_ONCE, NEW_EACH_MS),
        failed: Mutex::new(Bounded::new(REMEMBERED_MAX)),
    })))
}

impl From<By<'_>> for Asker {
    fn from(by: By<'_>) -> Self {
        match by {
            By::Person(_) => Self::Person,
            By::Guest(client) => Self::Client(client),
        }
    }
}

impl Looks {
    /// What a server says of itself; the error says why that is not known, and [`Code::Timeout`] of all that is silent.
    pub(super) async fn at(
        &self,
        app: &App,
        provider: &Provider,
        by: By<'_>,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let now = app.now();
        let refuse = |wait| app.pace.refuse(Limit::Looks, wait);
        let places = match by {
            By::Guest(client) => {
                app.pace.look(client, now)?;
                &self.0.guests
            }
            By::Person(_) => &self.0.people,
        };
        if let Some(problem) = self.failed(provider, now) {
            return Err(problem);
        }
        let _asks = match by {
            By::Person(id) if !app.peers.is_acquainted(provider).await? => {
                let asks = app.pace.asks(id)?;
                if !is_known(app, provider).await {
                    self.0.new.take(id, now).map_err(refuse)?;
                }
                Some(asks)
            }
            By::Person(_) | By::Guest(_) => None,
        };
        let place = places.try_acquire();
        let _place = place.map_err(|_| refuse(Wait(PATIENCE_SECS.into())))?;
        let patience = Duration::from_secs(PATIENCE_SECS.into());
        let asked = tokio::time::timeout(patience, app.peers.look_at(provider, by.into()));
        let found = asked.await.unwrap_or_else(|_| Err(silence(provider)));
        let found = found.map_err(|problem| told(problem, provider));
        if let Err(problem) = &found
            && problem.code() != Code::TooManyRequests
        {
            self.note(provider, problem, now);
        }
        found
    }

    fn failed(&self, provider: &Provider, now: Timestamp) -> Option<Problem> {
        let mut failed = self.0.failed.lock().expect("no holder of this lock panics");
        let (problem, at) = failed.get(provider)?;
        at.is_recent(now, FAILED_FOR_MS).then(|| problem.clone())
    }

    fn note(&self, provider: &Provider, problem: &Problem, now: Timestamp) {
        let mut failed = self.0.failed.lock().expect("no holder of this lock panics");
        failed.insert(provider, (problem.clone(), now));
    }
}

fn silence(provider: &Provider) -> Problem {
    Problem::new(Code::Timeout).with("peer", provider.as_str())
}

/// Why a server does not answer is nobody's business who only named it: the reasons tell apart what is open, closed and
/// inside.
fn told(problem: Problem, provider: &Provider) -> Problem {
    match problem.code() {
        code if is_transient(code) || code == Code::AddressNotAllowed => silence(provider),
        _ => problem,
    }
}

/// Whether a server has ever described itself to this one. If that cannot be read just now, it is taken for new.
async fn is_known(app: &App, provider: &Provider) -> bool {
    let find = FindPeer {
        provider: provider.clone(),
    };
    let found = app.store.read(find).await.ok().flatten();
    found.is_some_and(|peer| peer.discovery.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_could_not_be_asked_is_left_in_peace_for_a_while() {
        let now = Timestamp::from_secs(1_000);
        let Extension(looks) = limit();
        let dog = Provider::parse("dog.example.org").unwrap();
        looks.note(&dog, &Problem::new(Code::ConnectionRefused), now);
        let told = |ms| looks.failed(&dog, now.plus_millis(ms)).map(|it| it.code());
        assert_eq!(told(FAILED_FOR_MS - 1), Some(Code::ConnectionRefused));
        assert_eq!(told(FAILED_FOR_MS), None);
    }
}
