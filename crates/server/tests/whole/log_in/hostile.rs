//! What no honest service and no honest browser would send.

use serde_json::json;

use super::double::{Double, Says, Signed};
use super::kit::{Browser, Service, path};
use super::{bob, problem, refusals, user};
use crate::support::{Key, Net};

#[tokio::test]
async fn a_code_of_another_browser_logs_nobody_in() {
    let net = Net::default();
    let service = Service::start(&bob(&[]));
    let cat = service
        .server(&net, &[(Key::OidcCreateAccounts, "true")])
        .await;
    // Eve logs in, keeps the address that leads back, and has carol open it: carol would act as eve.
    let mut eve = Browser::new(&cat);
    let back = eve.comes_from_the_service("", "u-1").await;
    let mut carol = Browser::new(&cat);
    let answer = carol.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
    // So it is if carol has a log-in of her own under way, which goes on.
    carol.get("/login/oidc").await.assert(303);
    let under_way = carol.here.clone();
    let answer = carol.comes_back(&back).await.assert(403);
    assert_eq!(problem(&answer), "log_in_not_begun_here");
    assert_eq!(
        carol.here.get("__Host-symbolon-log-in"),
        under_way.get("__Host-symbolon-log-in")
    );
    assert!(carol.here.get("__Host-symbolon").is_none());
    // In eve's own browser it works, and once.
    let kept = eve.here.clone();
    eve.comes_back(&back).await.assert(303);
    eve.here = kept;
    let again = eve.comes_back(&back).await.assert(403);
    assert_eq!(problem(&again), "log_in_service_refused");
    let refused = refusals(&cat).await;
    assert_eq!(refused.len(), 1, "what was not begun is written nowhere");
    assert_eq!(refused[0].result.as_deref(), Some("log_in_service_refused"));
}

#[tokio::test]
async fn an_answer_in_the_name_of_another_service_logs_nobody_in() {
    let net = Net::default();
    let double = Double::start().await;
    double.describes(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    let cat = double.server(&net, &[]).await;
    let come = async |issuer: Option<&str>| {
        double.says(Says {
            issuer: issuer.map(str::to_owned),
            ..Says::default()
        });
        double.logs_in(&mut Browser::new(&cat)).await
    };
    for other in [Some("https://evil.example.org"), None] {
        let answer = come(other).await.assert(502);
        assert_eq!(problem(&answer), "log_in_answer_invalid");
    }
    come(Some(double.issuer())).await.assert(303);
}

#[tokio::test]
async fn a_token_that_is_forged_old_or_for_another_client_logs_nobody_in() {
    let net = Net::default();
    let double = Double::start().await;
    let cat = double.server(&net, &[]).await;
    let now = crate::support::START / 1_000;
    let spoilt = [
        (Signed::None, None),
        (Signed::PublicKeyAsSecret, None),
        (Signed::ByAnother, None),
        (Signed::Well, Some(("aud", json!("nextcloud")))),
        (
            Signed::Well,
            Some(("aud", json!(["symbolon", "nextcloud"]))),
        ),
        (Signed::Well, Some(("azp", json!("nextcloud")))),
        (
            Signed::Well,
            Some(("iss", json!("https://evil.example.org"))),
        ),
        (Signed::Well, Some(("nonce", json!("of another log-in")))),
        (Signed::Well, Some(("exp", json!(now - 61)))),
        (Signed::Well, Some(("iat", json!(now + 61)))),
        (Signed::Well, Some(("sub", json!(null)))),
    ];
    for (case, (signed, spoilt)) in spoilt.into_iter().enumerate() {
        double.says(Says {
            signed,
            spoilt,
            ..Says::default()
        });
        let mut browser = Browser::new(&cat);
        let answer = double.logs_in(&mut browser).await.assert(502);
        assert_eq!(problem(&answer), "log_in_answer_invalid", "case {case}");
        assert!(browser.here.get("__Host-symbolon").is_none(), "case {case}");
    }
    assert!(user(&cat, "bob").await.is_none());
    double.says(Says::default());
    let answer = double.logs_in(&mut Browser::new(&cat)).await.assert(303);
    assert_eq!(path(&answer), "/invitations");
    // Strangers cause ten of them at most.
    assert_eq!(refusals(&cat).await.len(), 10);
}

#[tokio::test]
async fn what_strangers_send_back_is_limited_and_crowds_nobody_out_of_the_trail() {
    let net = Net::default();
    let double = Double::start().await;
    let settings = [(Key::OidcCreateAccounts, "false")];
    let cat = double.server(&net, &settings).await;
    let mut eve = Browser::from(&cat, [192, 0, 2, 66]);
    let mut back = double.sends_back(&mut eve).await;
    back.query_pairs_mut().append_pair("error", "access_denied");
    let begun = eve.here.clone();
    for nth in 0..80 {
        eve.here = begun.clone();
        let answer = eve.comes_back(&back).await;
        let expected = match nth {
            0..60 => (403, "log_in_service_refused"),
            _ => (429, "too_many_requests"),
        };
        assert_eq!(
            (answer.status, problem(&answer).as_str()),
            expected,
            "{nth}"
        );
        let nowhere = "/login/oidc/callback?code=a&state=b";
        eve.get(nowhere).await.assert(403);
    }
    let refused = refusals(&cat).await;
    assert_eq!(refused.len(), 10);
    let codes = refused.iter().map(|event| event.result.as_deref());
    assert!(
        codes
            .into_iter()
            .all(|code| code == Some("log_in_service_refused"))
    );
    // Whoever is vouched for is told of all the same, for `symbolon user link`.
    let mut bob = Browser::from(&cat, [192, 0, 2, 1]);
    let answer = double.logs_in(&mut bob).await.assert(403);
    assert_eq!(problem(&answer), "log_in_without_account");
    let last = refusals(&cat).await.pop().unwrap();
    assert_eq!(last.object.as_deref(), Some("u-1"));
    assert_eq!(last.data["subject"], "u-1");
}
