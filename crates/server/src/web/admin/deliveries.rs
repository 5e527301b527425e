//! `/admin/deliveries`: messages that have not arrived, those that are stuck first.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use symbolon_core::Timestamp;
use symbolon_proto::limits;
use symbolon_proto::problem::Problem;
use symbolon_proto::text::shortened;
use symbolon_store::giving_up::GivenUp;
use symbolon_store::outbox::{Delivery, DeliveryState};

use super::{Administrator, Tone, back};
use crate::actions::deliveries;
use crate::http::problem::ApiProblem;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page};
use crate::web::when::{Soon, When};
use crate::web::words::{Saying, Words};

/// Messages on the page, so that it stays below 60 kB.
const SHOWN: usize = 36;

/// Of each state so many are looked at, those due first, to find those that are stuck.
const LOOKED_AT: u32 = 500;

/// In this order: what nobody tries any more first.
const STATES: [DeliveryState; 3] = [
    DeliveryState::Dead,
    DeliveryState::Due,
    DeliveryState::Leased,
];

/// What `templates/admin_deliveries.html` needs.
#[derive(Template)]
#[template(path = "admin_deliveries.html")]
pub(in crate::web) struct DeliveriesPage {
    frame: Frame,
    done: Option<Saying>,
    rows: Vec<Row>,
    more: bool,
}

struct Row {
    id: String,
    server: String,
    kind: Saying,
    /// Whose it is.
    person: Option<String>,
    class: &'static str,
    tone: Tone,
    state: Saying,
    why: Option<String>,
    /// What the other server said.
    said: Option<String>,
    since: When,
    reference: String,
    /// It is not just being sent.
    can_hurry: bool,
    /// What giving it up does, if that is not done yet.
    giving_up: Option<Saying>,
}

/// `GET /admin/deliveries`
pub(super) async fn list(
    administrator: Administrator,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, words) = (&visitor.app, visitor.words);
    let mut found: [Vec<(Delivery, Option<String>)>; 3] = Default::default();
    for (state, found) in STATES.into_iter().zip(&mut found) {
        let listed = deliveries::list(app, state, LOOKED_AT).await;
        *found = listed.map_err(|problem| visitor.fails(problem))?;
    }
    let shares = shares([found[0].len(), found[1].len(), found[2].len()]);
    let mut all = Vec::new();
    let mut more = false;
    for (mut found, share) in found.into_iter().zip(shares) {
        more |= found.len() > share;
        found.sort_by_key(|(one, _)| (one.attempts == 0, one.created_at));
        found.truncate(share);
        all.append(&mut found);
    }
    let shown = DeliveriesPage {
        frame: administrator.frame(),
        done: administrator.done(&fields),
        rows: all
            .into_iter()
            .map(|(one, person)| Row::new(words, &one, person, app.now()))
            .collect(),
        more,
    };
    Ok(page(words, &shown))
}

/// How many messages of each state are shown. Those that were given up stay until somebody does something about them, so they
/// leave half of the page to those that are under way.
fn shares([dead, due, leased]: [usize; 3]) -> [usize; 3] {
    let dead = dead.min(SHOWN - (due + leased).min(SHOWN / 2));
    let due = due.min(SHOWN - dead);
    [dead, due, leased.min(SHOWN - dead - due)]
}

/// `POST /admin/deliveries/{id}/retry`
pub(super) async fn retry(
    administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let reference = visitor.reference.as_str();
    let retried = deliveries::retry(&visitor.app, &visitor.user, &id, reference).await;
    retried.map_err(|problem| visitor.fails(problem))?;
    Ok(back("/admin/deliveries", "retried"))
}

/// `POST /admin/deliveries/{id}/give-up`
pub(super) async fn give_up(
    administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let reference = visitor.reference.as_str();
    let given_up = deliveries::give_up(&visitor.app, &visitor.user, &id, reference).await;
    let done = match given_up.map_err(|problem| visitor.fails(problem))? {
        GivenUp::Ended(_) => "given-up",
        GivenUp::TakenBack(_) => "taken-back",
    };
    Ok(back("/admin/deliveries", done))
}

