//! Requests that must be refused, each with the reason that its sender gets, and odd ones that must not.

use std::sync::OnceLock;

use super::super::{COVERED, CavageSignature, find_cavage, sign, sign_over};
use crate::{
    digest::{DigestError, legacy_digest},
    keys::{PublicPem, RsaKey},
    signature::{MessageParts, SignatureError, VerifiedSignature, find_ocm},
};

/// Mon, 23 Nov 2026 20:15:00 GMT.
const NOW: i64 = 1_795_464_900;
const DATE: &str = "Mon, 23 Nov 2026 20:15:00 GMT";
const URI: &str = "https://dog.example.org/ocm/invite-accepted";
const KEY_ID: &str = "https://cat.example.org/ocm#signature";
const BODY: &[u8] = br#"{"recipientProvider":"cat.example.org","token":"t"}"#;

fn key() -> RsaKey {
    static KEY: OnceLock<RsaKey> = OnceLock::new();
    let made = || RsaKey::from_pem(&RsaKey::generate().unwrap(), KEY_ID).unwrap();
    KEY.get_or_init(made).clone()
}

pub(super) fn published() -> PublicPem {
    PublicPem::parse(&key().public_pem()).unwrap()
}

/// A request under construction; every test spoils it in its own way.
#[derive(Clone)]
struct Request {
    uri: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn unsigned() -> Self {
        let headers = [
            ("Host", "dog.example.org".to_owned()),
            ("Content-Type", "application/json".to_owned()),
            ("Content-Length", BODY.len().to_string()),
            ("Date", DATE.to_owned()),
            ("Digest", legacy_digest(BODY)),
        ];
        let headers = headers
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
        Self {
            uri: URI.to_owned(),
            headers,
            body: BODY.to_vec(),
        }
    }

    fn signed() -> Self {
        Self::unsigned().sign(&COVERED)
    }

    fn sign(mut self, names: &[&str]) -> Self {
        let signed = self.view(|message| sign_over(message, &key(), names).unwrap());
        self.headers.push(("Signature".to_owned(), signed));
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.and(name, value)
    }

    fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The signature, changed.
    fn rewrite(self, from: &str, to: &str) -> Self {
        let signature = self.headers.iter().find(|(name, _)| name == "Signature");
        let signature = signature.unwrap().1.replace(from, to);
        self.with("Signature", &signature)
    }

