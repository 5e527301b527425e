//! What a page says at a field that was refused. The message is above the form, which may be far away on a telephone, and a
//! colour alone tells nothing to those who do not see it.

use std::fmt;

use askama::filters::HtmlSafe;
use symbolon_proto::problem::Code;

use super::told::Told;
use super::words::Markup;

const ALERT: &str = include_str!("../../templates/icons/alert.html");

/// A page that may have refused one of its fields.
pub(super) trait AtField {
    /// Why the field with this `id` was refused, if it was that one.
    fn refusal(&self, field: &str) -> Option<Markup>;

    /// For the tag of the field: that it was refused, by what it is described, and the focus.
    fn marks<'a>(&self, field: &'a str) -> Marks<'a> {
        Marks {
            field,
            is_refused: self.refusal(field).is_some(),
            has_hint: false,
        }
    }

    /// The same for a field that has a hint beneath it, whose `id` ends in `-hint`.
    fn marks_with_hint<'a>(&self, field: &'a str) -> Marks<'a> {
        Marks {
            has_hint: true,
            ..self.marks(field)
        }
    }

    /// For the place beneath the field.
    fn beneath<'a>(&self, field: &'a str) -> Beneath<'a> {
        Beneath {
            field,
            refusal: self.refusal(field),
        }
    }
}

impl AtField for Option<Told> {
    fn refusal(&self, field: &str) -> Option<Markup> {
        let told = self.as_ref().filter(|told| told.field() == Some(field))?;
        let of_a_form = [Code::MemberInvalid, Code::MemberMissing].map(Code::as_str);
        Some(Markup::escaped(match of_a_form.contains(&told.code) {
            // Beneath the field nobody has to be told which one is meant.
            true => &told.detail,
            false => &told.title,
        }))
    }
}

/// Attributes.
pub(super) struct Marks<'a> {
    field: &'a str,
    is_refused: bool,
    has_hint: bool,
}

/// A line with an icon, if there is anything to say.
pub(super) struct Beneath<'a> {
    field: &'a str,
    refusal: Option<Markup>,
}

impl HtmlSafe for Marks<'_> {}
impl HtmlSafe for Beneath<'_> {}

impl fmt::Display for Marks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field;
        if self.is_refused {
            f.write_str(" aria-invalid=\"true\" autofocus")?;
        }
        match (self.is_refused, self.has_hint) {
            (true, true) => write!(f, " aria-describedby=\"{field}-wrong {field}-hint\""),
            (true, false) => write!(f, " aria-describedby=\"{field}-wrong\""),
            (false, true) => write!(f, " aria-describedby=\"{field}-hint\""),
            (false, false) => Ok(()),
        }
    }
}

impl fmt::Display for Beneath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, refusal } = self;
        match refusal {
            Some(why) => write!(
                f,
                "<p class=\"state bad\" id=\"{field}-wrong\">{ALERT}<span>{why}</span></p>"
            ),
            None => Ok(()),
        }
    }
}
