//! What is noted about one server, on its page: a form for each thing, and who noted it.

use axum::extract::Path;
use axum::response::Response;
use symbolon_core::quirks::Way;
use symbolon_proto::limits;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::notes::{Aspect, Noted, Notes};

use super::server;
use super::{Administrator, back};
use crate::actions::servers;
use crate::http::problem::ApiProblem;
use crate::transport::ISSUERS_BYTES;
use crate::web::fields::Fields;
use crate::web::frame::page_telling;
use crate::web::told::Field;
use crate::web::when::When;
use crate::web::words::{Saying, Words};

/// A form for one thing.
pub(super) struct Form {
    pub(super) aspect: &'static str,
    pub(super) field: &'static str,
    pub(super) label: Saying,
    pub(super) hint: Saying,
    pub(super) save: Saying,
    /// Who noted what it says now, and when.
    pub(super) noted: Option<Saying>,
    /// What is told of it where the field does not show that itself.
    pub(super) digests: Option<Saying>,
    pub(super) value: String,
    /// At most so many characters; 0 where there is a choice.
    pub(super) value_max: usize,
    pub(super) choices: Vec<Choice>,
}

pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: Saying,
    pub(super) chosen: bool,
}

/// `POST /admin/servers/{server}/notes`
pub(super) async fn change(
    administrator: Administrator,
    Path(server): Path<String>,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let provider = server::named(&administrator, &server)?;
    let text = fields.exact("value");
    let (app, by, reference) = (&visitor.app, &visitor.user, visitor.reference.as_str());
    let aspect = Aspect::parse(fields.text("aspect"));
    let changed = match aspect {
        Some(aspect) => servers::note(app, by, &provider, aspect, text, reference).await,
        None => Err(Problem::new(Code::MemberInvalid).with("member", "aspect")),
    };
    match changed {
        Ok(weaker) => {
            let empty = text.trim().is_empty();
            let done = match weaker {
                None => "",
                Some(_) if empty => "note-removed",
                Some(false) => "noted",
                Some(true) => "noted-weaker",
            };
            Ok(back(&server::path(&provider), done))
        }
        Err(problem) => {
            let shown = server::load(&administrator, &provider).await?;
            let mut told = visitor.told(&problem);
            if let Some(aspect) = aspect.filter(|_| problem.code() == Code::MemberInvalid) {
                let (label, field) = (label(visitor.words, aspect), Field(field(aspect)));
                told = told.at(visitor.words, &label, field);
            }
            let shown = shown.telling(told, aspect, text);
            Ok(page_telling(visitor.words, Some(&problem), &shown))
        }
    }
}

fn label(words: Words, aspect: Aspect) -> Saying {
    words.say("admin-aspect").with("aspect", aspect.as_str())
}

/// The id of its field.
fn field(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Ca => "noted-ca",
        Aspect::Pin => "noted-pin",
        Aspect::Sign => "noted-sign",
        Aspect::Take => "noted-take",
        Aspect::Note => "noted-note",
    }
}

/// All forms; the one that anybody can fill in comes first.
pub(super) fn forms(words: Words, notes: &Notes) -> Vec<Form> {
    let form = |aspect| Form::new(words, aspect, notes.of(aspect));
    let mut aspects = Aspect::ALL;
    aspects.sort_by_key(|aspect| *aspect != Aspect::Note);
    aspects.into_iter().map(form).collect()
}

impl Form {
    fn new(words: Words, aspect: Aspect, noted: Option<&Noted>) -> Self {
        let word = aspect.as_str();
        let say = |id| words.say(id).with("aspect", word);
        let value = noted.map_or("", |noted| noted.value.as_str());
        let ways = matches!(aspect, Aspect::Sign | Aspect::Take);
        Self {
            aspect: word,
            field: field(aspect),
            label: label(words, aspect),
            hint: say("admin-aspect-hint"),
            save: say("admin-aspect-save"),
            noted: noted.map(|noted| {
                let at = When {
                    at: noted.at,
                    words,
                };
                let by = noted.by.as_deref().unwrap_or("?");
                words.say("admin-noted-by").with("at", at).with("by", by)
            }),
            digests: noted.filter(|_| aspect == Aspect::Ca).map(|noted| {
                words
                    .say("admin-noted-digests")
                    .with("digests", noted.summary.as_str())
            }),
            // Each key on a line of its own.
            value: match aspect {
                Aspect::Pin => value.replace(' ', "\n"),
                _ => value.to_owned(),
            },
            value_max: match aspect {
                Aspect::Ca | Aspect::Pin => ISSUERS_BYTES,
                Aspect::Note => limits::PEER_NOTE_CHARS,
                Aspect::Sign | Aspect::Take => 0,
            },
            choices: if ways {
                choices(words, value)
            } else {
                Vec::new()
            },
        }
    }

    /// The same with what was entered.
    pub(super) fn entered(&mut self, aspect: Option<Aspect>, text: &str) {
        if aspect.is_some_and(|aspect| aspect.as_str() == self.aspect) {
            text.clone_into(&mut self.value);
        }
    }
}

/// What the server offers or has used first, then the best.
fn choices(words: Words, value: &str) -> Vec<Choice> {
    let ways = Way::ALL.into_iter().rev().map(Way::as_str);
    let choice = |way: &'static str| Choice {
        value: way,
        words: words
            .say("admin-way")
            .with("way", if way.is_empty() { "auto" } else { way }),
        chosen: way == value,
    };
    std::iter::once("").chain(ways).map(choice).collect()
}

#[cfg(test)]
pub(super) fn sample(text: &str, at: symbolon_core::Timestamp) -> Notes {
    let noted = |aspect| Noted {
        aspect,
        value: match aspect {
            Aspect::Sign | Aspect::Take => "cavage".to_owned(),
            _ => text.to_owned(),
        },
        summary: text.to_owned(),
        by: Some(text.to_owned()),
        at,
    };
    Notes(Aspect::ALL.into_iter().map(noted).collect())
}