    fn view<T>(&self, use_it: impl FnOnce(&MessageParts<'_>) -> T) -> T {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        use_it(&MessageParts::request("POST", &self.uri, &headers))
    }

    fn find(&self) -> Result<Option<CavageSignature>, SignatureError> {
        self.view(find_cavage)
    }

    fn verify_at(&self, now: i64) -> Result<VerifiedSignature, SignatureError> {
        let found = self.find()?.expect("there is a signature");
        self.view(|message| found.verify(message, &self.body, &published(), now))
    }

    fn error(&self) -> SignatureError {
        self.verify_at(NOW).unwrap_err()
    }
}

#[test]
fn what_is_signed_is_verified_and_looks_as_nextcloud_reads_it() {
    let request = Request::signed();
    let verified = request.verify_at(NOW).unwrap();
    assert_eq!((verified.key_id(), verified.created()), (KEY_ID, NOW));
    assert_eq!(verified.algorithm().name(), "RS512");
    let signature = &request.headers.last().unwrap().1;
    let begin = format!(
        r#"keyId="{KEY_ID}",algorithm="rsa-sha512",headers="(request-target) content-length date digest host",signature=""#
    );
    assert!(signature.starts_with(&begin), "{signature}");
    assert_eq!(
        request.find().unwrap().unwrap().authority().as_deref(),
        Some("cat.example.org")
    );
    // Nobody takes it for one of the other kind.
    assert!(request.view(|message| find_ocm(message).unwrap().is_none()));
}

#[test]
fn names_that_leave_the_algorithm_open_are_tried_with_those_of_rsa() {
    for open in [r#"algorithm="hs2019","#, ""] {
        let request = Request::signed().rewrite(r#"algorithm="rsa-sha512","#, open);
        assert_eq!(request.verify_at(NOW).unwrap().algorithm().name(), "RS512");
    }
    // A name is taken at its word.
    let other = Request::signed().rewrite("rsa-sha512", "rsa-sha256");
    assert!(matches!(other.error(), SignatureError::BadSignature { .. }));
    for forbidden in ["hmac-sha256", "rsa-sha1", "RSA-SHA512", "none", ""] {
        let other = Request::signed().rewrite("rsa-sha512", forbidden);
        let algorithm = forbidden.to_owned();
        assert_eq!(other.error(), SignatureError::Algorithm { algorithm });
    }
}

#[test]
fn every_part_that_nextcloud_covers_must_be_covered() {
    for missing in COVERED {
        let names: Vec<_> = COVERED
            .into_iter()
            .filter(|name| *name != missing)
            .collect();
        let request = Request::unsigned().sign(&names);
        assert_eq!(
            request.error(),
            SignatureError::NotCovered { component: missing }
        );
    }
    // More, and in another order, is well.
    let names = [
        "digest",
        "host",
        "content-type",
        "date",
        "content-length",
        "(request-target)",
    ];
    Request::unsigned().sign(&names).verify_at(NOW).unwrap();
}

#[test]
fn a_changed_part_does_not_fit() {
    let elsewhere = Request {
        uri: URI.replace("invite-accepted", "notifications"),
        ..Request::signed()
    };
    let later = Request::signed().with("Date", "Mon, 23 Nov 2026 20:15:01 GMT");
    let query = Request {
        uri: format!("{URI}?a=b"),
        ..Request::signed()
    };
    let digest = Request::signed().with("Digest", &legacy_digest(b"other"));
    let length = Request::signed().with("Content-Length", "7");
    for request in [elsewhere, later, query, digest, length] {
        assert!(matches!(
            request.error(),
            SignatureError::BadSignature { .. }
        ));
    }
    // A body that is not the signed one, under the signed digest.
    let body = Request {
        body: BODY.to_ascii_uppercase(),
        ..Request::signed()
    };
    assert_eq!(
        body.error(),
        SignatureError::Digest(DigestError::Mismatch {
            algorithm: "sha-512"
        })
    );
    let longer = Request {
        body: [BODY, b" "].concat(),
        ..Request::signed()
    };
    assert!(matches!(
        longer.error(),
        SignatureError::ContentLength { .. }
    ));
}

#[test]
fn of_several_digests_all_that_are_known_must_match() {
    let digests = |other: &str| format!("{},{other}", legacy_digest(BODY));
    let sign = |value: &str| Request::unsigned().with("Digest", value).sign(&COVERED);
    sign(&digests("md5=AAAA")).verify_at(NOW).unwrap();
    let wrong = "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";
    let two = sign(&digests(wrong));
    let error = SignatureError::Digest(DigestError::Mismatch {
        algorithm: "sha-256",
    });
    assert_eq!(two.error(), error);
    let lines = Request::unsigned().and("Digest", wrong).sign(&COVERED);
    assert_eq!(lines.error(), error);
    let unknown = sign("md5=AAAA");
    assert_eq!(
        unknown.error(),
        SignatureError::Digest(DigestError::NothingRecognised)
    );
}

#[test]
fn a_message_for_another_host_does_not_fit_whatever_the_host_field_says() {
    let elsewhere = |host: &str| {
        let uri = format!("https://{host}/ocm/invite-accepted");
        let signed = Request {
            uri,
            ..Request::unsigned().with("Host", host)
        };
        Request {
            uri: URI.to_owned(),
            ..signed.sign(&COVERED)
        }
    };
    for host in [
        "emu.example.org",
        "dog.example.org:8443",
        "dog.example.org.evil.example.org",
    ] {
        assert!(
            matches!(elsewhere(host).error(), SignatureError::BadSignature { .. }),
            "{host}"
        );
    }
    // A proxy that writes its own name into the field does no harm; nor does another spelling of ours, if it was signed.
    Request::signed()
        .with("Host", "backend:8080")
        .verify_at(NOW)
        .unwrap();
    for host in ["Dog.example.org", "dog.example.org:443"] {
        let spelled = Request::unsigned().with("Host", host).sign(&COVERED);
        spelled.verify_at(NOW).unwrap();
    }
}

#[test]
fn old_messages_and_those_of_the_future_are_refused_with_the_difference() {
    let request = Request::signed();
    for now in [NOW, NOW + 300, NOW - 60] {
        request.verify_at(now).unwrap();
    }
    for (now, difference_secs) in [(NOW + 301, -301), (NOW - 61, 61)] {
        let refused = request.verify_at(now).unwrap_err();
        assert_eq!(refused, SignatureError::NotFresh { difference_secs });
    }
    for date in [
        "",
        "yesterday",
        "2026-11-23T20:15:00Z",
        "Mon, 01 Jan 1900 00:00:00 GMT",
    ] {
        let request = Request::unsigned().with("Date", date).sign(&COVERED);
        assert!(
            matches!(
                request.error(),
                SignatureError::Malformed { field: "Date", .. }
            ),
            "{date}"
        );
    }
    let twice = Request::unsigned().and("Date", DATE).sign(&COVERED);
    assert!(matches!(
        twice.error(),
        SignatureError::Malformed { field: "Date", .. }
    ));
    let none = Request::signed();
    let headers = none
        .headers
        .iter()
        .filter(|(name, _)| name != "Date")
        .cloned()
        .collect();
    assert_eq!(
        Request { headers, ..none }.error(),
        SignatureError::NoCreated
    );
    let expired =
        Request::signed().rewrite("signature=", &format!("expires={},signature=", NOW - 2));
    assert_eq!(expired.error(), SignatureError::Expired { since_secs: 2 });
    let created =
        Request::signed().rewrite("signature=", &format!("created={},signature=", NOW + 90));
    assert_eq!(
        created.error(),
        SignatureError::NotFresh {
            difference_secs: 90
        }
    );
}

#[test]
fn times_are_not_covered_under_the_old_names() {
    for name in ["(created)", "(expires)"] {
        let request = Request::signed()
            .rewrite("digest host", &format!("digest host {name}"))
            .rewrite(
                "signature=",
                &format!("created={NOW},expires={NOW},signature="),
            );
        assert!(matches!(
            request.error(),
            SignatureError::Malformed {
                field: "headers",
                ..
            }
        ));
    }
}

#[test]
fn a_field_that_can_be_read_in_two_ways_is_not_read() {
    for (from, to) in [
        (
            "algorithm=",
            r#"keyId="https://evil.example.org/ocm#a",algorithm="#,
        ),
        ("keyId=", r#"signature="AAAA",keyId="#),
        (",algorithm", ",,algorithm"),
        (",algorithm", " algorithm"),
        ("keyId=\"", "keyId=\"\\\""),
        ("digest host\"", "digest host"),
        ("digest host", "digest host digest"),
        ("digest host", "digest  host"),
        ("digest host", "digest,host"),
        ("(request-target)", "(request-target) (key)"),
        ("signature=\"", "signature=\"*"),
        ("keyId=", "key-id=\"a\",keyId="),
        ("algorithm=\"rsa-sha512\"", "algorithm=1"),
        ("signature=", "created=\"1\",signature="),
        ("signature=", "created=1.5,signature="),
        ("signature=", "expires=99999999999999999999,signature="),
    ] {
        let request = Request::signed().rewrite(from, to);
        assert!(
            matches!(request.find(), Err(SignatureError::Malformed { .. })),
            "{from} {to}"
        );
    }
    for (from, to) in [
        (format!("keyId=\"{KEY_ID}\","), ""),
        (KEY_ID.to_owned(), ""),
    ] {
        let request = Request::signed().rewrite(&from, to);
        assert_eq!(request.find().unwrap_err(), SignatureError::NoKeyId);
    }
    let two = Request::signed().sign(&COVERED);
    assert!(matches!(two.find(), Err(SignatureError::Malformed { .. })));
    // What is not known is passed over.
    Request::signed()
        .rewrite("signature=", "nonce=\"a, b\" ,\tsignature=")
        .verify_at(NOW)
        .unwrap();
}

#[test]
fn what_is_read_has_limits() {
    let long = "a".repeat(17_000);
    let request = Request::signed().rewrite("signature=", &format!("more=\"{long}\",signature="));
    assert!(matches!(
        request.find(),
        Err(SignatureError::Malformed { .. })
    ));
    let id = format!("https://cat.example.org/{}", "a".repeat(1_024));
    let request = Request::signed().rewrite(KEY_ID, &id);
    assert!(matches!(
        request.find(),
        Err(SignatureError::Malformed { field: "keyId", .. })
    ));
    let names: String = (0..33).map(|number| format!(" h{number}")).collect();
    let request = Request::signed().rewrite("digest host", &format!("digest host{names}"));
    assert!(matches!(
        request.find(),
        Err(SignatureError::Malformed {
            field: "headers",
            ..
        })
    ));
    let more: String = (0..33).map(|number| format!("p{number}=1,")).collect();
    let request = Request::signed().rewrite("signature=", &format!("{more}signature="));
    assert!(matches!(
        request.find(),
        Err(SignatureError::Malformed { .. })
    ));
}

#[test]
fn signatures_of_the_other_kind_and_stray_fields_are_none_of_this_kind() {
    for value in [
        "ocm=:AAAA:",
        "",
        "sig1=:AAAA:, sig2=:BBBB:",
        "keyId",
        "token",
    ] {
        let request = Request::unsigned().with("Signature", value);
        assert!(request.find().unwrap().is_none(), "{value}");
    }
    // Beside one that a proxy has added, in a line of its own.
    let both = Request::signed().and("Signature", "proxy=:AAAA:");
    both.verify_at(NOW).unwrap();
}

#[test]
fn the_same_message_of_another_server_is_another_message_and_under_another_name_of_the_key_it_is_not()
 {
    let one = Request::signed().verify_at(NOW).unwrap();
    let signed_by = |other: &RsaKey| {
        let mut request = Request::unsigned();
        let signed = request.view(|message| sign(message, other).unwrap());
        request.headers.push(("Signature".to_owned(), signed));
        let found = request.find().unwrap().expect("there is a signature");
        let published = PublicPem::parse(&other.public_pem()).unwrap();
        let verified =
            request.view(|message| found.verify(message, &request.body, &published, NOW));
        verified.unwrap().digest()
    };
    assert_eq!(signed_by(&key()), one.digest());
    // The name is not signed, so that anybody can change it.
    let renamed = key().named("https://emu.example.org/ocm#signature");
    assert_eq!(signed_by(&renamed), one.digest());
    let other = RsaKey::from_pem(&RsaKey::generate().unwrap(), KEY_ID).unwrap();
    assert_ne!(signed_by(&other), one.digest());
}
