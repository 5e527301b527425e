//! `CONNECTION_SYNC`: two servers find out where their halves differ (`docs/protocol/connection-lifecycle.md`, section 5.4).
//!
//! Three steps, each a notification with its answer. The receiver keeps nothing between them.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{MessageError, Notification, object};
use crate::limits;
use crate::pairs::GROUP;

const CONNECTION_SYNC: &str = "CONNECTION_SYNC";

/// The largest generation there is.
const GENERATION_MAX: u64 = 1 << 53;

/// One message of a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSync {
    /// The name of the sender's memory: new if it has lost everything, the same after a restore.
    pub ledger: String,
    /// What is asked.
    pub step: SyncStep,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncStep {
    /// Are we equal as a whole?
    Compare {
        /// The digest of all halves that the sender shares with the receiver.
        root: u64,
        /// How many they are.
        halves: u64,
    },
    /// What are the digests of the buckets of these groups?
    Leaves(Vec<u8>),
    /// This is what the sender has; what differs?
    Claims {
        /// Buckets of which all halves of the sender are in `claims`.
        buckets: Vec<u16>,
        /// The sender's halves.
        claims: Vec<PairClaim>,
    },
}

/// What a server says of its half of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairClaim {
    /// The sender's person, as the sender names them.
    pub mine: String,
    /// The receiver's person, as the receiver names them.
    pub yours: String,
    /// The generation of the sender's half.
    pub generation: u64,
    /// Its phase.
    #[serde(flatten)]
    pub phase: PairPhase,
}

/// The phase of the sender's half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "lowercase")]
pub enum PairPhase {
    /// The two may share.
    Connected,
    /// They may not.
    Disconnected {
        /// Whose gesture ended it.
        by: EndedBySide,
    },
}

/// Whose gesture ended a connection, seen from the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedBySide {
    /// That of the sender's person.
    Sender,
    /// That of the receiver's person.
    Receiver,
    /// Nobody's.
    Neither,
}

/// The answer to a [`ConnectionSync`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncAnswer {
    /// The name of the answering server's memory.
    pub ledger: String,
    /// Whether the answering server acts on nothing for now, since it does not recognise the other's ledger.
    pub held: bool,
    /// What it found.
    pub found: SyncFound,
}

/// What the answering server found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncFound {
    /// Nothing differs.
    Equal,
    /// The digests of its 256 groups.
    Groups(Box<[u64; GROUP]>),
    /// The digests of the 256 buckets of each group that was asked for.
    Leaves(Vec<(u8, Box<[u64; GROUP]>)>),
    /// What differs, after it has applied what it was told.
    Claims {
        /// How many of the buckets it was asked about are answered, from the first on.
        covered: usize,
        /// Its halves that differ from what it was told, or that it was not told of.
        claims: Vec<PairClaim>,
    },
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Wire {
    ledger: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    halves: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<Vec<u16>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covered: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Vec<PairClaim>>,
}

#[derive(Serialize, Deserialize)]
struct Leaves {
    group: u8,
    digests: String,
}

impl ConnectionSync {
    /// The JSON body; `provider` is the sender.
    pub fn to_json(&self, provider: &str) -> String {
        let mut wire = Wire {
            ledger: self.ledger.clone(),
            ..Wire::default()
        };
        match &self.step {
            SyncStep::Compare { root, halves } => {
                wire.root = Some(encode(&[*root]));
                wire.halves = Some(*halves);
            }
            SyncStep::Leaves(groups) => wire.leaves = Some(json!(groups)),
            SyncStep::Claims { buckets, claims } => {
                wire.buckets = Some(buckets.clone());
                wire.claims = Some(claims.clone());
            }
        }
        json!({
            "notificationType": CONNECTION_SYNC,
            "resourceType": "user",
            "providerId": provider,
            "notification": { "message": "Comparing connections", "sync": wire },
        })
        .to_string()
    }

    /// Reads it from a notification; `Ok(None)` if that is about something else.
    pub fn from_notification(notification: &Notification) -> Result<Option<Self>, MessageError> {
        if notification.notification_type != CONNECTION_SYNC {
            return Ok(None);
        }
        let sync = notification.details.get("sync");
        let wire = read(sync.ok_or(MessageError::Missing("notification.sync"))?)?;
        let step = match wire {
            Wire {
                root: Some(root), ..
            } => {
                let [root] = *decode::<1>(&root)?;
                SyncStep::Compare {
                    root,
                    halves: wire.halves.unwrap_or_default(),
                }
            }
            Wire {
                leaves: Some(groups),
                ..
            } => {
                let groups: Vec<u8> =
                    serde_json::from_value(groups).map_err(|error| invalid(&error))?;
                at_most(groups.len(), limits::SYNC_GROUPS, "groups")?;
                SyncStep::Leaves(groups)
            }
            Wire {
                claims: Some(claims),
                ..
            } => {
                let buckets = wire.buckets.unwrap_or_default();
                at_most(buckets.len(), limits::SYNC_BUCKETS, "buckets")?;
                sound(&claims)?;
                SyncStep::Claims { buckets, claims }
            }
            _ => return Err(MessageError::Missing("notification.sync.root")),
        };
        Ok(Some(Self {
            ledger: wire.ledger,
            step,
        }))
    }
}

