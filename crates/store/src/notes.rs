//! What administrators have noted about one server: whom it is believed by, how messages are signed, and their own words.

use serde_json::json;
use symbolon_core::Timestamp;
use symbolon_core::quirks::Way;
use symbolon_proto::address::Provider;

use crate::events::{Actor, Entry, Kind, Moment};
use crate::sync::digests;
use crate::{Error, Operation, Row, Statement, Tx, outbox, peers};

/// Most servers about which something is noted: notes are exceptions, and each is looked at by somebody.
pub const SERVERS_MAX: u64 = 1_000;

/// What can be noted about a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Issuers whose certificates are believed for this server alone, in PEM.
    Ca,
    /// Keys by which it is recognised, with spaces between.
    Pin,
    /// How messages to it are signed, as a [`Way`].
    Sign,
    /// The least that is taken from it, as a [`Way`].
    Take,
    /// Words for administrators.
    Note,
}

impl Aspect {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Ca, Self::Pin, Self::Sign, Self::Take, Self::Note];

    /// The word for it in listings, forms and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ca => "ca",
            Self::Pin => "pin",
            Self::Sign => "sign",
            Self::Take => "take",
            Self::Note => "note",
        }
    }

    /// Reads the word for it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    fn kind(self) -> Kind {
        match self {
            Self::Ca => Kind::PeerCaChanged,
            Self::Pin => Kind::PeerPinChanged,
            Self::Sign | Self::Take => Kind::PeerQuirkChanged,
            Self::Note => Kind::PeerNoteChanged,
        }
    }
}

/// One thing that is noted about a server, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What it is about.
    pub aspect: Aspect,
    /// What is noted.
    pub value: String,
    /// What is told of it: digests instead of certificates.
    pub summary: String,
    /// The account under which it was noted.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// All that is noted about one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(pub Vec<Noted>);

impl Notes {
    /// What is noted about one aspect.
    pub fn of(&self, aspect: Aspect) -> Option<&Noted> {
        self.0.iter().find(|noted| noted.aspect == aspect)
    }

    /// How messages are signed, to it or from it; an error if what is noted is no way to sign.
    pub fn way(&self, aspect: Aspect) -> Result<Option<Way>, Error> {
        let noted = self.of(aspect);
        let read = |noted: &Noted| {
            Way::parse(&noted.value).ok_or_else(|| Error::inconsistent(&FIND, "no way to sign"))
        };
        noted.map(read).transpose()
    }
}

static FIND: Statement = Statement::new(
    "notes.find",
    "SELECT provider, aspect, value, summary, set_by, set_at FROM peer_notes WHERE provider = $1",
);
static LIST: Statement = Statement::new(
    "notes.list",
    "SELECT provider, aspect, value, summary, set_by, set_at FROM peer_notes WHERE provider IN (
         SELECT DISTINCT n.provider FROM peer_notes n WHERE n.provider > $1 ORDER BY n.provider LIMIT $2)
     ORDER BY provider",
);
static SAVE: Statement = Statement::new(
    "notes.save",
    "INSERT INTO peer_notes (provider, aspect, value, summary, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (provider, aspect) DO UPDATE SET value = excluded.value, summary = excluded.summary,
         set_by = excluded.set_by, set_at = excluded.set_at",
);
static REMOVE: Statement = Statement::new(
    "notes.remove",
    "DELETE FROM peer_notes WHERE provider = $1 AND aspect = $2",
);
static SERVERS: Statement = Statement::new(
    "notes.servers",
    "SELECT COUNT(DISTINCT provider) FROM peer_notes WHERE provider <> $1",
);

/// Every statement of this room.
pub const STATEMENTS: &[&Statement] = &[&FIND, &LIST, &SAVE, &REMOVE, &SERVERS];

/// All that is noted about a server.
pub struct FindNotes {
    /// Which.
    pub provider: Provider,
}

impl Operation for FindNotes {
    type Output = Notes;
    const NAME: &'static str = "find_notes";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Notes, Error> {
        find(tx, &self.provider).await
    }
}

/// What is noted about servers, in the order of their names.
pub struct ListNotes {
    /// Behind this name; empty for the first page.
    pub after: String,
    /// At most so many servers.
    pub limit: u32,
}

