//! The signing string: the very bytes that are signed (draft-cavage-http-signatures-12 §2.3).

use std::borrow::Cow;

use super::super::{
    components::{ComponentError, Target, is_signable},
    message::{Control, MessageParts},
    verify::cut,
};

/// The times that the parameters of a signature give.
#[derive(Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) created: Option<i64>,
    pub(super) expires: Option<i64>,
}

/// One line for each name, without a line feed at the end.
pub(super) fn signing_string<'n>(
    message: &MessageParts<'_>,
    names: impl IntoIterator<Item = &'n str>,
    times: Times,
) -> Result<String, ComponentError> {
    let mut lines = Vec::new();
    for name in names {
        let value = value(message, name, times)?;
        if !is_signable(&value) {
            return Err(ComponentError::Value {
                component: cut(name),
            });
        }
        lines.push(format!("{name}: {value}"));
    }
    Ok(lines.join("\n"))
}

fn value<'a>(
    message: &MessageParts<'a>,
    name: &str,
    times: Times,
) -> Result<Cow<'a, str>, ComponentError> {
    let absent = || ComponentError::Absent {
        component: cut(name),
    };
    let number = |number: Option<i64>| number.map(|number| Cow::Owned(number.to_string()));
    match name {
        "(request-target)" => {
            let Control::Request { method, target_uri } = message.control else {
                return Err(ComponentError::Unknown {
                    component: cut(name),
                });
            };
            let target = Target::of(target_uri);
            let query = target.query.map(|query| format!("?{query}"));
            let (method, path) = (method.to_ascii_lowercase(), target.normal_path());
            Ok(Cow::Owned(format!(
                "{method} {path}{}",
                query.unwrap_or_default()
            )))
        }
        "(created)" => number(times.created).ok_or_else(absent),
        "(expires)" => number(times.expires).ok_or_else(absent),
        "host" => host(message).ok_or_else(absent),
        name => message.header(name).ok_or_else(absent),
    }
}

/// The host that the client meant: the field as it is, if it names the authority of the target, and that authority if a proxy
/// wrote its own into the field. A signature for another host therefore never fits.
fn host<'a>(message: &MessageParts<'a>) -> Option<Cow<'a, str>> {
    let Control::Request { target_uri, .. } = message.control else {
        return None;
    };
    let target = Target::of(target_uri);
    let meant = target.normal_authority();
    let named = |value: &str| target.with_authority(value).normal_authority() == meant;
    let field = message.header("host").filter(|value| named(value));
    Some(field.unwrap_or(Cow::Owned(meant)))
}