impl SyncAnswer {
    /// The JSON body.
    pub fn to_json(&self) -> Value {
        let mut wire = Wire {
            ledger: self.ledger.clone(),
            held: self.held,
            ..Wire::default()
        };
        match &self.found {
            SyncFound::Equal => wire.equal = Some(true),
            SyncFound::Groups(groups) => wire.groups = Some(encode(&groups[..])),
            SyncFound::Leaves(leaves) => {
                let leaves: Vec<Leaves> = leaves
                    .iter()
                    .map(|(group, digests)| Leaves {
                        group: *group,
                        digests: encode(&digests[..]),
                    })
                    .collect();
                wire.leaves = Some(json!(leaves));
            }
            SyncFound::Claims { covered, claims } => {
                wire.covered = Some(*covered);
                wire.claims = Some(claims.clone());
            }
        }
        json!({ "sync": wire })
    }

    /// Reads an answer. Whatever does not fit is an error: there is nothing to be lenient about in a new message.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let body = object(bytes)?;
        let wire = read(body.get("sync").ok_or(MessageError::Missing("sync"))?)?;
        let found = match wire {
            Wire {
                equal: Some(true), ..
            } => SyncFound::Equal,
            Wire {
                groups: Some(groups),
                ..
            } => SyncFound::Groups(decode(&groups)?),
            Wire {
                leaves: Some(leaves),
                ..
            } => {
                let leaves: Vec<Leaves> =
                    serde_json::from_value(leaves).map_err(|error| invalid(&error))?;
                at_most(leaves.len(), limits::SYNC_GROUPS, "groups")?;
                let read = |one: &Leaves| Ok((one.group, decode(&one.digests)?));
                SyncFound::Leaves(
                    leaves
                        .iter()
                        .map(read)
                        .collect::<Result<_, MessageError>>()?,
                )
            }
            Wire {
                claims: Some(claims),
                ..
            } => {
                sound(&claims)?;
                SyncFound::Claims {
                    covered: wire.covered.unwrap_or_default(),
                    claims,
                }
            }
            _ => return Err(MessageError::Missing("sync.equal")),
        };
        Ok(Self {
            ledger: wire.ledger,
            held: wire.held,
            found,
        })
    }
}

impl PairClaim {
    /// How many bytes it takes in a message, a few more rather than less.
    pub fn bytes(&self) -> usize {
        // Identifiers are almost never escaped; where each character is, the message has room for twice as much.
        self.mine.len() + self.yours.len() + 100
    }
}

fn read(value: &Value) -> Result<Wire, MessageError> {
    let wire = Wire::deserialize(value).map_err(|error| invalid(&error))?;
    if wire.ledger.is_empty() || wire.ledger.len() > limits::SYNC_LEDGER_BYTES {
        return Err(unfit("ledger must have between 1 and 64 bytes"));
    }
    Ok(wire)
}

fn sound(claims: &[PairClaim]) -> Result<(), MessageError> {
    at_most(claims.len(), limits::SYNC_CLAIMS, "claims")?;
    for claim in claims {
        for name in [&claim.mine, &claim.yours] {
            let blank = name.trim().is_empty() || name.contains(char::is_control);
            if blank || name.len() > limits::IDENTIFIER_BYTES {
                return Err(unfit("a claim must name two people"));
            }
        }
        if claim.generation == 0 || claim.generation > GENERATION_MAX {
            return Err(unfit("a generation must be between 1 and 2^53"));
        }
    }
    Ok(())
}

fn at_most(found: usize, allowed: usize, what: &str) -> Result<(), MessageError> {
    if found > allowed {
        return Err(unfit(&format!("{found} {what} are more than {allowed}")));
    }
    Ok(())
}

fn encode(digests: &[u64]) -> String {
    let bytes: Vec<u8> = digests
        .iter()
        .flat_map(|digest| digest.to_be_bytes())
        .collect();
    BASE64_STANDARD.encode(bytes)
}

fn decode<const N: usize>(text: &str) -> Result<Box<[u64; N]>, MessageError> {
    let wrong = || unfit(&format!("expected base64 of {N} digests of 8 bytes"));
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| wrong())?;
    let (digests, rest) = bytes.as_chunks::<8>();
    let digests: Vec<u64> = digests.iter().map(|one| u64::from_be_bytes(*one)).collect();
    if !rest.is_empty() {
        return Err(wrong());
    }
    digests.into_boxed_slice().try_into().map_err(|_| wrong())
}

fn invalid(error: &serde_json::Error) -> MessageError {
    unfit(&error.to_string())
}

