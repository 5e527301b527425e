//! The signature base: the very bytes that are signed (RFC 9421 §2.5).

use sfv::{FieldType, InnerList, ListSerializer};

use super::{
    components::{self, ComponentError, shown},
    message::MessageParts,
};

/// More components than any signer in use covers; they are compared pairwise.
const COMPONENTS_MAX: usize = 64;

/// The signature base of `message` for the components and parameters of `covered`, which are repeated at its end in the
/// order in which they were received, unknown ones included.
pub(super) fn signature_base(
    message: &MessageParts<'_>,
    covered: &InnerList,
) -> Result<String, ComponentError> {
    if covered.items.len() > COMPONENTS_MAX {
        return Err(ComponentError::TooMany {
            limit: COMPONENTS_MAX,
        });
    }
    let mut base = String::with_capacity(512);
    for (index, identifier) in covered.items.iter().enumerate() {
        // Parameters compare as a set, as RFC 9421 §2 wants it.
        if covered.items[..index].contains(identifier) {
            return Err(ComponentError::Repeated {
                component: shown(identifier),
            });
        }
        let value = components::value(message, identifier)?;
        base.push_str(&identifier.serialize());
        base.push_str(": ");
        base.push_str(&value);
        base.push('\n');
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(&signature_params(covered));
    Ok(base)
}

/// The value of `@signature-params`, which is also the member of `Signature-Input` (RFC 9421 §2.3).
pub(super) fn signature_params(covered: &InnerList) -> String {
    let mut list = ListSerializer::new();
    let mut inner = list.inner_list();
    inner.items(&covered.items);
    inner.finish().parameters(&covered.params);
    list.finish().expect("a list of one member is not empty")
}

#[cfg(test)]
mod tests {
    use sfv::{InnerList, List, ListEntry, Parser};

    use super::{super::message::MessageParts, ComponentError, signature_base};

    fn covered(list: &str) -> InnerList {
        let mut parsed = Parser::new(list).parse::<List>().unwrap();
        match parsed.pop().unwrap() {
            ListEntry::InnerList(inner) => inner,
            ListEntry::Item(_) => panic!("not an inner list"),
        }
    }

    /// The first line of the base of one component.
    fn line(message: &MessageParts<'_>, component: &str) -> Result<String, ComponentError> {
        let base = signature_base(message, &covered(&format!("({component})")))?;
        Ok(base.lines().next().unwrap().to_owned())
    }

    fn request_line(uri: &str, component: &str) -> String {
        line(&MessageParts::request("POST", uri, &[]), component).unwrap()
    }

    #[test]
    fn derived_components_are_those_of_rfc_9421_section_2_2() {
        let uri = "https://www.example.com/path?param=value";
        for (component, expected) in [
            ("\"@method\"", "POST"),
            ("\"@target-uri\"", uri),
            ("\"@authority\"", "www.example.com"),
            ("\"@scheme\"", "https"),
            ("\"@request-target\"", "/path?param=value"),
            ("\"@path\"", "/path"),
            ("\"@query\"", "?param=value"),
            ("\"@query-param\";name=\"param\"", "value"),
        ] {
            assert_eq!(
                request_line(uri, component),
                format!("{component}: {expected}")
            );
        }
        let response = MessageParts::response(200, &[]);
        assert_eq!(line(&response, "\"@status\"").unwrap(), "\"@status\": 200");
    }

    #[test]
    fn authority_scheme_path_and_query_are_normalised() {
        for (uri, component, expected) in [
            (
                "https://WWW.Example.com:443/",
                "\"@authority\"",
                "www.example.com",
            ),
            (
                "http://www.example.com:80",
                "\"@authority\"",
                "www.example.com",
            ),
            (
                "http://www.example.com:443/",
                "\"@authority\"",
                "www.example.com:443",
            ),
            (
                "https://[2001:DB8::1]:8443/",
                "\"@authority\"",
                "[2001:db8::1]:8443",
            ),
            ("HTTP://www.example.com", "\"@scheme\"", "http"),
            ("http://www.example.com?a", "\"@path\"", "/"),
            ("http://www.example.com", "\"@request-target\"", "/"),
            ("http://www.example.com/path", "\"@query\"", "?"),
            ("http://www.example.com/path?", "\"@query\"", "?"),
            (
                "http://www.example.com/path?queryString",
                "\"@query\"",
                "?queryString",
            ),
            (
                "http://www.example.com/p%41th?baz=bat%2Dman",
                "\"@request-target\"",
                "/p%41th?baz=bat%2Dman",
            ),
        ] {
            assert_eq!(
                request_line(uri, component),
                format!("{component}: {expected}")
            );
        }
    }

    #[test]
    fn query_parameters_are_those_of_rfc_9421_section_2_2_8() {
        let uri = "http://www.example.com/path?param=value&foo=bar&baz=batman&qux=&twice=1&twice=2";
        for (name, expected) in [("baz", "batman"), ("qux", ""), ("param", "value")] {
            let component = format!("\"@query-param\";name=\"{name}\"");
            assert_eq!(
                request_line(uri, &component),
                format!("{component}: {expected}")
            );
        }
        let encoded = "http://www.example.com/parameters?var=this%20is%20a%20big%0Amultiline%20value&\
                       bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something";
        for (name, expected) in [
            ("var", "this%20is%20a%20big%0Amultiline%20value"),
            ("bar", "with%20plus%20whitespace"),
            ("fa%C3%A7ade%22%3A%20", "something"),
        ] {
            let component = format!("\"@query-param\";name=\"{name}\"");
            assert_eq!(
                request_line(encoded, &component),
                format!("{component}: {expected}")
            );
        }
        let message = MessageParts::request("GET", uri, &[]);
        for name in ["twice", "none"] {
            let component = format!("\"@query-param\";name=\"{name}\"");
            assert_eq!(
                line(&message, &component),
                Err(ComponentError::Absent { component })
            );
        }
    }

    #[test]
    fn fields_are_those_of_rfc_9421_section_2_1() {
        let headers = [
            ("Example-Dict", "a=1, b=2;x=1;y=2, c=(a   b    c), d"),
            ("Example-Header", "value, with, lots"),
            ("Example-Header", "of, commas"),
            ("Content-Digest", "sha-256=:AAAA:,   sha-512=:BBBB:"),
            ("X-Empty", ""),
        ];
        let message = MessageParts::request("GET", "http://www.example.com/", &headers);
        for (component, expected) in [
            ("\"example-dict\"", "a=1, b=2;x=1;y=2, c=(a   b    c), d"),
            ("\"example-dict\";key=\"a\"", "1"),
            ("\"example-dict\";key=\"d\"", "?1"),
            ("\"example-dict\";key=\"b\"", "2;x=1;y=2"),
            ("\"example-dict\";key=\"c\"", "(a b c)"),
            ("\"example-dict\";sf;key=\"c\"", "(a b c)"),
            ("\"example-header\"", "value, with, lots, of, commas"),
            (
                "\"example-header\";bs",
                ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:",
            ),
            ("\"content-digest\";sf", "sha-256=:AAAA:, sha-512=:BBBB:"),
            ("\"x-empty\"", ""),
        ] {
            assert_eq!(
                line(&message, component).unwrap(),
                format!("{component}: {expected}")
            );
        }
    }

    #[test]
    fn components_without_a_sure_value_end_the_base() {
        let headers = [
            ("Example-Header", "a, b"),
            ("Odd", "x\ny"),
            ("Latin", "f\u{fc}r"),
        ];
        let request = MessageParts::request("GET", "http://www.example.com/", &headers);
        for (component, unknown) in [
            ("\"@unknown\"", true),
            ("\"@status\"", true),
            ("\"@signature-params\"", true),
            ("\"Example-Header\"", true),
            ("\"absent\"", false),
            ("\"@query-param\";name=\"a\"", false),
            ("\"@query-param\"", false),
            ("\"@method\";req", false),
            ("\"example-header\";tr", false),
            ("\"example-header\";req", false),
            ("\"example-header\";unknown", false),
            ("\"example-header\";bs;sf", false),
            ("\"example-header\";bs;key=\"a\"", false),
            ("\"example-header\";key=\"a\";bs", false),
            ("\"example-header\";bs=?0", false),
            ("\"example-header\";sf", false),
            ("\"example-header\";key=\"c\"", false),
            ("\"odd\"", false),
            ("\"latin\"", false),
            ("example-header", false),
            ("\"example-header\" \"example-header\"", false),
            (
                "\"example-header\";key=\"a\";sf \"example-header\";sf;key=\"a\"",
                false,
            ),
        ] {
            let error = line(&request, component).unwrap_err();
            assert_eq!(
                matches!(error, ComponentError::Unknown { .. }),
                unknown,
                "{error}"
            );
        }
        let response = MessageParts::response(200, &headers);
        for component in [
            "\"@method\"",
            "\"@target-uri\"",
            "\"@query-param\";name=\"a\"",
        ] {
            assert!(matches!(
                line(&response, component),
                Err(ComponentError::Unknown { .. })
            ));
        }
    }

    #[test]
    fn the_number_of_components_is_limited() {
        let many = (0..65)
            .map(|index| format!("\"h{index}\" "))
            .collect::<String>();
        let message = MessageParts::request("GET", "http://www.example.com/", &[]);
        assert_eq!(
            line(&message, &many),
            Err(ComponentError::TooMany { limit: 64 })
        );
    }
}
