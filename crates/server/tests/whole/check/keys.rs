//! Keys, and signatures in both directions.

use http::Method;
use serde_json::{Value, json};
use symbolon_proto::address::Provider;
use symbolon_proto::discovery::Dialect;
use symbolon_server::check::Stage;
use symbolon_server::doctor::Level;

use super::{CAT, DOG, description, nothing, of, other, said, walk};
use crate::support::{Net, OutboundRequest, TestServer, answer};

#[tokio::test]
async fn keys_that_are_missing_broken_or_forgotten_are_told() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let serve = |keys: Value| {
        move |request: &OutboundRequest| {
            if request.url.ends_with("/jwks.json") && !keys.is_null() {
                return answer(200, "application/json", keys.to_string());
            }
            nothing(request)
        }
    };
    let good = json!({"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#1",
        "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"});
    let short = json!({"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#2", "x": "AAAA"});
    for (keys, level, words) in [
        (Value::Null, Level::Problem, "cannot be read"),
        (
            json!({ "keys": [short.clone()] }),
            Level::Problem,
            "None of its keys",
        ),
        (
            json!({ "keys": [good.clone(), short] }),
            Level::Attention,
            "One of its keys cannot",
        ),
        (json!({ "keys": [good] }), Level::Ok, "Its key can be used"),
    ] {
        other(&net, &description(&["invites", "http-sig"]), serve(keys));
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Keys);
        assert_eq!(step.level, level);
        assert!(said(step).contains(words), "{}", said(step));
    }
    other(&net, &description(&["invites"]), nothing);
    let never = walk(&net, &cat, DOG).await;
    assert_eq!(of(&never, Stage::Keys).level, Level::Ok);
    cat.app
        .peers
        .note_signs(&Provider::parse(DOG).unwrap(), Dialect::Rfc9421)
        .await
        .unwrap();
    let forgotten = walk(&net, &cat, DOG).await;
    let step = of(&forgotten, Stage::Keys);
    assert_eq!(step.level, Level::Problem);
    assert!(said(step).contains("has signed before"), "{}", said(step));
}

#[tokio::test]
async fn keys_are_looked_for_where_messages_would_be_checked_with_them() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let set = json!({ "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "dog.example.org#1",
        "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}] });
    for named in [
        "https://dog.example.org/ocm/jwks",
        // Behind a proxy that ends TLS, and relative.
        "http://dog.example.org/ocm/jwks",
        "/ocm/jwks",
    ] {
        let mut described = description(&["invites", "http-sig"]);
        described["jwksUri"] = json!(named);
        let set = set.to_string();
        other(&net, &described, move |request| {
            if request.url == "https://dog.example.org/ocm/jwks" {
                return answer(200, "application/json", set.clone());
            }
            nothing(request)
        });
        let step = of(&walk(&net, &cat, DOG).await, Stage::Keys).clone();
        assert_eq!(step.level, Level::Ok, "{named}: {step:?}");
    }
    // Another server's keys are nobody's here either: the ones at the fixed place count.
    let mut described = description(&["invites", "http-sig"]);
    described["jwksUri"] = json!("https://bird.example.org/jwks");
    other(&net, &described, move |request| {
        if request.url.ends_with("/.well-known/jwks.json") {
            return answer(200, "application/json", set.to_string());
        }
        nothing(request)
    });
    let report = walk(&net, &cat, DOG).await;
    assert_eq!(of(&report, Stage::Keys).level, Level::Ok);
}

#[tokio::test]
async fn server_that_does_not_accept_our_signature_is_told_with_the_reason() {
    let net = Net::default();
    let (cat, dog) = (
        TestServer::new(&net, CAT).await,
        TestServer::new(&net, DOG).await,
    );
    let signature = async || {
        let report = walk(&net, &cat, DOG).await;
        let step = of(&report, Stage::Signature).clone();
        (step.level, said(&step))
    };
    // A proxy there takes the signature away.
    net.behind(
        &dog,
        std::sync::Arc::new(|mut request: OutboundRequest| {
            request
                .headers
                .retain(|(name, _)| !name.starts_with("signature"));
            Ok(request)
        }),
    );
    let (level, told) = signature().await;
    assert_eq!(level, Level::Problem);
    assert!(
        told.contains("does not accept what this server signs"),
        "{told}"
    );
    // It cannot reach this server for its keys, which it has never seen.
    net.up(&dog);
    net.down(&cat);
    let (level, told) = signature().await;
    assert_eq!(level, Level::Problem);
    assert!(told.contains("cannot fetch our keys"), "{told}");
    assert!(told.contains(&format!("be able to reach {CAT}")), "{told}");
    // And now it can, and asks again.
    net.up(&cat);
    net.pass_ms(11_000);
    assert_eq!(signature().await.0, Level::Ok);
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_does_not_look_at_signatures_nor_to_one_that_makes_strangers_wait()
 {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let mut nextcloud = description(&["invite-accepted", "notifications"]);
    nextcloud["apiVersion"] = json!("1.0-proposal1");
    other(&net, &nextcloud, nothing);
    let report = walk(&net, &cat, DOG).await;
    for stage in [Stage::Signature, Stage::TrustsUs] {
        assert_eq!(of(&report, stage).level, Level::NotChecked);
    }
    let sent = net.sent.lock().unwrap();
    assert!(sent.iter().all(|request| request.method == Method::GET));
}
