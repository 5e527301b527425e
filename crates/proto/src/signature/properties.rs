//! What holds for every message: signing and verifying fit, and no covered byte can be changed.

use proptest::prelude::*;
use sfv::ListEntry;

use super::{MessageParts, SignatureError, find_ocm, sign, structured};
use crate::{
    digest::content_digest,
    keys::{Jwks, SigningKey},
};

const NOW: i64 = 1_795_464_900;

#[derive(Clone, Debug)]
struct Sent {
    method: String,
    uri: String,
    /// Content-Digest, Content-Length, Date.
    covered: [String; 3],
    body: Vec<u8>,
    input: String,
    signature: String,
}

impl Sent {
    fn new(seed: [u8; 32], method: &str, uri: &str, date: &str, body: &[u8]) -> (Self, Jwks) {
        let key = SigningKey::generate(seed, "cat.example.org#key1").unwrap();
        let mut sent = Self {
            method: method.to_owned(),
            uri: uri.to_owned(),
            covered: [
                content_digest(body),
                body.len().to_string(),
                date.to_owned(),
            ],
            body: body.to_vec(),
            input: String::new(),
            signature: String::new(),
        };
        let signed = sent.with_parts(|message| sign(message, &key, NOW).unwrap());
        sent.input = signed.signature_input;
        sent.signature = signed.signature;
        (sent, [key.public_jwk()].into_iter().collect())
    }

    fn with_parts<T>(&self, act: impl FnOnce(&MessageParts<'_>) -> T) -> T {
        let headers = [
            ("host", "ignored.example.org"),
            ("content-digest", &self.covered[0]),
            ("content-length", &self.covered[1]),
            ("date", &self.covered[2]),
            ("signature-input", &self.input),
            ("signature", &self.signature),
        ];
        act(&MessageParts::request(&self.method, &self.uri, &headers))
    }

    fn verify(&self, keys: &Jwks) -> Result<(), SignatureError> {
        self.with_parts(|message| match find_ocm(message)? {
            Some(found) => found.verify(message, &self.body, keys, NOW).map(drop),
            None => Err(SignatureError::NoValue {
                label: String::new(),
            }),
        })
    }

    /// Everything that is covered or part of the signature, as one row of bytes to pick from.
    fn parts(&mut self) -> [&mut String; 7] {
        let [digest, length, date] = &mut self.covered;
        [
            &mut self.method,
            &mut self.uri,
            digest,
            length,
            date,
            &mut self.input,
            &mut self.signature,
        ]
    }
}

/// The signature in a header, if it can be read.
fn value(header: &str) -> Option<ListEntry> {
    structured::parse_dictionary(header)
        .ok()?
        .get("ocm")
        .cloned()
}

proptest! {
    #[test]
    fn what_is_signed_verifies_and_no_covered_byte_can_be_changed(
        seed in any::<[u8; 32]>(),
        method in "[A-Z]{3,7}",
        uri in "https://[a-z]{1,9}\\.example\\.org(:[1-9][0-9]{1,3})?/[a-zA-Z0-9/._%-]{0,20}(\\?[a-z=&]{0,12})?",
        date in "[A-Z][a-z]{2}, [0-9]{2} Nov 2026",
        body in prop::collection::vec(any::<u8>(), 0..300),
        part in 0_usize..8,
        position in any::<prop::sample::Index>(),
        replacement in b'!'..=b'~',
    ) {
        let (mut sent, keys) = Sent::new(seed, &method, &uri, &date, &body);
        prop_assert_eq!(sent.verify(&keys), Ok(()));
        if part == 7 {
            if body.is_empty() {
                sent.body.push(replacement);
            } else {
                sent.body[position.index(body.len())] ^= replacement;
            }
        } else {
            let text = &mut *sent.parts()[part];
            let at = position.index(text.len());
            let before = text.clone();
            text.replace_range(at..=at, char::from(replacement).encode_utf8(&mut [0; 4]));
            prop_assume!(*text != before);
            // The last character of base64 has bits that mean nothing; changing them changes no byte of a signature.
            prop_assume!(part != 6 || value(text).is_none_or(|value_now| Some(value_now) != value(&before)));
        }
        prop_assert!(sent.verify(&keys).is_err());
    }

    #[test]
    fn no_input_makes_reading_fail_other_than_by_an_error(
        input in "(ocm|a|b)=\\(\"[@a-z;-]{0,12}\"[ -~]{0,20}\\)[ -~]{0,60}",
        signature in "[ -~]{0,60}",
        anything in "[ -~\t\r\n\u{80}-\u{ff}]{0,80}",
    ) {
        for input in [&input, &anything, &format!("{input};created=1;keyid=\"k\";tag=\"ocm\"")] {
            for value in [&signature, &anything, &"ocm=:AAAA:".to_owned()] {
                let headers = [("signature-input", input.as_str()), ("signature", value.as_str())];
                let message = MessageParts::request("POST", "https://example.org/", &headers);
                if let Ok(Some(found)) = find_ocm(&message) {
                    prop_assert!(found.verify(&message, b"", &Jwks::default(), NOW).is_err());
                    let _ = found.authority();
                }
            }
        }
    }
}
