//! Where the story takes place: two servers, two people, and what they can see of each other.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use http::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::super::Demo;
use super::super::http::Answer;
use super::super::people::{Contact, Person};
use super::super::server::Server;
use crate::language::say;

/// The promise: a deletion shows on the other side within this.
pub(crate) const ONE_SECOND: Duration = Duration::from_secs(1);

/// Longest wait for the two servers to find each other again after one was away: attempts come half a second, one, two, four
/// seconds after one another, and this is on a busy machine.
pub(crate) const BACK_TOGETHER: Duration = Duration::from_secs(45);

/// How often a list is looked at while something is expected in it.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Everything that the story needs.
pub(crate) struct World {
    /// Bob's server.
    pub(crate) cat: Server,
    /// Carol's server.
    pub(crate) dog: Server,
    /// Who invites.
    pub(crate) bob: Person,
    /// Who accepts.
    pub(crate) carol: Person,
    /// The invitation that bob sent last, as carol has it in her mail.
    pub(crate) invitation: String,
}

impl World {
    /// Before the first step: both servers run, and nobody knows anybody.
    pub(crate) fn new(demo: Demo) -> Result<Self> {
        let bob = demo.bob.at(&demo.cat)?;
        let carol = demo.carol.at(&demo.dog)?;
        Ok(Self {
            cat: demo.cat,
            dog: demo.dog,
            bob,
            carol,
            invitation: String::new(),
        })
    }

    /// Stops both servers as an administrator would.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let (cat, dog) = tokio::join!(self.cat.stop(), self.dog.stop());
        cat.and(dog)
    }

    /// What a person sees, in words: whom they list, or that their server is not there to ask.
    pub(crate) async fn shown(&self, person: &Person) -> String {
        let server = if person.server == self.cat.name {
            &self.cat
        } else {
            &self.dog
        };
        if !server.is_running() {
            return say!("demo-unasked", server = server.name);
        }
        match person.contacts().await {
            Ok(contacts) => say!("demo-lists", people = shown(&contacts)),
            Err(error) => {
                let error = error.root_cause().to_string();
                say!("demo-no-answer", error = error)
            }
        }
    }

    /// Carol's entry for bob; she must have exactly one.
    pub(crate) async fn bob_in_carols_list(&self) -> Result<Contact> {
        only(&self.carol, &self.bob).await
    }

    /// Bob's entry for carol; he must have exactly one.
    pub(crate) async fn carol_in_bobs_list(&self) -> Result<Contact> {
        only(&self.bob, &self.carol).await
    }

    /// Waits until both list each other, once.
    pub(crate) async fn both_list_each_other(
        &self,
        since: Instant,
        limit: Duration,
    ) -> Result<Duration> {
        let both = tokio::join!(
            lists(&self.bob, Some(&self.carol), since, limit),
            lists(&self.carol, Some(&self.bob), since, limit),
        );
        Ok(both.0?.max(both.1?))
    }

    /// Waits until neither lists anybody.
    pub(crate) async fn nobody_lists_anybody(
        &self,
        since: Instant,
        limit: Duration,
    ) -> Result<Duration> {
        let both = tokio::join!(
            lists(&self.bob, None, since, limit),
            lists(&self.carol, None, since, limit),
        );
        Ok(both.0?.max(both.1?))
    }
}

/// Waits until `person` lists `wanted` once and nobody else, and gives how long after `since` that was.
pub(crate) async fn lists(
    person: &Person,
    wanted: Option<&Person>,
    since: Instant,
    limit: Duration,
) -> Result<Duration> {
    let wanted = wanted.map(|wanted| wanted.name);
    loop {
        let contacts = person.contacts().await?;
        let took = since.elapsed();
        let as_wanted = contacts
            .iter()
            .map(|contact| contact.name.as_str())
            .eq(wanted);
        if as_wanted && took <= limit {
            return Ok(took);
        }
        if took > limit {
            let (who, wanted, actual) = (person.name, wanted.unwrap_or("nobody"), shown(&contacts));
            bail!(
                "expected {who} lists {wanted} within {limit:?}\nactual   {who} lists {actual} after {took:.1?}"
            );
        }
        sleep(LOOK_EVERY).await;
    }
}

/// The one answer that means "you are connected"; anything else is an error with the answer in it.
pub(crate) fn connected(answer: Answer) -> Result<Value> {
    answer.expect(&[StatusCode::OK])
}

/// The words for a person in a problem: what is the matter, and what to do.
pub(crate) fn words(problem: &Value) -> Result<String> {
    let member = |name: &str| {
        problem
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let what = member("detail").or_else(|| member("title"));
    let remedy = member("remedy");
    match (what, remedy) {
        (Some(what), Some(remedy)) => Ok(say!("demo-sentences", first = what, second = remedy)),
        _ => bail!("expected words that say what happened and what to do\nactual   {problem}"),
    }
}

async fn only(person: &Person, other: &Person) -> Result<Contact> {
    let contacts = person.contacts().await?;
    let found = contacts
        .iter()
        .find(|contact| contact.name == other.name)
        .filter(|_| contacts.len() == 1);
    let (who, whom) = (person.name, other.name);
    let problem = || {
        format!(
            "expected {who} lists {whom} alone\nactual   {who} lists {}",
            shown(&contacts)
        )
    };
    found.cloned().with_context(problem)
}

fn shown(contacts: &[Contact]) -> String {
    if contacts.is_empty() {
        return say!("demo-nobody");
    }
    contacts
        .iter()
        .map(Contact::shown)
        .collect::<Vec<_>>()
        .join(", ")
}
