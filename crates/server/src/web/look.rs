//! A look at another server for somebody in front of a page: is it there, and what does it say of itself?
//!
//! Anybody can name a server here, so that a look must not become a tool to find out what there is elsewhere: there are few
//! at a time, each is short, and a server that nobody here has dealt with counts against whoever names it. What was found
//! a moment ago is told again without asking, whether it was good or bad.

use std::collections::HashMap;
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
use crate::pace::Client;
use crate::peers::Asker;

/// How many servers are asked at a time.
const AT_A_TIME: usize = 8;

/// How long somebody waits for a page because of another server.
const PATIENCE: Duration = Duration::from_secs(2);

/// New servers that one person may name in a minute: enough to mistype a name a few times.
const EACH_MAX: u32 = 12;

/// The same for all who are not logged in, together: they cannot be told apart behind a proxy. A server that has ever
/// described itself to this one does not count, so that nobody is kept from theirs by somebody who plays.
const STRANGERS_MAX: u32 = 60;

const MINUTE_MS: i64 = 60_000;

/// How long it is told without asking that a server could not be asked, in milliseconds.
const FAILED_FOR_MS: i64 = 20_000;

/// How many people, and how many servers, are remembered; beyond that the memory starts anew.
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
pub(super) struct Looks {
    places: Arc<Semaphore>,
    lately: Arc<Mutex<Lately>>,
}

#[derive(Default)]
struct Lately {
    /// How many new servers each has named since when; `None` stands for all who are not logged in.
    named: HashMap<Option<UserId>, (Timestamp, u32)>,
    failed: HashMap<Provider, (Problem, Timestamp)>,
}

/// The bounds on looks, as a layer.
pub(super) fn limit() -> Extension<Looks> {
    Extension(Looks {
        places: Arc::new(Semaphore::new(AT_A_TIME)),
        lately: Arc::default(),
    })
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
    /// What a server says of itself; the error says why that is not known.
    pub(super) async fn at(
        &self,
        app: &App,
        provider: &Provider,
        by: By<'_>,
    ) -> Result<Arc<PeerDiscovery>, Problem> {
        let now = app.now();
        if let Some(problem) = self.lately().failed(provider, now) {
            return Err(problem);
        }
        if !is_known(app, provider).await {
            let person = match by {
                By::Person(id) => Some(id),
                By::Guest(_) => None,
            };
            self.lately().count(person, now)?;
        }
        let place = self.places.try_acquire();
        let _place = place.map_err(|_| Problem::new(Code::TooManyRequests))?;
        let asked = tokio::time::timeout(PATIENCE, app.peers.look_at(provider, by.into()));
        let too_slow = || Err(Problem::new(Code::Timeout).with("peer", provider.as_str()));
        let found = asked.await.unwrap_or_else(|_| too_slow());
        if let Err(problem) = &found
            && problem.code() != Code::TooManyRequests
        {
            self.lately().note(provider, problem, now);
        }
        found
    }

    fn lately(&self) -> std::sync::MutexGuard<'_, Lately> {
        self.lately.lock().expect("no holder of this lock panics")
    }
}

impl Lately {
    fn failed(&self, provider: &Provider, now: Timestamp) -> Option<Problem> {
        let (problem, at) = self.failed.get(provider)?;
        let recent = (0..FAILED_FOR_MS).contains(&now.millis_since(*at));
        recent.then(|| problem.clone())
    }

    fn note(&mut self, provider: &Provider, problem: &Problem, now: Timestamp) {
        if self.failed.len() >= REMEMBERED_MAX {
            self.failed.clear();
        }
        let failure = (problem.clone(), now);
        self.failed.insert(provider.clone(), failure);
    }

    fn count(&mut self, by: Option<&UserId>, now: Timestamp) -> Result<(), Problem> {
        if self.named.len() >= REMEMBERED_MAX {
            self.named.clear();
        }
        let entry = self.named.entry(by.cloned()).or_insert((now, 0));
        if !(0..MINUTE_MS).contains(&now.millis_since(entry.0)) {
            *entry = (now, 0);
        }
        let most = if by.is_some() {
            EACH_MAX
        } else {
            STRANGERS_MAX
        };
        if entry.1 >= most {
            return Err(Problem::new(Code::TooManyRequests));
        }
        entry.1 += 1;
        Ok(())
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

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn names(lately: &mut Lately, by: Option<&UserId>, times: u32) -> u32 {
        (0..times)
            .filter(|_| lately.count(by, NOW).is_ok())
            .count()
            .try_into()
            .unwrap()
    }

    #[test]
    fn nobody_names_more_new_servers_in_a_minute_than_they_need() {
        let mut lately = Lately::default();
        let id = |text: &str| UserId::parse(text).unwrap();
        let bob = id("01kk7v3q9d8zx5y2n4b6m8r0ta");
        let carol = id("01kk7v3q9d8zx5y2n4b6m8r0tb");
        assert_eq!(names(&mut lately, Some(&bob), 100), EACH_MAX);
        assert_eq!(names(&mut lately, Some(&carol), 1), 1, "others may still");
        assert_eq!(names(&mut lately, None, 1_000), STRANGERS_MAX);
        let later = NOW.plus_millis(MINUTE_MS);
        assert!(lately.count(Some(&bob), later).is_ok());
    }

    #[test]
    fn a_server_that_could_not_be_asked_is_left_in_peace_for_a_while() {
        let mut lately = Lately::default();
        let dog = Provider::parse("dog.example.org").unwrap();
        lately.note(&dog, &Problem::new(Code::ConnectionRefused), NOW);
        let told = |ms| lately.failed(&dog, NOW.plus_millis(ms)).map(|it| it.code());
        assert_eq!(told(FAILED_FOR_MS - 1), Some(Code::ConnectionRefused));
        assert_eq!(told(FAILED_FOR_MS), None);
    }
}
