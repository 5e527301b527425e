//! Acceptances that are under way, each with what it waits for and what can be done about it.

use symbolon_core::Timestamp;
use symbolon_proto::problem::Problem;
use symbolon_store::acceptances::Acceptance;

use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::actions::acceptances;

/// Most that are shown; the page of connections shows more.
const SHOWN_MAX: u32 = 20;

/// One acceptance that waits, for `templates/waiting.html`.
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) server: String,
    pub(super) words: Saying,
    pub(super) cancelling: bool,
}

impl Waiting {
    /// What waits for this visitor, newest first, and whether there is more.
    pub(super) async fn of(visitor: &Visitor) -> Result<(Vec<Self>, bool), Problem> {
        let app = &visitor.app;
        let mut found = acceptances::list(app, &visitor.user, true, SHOWN_MAX + 1).await?;
        let more = super::connections::cut(&mut found, SHOWN_MAX);
        let rows = found.iter();
        let rows = rows.map(|one| Self::new(visitor.words, one, app.now()));
        Ok((rows.collect(), more))
    }

    fn new(words: Words, one: &Acceptance, now: Timestamp) -> Self {
        Self {
            id: one.id.to_string(),
            server: one.provider.to_string(),
            words: super::standing::waiting(words, one, now),
            cancelling: one.cancelled.is_some(),
        }
    }

    #[cfg(test)]
    pub(super) fn samples(words: Words, text: &str) -> Vec<Self> {
        let one = |cancelling| Self {
            id: "01kk7v3q9d8zx5y2n4b6m8r0ta".to_owned(),
            server: format!("cat.example.org{text}"),
            words: words
                .say("connecting-since")
                .with("server", format!("cat.example.org{text}"))
                .with("since", text),
            cancelling,
        };
        vec![one(false), one(true)]
    }
}
