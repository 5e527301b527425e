//! Contacts as vCard 4 (RFC 6350). What vCard has no property for travels in `JSPROP` (RFC 9555 §3.2.1), so that a reader
//! who turns it into JSContact gets the same card.

use symbolon_store::connections::Connection;

use super::jscontact::{self, PROPERTY};

/// Octets of a line without its end (RFC 6350 §3.2).
const LINE: usize = 75;

/// One person.
pub(super) fn card(one: &Connection) -> String {
    let mut lines = vec![
        "BEGIN:VCARD".to_owned(),
        "VERSION:4.0".to_owned(),
        "KIND:individual".to_owned(),
        format!("UID;VALUE=text:{}", one.id),
        format!("FN:{}", escaped(jscontact::name(one))),
    ];
    if let Some(nickname) = &one.nickname {
        lines.push(format!("NICKNAME:{}", escaped(nickname)));
    }
    if let Some(email) = one.contact.given_email() {
        lines.push(format!("EMAIL:{}", escaped(email)));
    }
    let addresses = jscontact::addresses(one).to_string();
    lines.push(format!(
        "JSPROP;JSPTR=\"{PROPERTY}\":{}",
        escaped(&addresses)
    ));
    lines.push("END:VCARD".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// Text as RFC 6350 §3.4 and §4.1 have it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A line in pieces that begin with a space from the second on; no character is cut.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::carol;

    /// What a reader makes of it (RFC 6350 §3.2).
    fn unfolded(card: &str) -> Vec<String> {
        let text = card.replace("\r\n ", "");
        text.split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_card_is_read_back_to_the_letter() {
        let one = carol(Some("Boss, of all"));
        let lines = unfolded(&card(&one));
        let expected = [
            "BEGIN:VCARD".to_owned(),
            "VERSION:4.0".to_owned(),
            "KIND:individual".to_owned(),
            format!("UID;VALUE=text:{}", one.id),
            r"FN:Lindqvist\, Carol\; \\ the second".to_owned(),
            r"NICKNAME:Boss\, of all".to_owned(),
            "EMAIL:carol.lindqvist@example.org".to_owned(),
        ];
        assert_eq!(lines[..7], expected);
        let value = lines[7].strip_prefix("JSPROP;JSPTR=\"ietf.org:ocmAddresses\":");
        let json = value
            .unwrap()
            .replace("\\,", ",")
            .replace("\\;", ";")
            .replace("\\\\", "\\");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read, jscontact::addresses(&one));
        assert_eq!(lines[8..], ["END:VCARD"]);
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_character_is_cut() {
        let mut one = carol(None);
        one.contact.name = "王小明".repeat(40);
        let card = card(&one);
        assert!(card.split("\r\n").all(|line| line.len() <= LINE));
        assert!(unfolded(&card).contains(&format!("FN:{}", one.contact.name)));
    }
}
