//! From a letter to the bytes that a mail server takes: the same words as text and as HTML, nothing that has to be fetched.

use std::time::{Duration, UNIX_EPOCH};

use askama::Template;
use lettre::address::Address;
use lettre::message::MultiPartKind;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use symbolon_proto::language::Language;
use symbolon_store::mails::{Content, MailToSend};
use symbolon_store::outbox::Delivery;

use super::letter::{Block, Desk, Letter, name};
use crate::app::App;
use crate::config::Mailing;

/// What `templates/mail/letter.html` needs.
#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    lang: &'static str,
}

/// A mail that is ready, and to whom it goes.
pub(crate) struct Composed {
    pub(crate) to: Address,
    pub(crate) bytes: Vec<u8>,
}

/// Puts a mail together. `Err` says what is wrong with it, for administrators; it holds no address.
pub(crate) fn compose(
    app: &App,
    mailing: &Mailing,
    delivery: &Delivery,
    language: Language,
    mail: &MailToSend,
) -> Result<Composed, &'static str> {
    let desk = Desk {
        app,
        language,
        reference: &delivery.reference,
    };
    let letter = desk
        .write(mail)
        .ok_or("its secret was sealed with another key")?;
    let to: Address = mail
        .recipient
        .parse()
        .map_err(|_| "the address cannot be used")?;
    // The same for every attempt, so that a mail that was taken twice is shown once.
    let id = format!("<{}@{}>", delivery.id, app.provider().host());
    let written = Duration::from_millis(delivery.created_at.as_millis().max(0).cast_unsigned());
    let mut builder = Message::builder()
        .from(mailing.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(letter.subject.as_str())
        .date(UNIX_EPOCH + written)
        .message_id(Some(id));
    if let Some(answers_to) = answers_to(mail) {
        builder = builder.reply_to(answers_to);
    }
    let html = Html {
        letter: &letter,
        lang: language.tag(),
    };
    let html = html
        .render()
        .map_err(|_| "the template cannot be filled in")?;
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("=_{}", delivery.id))
        .singlepart(SinglePart::plain(text(&letter)))
        .singlepart(SinglePart::html(html));
    let mut message = builder.multipart(parts).map_err(|_| "it has no sender")?;
    let headers = message.headers_mut();
    for (name, value) in [
        // Vacation notices are no answer to it (RFC 3834, section 5).
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", language.tag()),
        ("Symbolon-Reference", delivery.reference.as_str()),
    ] {
        let name = HeaderName::new_from_ascii_str(name);
        headers.insert_raw(HeaderValue::new(name, value.to_owned()));
    }
    Ok(Composed {
        to,
        bytes: message.formatted(),
    })
}

/// The inviter's own address, where they wish for answers. Nobody else's stands in a mail.
fn answers_to(mail: &MailToSend) -> Option<Mailbox> {
    let invites = matches!(mail.content, Content::Invitation(_)) && mail.wishes.replies;
    let address = mail.user.email.as_ref().filter(|_| invites)?;
    Some(Mailbox::new(
        name(&mail.user.display_name),
        address.parse().ok()?,
    ))
}

/// The letter as plain text: what is to be clicked or copied stands alone on its line.
fn text(letter: &Letter) -> String {
    let mut text = String::new();
    for (place, block) in letter.blocks.iter().enumerate() {
        let small = |block: Option<&Block>| matches!(block, Some(Block::Small(_)));
        if small(Some(block)) && !small(place.checked_sub(1).and_then(|at| letter.blocks.get(at))) {
            // What follows is a signature for mail programs, which set it apart.
            text += "-- \r\n";
        }
        match block {
            Block::Text(words) => text += &format!("{words}\r\n\r\n"),
            Block::Small(words) => text += &format!("{words}\r\n"),
            Block::Link { label, url } => text += &format!("{label}\r\n{url}\r\n\r\n"),
            Block::Code { label, code } => text += &format!("{label}\r\n{code}\r\n\r\n"),
        }
    }
    text
}
