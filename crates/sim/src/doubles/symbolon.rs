//! Another server of this make: no double, but the real one.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::sleep;

use super::here::{Here, Person};
use super::net::{Doors, Host, Net};
use super::wire::{Asked, Said, text};
use super::world::outcome;
use super::{Product, Shown, Who};

/// One server.
pub struct Symbolon {
    doors: Doors,
    people: [Person; 2],
    _server: Here,
}

/// How long its invitations live, in seconds: as long as the longest scenario, and a little more.
const LIFE: i64 = 900;

impl Symbolon {
    /// A server at `host`.
    pub async fn new(net: &Net, host: &str) -> Self {
        let server = Here::new(net, host).await;
        Self {
            doors: server.doors(),
            people: [server.person("bob").await, server.person("eve").await],
            _server: server,
        }
    }
}

impl Host for Symbolon {
    fn serve<'a>(&'a self, net: &'a Net, asked: Asked) -> BoxFuture<'a, Said> {
        self.doors.serve(net, asked)
    }
}

impl Product for Symbolon {
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>> {
        Box::pin(async { Some(self.people[0].invites(LIFE).await) })
    }

    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async {
            sleep(Duration::from_secs(LIFE.unsigned_abs())).await;
            true
        })
    }

    fn accepts<'a>(
        &'a self,
        _net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>> {
        Box::pin(async move {
            let person = &self.people[who as usize];
            let told = person.accepts(&format!("{token}@{provider}")).await;
            Some(Shown(outcome(&told).words()))
        })
    }

    fn removes<'a>(&'a self) -> BoxFuture<'a, bool> {
        Box::pin(async {
            self.people[0].disconnects().await;
            true
        })
    }

    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>> {
        Box::pin(async move {
            let all = self.people[who as usize].connections().await;
            let connected = all.iter().filter(|one| one["state"] == "connected");
            connected
                .map(|one| text(one, "address").to_owned())
                .collect()
        })
    }
}