impl Row {
    fn new(words: Words, one: &Delivery, person: Option<String>, now: Timestamp) -> Self {
        let server = one.to();
        let named = match &person {
            Some(name) => words.say("admin-delivery-named").with("name", name),
            None => words.say("admin-delivery-somebody"),
        };
        let (tone, id) = match (one.state, one.attempts) {
            (DeliveryState::Dead, _) => (Tone::Bad, "admin-delivery-given-up"),
            (DeliveryState::Leased, _) => (Tone::Wait, "admin-delivery-sending"),
            (_, 0) => (Tone::Wait, "admin-delivery-new"),
            _ => (Tone::Wait, "admin-delivery-waiting"),
        };
        let next = Soon {
            at: one.due_at,
            now,
            words,
        };
        let until = When {
            at: one.gives_up_at,
            words,
        };
        Self {
            id: one.id.to_string(),
            server: server.to_owned(),
            kind: words.say("admin-message").with("kind", one.kind.as_str()),
            class: tone.class(),
            tone,
            state: words
                .say(id)
                .with("n", one.attempts)
                .with("next", next)
                .with("until", until),
            why: one
                .last_code
                .map(|code| Problem::new(code).with("peer", server).title(words.0)),
            said: one
                .last_detail
                .as_deref()
                .map(|said| shortened(said, limits::SAID_LINE_CHARS).into_owned()),
            since: When {
                at: one.created_at,
                words,
            },
            reference: one.reference.clone(),
            can_hurry: one.state != DeliveryState::Leased,
            giving_up: (one.state != DeliveryState::Dead).then(|| {
                words
                    .say("admin-giving-up")
                    .with("kind", one.kind.as_str())
                    .with("person", named)
                    .with("server", server)
            }),
            person,
        }
    }
}

#[cfg(test)]
impl DeliveriesPage {
    pub(in crate::web) fn sample(words: Words, text: &str) -> Self {
        use symbolon_core::{AcceptanceId, ConnectionId, DeliveryId};
        use symbolon_proto::address::Provider;
        use symbolon_proto::problem::Code;
        use symbolon_store::outbox::Kind;

        let now = Timestamp::from_secs(1_795_521_600);
        let id = "01kk7v3q9d8zx5y2n4b6m8r0ta";
        let accepted = || Kind::InviteAccepted(AcceptanceId::parse(id).unwrap());
        let removed = || {
            let generation = symbolon_core::connections::Generation(1);
            Kind::UserRemoved(ConnectionId::parse(id).unwrap(), generation)
        };
        let row = |state, attempts, kind| {
            let one = Delivery {
                id: DeliveryId::parse(id).unwrap(),
                provider: Provider::parse("dog.example.org").unwrap(),
                kind,
                state,
                attempts,
                may_have_arrived: attempts > 1,
                due_at: now.plus_millis(40_000),
                created_at: now,
                gives_up_at: now,
                settled_at: None,
                last_code: (attempts > 0).then_some(Code::ConnectionRefused),
                last_detail: (attempts > 0).then(|| text.to_owned()),
                reference: id.to_owned(),
            };
            Row::new(words, &one, Some(format!("carol{text}")), now)
        };
        let rows = if text.is_empty() {
            Vec::new()
        } else {
            vec![
                row(DeliveryState::Dead, 20, accepted()),
                row(DeliveryState::Due, 3, removed()),
                row(DeliveryState::Due, 0, removed()),
                row(DeliveryState::Leased, 1, accepted()),
            ]
        };
        Self {
            frame: Frame::sample(words, text, crate::web::frame::Section::Admin),
            done: Some(words.say("admin-done-retried")),
            rows,
            more: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_what_was_given_up_nor_what_waits_pushes_the_other_off_the_page() {
        let many = SHOWN + 1;
        for (found, shown) in [
            ([0, 0, 0], [0, 0, 0]),
            ([many, 0, 0], [SHOWN, 0, 0]),
            ([many, 3, 1], [SHOWN - 4, 3, 1]),
            ([many, many, many], [SHOWN / 2, SHOWN / 2, 0]),
            ([2, many, many], [2, SHOWN - 2, 0]),
            ([2, 3, many], [2, 3, SHOWN - 5]),
        ] {
            assert_eq!(shares(found), shown, "{found:?}");
        }
    }
}
