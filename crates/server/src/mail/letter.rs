//! What a mail says: once, in the language it is written in; how it looks as text and as HTML is in [`super::message`].

use symbolon_core::Timestamp;
use symbolon_core::connections::EndedBy;
use symbolon_core::invites::Uses;
use symbolon_proto::invite::InviteToken;
use symbolon_proto::language::Language;
use symbolon_proto::text::clean_name;
use symbolon_proto::texts::Values;
use symbolon_store::connections::Connection;
use symbolon_store::email_changes::EmailChange;
use symbolon_store::mails::{Content, MailToSend};

use super::TEXTS;
use crate::actions::invites::Invitation;
use crate::app::App;

/// Longest name in a mail, in characters.
const NAME_CHARS: usize = 60;

/// A mail before it has a form.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) blocks: Vec<Block>,
}

/// One piece of a mail, from top to bottom.
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// Where to go, and what one finds there.
    Link { label: String, url: String },
    /// What is to be copied, and where to.
    Code { label: String, code: String },
    /// What stands at the end, smaller.
    Small(String),
}

/// Everything that a letter is written from.
pub(super) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) language: Language,
    pub(super) reference: &'a str,
}

impl Desk<'_> {
    /// Writes the letter; `None` if the secret of an invitation cannot be read any more.
    pub(super) fn write(&self, mail: &MailToSend) -> Option<Letter> {
        let (subject, mut blocks) = match &mail.content {
            Content::Invitation(invite) => {
                let token = self.app.keys.unseal(&invite.token_sealed)?;
                let invitation = Invitation::with_token(self.app, invite.clone(), token);
                self.invitation(mail, &invitation)
            }
            Content::Confirmation(change) => {
                let token = self.app.keys.unseal(&change.token_sealed)?;
                self.confirmation(mail, change, &token)
            }
            Content::Accepted(connection) => self.accepted(connection),
            Content::Connected(connection) => self.connected(connection),
            Content::Disconnected(connection, by) => self.disconnected(connection, *by),
        };
        let reference = Values::NONE.with("reference", self.reference.to_owned());
        blocks.push(Block::Small(self.say("reference", &reference)));
        Some(Letter { subject, blocks })
    }

    fn invitation(&self, mail: &MailToSend, invitation: &Invitation) -> (String, Vec<Block>) {
        let invite = &invitation.invite;
        let values = self.values(&mail.user.display_name, self.app.provider().as_str());
        let uses = match invite.uses {
            Uses::People(people) => i64::from(people),
            Uses::Anyone => 0,
        };
        let valid = date(invite.expires_at).with("people", uses);
        let answers = if mail.wishes.replies && mail.user.email.is_some() {
            "invitation-answers"
        } else {
            "no-answers"
        };
        let blocks = vec![
            Block::Text(self.say("invitation-lead", &values)),
            Block::Link {
                label: self.say("invitation-link", &values),
                url: invitation.link(),
            },
            Block::Text(self.say("invitation-choose", &values)),
            Block::Code {
                label: self.say("invitation-code", &values),
                code: invitation.string(),
            },
            Block::Text(self.say("invitation-valid", &valid)),
            Block::Small(self.say("invitation-why", &values)),
            Block::Small(self.say(answers, &values)),
        ];
        (self.say("invitation-subject", &values), blocks)
    }

    fn confirmation(
        &self,
        mail: &MailToSend,
        change: &EmailChange,
        token: &InviteToken,
    ) -> (String, Vec<Block>) {
        let values = self.values(&mail.user.display_name, self.app.provider().as_str());
        let (base, token) = (self.app.base_url(), token.expose());
        let blocks = vec![
            Block::Text(self.say("confirmation-lead", &values)),
            Block::Link {
                label: self.say("confirmation-link", &values),
                url: format!("{base}/settings/email?token={token}"),
            },
            Block::Text(self.say("confirmation-valid", &date(change.expires_at))),
            Block::Small(self.say("confirmation-why", &values)),
            Block::Small(self.say("no-answers", &values)),
        ];
        (self.say("confirmation-subject", &values), blocks)
    }

    fn accepted(&self, connection: &Connection) -> (String, Vec<Block>) {
        let values = self.contact(connection);
        let blocks = vec![
            Block::Text(self.say("accepted-lead", &values)),
            self.connection("accepted-link", connection),
            self.settings(),
            Block::Small(self.say("no-answers", &values)),
        ];
        (self.say("accepted-subject", &values), blocks)
    }

    fn connected(&self, connection: &Connection) -> (String, Vec<Block>) {
        let values = self.contact(connection);
        let blocks = vec![
            Block::Text(self.say("connected-lead", &values)),
            self.connection("accepted-link", connection),
            self.settings(),
            Block::Small(self.say("no-answers", &values)),
        ];
        (self.say("connected-subject", &values), blocks)
    }

    fn disconnected(&self, connection: &Connection, by: EndedBy) -> (String, Vec<Block>) {
        let values = self.contact(connection);
        let lead = match by {
            EndedBy::Them => "disconnected-by-them",
            EndedBy::Neither => "disconnected-by-neither",
            // Whoever did it themselves gets no mail.
            EndedBy::Us => "disconnected-by-administrator",
        };
        let blocks = vec![
            Block::Text(self.say(lead, &values)),
            Block::Text(self.say("disconnected-then", &values)),
            self.connection("disconnected-link", connection),
            self.settings(),
            Block::Small(self.say("no-answers", &values)),
        ];
        (self.say("disconnected-subject", &values), blocks)
    }

    fn connection(&self, label: &'static str, connection: &Connection) -> Block {
        let (base, id) = (self.app.base_url(), &connection.id);
        Block::Link {
            label: self.say(label, &self.contact(connection)),
            url: format!("{base}/connections/{id}"),
        }
    }

    /// Why this mail came, and where it is switched off.
    fn settings(&self) -> Block {
        let url = format!("{}/settings", self.app.base_url());
        Block::Small(self.say("why-news", &Values::NONE.with("settings", url)))
    }

    fn contact(&self, connection: &Connection) -> Values {
        let contact = &connection.contact;
        self.values(&contact.name, contact.provider.as_str())
    }

    fn values(&self, person: &str, server: &str) -> Values {
        let person = name(person).unwrap_or_else(|| self.say("somebody", &Values::NONE));
        Values::NONE
            .with("name", person)
            .with("server", server.to_owned())
    }

    fn say(&self, id: &'static str, values: &Values) -> String {
        TEXTS.say(self.language, id, values)
    }
}

