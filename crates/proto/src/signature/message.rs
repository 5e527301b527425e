//! What signing and verifying see of an HTTP message.

use std::borrow::Cow;

/// A message without its body. Header names may be in any case; a field of several lines is several entries.
#[derive(Clone, Copy)]
pub struct MessageParts<'a> {
    pub(super) control: Control<'a>,
    headers: &'a [(&'a str, &'a str)],
}

/// The control data of RFC 9110 §6.2: requests and responses share no derived component.
#[derive(Clone, Copy)]
pub(super) enum Control<'a> {
    Request {
        method: &'a str,
        target_uri: &'a str,
    },
    Response {
        status: u16,
    },
}

impl<'a> MessageParts<'a> {
    /// A request. `target_uri` is absolute and as the client sees it (scheme, authority, path, query): behind a proxy
    /// it is made from the public URL, not from what the socket says. `method` is case-sensitive.
    pub const fn request(
        method: &'a str,
        target_uri: &'a str,
        headers: &'a [(&'a str, &'a str)],
    ) -> Self {
        Self {
            control: Control::Request { method, target_uri },
            headers,
        }
    }

    /// An answer. OCM signs none; the vectors of RFC 9421 do.
    pub const fn response(status: u16, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            control: Control::Response { status },
            headers,
        }
    }

    /// Whether the message has a header called `name`, in any case.
    pub fn has_header(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// The values of the header called `name`, line by line, without surrounding white space and line folding
    /// (RFC 9421 §2.1, steps 2 and 3).
    pub fn header_lines(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| unfold(value))
    }

    /// All lines of the header called `name` joined by `", "` (RFC 9421 §2.1); `None` if there is none.
    pub fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut lines = self.header_lines(name);
        let mut value = lines.next()?;
        for line in lines {
            let joined = value.to_mut();
            joined.push_str(", ");
            joined.push_str(&line);
        }
        Some(value)
    }
}

/// Removes obsolete line folding. A line feed that is not followed by white space is no folding and stays, so that the
/// check of component values finds it.
fn unfold(value: &str) -> Cow<'_, str> {
    let value = value.trim_matches(WHITESPACE);
    if !value.contains('\n') {
        return Cow::Borrowed(value);
    }
    let mut unfolded = String::with_capacity(value.len());
    for (index, piece) in value.split('\n').enumerate() {
        if index == 0 {
            unfolded.push_str(piece.trim_end_matches(LINE_END));
        } else {
            unfolded.push(if piece.starts_with(WHITESPACE) {
                ' '
            } else {
                '\n'
            });
            unfolded.push_str(piece.trim_matches(LINE_END));
        }
    }
    Cow::Owned(unfolded)
}

const WHITESPACE: [char; 2] = [' ', '\t'];
const LINE_END: [char; 3] = [' ', '\t', '\r'];

#[cfg(test)]
mod tests {
    use super::MessageParts;

    #[test]
    fn fields_are_combined_as_in_rfc_9421_section_2_1() {
        let headers = [
            ("Host", "www.example.com"),
            ("X-OWS-Header", "   Leading and trailing whitespace.  \t"),
            ("X-Obs-Fold-Header", "Obsolete\r\n    line folding."),
            ("Cache-Control", "max-age=60"),
            ("cache-control", "   must-revalidate"),
            ("X-Empty-Header", ""),
        ];
        let message = MessageParts::request("GET", "https://www.example.com/", &headers);
        assert_eq!(
            message.header("x-ows-header").unwrap(),
            "Leading and trailing whitespace."
        );
        assert_eq!(
            message.header("x-obs-fold-header").unwrap(),
            "Obsolete line folding."
        );
        assert_eq!(
            message.header("CACHE-CONTROL").unwrap(),
            "max-age=60, must-revalidate"
        );
        assert_eq!(message.header("x-empty-header").unwrap(), "");
        assert_eq!(message.header("absent"), None);
    }

    #[test]
    fn a_bare_line_feed_is_not_taken_for_folding() {
        let headers = [("a", "one\ntwo")];
        let message = MessageParts::request("GET", "https://www.example.com/", &headers);
        assert_eq!(message.header("a").unwrap(), "one\ntwo");
    }
}
