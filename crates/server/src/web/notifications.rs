//! What a person is told by mail: a part of `/settings`, where this server sends mail.

use axum::response::Response;
use symbolon_proto::problem::Problem;
use symbolon_store::notifications::Notifications;

use super::fields::Fields;
use super::settings::answer;
use super::visitor::Visitor;
use super::words::{Saying, Words};
use crate::actions::notifications;
use crate::http::problem::ApiProblem;

/// What `templates/notifications.html` needs.
pub(super) struct ToldByMail {
    /// Where mails go.
    pub(super) to: Option<String>,
    pub(super) wishes: [Wish; 4],
}

/// One switch.
pub(super) struct Wish {
    pub(super) name: &'static str,
    pub(super) words: Saying,
    pub(super) on: bool,
}

impl ToldByMail {
    /// For somebody; `None` if this server sends no mail.
    pub(super) async fn of(visitor: &Visitor) -> Result<Option<Self>, Problem> {
        let found = notifications::find(&visitor.app, &visitor.user).await?;
        let email = &visitor.user.email;
        Ok(found.map(|wishes| Self::new(visitor.words, email.clone(), wishes)))
    }

    fn new(words: Words, to: Option<String>, wishes: Notifications) -> Self {
        let wish = |name, id, on| Wish {
            name,
            words: words.say(id),
            on,
        };
        Self {
            to,
            wishes: [
                wish("accepted", "wish-accepted", wishes.accepted),
                wish("connected", "wish-connected", wishes.connected),
                wish("disconnected", "wish-disconnected", wishes.disconnected),
                wish("replies", "wish-replies", wishes.replies),
            ],
        }
    }
}

/// `POST /settings/notifications`
pub(super) async fn save(visitor: Visitor, fields: Fields) -> Result<Response, ApiProblem> {
    let on = |name| fields.filled(name).is_some();
    let wishes = Notifications {
        accepted: on("accepted"),
        connected: on("connected"),
        disconnected: on("disconnected"),
        replies: on("replies"),
    };
    let reference = visitor.reference.as_str();
    let saved = notifications::set(&visitor.app, &visitor.user, wishes, reference).await;
    answer(&visitor, saved, "notifications").await
}

#[cfg(test)]
impl ToldByMail {
    pub(super) fn sample(words: Words, text: &str) -> Self {
        let to = format!("carol@dog.example.org{text}");
        Self::new(words, Some(to), Notifications::default())
    }
}
