//! Derived components: what a name that starts with `@` stands for (RFC 9421 §2.2).

use std::borrow::Cow;

use sfv::{BareItem, FieldType, Item};
use url::form_urlencoded;

use super::{
    fields,
    message::{Control, MessageParts},
};

/// Why a covered component has no value in this message. Each of them ends the making of a signature base
/// (RFC 9421 §2.5). Names come from the signer and are cut to [`NAME_SHOWN_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    /// A member of the list of components is not a string.
    #[error("a covered component is not a string: {item}")]
    NotAName {
        /// The member as it was received.
        item: String,
    },
    /// The list names more components than anybody needs.
    #[error("more than {limit} covered components")]
    TooMany {
        /// The most that are read.
        limit: usize,
    },
    /// The same component, with the same parameters, is covered twice.
    #[error("covered component {component} is repeated")]
    Repeated {
        /// The identifier with its parameters.
        component: String,
    },
    /// A name with `@` that RFC 9421 does not define, or not for this kind of message.
    #[error("covered component {component} is unknown for this message")]
    Unknown {
        /// The identifier with its parameters.
        component: String,
    },
    /// A parameter of the component is unknown, has a wrong type, does not go with the component or with another one.
    #[error("covered component {component} has a parameter that does not fit")]
    Parameter {
        /// The identifier with its parameters.
        component: String,
    },
    /// The message has no such header, dictionary member or query parameter.
    #[error("covered component {component} is not in the message")]
    Absent {
        /// The identifier with its parameters.
        component: String,
    },
    /// The component has a value that cannot be signed without doubt: line breaks, other than ASCII, not of the
    /// structured type that the identifier asks for.
    #[error("covered component {component} has a value that cannot be signed")]
    Value {
        /// The identifier with its parameters.
        component: String,
    },
}

/// How much of a peer's component name an error repeats, in characters.
pub const NAME_SHOWN_CHARS: usize = 100;

/// The value of one covered component.
pub(super) fn value<'a>(
    message: &MessageParts<'a>,
    identifier: &Item,
) -> Result<Cow<'a, str>, ComponentError> {
    let BareItem::String(name) = &identifier.bare_item else {
        return Err(ComponentError::NotAName {
            item: shown(identifier),
        });
    };
    let value = if name.as_str().starts_with('@') {
        derived(message, identifier, name.as_str())?
    } else {
        fields::value(message, identifier, name.as_str())?
    };
    if is_signable(&value) {
        Ok(value)
    } else {
        Err(ComponentError::Value {
            component: shown(identifier),
        })
    }
}

/// Whether a value can be signed without doubt: neither line breaks nor anything but ASCII.
pub(super) fn is_signable(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
}

/// The identifier as the signer wrote it, cut to a length that fits a log line.
pub(super) fn shown(identifier: &Item) -> String {
    identifier
        .serialize()
        .chars()
        .take(NAME_SHOWN_CHARS)
        .collect()
}

fn derived<'a>(
    message: &MessageParts<'a>,
    identifier: &Item,
    name: &str,
) -> Result<Cow<'a, str>, ComponentError> {
    let unknown = || ComponentError::Unknown {
        component: shown(identifier),
    };
    let misfit = || ComponentError::Parameter {
        component: shown(identifier),
    };
    if name == "@query-param" {
        let Control::Request { target_uri, .. } = message.control else {
            return Err(unknown());
        };
        return match identifier.params.get("name") {
            Some(BareItem::String(param)) if identifier.params.len() == 1 => {
                query_param(Target::of(target_uri).query, param.as_str()).ok_or_else(|| {
                    ComponentError::Absent {
                        component: shown(identifier),
                    }
                })
            }
            _ => Err(misfit()),
        };
    }
    let value = match message.control {
        Control::Request { method, target_uri } => {
            request_component(name, method, target_uri).ok_or_else(unknown)?
        }
        Control::Response { status } if name == "@status" => Cow::Owned(format!("{status:03}")),
        Control::Response { .. } => return Err(unknown()),
    };
    // `req` would need the request of a signed response, which nobody in OCM has; there is no other parameter.
    if identifier.params.is_empty() {
        Ok(value)
    } else {
        Err(misfit())
    }
}

fn request_component<'a>(name: &str, method: &'a str, target_uri: &'a str) -> Option<Cow<'a, str>> {
    let target = Target::of(target_uri);
    let value = match name {
        "@method" => Cow::Borrowed(method),
        "@target-uri" => Cow::Borrowed(target_uri),
        "@authority" => Cow::Owned(target.normal_authority()),
        "@scheme" => Cow::Owned(target.scheme.to_ascii_lowercase()),
        "@path" => Cow::Borrowed(target.normal_path()),
        "@query" => Cow::Owned(format!("?{}", target.query.unwrap_or_default())),
        "@request-target" => Cow::Owned(match target.query {
            Some(query) => format!("{}?{query}", target.normal_path()),
            None => target.normal_path().to_owned(),
        }),
        _ => return None,
    };
    Some(value)
}

/// The parts of an absolute URI, undecoded.
pub(super) struct Target<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    pub(super) fn of(uri: &'a str) -> Self {
        let uri = uri.split_once('#').map_or(uri, |(uri, _)| uri);
        let (uri, query) = match uri.split_once('?') {
            Some((uri, query)) => (uri, Some(query)),
            None => (uri, None),
        };
        let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Self {
            scheme,
            authority,
            path,
            query,
        }
    }

    /// The same at another authority.
    pub(super) fn with_authority<'b>(&self, authority: &'b str) -> Target<'b>
    where
        'a: 'b,
    {
        Target {
            scheme: self.scheme,
            authority,
            path: self.path,
            query: self.query,
        }
    }

    /// Lower case and without the default port (RFC 9110 §4.2.3).
    pub(super) fn normal_authority(&self) -> String {
        let authority = self.authority.to_ascii_lowercase();
        let default_port = match self.scheme.to_ascii_lowercase().as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => "",
        };
        match authority.strip_suffix(default_port) {
            Some(host) => host.to_owned(),
            None => authority,
        }
    }

    pub(super) fn normal_path(&self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }
}

/// The value of the query parameter whose encoded name is `name`, encoded; `None` if there is none or more than one
/// (RFC 9421 §2.2.8 forbids to cover the latter).
fn query_param(query: Option<&str>, name: &str) -> Option<Cow<'static, str>> {
    let mut values = form_urlencoded::parse(query?.as_bytes())
        .filter(|(other, _)| encode(other) == name)
        .map(|(_, value)| encode(&value));
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    Some(Cow::Owned(value))
}

/// The percent-encode set of `application/x-www-form-urlencoded`, with a space as `%20`: every `+` that the serialiser
/// writes is a space, since a plus sign is written as `%2B`.
fn encode(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}
