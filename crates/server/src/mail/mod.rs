//! Mails: what they say ([`letter`]), how they are put together ([`message`]), and the way to the mail server ([`post`]).
//!
//! When one is sent is the outbox's business. Only [`post`] speaks to the mail server, and to no other.

mod letter;
mod message;
pub(crate) mod post;

use std::sync::{LazyLock, Mutex};

use symbolon_proto::texts::Texts;

use crate::telemetry::Trouble;

pub(crate) use message::compose;

/// The texts of mails, in the order of [`Language::ALL`](symbolon_proto::language::Language::ALL). Nothing in them is HTML.
pub(crate) const SOURCES: [&str; 3] = [
    include_str!("../../texts/mail/en.ftl"),
    include_str!("../../texts/mail/zh-CN.ftl"),
    include_str!("../../texts/mail/de.ftl"),
];

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(SOURCES));

/// What is remembered of the mail server between two mails.
#[derive(Debug, Default)]
pub struct Mails {
    trouble: Mutex<Trouble>,
}

impl Mails {
    /// The mail server cannot be reached, or takes nothing from this server; `true` if that is news.
    pub(crate) fn fails(&self) -> bool {
        self.trouble
            .lock()
            .is_ok_and(|mut trouble| trouble.begins())
    }

    /// The mail server answers; `true` if it did not before.
    pub(crate) fn works(&self) -> bool {
        self.trouble.lock().is_ok_and(|mut trouble| trouble.ends())
    }
}
