//! One double and this server in one network, with a person who acts on each side.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use symbolon_proto::invite::PastedInvite;
use tokio::time::sleep;

use super::here::{Here, Person, Told};
use super::net::{Exchange, Net, Way};
use super::rows::Row;
use super::wire::text;
use super::{Product, Shown, Who};

/// Where this server is.
pub const HERE: &str = "cat.example.org";

/// Where the other one is.
pub const THERE: &str = "dog.example.org";

/// How long an invitation of ours lives that is not to end, in seconds.
const WEEK: i64 = 7 * 24 * 3_600;

/// The shortest life of an invitation of ours, in seconds.
const MINUTE: i64 = 60;

/// Carol and Dave here, Bob and Eve there.
pub struct World {
    /// Everything between the two.
    pub net: Net,
    /// This server.
    pub here: Here,
    /// Who acts here.
    pub carol: Person,
    /// Somebody else here.
    pub dave: Person,
    /// The other server.
    pub there: Arc<dyn Product>,
}

/// What somebody here has been told of an acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// `connected`, `cancelled`, or an entry of the catalogue.
    pub code: String,
    /// What to do, for an entry of the catalogue.
    pub remedy: String,
}

impl Outcome {
    /// As the table shows it.
    pub fn words(&self) -> String {
        match self.code.as_str() {
            done @ ("connected" | "cancelled") => done.to_owned(),
            code => format!("`{code}`: {}", self.remedy),
        }
    }
}

/// What the API's answer to an acceptance says.
pub fn outcome(told: &Told) -> Outcome {
    let body = &told.body;
    let entry = match told.status {
        200 | 202 => return of_acceptance(&body["acceptance"]),
        _ => body,
    };
    Outcome {
        code: text(entry, "problem").to_owned(),
        remedy: text(entry, "remedy").to_owned(),
    }
}

/// What an acceptance on its own page says.
fn of_acceptance(acceptance: &Value) -> Outcome {
    let entry = match text(acceptance, "state") {
        // Nothing had to be done.
        "connected" | "" => return without_remedy("connected"),
        "cancelled" => return without_remedy("cancelled"),
        "pending" => &acceptance["waits_for"],
        _ => &acceptance["reason"],
    };
    Outcome {
        code: text(entry, "code").to_owned(),
        remedy: text(entry, "remedy").to_owned(),
    }
}

fn without_remedy(code: &str) -> Outcome {
    Outcome {
        code: code.to_owned(),
        remedy: String::new(),
    }
}

impl World {
    /// A new one.
    pub async fn new(row: &Row) -> Self {
        Self::at(row, HERE, THERE).await
    }

    /// The same with other names.
    pub async fn at(row: &Row, here: &str, there: &str) -> Self {
        let net = Net::new();
        let server = Here::new(&net, here).await;
        let product = (row.make)(net.clone(), there.to_owned(), here.to_owned()).await;
        let world = Self {
            carol: server.person("carol").await,
            dave: server.person("dave").await,
            here: server,
            there: product,
            net,
        };
        world.net.put(there, Arc::new(Shared(world.there.clone())));
        world
    }

    /// Carol accepts, and looks at what came of it a while later.
    pub async fn carol_accepts(&self, invite: &str) -> Outcome {
        Self::accepts(&self.carol, invite).await
    }

    /// She accepts, and cancels while it waits.
    pub async fn carol_accepts_and_cancels(&self, invite: &str) -> Outcome {
        let told = self.carol.accepts(invite).await;
        self.carol.cancels().await;
        Self::comes_of(&self.carol, told).await
    }

    /// So does Dave.
    pub async fn dave_accepts(&self, invite: &str) -> Outcome {
        Self::accepts(&self.dave, invite).await
    }

    async fn accepts(person: &Person, invite: &str) -> Outcome {
        let told = person.accepts(invite).await;
        Self::comes_of(person, told).await
    }

    /// What comes of an acceptance in the end.
    pub async fn comes_of(person: &Person, told: Told) -> Outcome {
        if told.status != 202 {
            return outcome(&told);
        }
        // Time enough for some tries, and not for all.
        sleep(Duration::from_secs(300)).await;
        of_acceptance(&person.newest_acceptance().await)
    }

    /// An invitation of Carol's.
    pub async fn carol_invites(&self) -> String {
        self.carol.invites(WEEK).await
    }

    /// One that has ended already.
    pub async fn carol_has_invited(&self) -> String {
        let invite = self.carol.invites(MINUTE).await;
        sleep(Duration::from_secs(MINUTE.unsigned_abs())).await;
        invite
    }

