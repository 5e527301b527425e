//! One OCM request as another server sends it, signed by another implementation (OpenSSL) with every algorithm that is
//! accepted. The signature base was written by hand, so these check ours as well.

use serde_json::{Value, json};

use super::{VerifiedSignature, find_ocm, message::MessageParts};
use crate::keys::Jwks;

const NOW: i64 = 1_795_464_901;
const BODY: &[u8] = br#"{"recipientProvider":"cat.example.org","token":"secret","userID":"u1","email":"carol@cat.example.org","name":"Carol"}"#;

/// The keys of RFC 9421 Appendix B.1 and one for P-384.
fn key(alg: &str) -> Value {
    let kid = format!("https://cat.example.org/ocm#{alg}");
    match &alg[..2] {
        "ES" if alg == "ES256" => {
            json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": alg, "use": "sig",
            "x": "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA", "y": "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"})
        }
        "ES" => {
            json!({"kty": "EC", "crv": "P-384", "kid": kid, "alg": alg, "use": "sig", "x": P384_X, "y": P384_Y})
        }
        "Ed" => {
            json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": alg, "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"})
        }
        _ => json!({"kty": "RSA", "kid": kid, "alg": alg, "use": "sig", "e": "AQAB", "n": RSA_N}),
    }
}

#[test]
fn every_accepted_algorithm_verifies_what_another_implementation_signed() {
    for (alg, signature) in SIGNATURES {
        verified(alg, signature);
    }
}

/// Whoever has an ECDSA signature can make another one of it, without the key: (r, n - s) is as good as (r, s).
#[test]
fn a_second_valid_signature_of_the_same_message_has_the_same_digest_and_another_message_another() {
    let (_, first) = SIGNATURES[1];
    assert_ne!(first, ES256_TWIN);
    let digest = verified("ES256", first).digest();
    assert_eq!(verified("ES256", ES256_TWIN).digest(), digest);
    let (alg, other) = SIGNATURES[2];
    assert_ne!(verified(alg, other).digest(), digest, "by another key");
}

/// Verifies a signature of the one request.
fn verified(alg: &str, signature: &str) -> VerifiedSignature {
    let keys = SIGNATURES
        .iter()
        .map(|(alg, _)| key(alg))
        .collect::<Vec<_>>();
    let keys = Jwks::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    let input = format!(
        r#"sig1=("@method" "@target-uri" "content-digest" "content-length");created=1795464900;keyid="https://cat.example.org/ocm#{alg}";tag="ocm""#
    );
    let value = format!("sig1=:{signature}:");
    let headers = [
        ("content-type", "application/json"),
        ("content-length", "117"),
        (
            "content-digest",
            "sha-256=:8boJISwAjXQKX81rUL9aNosIurAvJVccqvtQ4J0Q05E=:",
        ),
        ("signature-input", &input),
        ("signature", &value),
    ];
    let message = MessageParts::request(
        "POST",
        "https://dog.example.org/ocm/invite-accepted",
        &headers,
    );
    let found = find_ocm(&message).unwrap().unwrap();
    assert_eq!(found.authority().as_deref(), Some("cat.example.org"));
    let verified = found.verify(&message, BODY, &keys, NOW).unwrap();
    assert_eq!(
        verified.key_id(),
        format!("https://cat.example.org/ocm#{alg}")
    );
    assert_eq!(verified.created(), NOW - 1);
    verified
}

/// The ES256 signature below with n - s in place of s.
const ES256_TWIN: &str =
    "Z/sTWyI7WMee8lmt7X+Ym1p5P2qEXtMdxZr6fUQXtU4tyGWfn0AFoOeWAcZZzZIQv7Nz/WJ5i/mP/zG/+nH96w==";

const P384_X: &str = "X9xU8CSv2274tw2YDlQ6EHorrkLncTsVq61rf9pMdEYQDLev5UuTm9GpLx8YlY3z";
const P384_Y: &str = "cTvJ9S59zLUjxlMo4wvLi2Pfvo_0_GGG8aGxq0iqizXOjKWaerPf3QHM8kMzgFBG";
const RSA_N: &str = "r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w\
     6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6\
     LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U\
     9nV5oyc6XI2w";

