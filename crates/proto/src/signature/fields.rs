//! Header fields as covered components, with the parameters `sf`, `key` and `bs` (RFC 9421 §2.1).

use std::borrow::Cow;

use sfv::{BareItem, Dictionary, FieldType, Item, List, ListEntry, Parser};

use super::{
    components::{ComponentError, shown},
    message::MessageParts,
    structured,
};

/// The value of the covered header `name`. `tr` and `req` are refused like unknown parameters: an OCM request has
/// no trailers, and its answers are not signed.
pub(super) fn value<'a>(
    message: &MessageParts<'a>,
    identifier: &Item,
    name: &str,
) -> Result<Cow<'a, str>, ComponentError> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(ComponentError::Unknown {
            component: shown(identifier),
        });
    }
    let form = Form::of(identifier, name).ok_or_else(|| ComponentError::Parameter {
        component: shown(identifier),
    })?;
    let combined = message.header(name).ok_or_else(|| ComponentError::Absent {
        component: shown(identifier),
    })?;
    let unusable = || ComponentError::Value {
        component: shown(identifier),
    };
    match form {
        Form::Plain => Ok(combined),
        Form::Bytes => {
            let lines = message
                .header_lines(name)
                .map(|line| ListEntry::from(line.as_bytes().to_vec()))
                .collect::<List>();
            lines.serialize().map(Cow::Owned).ok_or_else(unusable)
        }
        Form::Strict(kind) => kind
            .reserialize(&combined)
            .map(Cow::Owned)
            .ok_or_else(unusable),
        Form::Member(key) => {
            let members = structured::parse_dictionary(&combined).map_err(|_| unusable())?;
            let member = members.get(key).ok_or_else(|| ComponentError::Absent {
                component: shown(identifier),
            })?;
            vec![member.clone()]
                .serialize()
                .map(Cow::Owned)
                .ok_or_else(unusable)
        }
    }
}

/// How the parameters of an identifier ask for the value.
enum Form<'i> {
    Plain,
    Bytes,
    Strict(Kind),
    Member(&'i str),
}

impl<'i> Form<'i> {
    /// `None` for parameters that are unknown, mistyped or incompatible, and for `sf` on a field whose type we do not know.
    fn of(identifier: &'i Item, name: &str) -> Option<Self> {
        let mut form = Self::Plain;
        let mut strict = false;
        for (parameter, value) in &identifier.params {
            form = match (parameter.as_str(), value, form) {
                ("bs", BareItem::Boolean(true), Self::Plain) if !strict => Self::Bytes,
                ("key", BareItem::String(key), Self::Plain) => Self::Member(key.as_str()),
                ("sf", BareItem::Boolean(true), form @ (Self::Plain | Self::Member(_))) => {
                    strict = true;
                    form
                }
                _ => return None,
            };
        }
        match form {
            Self::Plain if strict => Kind::of(name).map(Self::Strict),
            form => Some(form),
        }
    }
}

/// The top-level type of a structured field.
#[derive(Clone, Copy)]
enum Kind {
    Dictionary,
    List,
    Item,
}

impl Kind {
    /// The type of a registered structured field that a proxy or an OCM server may sign.
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "content-digest"
            | "repr-digest"
            | "want-content-digest"
            | "want-repr-digest"
            | "signature"
            | "signature-input"
            | "accept-signature"
            | "priority" => Self::Dictionary,
            "client-cert-chain" | "proxy-status" | "cache-status" => Self::List,
            "client-cert" => Self::Item,
            _ => return None,
        })
    }

    /// The one spelling that RFC 9651 §4.1 gives to what `value` means; `None` if it is not of this type.
    fn reserialize(self, value: &str) -> Option<String> {
        let parser = Parser::new(value);
        match self {
            // An empty dictionary or list is written as an empty field.
            Self::Dictionary => Some(
                parser
                    .parse::<Dictionary>()
                    .ok()?
                    .serialize()
                    .unwrap_or_default(),
            ),
            Self::List => Some(parser.parse::<List>().ok()?.serialize().unwrap_or_default()),
            Self::Item => Some(parser.parse::<Item>().ok()?.serialize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn strict_serialisation_is_that_of_rfc_9421_section_2_1_1() {
        let value = "a=1,    b=2;x=1;y=2,   c=(a   b   c)";
        assert_eq!(
            Kind::Dictionary.reserialize(value).unwrap(),
            "a=1, b=2;x=1;y=2, c=(a b c)"
        );
        assert_eq!(Kind::List.reserialize("a,b ,  c").unwrap(), "a, b, c");
        assert_eq!(Kind::Item.reserialize("  1 ").unwrap(), "1");
        assert_eq!(Kind::Item.reserialize("(1)"), None);
    }
}
