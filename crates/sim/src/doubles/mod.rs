//! Doubles of the servers in use: each answers and asks as its product does, in status, headers, bodies and habits, so that
//! this server can be tried against it in both directions. What is known of the products comes from their code and from
//! running them; a double is that knowledge as data and a few rules, and no re-implementation: no shares, no files, no log-in.
//!
//! [`rows`] lists the products and their versions, one file for each family. [`world`] puts a double and this server, which is
//! the real one, into one network ([`net`]); [`scenarios`] is what people do there, and [`document`] what came of it, as
//! `docs/peers.md`. The tests are `tests/peers`.

pub mod cavage;
pub mod document;
mod es256;
pub mod here;
mod issued;
pub mod net;
pub mod nextcloud;
pub mod ocm_go;
pub mod recorded;
pub mod reva;
pub mod rows;
pub mod scenarios;
pub mod stub;
pub mod symbolon;
pub mod wire;
pub mod world;

use futures_util::future::BoxFuture;

use net::{Host, Net};

/// One of the two people with an account at the other server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one who invites.
    Bob,
    /// Somebody else there.
    Eve,
}

/// What a person at the other server is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(pub String);

/// A server in use, with two people on it.
pub trait Product: Host {
    /// Bob makes an invitation; this is what he hands over. `None` if the product has no way to.
    fn invites<'a>(&'a self) -> BoxFuture<'a, Option<String>>;

    /// All invitations so far come to the end of their time. `false` if they have none.
    fn time_passes<'a>(&'a self) -> BoxFuture<'a, bool>;

    /// Somebody accepts an invitation, which they have as its token and the name of its server. `None` if the product has no
    /// way to.
    fn accepts<'a>(
        &'a self,
        net: &'a Net,
        who: Who,
        token: &'a str,
        provider: &'a str,
    ) -> BoxFuture<'a, Option<Shown>>;

    /// Bob removes everybody from his list. `false` if the product has no way to.
    fn removes<'a>(&'a self) -> BoxFuture<'a, bool>;

    /// Whoever runs the server starts it anew, and by that it forgets everybody. `false` if it keeps its list.
    fn started_anew(&self) -> bool {
        false
    }

    /// The addresses on somebody's list.
    fn lists<'a>(&'a self, who: Who) -> BoxFuture<'a, Vec<String>>;

    /// A request that the product was not made for, if there was one: not one that it refuses, but one that no caller of its
    /// own kind would send.
    fn misused(&self) -> Option<String> {
        None
    }
}