    /// Somebody there accepts what was handed over.
    pub async fn they_accept(&self, who: Who, invite: &str) -> Option<Shown> {
        let pasted = PastedInvite::parse(invite).ok()?;
        let provider = pasted.provider?;
        let (token, provider) = (pasted.token.expose(), provider.as_str());
        self.there.accepts(&self.net, who, token, provider).await
    }

    /// Carol's connections as she sees them.
    pub async fn carol_sees(&self) -> Vec<Value> {
        self.carol.connections().await
    }

    /// Whether Carol's list shows somebody other than Eve as connected.
    pub async fn connected_here(&self) -> bool {
        let all = self.carol_sees().await;
        let connected = all.iter().filter(|one| one["state"] == "connected");
        connected
            .map(|one| text(one, "name"))
            .any(|name| !name.eq_ignore_ascii_case("eve"))
    }

    /// Whether Bob's list shows Carol.
    pub async fn listed_there(&self) -> bool {
        let carol = format!("{}@{}", self.carol.id, self.here.host);
        self.there.lists(Who::Bob).await.contains(&carol)
    }

    /// Bob and Carol do what she has been told to, if it is something to do with an invitation, or those who run Bob's server
    /// do, where he cannot; `None` if nobody there has a way to do it.
    pub async fn follow(&self, remedy: &str) -> Option<Outcome> {
        match remedy {
            "invitation_used_up" | "invitation_expired" | "invitation_closed_to_you" => {}
            "listed_there" => {
                if !self.there.removes().await && !self.there.started_anew() {
                    return None;
                }
            }
            // She is removed where that can be done: it is not said that she has to be.
            "perhaps_listed_there" => {
                _ = self.there.removes().await;
            }
            other => panic!("nothing to do about {other}"),
        }
        let invite = self.there.invites().await?;
        Some(self.carol_accepts(&invite).await)
    }

    /// What has gone between the two since this was last asked.
    pub fn exchanged(&self) -> Vec<Exchange> {
        self.net.take_seen()
    }

    /// In which ways those messages were signed that came from here, or from there.
    pub fn ways(&self, seen: &[Exchange], from_here: bool) -> Vec<Way> {
        let sent = seen
            .iter()
            .filter(|one| (one.to != self.here.host) == from_here);
        let ways: BTreeSet<Way> = sent.map(|one| one.signed).collect();
        ways.into_iter().collect()
    }

    /// One of them as a line of the table.
    pub fn line(&self, one: &Exchange) -> String {
        let arrow = if one.to == self.here.host {
            "←"
        } else {
            "→"
        };
        let path = one.path.trim_start_matches('/');
        let path = path.strip_prefix("ocm/").unwrap_or(path);
        let status = one.status.map(|status| status.to_string());
        let status = status.unwrap_or_else(|| "none".to_owned());
        let lost = if one.lost { ", lost" } else { "" };
        format!("{arrow} `{path}` {status}{lost}")
    }

    /// Whether Carol is told of it if only one of the two sides has the connection.
    pub async fn carol_knows(&self) -> bool {
        match (self.connected_here().await, self.listed_there().await) {
            (true, true) | (false, false) => true,
            // Whoever looks at the connection reads that nobody would tell.
            (true, false) => {
                let all = self.carol_sees().await;
                let connected = all.iter().filter(|one| one["state"] == "connected");
                connected
                    .map(|one| &one["tells_of_disconnects"])
                    .all(|tells| *tells == false)
            }
            (false, true) => {
                let untold = ["telling", "unconfirmed", "not_understood", "could_not"];
                let all = self.carol_sees().await;
                let ended = all.iter().any(|one| untold.contains(&text(one, "told")));
                let newest = self.carol.newest_acceptance().await;
                ended
                    || match text(&newest, "state") {
                        "pending" | "cancelling" | "out_of_time" => true,
                        "refused" => matches!(
                            text(&newest["reason"], "code"),
                            "listed_there" | "perhaps_listed_there"
                        ),
                        _ => false,
                    }
            }
        }
    }
}

/// The double as the network knows it.
struct Shared(Arc<dyn Product>);

impl super::net::Host for Shared {
    fn serve<'a>(
        &'a self,
        net: &'a Net,
        asked: super::wire::Asked,
    ) -> futures_util::future::BoxFuture<'a, super::wire::Said> {
        self.0.serve(net, asked)
    }
}

/// Lets something happen on this thread, in a time of its own.
pub fn live<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let runtime = runtime.expect("a runtime without a network needs nothing but memory");
    runtime.block_on(what)
}