impl Operation for ListNotes {
    type Output = Vec<(Provider, Notes)>;
    const NAME: &'static str = "list_notes";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        let parameters = [self.after.as_str().into(), i64::from(self.limit).into()];
        let mut servers: Vec<(Provider, Notes)> = Vec::new();
        for row in tx.rows(&LIST, &parameters).await? {
            let provider = row.parsed(0, |text| Provider::parse(text).ok())?;
            match servers.last_mut() {
                Some((last, notes)) if *last == provider => notes.0.push(noted(&row)?),
                _ => servers.push((provider, Notes(vec![noted(&row)?]))),
            }
        }
        for (_, notes) in &mut servers {
            notes.0.sort_by_key(|noted| noted.aspect);
        }
        Ok(servers)
    }
}

/// What is noted from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What is noted.
    pub value: String,
    /// What is told of it.
    pub summary: String,
}

/// Notes something about a server, or takes it back. What waits for the server is due now if that may have mended the way
/// there.
pub struct ChangeNote {
    /// Which server.
    pub provider: Provider,
    /// What about.
    pub aspect: Aspect,
    /// What is noted; `None` takes it back.
    pub content: Option<Content>,
    /// The account under which it is noted.
    pub by: Option<String>,
    /// When and under which reference.
    pub moment: Moment,
}

/// What a note met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It holds.
    Done {
        /// What was noted before.
        before: Option<Noted>,
        /// Whether it lowers what would hold without it.
        weaker: bool,
    },
    /// There was nothing to take back.
    Nothing,
    /// It is this server itself, about which nothing is noted.
    Ourselves,
    /// Something is noted about [`SERVERS_MAX`] other servers already.
    TooMany,
}

impl Operation for ChangeNote {
    type Output = Changed;
    const NAME: &'static str = "change_note";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Changed, Error> {
        let before = find(tx, &self.provider).await?.of(self.aspect).cloned();
        let name = self.provider.as_str();
        let aspect = self.aspect.as_str();
        match &self.content {
            None if before.is_none() => return Ok(Changed::Nothing),
            None => {
                tx.execute_one(&REMOVE, &[name.into(), aspect.into()])
                    .await?;
            }
            Some(_) if digests::is_ours(tx, &self.provider).await? => {
                return Ok(Changed::Ourselves);
            }
            Some(content) => {
                let row = tx.row(&SERVERS, &[name.into()]).await?;
                let row = row.ok_or_else(|| Error::inconsistent(&SERVERS, "no row"))?;
                let others: u64 = row.number(0)?;
                if others >= SERVERS_MAX {
                    return Ok(Changed::TooMany);
                }
                let parameters = [
                    name.into(),
                    aspect.into(),
                    content.value.as_str().into(),
                    content.summary.as_str().into(),
                    self.by.as_deref().into(),
                    self.moment.now.as_millis().into(),
                ];
                tx.execute_one(&SAVE, &parameters).await?;
            }
        }
        if matches!(self.aspect, Aspect::Ca | Aspect::Pin) {
            peers::recognised_anew(tx, &self.provider, self.moment.now).await?;
        }
        let weaker = self.is_weaker(tx).await?;
        if self.aspect != Aspect::Note {
            outbox::peer_is_back(tx, &self.provider, self.moment.now).await?;
        }
        Entry::new(self.aspect.kind(), Actor::Administrator)
            .with(&self.provider)
            .saying(json!({
                "aspect": aspect,
                "before": before.as_ref().map(|noted| &noted.summary),
                "now": self.content.as_ref().map(|content| &content.summary),
                "weaker": weaker,
                "by": self.by,
            }))
            .record(tx, &self.moment)
            .await?;
        Ok(Changed::Done { before, weaker })
    }
}

impl ChangeNote {
    async fn is_weaker(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let (Aspect::Sign | Aspect::Take, Some(content)) = (self.aspect, &self.content) else {
            return Ok(false);
        };
        let peer = peers::find(tx, &self.provider).await?;
        let best = peer.and_then(|peer| peer.dialect);
        Ok(Way::parse(&content.value).is_some_and(|way| way.is_weaker(best)))
    }
}

async fn find(tx: &mut Tx<'_>, provider: &Provider) -> Result<Notes, Error> {
    let rows = tx.rows(&FIND, &[provider.as_str().into()]).await?;
    let notes: Result<Vec<_>, _> = rows.iter().map(noted).collect();
    let mut notes = notes?;
    notes.sort_by_key(|noted| noted.aspect);
    Ok(Notes(notes))
}

fn noted(row: &Row) -> Result<Noted, Error> {
    Ok(Noted {
        aspect: row.parsed(1, Aspect::parse)?,
        value: row.text(2)?.to_owned(),
        summary: row.text(3)?.to_owned(),
        by: row.opt_text(4)?.map(str::to_owned),
        at: Timestamp::from_millis(row.int(5)?),
    })
}