const SIGNATURES: [(&str, &str); 9] = [
    (
        "EdDSA",
        "DEsyOiuvywp96PSnFaAILfh+nj5OFIFiimEoBypbDNLqRZWdoBaXijtuBmxDbP9eu39DB2OqooSP47sFWru4BA==",
    ),
    (
        "ES256",
        "Z/sTWyI7WMee8lmt7X+Ym1p5P2qEXtMdxZr6fUQXtU7SN5pfYL/6YBhp/jmmMm3u/TOGsESeEotjupkDAfEnZg==",
    ),
    (
        "ES384",
        "GAQkg9VlfhZosvr4gcBqh3LUdJ7i/fuitBe5Debp0EOIP89a4xOHcoWxmlLZuMIvUackzP6LSjXl7v0W04w29LrSv+zO/MD8K8cbvJ1npX/z8e\
     1mg/UpGvRAWOlZMFCK",
    ),
    (
        "RS256",
        "Z2DeUvuA9XefHC2EOypOavesyBtw2V2pdaEv1alM5FHswCI8ME3QdyxBQuz1/eBfB9hezy/pqF5KnmLfdmlg7Gg/rEJ7rSiyYk4L0VT44oZ53u\
     kvgecNyAQJbnmhd0G9i4fRFzb2QlZpL5Hx/Esx8Y+JSCABMyqZl3UXQh798BN3+J+0mk57PpejpKiQl/vikstNGwt/Cr/EmltRPXPnawF6e6LB\
     tY2/pf0TX0U9uZAFOIp41HJ5bKz7w7KH2tKhbBAMcFVokbKUvrzDN5ZxtmtZUIwraCbYoX+c7UWe3uyW/ltIdQDtPEnxQdtPIbSXQvLh9RkCyR\
     fqf1/I9XfXZA==",
    ),
    (
        "RS384",
        "G7JYjy8Y/D1H1KYs+58tr//4WCoRWg9zYv0h0maybAdTk4RgYSAA321ljkOWONB58e/HgaQMgAbvSCMqQ1vSNy1i7axiwZtF4/wS2OU3bkVYAa\
     9+C2MgY7+vgSjHQY13XHYgvEwmN6XSEMnhLC7cTIRsuhoL8H629jK985Y13a8MDbgiPHWaVVwJJlbckmYjH5azTrNGXGLufgzcEIDRV5sPQtp9\
     0iugFF42fVr27iAPAYeM/4KAHXYhZngWd/WpDx5He8vKtokaIo/dkRjPoVm/HsO9j3RnirAwGgUy2xVWwasa7XuOS2+Bmyxt1GY3O8ay3o9gQk\
     AhBJLYrLisqg==",
    ),
    (
        "RS512",
        "D5vi/ZQpu7XKGqNAWlktbrkEFLtqECCzI0gJ3ETGvIyqtAMi83Uipy7+M1tPgMHKk+xmJNcyjIEIBJljEq/5/7rZtnYNwqXZ8JTsjwY5890Inh\
     jhcTl1NIJHCAv17n1HKN+g5uOcYQI2/zWZD4FAS4fMYEVHzUPu3yIgY0gCL1Hv1WvCoqIBwxZ9yjnz6HRTik9udYnxB1dpGDVq70VV0O+fPzod\
     GqrT7tvzuJrTFnbu/M4CucXc2gd2pLX2/kkg7eQDw2etNsmMSAJJ3CGbqdTp4Y3jWecSPtlSV8R15DJ49WkbKM9Kd7J6+NkUsAMWbLWgOWNrx8\
     lfHzSQFaVaHg==",
    ),
    (
        "PS256",
        "faNg2GxNa0BQyKnSbKMTJBC495GSSWmy9PiOUnxcKqD0gt8obGoVca9RPg79X2th/3qXAzWt9A83iKtqyMET8rNLaKBunqnKdCsLA7kZVLlqdl\
     MEGiOgsm9McG7d8ptvELp0Z+n84I5q6hrHmkz3Vx3O5xyuiB1gWnSE670EmXwMXGYinjrkjhyb/xqfD8KMhQOIvIMLjnoIPFBFG2f57VSCXOuO\
     wIkYuQ9k+k3RcfkjUI8cgxOZ9i8jlR12ICq0n262QZL/oAtIRBtzR3+5StVWVHoj4O0EBNgkoOXwt20jsr4YTq0y65PWrUndMexSc36HKooKJO\
     LI+yoJbzwG1w==",
    ),
    (
        "PS384",
        "FmgI6aOFCrQKoE/ufospp7kURg15o614rJuNgWCG0uiRH2BwmrMsJM3qxURSwEzZnJWumX9tSD0AjDGddprmKJ9R7v8+m3H/x54yCYdm0BW3uI\
     7MbW/qhlhNb6VlCY1/0ldqne3fxTKRZl9z25wJrqGeZdolRpZzn4j7OjtPg4AyG4qEkjpYkLg7NKNegdjSalikX3c2UI5PsBjyU7l22Ze4kRcY\
     I/LTTLIQ4+BCSI7tOQXbDgy8wGPRcOGSAyPXupjFRhFakAsFUPBr4LJ0M3pTrTl1wUA7wM7rkuRbnqWJKd4WaWJF5b9AGCzUfOY4zH1Ufl21GD\
     nu2D5Dt10wCQ==",
    ),
    (
        "PS512",
        "IThG2yMhD6BZUrQiaNNmh2o6fL50PE85zrOue2EqQ84glYa9E8wxP3oVDMQKxQC84X+I/H1TM15lZxCTUnmji3mpVJI12EOKCWu4ky7+scnMYm\
     m9sGS+xhx67U15sAwx9FwFdnRlZD1vjFwvtF6I/DHUj2hFpiMmGGcvrs9mMigXlfD05ULlbyb1dcMyyCxq6XBtVokDxQBrhb2b4q3/90wL4yoh\
     brU5svYUAWTJ8BWEf+j4oOIPe9EtXhvDpB9gM+ieTXEhHvuKkTLC9FfiVibGyfae0p8KW6Dt/ltVQj283CKsr0lBjz6a+Lj7H/VAVv1GMfCwly\
     ETU8+rgS/NeA==",
    ),
];
