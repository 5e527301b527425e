//! What pages say, in the language of whoever reads them. The texts lie in `texts/`; templates reach them as
//! `frame.say`, and rows carry them as [`Saying`]s.

use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_proto::language::Language;
use symbolon_proto::texts::{Value, Values};

use super::when::{Dated, Since, Soon, When};
use crate::texts::TEXTS;

/// The language in which a page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(pub(super) Language);

impl Words {
    /// A text by its name in `texts/`.
    pub(super) fn say(self, id: &'static str) -> Saying {
        Saying {
            words: self,
            id,
            values: Values::NONE,
        }
    }

    /// A text with words in it, all of them as they are: for places that escape what they get.
    pub(super) fn plain(self, id: &'static str, values: &[(&'static str, &str)]) -> String {
        let mut all = Values::NONE;
        for (name, value) in values {
            all.set(name, (*value).to_owned());
        }
        TEXTS.say(self.0, id, &all)
    }

    /// Several things in a row, with what the language puts between them.
    pub(super) fn list(self, items: impl IntoIterator<Item = Markup>) -> Option<Markup> {
        let between = self.say("list-separator").to_string();
        let items: Vec<_> = items.into_iter().map(|item| item.0).collect();
        (!items.is_empty()).then(|| Markup(items.join(&between)))
    }
}

/// A text with its variables, which are escaped as they go in: what comes out is HTML.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    words: Words,
    id: &'static str,
    values: Values,
}

impl Saying {
    /// Fills in a variable.
    pub(super) fn with(mut self, name: &'static str, value: impl Argument) -> Self {
        self.values.set(name, value.argument());
        self
    }
}

impl fmt::Display for Saying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&TEXTS.say(self.words.0, self.id, &self.values))
    }
}

impl HtmlSafe for Saying {}

/// HTML that was put together from escaped pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// Words from anywhere.
    pub(super) fn escaped(text: &str) -> Self {
        let mut safe = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => safe.push_str("&amp;"),
                '<' => safe.push_str("&lt;"),
                '>' => safe.push_str("&gt;"),
                '"' => safe.push_str("&quot;"),
                '\'' => safe.push_str("&#39;"),
                c => safe.push(c),
            }
        }
        Self(safe)
    }

    /// Pieces in one line, with dots between them.
    pub(super) fn dotted(pieces: impl IntoIterator<Item = Saying>) -> Self {
        let pieces: Vec<_> = pieces.into_iter().map(|piece| piece.to_string()).collect();
        Self(pieces.join(" · "))
    }

    /// A person with their server.
    pub(super) fn person(name: &str, server: &str) -> Self {
        let (name, server) = (Self::escaped(name).0, Self::escaped(server).0);
        Self(format!("<bdi>{name}</bdi> ({server})"))
    }
}

impl From<Saying> for Markup {
    fn from(said: Saying) -> Self {
        Self(said.to_string())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// What may stand for a variable: words, which are escaped; numbers, which choose the plural; and what is HTML already.
pub(super) trait Argument {
    /// The value as it goes into a text.
    fn argument(&self) -> Value;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn argument(&self) -> Value {
        (**self).argument()
    }
}

impl Argument for str {
    fn argument(&self) -> Value {
        Markup::escaped(self).0.into()
    }
}

impl Argument for String {
    fn argument(&self) -> Value {
        self.as_str().argument()
    }
}

impl Argument for u32 {
    fn argument(&self) -> Value {
        (*self).into()
    }
}

impl Argument for u64 {
    fn argument(&self) -> Value {
        i64::try_from(*self).unwrap_or(i64::MAX).into()
    }
}

impl Argument for i64 {
    fn argument(&self) -> Value {
        (*self).into()
    }
}

/// Types whose `Display` is HTML already.
macro_rules! markup {
    ($($markup:ty),+) => {
        $(impl Argument for $markup {
            fn argument(&self) -> Value {
                self.to_string().into()
            }
        })+
    };
}
markup!(Saying, Markup, Dated, When, Since, Soon);