fn unfit(reason: &str) -> MessageError {
    MessageError::Invalid {
        member: "notification.sync",
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(phase: PairPhase) -> PairClaim {
        PairClaim {
            mine: "carol".to_owned(),
            yours: "bob".to_owned(),
            generation: 4,
            phase,
        }
    }

    fn sync(step: SyncStep) -> ConnectionSync {
        ConnectionSync {
            ledger: "6f1d".to_owned(),
            step,
        }
    }

    fn parsed(body: &str) -> Result<Option<ConnectionSync>, MessageError> {
        ConnectionSync::from_notification(&Notification::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn every_step_and_every_answer_reads_back() {
        let ended = PairPhase::Disconnected {
            by: EndedBySide::Receiver,
        };
        for step in [
            SyncStep::Compare {
                root: u64::MAX,
                halves: 3,
            },
            SyncStep::Leaves(vec![0, 255]),
            SyncStep::Claims {
                buckets: vec![0, 65_535],
                claims: vec![claim(PairPhase::Connected), claim(ended)],
            },
        ] {
            let sent = sync(step);
            assert_eq!(parsed(&sent.to_json("dog.example.org")), Ok(Some(sent)));
        }
        for found in [
            SyncFound::Equal,
            SyncFound::Groups(Box::new([7; 256])),
            SyncFound::Leaves(vec![(3, Box::new([1; 256]))]),
            SyncFound::Claims {
                covered: 2,
                claims: vec![claim(ended)],
            },
        ] {
            let sent = SyncAnswer {
                ledger: "6f1d".to_owned(),
                held: false,
                found,
            };
            let body = sent.to_json().to_string();
            assert_eq!(SyncAnswer::parse(body.as_bytes()), Ok(sent));
        }
    }

    #[test]
    fn the_largest_message_fits_into_what_is_read() {
        let leaves = (0..limits::SYNC_GROUPS).map(|_| (255, Box::new([u64::MAX; 256])));
        let answer = SyncAnswer {
            ledger: "f".repeat(64),
            held: true,
            found: SyncFound::Leaves(leaves.collect()),
        };
        assert!(answer.to_json().to_string().len() < limits::PEER_ANSWER_BYTES);
        let one = claim(PairPhase::Disconnected {
            by: EndedBySide::Receiver,
        });
        let claims = vec![one.clone(); limits::SYNC_CLAIMS_BYTES / one.bytes()];
        let buckets = vec![u16::MAX; limits::SYNC_BUCKETS];
        let body = sync(SyncStep::Claims { buckets, claims }).to_json("dog.example.org");
        assert!(body.len() < limits::OCM_REQUEST_BYTES, "{}", body.len());
    }

    #[test]
    fn what_breaks_a_bound_is_refused_with_the_reason() {
        let many = vec![claim(PairPhase::Connected); limits::SYNC_CLAIMS + 1];
        let none = PairClaim {
            generation: 0,
            ..claim(PairPhase::Connected)
        };
        let nobody = PairClaim {
            mine: " ".to_owned(),
            ..claim(PairPhase::Connected)
        };
        for (claims, reason) in [
            (many, "1001 claims are more than 1000"),
            (vec![none], "a generation must be between 1 and 2^53"),
            (vec![nobody], "a claim must name two people"),
        ] {
            let buckets = Vec::new();
            let body = sync(SyncStep::Claims { buckets, claims }).to_json("dog.example.org");
            assert!(parsed(&body).unwrap_err().to_string().ends_with(reason));
        }
        let groups = sync(SyncStep::Leaves(vec![0; limits::SYNC_GROUPS + 1]));
        assert!(parsed(&groups.to_json("dog.example.org")).is_err());
    }

    #[test]
    fn garbage_is_refused_and_other_notifications_are_left_alone() {
        let other = r#"{"notificationType":"USER_REMOVED","providerId":"carol"}"#;
        assert_eq!(parsed(other), Ok(None));
        for sync in [
            "null",
            "[]",
            r#"{"ledger":""}"#,
            r#"{"ledger":"a"}"#,
            r#"{"ledger":"a","root":"AAAA","halves":1}"#,
            r#"{"ledger":"a","leaves":[256]}"#,
            r#"{"ledger":"a","claims":[{"mine":"a","yours":"b","generation":1,"phase":"perhaps"}]}"#,
            r#"{"ledger":"a","claims":[{"mine":"a","yours":"b","generation":1,"phase":"disconnected"}]}"#,
        ] {
            let body = format!(
                r#"{{"notificationType":"CONNECTION_SYNC","notification":{{"sync":{sync}}}}}"#
            );
            assert!(parsed(&body).is_err(), "{sync}");
        }
        assert!(SyncAnswer::parse(br#"{"sync":{"ledger":"a"}}"#).is_err());
        assert!(SyncAnswer::parse(b"{}").is_err());
    }
}
