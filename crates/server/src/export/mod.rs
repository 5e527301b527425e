//! A copy of what is kept about a person, for them to take along: everything as JSON, and the people whom they are
//! connected with as contacts for address books.

mod everything;
mod jscontact;
mod vcard;

use symbolon_core::Timestamp;
use symbolon_proto::address::Provider;
use symbolon_store::connections::Connection;
use symbolon_store::connections::listing::{Cursor, ListConnections};
use symbolon_store::events::Moment;
use symbolon_store::users::{NoteExported, User};
use symbolon_store::{Error, Store};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Acceptances and lines of the trail that a copy has, the newest.
const NEWEST: u32 = 10_000;

/// What a copy looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Account, connections, invitations, acceptances, app passwords, sessions and trail as one JSON document.
    Json,
    /// The people one is connected with as cards of vCard 4 (RFC 6350).
    VCard,
    /// The same as a list of JSContact cards (RFC 9553).
    JsContact,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Json, Self::VCard, Self::JsContact];

    /// The word for it in addresses and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::VCard => "vcard",
            Self::JsContact => "jscontact",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// The name of the file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Json => "symbolon.json",
            Self::VCard => "connections.vcf",
            Self::JsContact => "connections.jscontact.json",
        }
    }

    /// Its media type. That of JSContact is for one card; this is a list of them.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json | Self::JsContact => "application/json",
            Self::VCard => "text/vcard; charset=utf-8",
        }
    }
}

/// Makes a copy. `note` leaves a line in the trail.
pub async fn copy(
    store: &Store,
    here: &Provider,
    user: &User,
    format: Format,
    moment: Moment,
    note: bool,
) -> Result<String, Error> {
    let now = moment.now;
    if note {
        let note = NoteExported {
            id: user.id.clone(),
            format: format.as_str(),
            moment,
        };
        store.write(note).await?;
    }
    let connected = connections(store, user, true).await?;
    Ok(match format {
        Format::VCard => connected.iter().map(vcard::card).collect(),
        Format::JsContact => {
            let cards = connected.iter().map(jscontact::card).collect();
            pretty(&serde_json::Value::Array(cards))
        }
        Format::Json => {
            let mut all = connected;
            all.extend(connections(store, user, false).await?);
            pretty(&everything::document(store, here, user, &all, now).await?)
        }
    })
}

async fn connections(
    store: &Store,
    user: &User,
    connected: bool,
) -> Result<Vec<Connection>, Error> {
    let mut all: Vec<Connection> = Vec::new();
    loop {
        let list = ListConnections {
            user: user.id.clone(),
            connected,
            search: None,
            server: None,
            after: all.last().map(Cursor::behind),
            limit: PAGE,
        };
        let page = store.read(list).await?;
        let more = page.len() == PAGE as usize;
        all.extend(page);
        if !more {
            return Ok(all);
        }
    }
}

fn pretty(document: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("a value is always JSON");
    text.push('\n');
    text
}

/// RFC 3339 in UTC, whole seconds.
fn time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.as_secs());
    at.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
pub(crate) fn carol(nickname: Option<&str>) -> Connection {
    use symbolon_core::connections::{Generation, Half, Phase};
    use symbolon_core::trust::Proof;
    use symbolon_core::{Id, UserId};
    use symbolon_proto::identity::RemoteId;
    use symbolon_store::connections::Contact;

    let provider = Provider::parse("dog.example.org").unwrap();
    Connection {
        id: Id::from_parts(0, [1; 10]).into(),
        user: UserId::from(Id::from_parts(0, [2; 10])),
        contact: Contact {
            remote: RemoteId::new("carol", &provider).unwrap(),
            provider,
            name: "Lindqvist, Carol; \\ the second".to_owned(),
            email: "carol.lindqvist@example.org".to_owned(),
        },
        half: Half {
            generation: Generation(1),
            phase: Phase::Connected,
            barrier: Default::default(),
        },
        told: None,
        proof: Proof::Signature,
        keeps_generations: true,
        invite: None,
        acceptance: None,
        connected_at: Timestamp::from_secs(1_795_521_600),
        ended_at: None,
        found: None,
        nickname: nickname.map(str::to_owned),
    }
}
