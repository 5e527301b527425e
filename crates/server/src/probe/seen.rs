//! What a server shows to everybody: its description and its keys, asked by `GET`.

use futures_util::future::join;
use serde_json::{Map, Value};
use symbolon_core::Timestamp;
use symbolon_proto::discovery;
use symbolon_proto::keys::Jwks;
use symbolon_proto::language::Language;
use url::Url;

use super::trials::Trials;
use super::{Request, Target};
use crate::doctor::unreachable::why;
use crate::said::Said;
use crate::transport::{OutboundResponse, TransportError, ask};

/// One question and what became of it.
pub struct Asked {
    /// Method and address.
    pub request: String,
    /// The answer, or why there is none.
    pub answer: Result<OutboundResponse, TransportError>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Milliseconds until the answer.
    pub took_ms: i64,
}

/// Everything that was seen of a server.
pub struct Seen {
    /// Where it was asked.
    pub origin: String,
    /// `/.well-known/ocm`.
    pub description: Asked,
    /// `/.well-known/jwks.json`, where the draft has the keys.
    pub keys: Asked,
    /// Where the description says that the keys are, if that is somewhere else on the same server.
    pub named_keys: Option<Asked>,
    /// `/ocm-provider`, which old servers have instead of the description.
    pub legacy: Option<Asked>,
    pub(super) trials: Trials,
}

/// Asks for what everybody may see.
pub async fn look(target: &Target<'_>) -> Seen {
    let origin = &target.origin;
    let described = format!("{origin}/.well-known/ocm");
    let fixed = format!("{origin}/.well-known/jwks.json");
    let (description, keys) = join(get(target, &described), get(target, &fixed)).await;
    let mut seen = Seen {
        origin: origin.clone(),
        description,
        keys,
        named_keys: None,
        legacy: None,
        trials: Trials::default(),
    };
    if seen.document().is_none() {
        seen.legacy = Some(get(target, &format!("{origin}/ocm-provider")).await);
    }
    let named = seen.place("jwksUri").filter(|url| url.as_str() != fixed);
    if let Some(url) = named {
        seen.named_keys = Some(get(target, url.as_str()).await);
    }
    seen
}

pub(super) async fn get(target: &Target<'_>, url: &str) -> Asked {
    let sent_at = target.env.now();
    let answer = ask::fetch(target.transport, url, target.patience).await;
    Asked {
        request: format!("GET {url}"),
        took_ms: target.env.now().millis_since(sent_at).max(0),
        answer,
        sent_at,
    }
}

impl Asked {
    /// The document of an answer with status 200, or what there is instead.
    pub(crate) fn document(&self) -> Result<Value, Said> {
        let answer = match &self.answer {
            Ok(answer) => answer,
            Err(error) => return Err(why(error)),
        };
        if answer.status != 200 {
            return Err(Said::new("probe-status").with("status", answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(|_| Said::new("probe-not-json"))
    }

    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }

    fn request(&self, language: Language) -> Request {
        Request {
            request: self.request.clone(),
            answer: match &self.answer {
                Ok(answer) => answer.status.to_string(),
                Err(error) => why(error).say(language),
            },
            took_ms: self.took_ms,
        }
    }
}

impl Seen {
    /// What describes the server: the answer at the place of the draft, or at the old one if only that has a document.
    pub fn described(&self) -> &Asked {
        let is_object = |asked: &&Asked| asked.document().is_ok_and(|found| found.is_object());
        let legacy = self.legacy.as_ref().filter(is_object);
        legacy.unwrap_or(&self.description)
    }

    /// The description, if there is one.
    pub fn document(&self) -> Option<Map<String, Value>> {
        match self.described().document() {
            Ok(Value::Object(members)) => Some(members),
            _ => None,
        }
    }

    /// What was answered at an address of keys, if that was asked.
    pub fn asked_for_keys(&self, url: &str) -> Option<&Asked> {
        let places = [Some(&self.keys), self.named_keys.as_ref()];
        let request = format!("GET {url}");
        places
            .into_iter()
            .flatten()
            .find(|asked| asked.request == request)
    }

    /// A list of names in the description; empty if it has none.
    pub fn names(&self, member: &str) -> Vec<String> {
        let document = self.document().unwrap_or_default();
        let names = document.get(member).and_then(Value::as_array);
        let texts = names.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Whether the description lists a capability.
    pub fn can(&self, name: &str) -> bool {
        self.names("capabilities").iter().any(|known| known == name)
    }

    /// An address in the description, read as when people connect, if it leads to the same server: another one is not asked
    /// in its name.
    pub fn place(&self, member: &str) -> Option<Url> {
        let document = self.document()?;
        let origin = Url::parse(&self.origin).ok()?;
        discovery::address(document.get(member)?.as_str()?, &origin)
    }

    /// The keys where the draft has them, or where the description says that they are.
    pub fn key_set(&self) -> Option<(&Asked, Jwks)> {
        let places = [Some(&self.keys), self.named_keys.as_ref()];
        places.into_iter().flatten().find_map(|asked| {
            asked.document().ok()?;
            let answer = asked.answer.as_ref().ok()?;
            Some((asked, Jwks::parse(&answer.body).ok()?))
        })
    }

    pub(super) fn requests(&self, language: Language) -> Vec<Request> {
        let looked = [
            Some(&self.description),
            Some(&self.keys),
            self.legacy.as_ref(),
            self.named_keys.as_ref(),
        ];
        let looked = looked.into_iter().flatten();
        let tried = self.trials.asked();
        let all = looked.chain(tried);
        all.map(|asked| asked.request(language)).collect()
    }
}
