//! `/admin/people`: the accounts of this server.

use askama::Template;
use axum::response::Response;
use symbolon_store::people::{COUNT_MAX, Counted, Person};

use super::{Administrator, address, counted, cut};
use crate::actions::people;
use crate::http::problem::ApiProblem;
use crate::web::fields::Fields;
use crate::web::frame::{Frame, page};
use crate::web::when::When;
use crate::web::words::{Saying, Words};

/// People on one page: with long names and addresses it stays below 60 kB.
const PAGE: u32 = 40;

/// What `templates/admin_people.html` needs.
#[derive(Template)]
#[template(path = "admin_people.html")]
pub(in crate::web) struct PeoplePage {
    frame: Frame,
    done: Option<Saying>,
    counted: Saying,
    search: String,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    id: String,
    name: String,
    log_in: String,
    email: Option<String>,
    since: When,
    disabled: Option<When>,
    admin: bool,
    connections: Saying,
}

/// `GET /admin/people`
pub(super) async fn list(
    administrator: Administrator,
    fields: Fields,
) -> Result<Response, ApiProblem> {
    let visitor = &administrator.0;
    let (app, words) = (&visitor.app, visitor.words);
    let fails = |problem| visitor.fails(problem);
    let search = fields.text("q").to_lowercase();
    let found = people::list(app, &search, fields.text("after"), PAGE + 1).await;
    let mut found = found.map_err(fails)?;
    let more = cut(&mut found, PAGE);
    let last = found.last().map(|one| one.user.name.as_str());
    let more = last.filter(|_| more);
    let more = more.map(|after| address("/admin/people", &[("q", &search), ("after", after)]));
    let all = people::count(app).await.map_err(fails)?;
    let row = |one: &Person| Row::new(words, one);
    let shown = PeoplePage {
        frame: administrator.frame(),
        done: administrator.done(&fields),
        counted: summary(words, all),
        rows: found.iter().map(row).collect(),
        search,
        more,
    };
    Ok(page(words, &shown))
}

fn summary(words: Words, all: Counted) -> Saying {
    let said = words.say("admin-people-counted");
    // A number chooses its plural; what is a number “or more” is one of many.
    let said = match all.all < COUNT_MAX {
        true => said.with("all", all.all),
        false => said.with("all", counted(words, all.all, COUNT_MAX)),
    };
    said.with("disabled", all.disabled)
        .with("admins", all.admins)
}

impl Row {
    fn new(words: Words, one: &Person) -> Self {
        let user = &one.user;
        let connections = match one.connections >= COUNT_MAX {
            true => words.say("admin-connected-with-more"),
            false => words.say("admin-connected-with"),
        };
        Self {
            id: user.id.to_string(),
            name: user.display_name.clone(),
            log_in: user.name.clone(),
            email: user.email.clone(),
            since: When {
                at: user.created_at,
                words,
            },
            disabled: user.disabled_at.map(|at| When { at, words }),
            admin: user.admin,
            connections: connections.with("n", one.connections),
        }
    }
}

#[cfg(test)]
impl PeoplePage {
    pub(in crate::web) fn sample(words: Words, text: &str) -> Self {
        use symbolon_core::{Timestamp, UserId};
        use symbolon_store::users::User;

        let at = Timestamp::from_secs(1_795_521_600);
        let id = |last: char| UserId::parse(&format!("01kk7v3q9d8zx5y2n4b6m8r0t{last}")).unwrap();
        let row = |last, disabled: bool, admin, connections| {
            let user = User {
                id: id(last),
                name: "bob".to_owned(),
                display_name: format!("Bob {text}"),
                email: Some(format!("bob@example.org{text}")),
                disabled_at: disabled.then_some(at),
                created_at: at,
                language: None,
                admin,
            };
            Row::new(words, &Person { user, connections })
        };
        let rows = if text.is_empty() {
            Vec::new()
        } else {
            vec![
                row('a', false, true, 1),
                row('b', true, false, 0),
                row('c', false, false, COUNT_MAX),
            ]
        };
        let all = Counted {
            all: 3,
            disabled: 1,
            admins: 1,
        };
        Self {
            frame: Frame::sample(words, text, crate::web::frame::Section::Admin),
            done: (!text.is_empty()).then(|| words.say("admin-done-deleted")),
            counted: summary(words, all),
            search: text.to_owned(),
            rows,
            more: Some("/admin/people?after=bob".to_owned()),
        }
    }
}
