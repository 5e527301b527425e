//! What Symbolon decides, as pure functions over values.
//!
//! Nothing here reads a clock, opens a socket, waits, or knows SQL: state, input and time come in as
//! arguments, the next state and what must be done about it go out as values. The store runs these
//! functions inside its transactions; the simulator runs the same ones under a virtual clock.
//!
//! Read in this order: [`connections`] (two halves and their five rules), [`invites`] (who may
//! connect by one), [`acceptances`] (a gesture kept until it is settled), [`deliveries`] (when to try again),
//! [`sync`] (what another server's statement about its halves does to ours), [`trust`] (which servers take part),
//! [`quirks`] (how messages to and from one of them are signed), [`identities`] (whom a provider of identities lets in), [`sessions`] (how long somebody is logged in).

pub mod acceptances;
pub mod connections;
pub mod deliveries;
pub mod identities;
pub mod ids;
pub mod invites;
pub mod mails;
pub mod quirks;
pub mod sessions;
pub mod sync;
pub mod time;
pub mod trust;

pub use ids::{AcceptanceId, ConnectionId, DeliveryId, Id, InviteId, UserId};
pub use time::Timestamp;