/// A name as it may stand in a mail. Mail programs make links of whatever looks like one, and a name must not be a way to send
/// people where its owner wants: such a name is left out.
pub(super) fn name(text: &str) -> Option<String> {
    let cleaned: String = clean_name(text).chars().take(NAME_CHARS).collect();
    let lower = cleaned.to_lowercase();
    let like_a_link = lower.contains(['/', '@', '\\']) || lower.contains("www.") || dotted(&lower);
    Some(cleaned).filter(|cleaned| !cleaned.trim().is_empty() && !like_a_link)
}

/// Whether a word in it looks like the name of a host: a dot between letters, and at least two letters at its end. Initials
/// such as J.R.R. are none.
fn dotted(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.rsplit_once('.').is_some_and(|(before, end)| {
            before.chars().filter(|c| c.is_alphanumeric()).count() > 1
                && end.chars().count() > 1
                && end.chars().all(char::is_alphanumeric)
        })
    })
}

/// A time in UTC, in the variables by which texts say it.
fn date(at: Timestamp) -> Values {
    let at = jiff::Timestamp::from_second(at.as_secs()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let part = |format| at.strftime(format).to_string();
    Values::NONE
        .with("day", part("%-d"))
        .with("month", part("%-m").parse::<i64>().unwrap_or(1))
        .with("year", part("%Y"))
        .with("clock", part("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_that_a_mail_program_would_make_a_link_of_is_left_out() {
        for plain in [
            "Carol",
            "J.R.R. Tolkien",
            "Dr. Émile",
            "王小明",
            "Anna-Lena (Bob) O'Hara",
            "C. Li",
        ] {
            assert_eq!(name(plain).as_deref(), Some(plain));
        }
        for link in [
            "https://evil.example.org",
            "Win at evil.example.org now",
            "www.evil",
            "evil.example",
            "carol@evil.example.org",
            "//evil",
            "",
            "\u{200b}",
        ] {
            assert_eq!(name(link), None, "{link}");
        }
        assert_eq!(name("Carol\r\nBcc: all").as_deref(), Some("Carol Bcc: all"));
        assert_eq!(name(&"x".repeat(500)).unwrap().chars().count(), NAME_CHARS);
    }
}
