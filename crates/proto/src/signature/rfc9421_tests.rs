//! The published test cases of RFC 9421: Appendix B.2 (all messages and algorithms), B.3 (a proxy) and B.4
//! (transformations), with the keys of B.1.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use sfv::{InnerList, ListEntry};

use super::{base::signature_base, find_ocm, message::MessageParts, structured};
use crate::keys::{Algorithm, Jwks, Lookup};

/// B.1.2 to B.1.4 as JWKs. `alg` of the first is ours: an RSA key alone does not tell.
fn keys() -> Jwks {
    let document = json!({"keys": [
        {"kty": "RSA", "kid": "test-key-rsa-pss", "alg": "PS512", "e": "AQAB", "n": RSA_PSS_N},
        {"kty": "EC", "crv": "P-256", "kid": "test-key-ecc-p256",
         "x": "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA", "y": "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "test-key-ed25519", "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"},
    ]});
    Jwks::parse(document.to_string().as_bytes()).unwrap()
}

fn covered(input: &str) -> InnerList {
    let members = structured::parse_dictionary(input).unwrap();
    match members.iter().next().unwrap().1 {
        ListEntry::InnerList(covered) => covered.clone(),
        ListEntry::Item(_) => panic!("not an inner list"),
    }
}

fn verifies(message: &MessageParts<'_>, input: &str, key_id: &str, signature: &str) -> bool {
    let keys = keys();
    let Lookup::Found(key) = keys.find(key_id) else {
        panic!("no such key");
    };
    let base = signature_base(message, &covered(input)).unwrap();
    let signature = BASE64_STANDARD.decode(signature).unwrap();
    key.verifier().unwrap().verify(base.as_bytes(), &signature)
}

const TEST_REQUEST: MessageParts<'_> = MessageParts::request(
    "POST",
    "https://example.com/foo?param=Value&Pet=dog",
    &[
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", REQUEST_DIGEST),
        ("Content-Length", "18"),
    ],
);

const TEST_RESPONSE: MessageParts<'_> = MessageParts::response(
    200,
    &[
        ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", RESPONSE_DIGEST),
        ("Content-Length", "23"),
    ],
);

#[test]
fn b_2_1_minimal_signature_using_rsa_pss_sha512() {
    let input =
        r#"sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#;
    assert!(verifies(&TEST_REQUEST, input, "test-key-rsa-pss", SIG_B21));
}

#[test]
fn b_2_2_selective_covered_components_using_rsa_pss_sha512() {
    let input = r#"sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#;
    assert!(verifies(&TEST_REQUEST, input, "test-key-rsa-pss", SIG_B22));
}

#[test]
fn b_2_3_full_coverage_using_rsa_pss_sha512() {
    let input = r#"sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#;
    assert!(verifies(&TEST_REQUEST, input, "test-key-rsa-pss", SIG_B23));
    let other_order = input.replace(r#""date" "@method""#, r#""@method" "date""#);
    assert!(!verifies(
        &TEST_REQUEST,
        &other_order,
        "test-key-rsa-pss",
        SIG_B23
    ));
}

#[test]
fn b_2_4_response_using_ecdsa_p256_sha256() {
    let input = r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#;
    assert!(verifies(
        &TEST_RESPONSE,
        input,
        "test-key-ecc-p256",
        SIG_B24
    ));
}

#[test]
fn b_2_5_hmac_has_the_published_base_and_no_algorithm() {
    let input = r#"sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#;
    let base = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\"content-type\": application/json\n\
                \"@signature-params\": (\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"";
    assert_eq!(
        signature_base(&TEST_REQUEST, &covered(input)).unwrap(),
        base
    );
    for name in ["hmac-sha256", "HS256", "HS384", "HS512"] {
        assert_eq!(Algorithm::from_name(name), None);
    }
}

#[test]
fn b_2_6_request_using_ed25519() {
    let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    assert!(verifies(&TEST_REQUEST, input, "test-key-ed25519", SIG_B26));
    let other_case = MessageParts::request(
        "post",
        "https://example.com/foo?param=Value&Pet=dog",
        &[
            ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("Content-Type", "application/json"),
            ("Content-Length", "18"),
        ],
    );
    assert!(!verifies(&other_case, input, "test-key-ed25519", SIG_B26));
}

#[test]
fn b_3_proxy_signs_client_certificate() {
    let headers = [("Client-Cert", CLIENT_CERT)];
    let message = MessageParts::request(
        "POST",
        "http://service.internal.example/foo?param=Value&Pet=dog",
        &headers,
    );
    let input = r#"ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#;
    assert!(verifies(&message, input, "test-key-ecc-p256", SIG_TTRP));
}

#[test]
fn b_4_transformations_keep_or_break_the_signature() {
    let input = r#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#;
    let check = |method: &str, uri: &str, headers: &[(&str, &str)]| {
        verifies(
            &MessageParts::request(method, uri, headers),
            input,
            "test-key-ed25519",
            SIG_TRANSFORM,
        )
    };
    let uri = "https://example.org/demo?name1=Value1&Name2=value2";
    let two_lines = [("Accept", "application/json"), ("Accept", "*/*")];
    assert!(check("GET", uri, &two_lines));
    assert!(check(
        "GET",
        "https://example.org/demo?name1=Value1&Name2=value2&param=added",
        &two_lines
    ));
    assert!(check(
        "GET",
        uri,
        &[
            ("Referer", "https://developer.example.org/demo"),
            ("Accept", "application/json, */*")
        ]
    ));
    assert!(check(
        "GET",
        uri,
        &[
            ("Accept", "application/json"),
            ("Accept", "*/*"),
            ("Host", "example.org")
        ]
    ));
    assert!(!check(
        "POST",
        "https://example.com/demo?name1=Value1&Name2=value2",
        &two_lines
    ));
    assert!(!check(
        "GET",
        uri,
        &[("Accept", "*/*"), ("Accept", "application/json")]
    ));
}

#[test]
fn none_of_them_is_an_ocm_signature() {
    let headers = [
        (
            "Signature-Input",
            r#"sig-b26=("date");created=1618884473;keyid="test-key-ed25519""#,
        ),
        ("Signature", "sig-b26=:AAAA:"),
    ];
    assert!(
        find_ocm(&MessageParts::request(
            "GET",
            "https://example.com/",
            &headers
        ))
        .unwrap()
        .is_none()
    );
}

const REQUEST_DIGEST: &str = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const RESPONSE_DIGEST: &str = "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";
const RSA_PSS_N: &str = "r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w\
     6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6\
     LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U\
     9nV5oyc6XI2w";
const CLIENT_CERT: &str = ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVka\
     WF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8Yn\
     XXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVH\
     SMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmR\
     jQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5Xar\
     mPk0wmuydBVoU4hBVZ1yhk=:";
const SIG_B21: &str = "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7C\
     hG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsf\
     xVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C\
     8ssinQ98Xw9Q==";
const SIG_B22: &str = "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxC\
     mT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2\
     fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaV\
     e4bXTugEjHSw==";
const SIG_B23: &str = "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0\
     fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xM\
     y7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIz\
     tsDZKEgM4cUA==";
const SIG_B24: &str =
    "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==";
const SIG_B26: &str =
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
const SIG_TTRP: &str =
    "xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==";
const SIG_TRANSFORM: &str =
    "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==";
