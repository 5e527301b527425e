//! A message between two servers, as the story tells it and the oracles need it.

use std::fmt;

use http::Method;
use symbolon_server::transport::OutboundRequest;

use crate::world::World;

tokio::task_local! {
    /// The message that a server is working on, where there is one.
    pub static CAUSE: Option<Message>;
}

/// What a `POST` to another server is about.
#[derive(Clone, Debug)]
pub struct Message {
    /// The sending server.
    pub from: usize,
    /// The receiving server.
    pub to: usize,
    /// The exchange that it belongs to.
    pub reference: String,
    /// The floor or generation that it states.
    pub generation: Option<u64>,
    /// Whether it is an acceptance; otherwise a removal, or a message of a sync.
    pub accepts: bool,
    /// Whether it is one more arrival of a message that was sent before.
    pub copy: bool,
    names: String,
}

impl Message {
    /// Reads what is about to be sent; `None` for everything but the messages about connections.
    pub fn read(world: &World, from: usize, to: usize, request: &OutboundRequest) -> Option<Self> {
        if request.method != Method::POST {
            return None;
        }
        let body: serde_json::Value = serde_json::from_slice(&request.body).ok()?;
        let accepts = request.url.ends_with("/invite-accepted");
        let about = &body["notification"];
        let (who, generation) = if accepts {
            (&body["userID"], &body["connection"]["floor"])
        } else {
            (&body["providerId"], &about["connection"]["generation"])
        };
        let what = if accepts {
            "ACCEPTED".to_owned()
        } else if body["notificationType"] == "CONNECTION_SYNC" {
            format!("SYNC of {}", world.servers[from].host)
        } else {
            "REMOVED".to_owned()
        };
        let header = request.headers.iter();
        let mut header = header.filter(|(name, _)| name == "x-request-id");
        Some(Self {
            from,
            to,
            reference: header.next().map(|(_, value)| value.clone())?,
            generation: generation.as_u64(),
            accepts,
            copy: false,
            names: format!(
                "{what} {}-> {}",
                who.as_str().and_then(|id| world.person(id)).map_or_else(
                    String::new,
                    |person| format!("{} ", world.people[person].name)
                ),
                world.servers[to].host,
            ),
        })
    }

    /// The same, arriving once more.
    pub fn as_copy(self) -> Self {
        Self { copy: true, ..self }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let copy = if self.copy { " (copy)" } else { "" };
        match self.generation {
            Some(generation) => write!(f, "{} at {generation}{copy}", self.names),
            None => write!(f, "{}{copy}", self.names),
        }
    }
}
