//! What administrators have noted about other servers, as the way out and the signatures mind it.

use futures_util::future::BoxFuture;
use symbolon_core::quirks::Way;
use symbolon_proto::address::Provider;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_proto::text::{TextError, check_text, clean_line};
use symbolon_store::Store;
use symbolon_store::notes::{Aspect, Changed, Content, FindNotes, SERVERS_MAX};

use crate::transport::{Belief, Beliefs, ISSUERS_MAX, PINS_MAX};

/// What is noted in a database about whom to believe.
pub struct NotedBeliefs(Store);

impl NotedBeliefs {
    /// In this one.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

impl Beliefs for NotedBeliefs {
    fn about<'a>(&'a self, server: &'a Provider) -> BoxFuture<'a, Result<Option<Belief>, String>> {
        Box::pin(async move {
            let find = FindNotes {
                provider: server.clone(),
            };
            let notes = self.0.read(find).await.map_err(|error| error.to_string())?;
            let text = |aspect| notes.of(aspect).map(|noted| noted.value.clone());
            let belief = Belief {
                issuers: text(Aspect::Ca),
                pins: text(Aspect::Pin),
            };
            Ok(Some(belief).filter(|belief| *belief != Belief::default()))
        })
    }
}

/// Reads what an administrator wants to note; `None` if there is nothing, which takes it back.
pub fn read(aspect: Aspect, text: &str) -> Result<Option<Content>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let content = match aspect {
        Aspect::Ca => {
            let issuers = Belief::read_issuers(text);
            let issuers = issuers.map_err(|_| unusable(aspect, "no-issuers", Some(ISSUERS_MAX)))?;
            Content {
                value: issuers.pem(),
                summary: issuers.fingerprints().join(", "),
            }
        }
        Aspect::Pin => {
            let pins = Belief::read_pins(text);
            let pins = pins.map_err(|_| unusable(aspect, "no-keys", Some(PINS_MAX)))?;
            let pins: Vec<_> = pins.iter().map(ToString::to_string).collect();
            Content {
                value: pins.join(" "),
                summary: pins.join(", "),
            }
        }
        Aspect::Sign | Aspect::Take => {
            let word = text.strip_prefix("draft-").unwrap_or(text);
            let way = Way::parse(word).ok_or_else(|| unusable(aspect, "no-way", None))?;
            Content {
                value: way.as_str().to_owned(),
                summary: way.as_str().to_owned(),
            }
        }
        Aspect::Note => {
            let value = lines(text).map_err(|error| error.problem(aspect.as_str()))?;
            let summary = clean_line(&value, limits::PEER_NOTE_CHARS);
            Content { value, summary }
        }
    };
    Ok(Some(content))
}

/// Whether what was noted is weaker than what would hold without it; the problem if nothing could be noted. `None`: there
/// was nothing to take back.
pub fn outcome(changed: &Changed, aspect: Aspect) -> Result<Option<bool>, Problem> {
    match changed {
        Changed::Done { weaker, .. } => Ok(Some(*weaker)),
        Changed::Nothing => Ok(None),
        Changed::Ourselves => Err(Problem::new(Code::BadAddress)),
        Changed::TooMany => {
            let most = usize::try_from(SERVERS_MAX).unwrap_or(usize::MAX);
            Err(unusable(aspect, "too-many", Some(most)))
        }
    }
}

/// A few lines, each as anybody may write one.
fn lines(text: &str) -> Result<String, TextError> {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    if text.chars().count() > limits::PEER_NOTE_CHARS {
        return Err(TextError::TooLong(limits::PEER_NOTE_CHARS));
    }
    for line in lines {
        check_text(line, limits::PEER_NOTE_CHARS)?;
    }
    Ok(text)
}

fn unusable(aspect: Aspect, reason: &str, limit: Option<usize>) -> Problem {
    let problem = Problem::new(Code::MemberInvalid)
        .with("member", aspect.as_str())
        .with("reason", reason);
    match limit {
        Some(limit) => problem.with("limit", &limit.to_string()),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use symbolon_proto::keys::Pin;
    use symbolon_proto::language::Language;

    use super::*;
    use crate::transport::pem;

    #[test]
    fn what_is_noted_is_kept_in_one_form_and_told_without_certificates() {
        let made = rcgen::generate_simple_self_signed(vec!["cat.example.org".to_owned()]).unwrap();
        let certificate = pem("CERTIFICATE", made.cert.der());
        let read = |aspect, text: &str| read(aspect, text).unwrap().unwrap();
        let issuer = read(Aspect::Ca, &format!("# ours\r\n{certificate}"));
        assert!(issuer.value.starts_with("-----BEGIN CERTIFICATE-----\n"));
        assert_eq!(issuer.summary.len(), 32 * 3 - 1);
        let [one, two] = ["1", "2"].map(|key| Pin::of(key.as_bytes()).to_string());
        let pins = read(Aspect::Pin, &format!("{one}\n{two}"));
        assert!(pins.summary.contains(&one) && pins.summary.contains(", "));
        for text in ["cavage", "draft-cavage"] {
            assert_eq!(read(Aspect::Sign, text).value, "cavage");
        }
        let note = read(Aspect::Note, " Ann looks after it.\r\nCall her first. \n");
        assert_eq!(note.value, "Ann looks after it.\nCall her first.");
        assert_eq!(note.summary, "Ann looks after it. Call her first.");
        for aspect in Aspect::ALL {
            assert_eq!(super::read(aspect, " \n"), Ok(None));
        }
    }

    #[test]
    fn what_cannot_be_noted_is_refused_with_what_is_expected() {
        let long = "x".repeat(limits::PEER_NOTE_CHARS + 1);
        for (aspect, text, words) in [
            (Aspect::Ca, "hello", "10 certificates in PEM"),
            (Aspect::Pin, "sha256/no", "one to 8 keys"),
            (Aspect::Sign, "rsa", "rfc9421, cavage or unsigned"),
            (Aspect::Take, "RFC9421", "rfc9421, cavage or unsigned"),
            (Aspect::Note, &long, "1,000"),
            (Aspect::Note, "a\u{7}b", "control characters"),
        ] {
            let problem = read(aspect, text).unwrap_err();
            let detail = problem.detail(Language::En);
            assert!(detail.contains(words), "{detail}");
        }
    }
}
