//! Every entry of the catalogue is provoked here over HTTP, as somebody would meet it. The match below has no wildcard: an
//! entry without an example does not compile.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::Request;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use symbolon_core::trust::Rule;
use symbolon_proto::address::Provider;
use symbolon_proto::digest::content_digest;
use symbolon_proto::keys::{Pin, RsaKey};
use symbolon_proto::messages::{ConnectionSync, SyncStep};
use symbolon_proto::problem::{Code, Problem, Surface};
use symbolon_store::events::Moment;
use symbolon_store::trust::Decide;
use symbolon_store::users::SetDisabled;
use symbolon_store::{Error, Operation, Statement, Tx};

use crate::inviter::{ACCEPTED, CAT, DOG, Message, NOTIFICATIONS, Peer, invited, key};
use crate::support::{
    Answer, Key, Net, OutboundResponse, Stage, TestServer, TlsFault, TransportError, answer,
    discovery,
};

type Said = Result<OutboundResponse, TransportError>;

/// What somebody is told, and for which kind of reader.
struct Met {
    code: String,
    /// The status, where the problem is the answer itself and not the reason of something that still waits.
    status: Option<(u16, Surface)>,
}

fn told(answer: &Answer, surface: Surface) -> Met {
    Met {
        code: answer.problem(),
        status: Some((answer.status, surface)),
    }
}

fn api(answer: &Answer) -> Met {
    match answer.status {
        202 => {
            let reason = &answer.json()["acceptance"]["waits_for"]["code"];
            let code = reason.as_str().unwrap_or_default().to_owned();
            Met { code, status: None }
        }
        _ => told(answer, Surface::Api),
    }
}

/// Carol, at dog, accepts an invitation of cat, which answers so when it is asked what it is.
async fn asks(said: impl Fn() -> Said + Send + Sync + 'static) -> Met {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    net.script(CAT, move |_| said());
    let _running = dog.run_outbox();
    api(&carol.accepts("some-token@cat.example.org").await)
}

/// The same, and cat answers so to the acceptance itself.
async fn sends(said: impl Fn() -> Said + Send + Sync + 'static) -> Met {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    net.script(CAT, move |request| match request.method {
        http::Method::GET => answer(200, "application/json", discovery(CAT, &["invites"])),
        _ => said(),
    });
    let _running = dog.run_outbox();
    api(&carol.accepts("some-token@cat.example.org").await)
}

async fn fails(error: TransportError) -> Met {
    asks(move || Err(error.clone())).await
}

async fn tls(fault: TlsFault) -> Met {
    let reason = "the certificate".to_owned();
    fails(TransportError::Tls { fault, reason }).await
}

async fn document(status: u16, text: String) -> Met {
    asks(move || answer(status, "application/json", text.clone())).await
}

async fn answered(status: u16, text: &'static str) -> Met {
    sends(move || answer(status, "application/json", text)).await
}

/// One request of carol to her own server, by the API.
async fn calls(method: &str, path: &str, body: Value) -> Met {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    api(&carol.call(method, path, body).await)
}

async fn pastes(body: Value) -> Met {
    calls("POST", "/api/v1/acceptances", body).await
}

/// Dog says to cat that its carol accepts bob's invitation, in a message that `spoilt` has had its hands on.
async fn receives(spoilt: impl Fn(&Net, &Peer, Message) -> Message) -> Met {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let bob = cat.person("bob").await;
    let (token, _) = invited(&bob, json!({})).await;
    let dog = Peer::signing(&net, DOG);
    let message = Message::json(ACCEPTED, &dog.acceptance(&token));
    let message = spoilt(&net, &dog, message);
    told(&message.to(&cat).await, Surface::Ocm)
}

/// Dog sends a signed message.
async fn posts(path: &str, body: Value) -> Met {
    receives(|net, dog, _| Message::json(path, &body).signed(net, &dog.key)).await
}

/// Carol accepts an invitation of bob's that something has happened to, on one server for both.
async fn redeems(terms: Value, then: impl AsyncFn(&Net, &TestServer, &str, &str)) -> Met {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let (bob, carol) = (cat.person("bob").await, cat.person("carol").await);
    let made = bob.call("POST", "/api/v1/invites", terms).await.json();
    let (id, string) = (
        made["id"].as_str().unwrap(),
        made["string"].as_str().unwrap(),
    );
    then(&net, &cat, id, string).await;
    match carol.accepts(string).await {
        answer if answer.status < 400 => {
            bob.disconnects().await.assert(200);
            api(&carol.accepts(string).await)
        }
        answer => api(&answer),
    }
}

/// An acceptance that waits for cat, and what its owner is told at the end.
async fn waits(then: impl AsyncFn(&Net, &TestServer, &crate::support::Person<'_>, &str)) -> Value {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    net.script(CAT, |_| Err(TransportError::ConnectionRefused));
    let running = dog.run_outbox();
    let pending = carol.accepts("abcdefgh@cat.example.org").await.assert(202);
    drop(running);
    let id = pending.json()["acceptance"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    then(&net, &dog, &carol, &id).await;
    let path = format!("/api/v1/acceptances/{id}");
    let now = carol.call("GET", &path, Value::Null).await.json();
    let running = dog.run_outbox();
    let again = carol
        .call("POST", &format!("{path}/retry"), json!({}))
        .await;
    drop(running);
    json!({ "now": now, "again": again.json(), "status": again.status })
}

fn again(told: &Value) -> Met {
    let status = u16::try_from(told["status"].as_u64().unwrap()).unwrap();
    Met {
        code: told["again"]["problem"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        status: Some((status, Surface::Api)),
    }
}

/// What a client of oCIS is told of the second of two acceptances.
async fn as_ocis_does(reachable: bool) -> Met {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let (token, _) = invited(&bob, json!({})).await;
    if !reachable {
        net.down(&cat);
    }
    let _running = dog.run_outbox();
    let body = json!({ "token": token, "providerDomain": CAT });
    let path = "/sciencemesh/accept-invite";
    carol.call("POST", path, body.clone()).await;
    let answer = carol.call("POST", path, body).await;
    told(&answer, Surface::Sciencemesh)
}

/// Lets a database grow no more.
struct Full;

impl Operation for Full {
    type Output = ();
    const NAME: &'static str = "full";

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        static LIMIT: Statement = Statement::new("tests.full", "PRAGMA max_page_count = 1");
        tx.rows(&LIMIT, &[]).await.map(drop)
    }
}

/// Carol goes on making invitations on a server whose disk or database is no more what it was.
async fn on_a_server_that(breaks: impl AsyncFn(&TestServer)) -> Met {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    breaks(&dog).await;
    loop {
        let made = carol.call(
            "POST",
            "/api/v1/invites",
            json!({ "note": "n".repeat(200) }),
        );
        let made = made.await;
        if made.status >= 400 {
            break api(&made);
        }
    }
}

async fn without_logging_in(request: axum::http::request::Builder, surface: Surface) -> Met {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let answer = dog.request(request.body(Body::empty()).unwrap()).await;
    told(&answer, surface)
}

/// The problem on a page: its place in the list of all of them.
fn on_a_page(answer: &Answer) -> Met {
    let link = answer
        .text
        .split("/errors#")
        .nth(1)
        .expect("the page tells of a problem");
    Met {
        code: link.split('"').next().unwrap().to_owned(),
        status: Some((answer.status, Surface::Page)),
    }
}

async fn provoked(code: Code) -> Met {
    match code {
        Code::BadAddress => pastes(json!({ "invite": "abcdefgh", "provider": "no name" })).await,
        Code::NameNotFound => {
            let (host, reason) = (CAT.to_owned(), "no such name".to_owned());
            fails(TransportError::NameNotFound { host, reason }).await
        }
        Code::ConnectionRefused => fails(TransportError::ConnectionRefused).await,
        Code::Timeout => {
            let stage = Stage::Connect;
            fails(TransportError::Timeout { stage }).await
        }
        Code::NetworkFailed => {
            let reason = "reset".to_owned();
            fails(TransportError::Io { reason }).await
        }
        Code::TlsWrongName => tls(TlsFault::WrongName).await,
        Code::TlsUnknownIssuer => tls(TlsFault::UnknownIssuer).await,
        Code::TlsExpired => tls(TlsFault::Expired).await,
        Code::TlsOtherKey => {
            let [noted, seen] = ["noted", "seen"].map(|key| Pin::of(key.as_bytes()));
            let expected = vec![noted];
            fails(TransportError::OtherKey { expected, seen }).await
        }
        Code::TlsFailed => tls(TlsFault::Other).await,
        Code::AddressNotAllowed => {
            let private = "10.0.0.1".parse().unwrap();
            fails(TransportError::AddressNotAllowed(private)).await
        }
        Code::NotAnOcmServer => document(404, "<html>".to_owned()).await,
        Code::PeerMisnamed => document(200, discovery("cow.example.org", &["invites"])).await,
        Code::OcmDisabledThere => document(200, r#"{"enabled":false}"#.to_owned()).await,
        Code::NoInvitationsThere => document(200, discovery(CAT, &[])).await,
        Code::NotTrustedHere => {
            let net = Net::default();
            let dog = TestServer::new(&net, DOG).await;
            let carol = dog.person("carol").await;
            let block = Decide {
                provider: Provider::parse(CAT).unwrap(),
                rule: Rule::Blocked,
                note: None,
                by: None,
                moment: dog.app.moment("a decision"),
            };
            dog.app.store.write(block).await.unwrap();
            api(&carol.accepts("some-token@cat.example.org").await)
        }
        Code::NobodyTrustedHere => {
            let closed = [(Key::InvitationsOut, "allowlist")];
            let cat = TestServer::with(&Net::default(), CAT, &closed).await;
            let bob = cat.person("bob").await;
            let made = bob.call("POST", "/api/v1/invites", json!({})).await;
            let code = made.json()["closed"]["code"].as_str().unwrap().to_owned();
            Met { code, status: None }
        }
        Code::NotTrustedThere => answered(403, r#"{"message":"UNTRUSTED_PROVIDER"}"#).await,
        Code::SignatureMissing => receives(|_, _, message| message).await,
        Code::SignatureUnknownKey => {
            receives(|net, _, message| message.signed(net, &key(DOG, 7))).await
        }
        Code::SignatureWrongHost => {
            receives(|net, _, message| message.signed(net, &key("cow.example.org", 1))).await
        }
        Code::SignatureClock => {
            receives(|net, dog, message| message.signed_after(net, &dog.key, -400)).await
        }
        Code::SignatureDigest => {
            let other = content_digest(b"something else");
            receives(|net, dog, message| message.signed_over(net, &dog.key, 0, &other)).await
        }
        Code::SignatureWeaker => {
            let rsa = RsaKey::from_pem(
                &RsaKey::generate().unwrap(),
                "https://dog.example.org/ocm#rsa",
            );
            let rsa = rsa.unwrap();
            receives(|net, _, message| message.cavage(net, &rsa)).await
        }
        Code::SignatureRepeated => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let bob = cat.person("bob").await;
            let (token, _) = invited(&bob, json!({})).await;
            let dog = Peer::signing(&net, DOG);
            let accepted = Message::json(ACCEPTED, &dog.acceptance(&token)).signed(&net, &dog.key);
            accepted.to(&cat).await.assert(200);
            net.pass_ms(1_000);
            let body = json!({ "notificationType": "USER_REMOVED", "resourceType": "user", "providerId": "carol" });
            let gone = Message::json(NOTIFICATIONS, &body).signed(&net, &dog.key);
            gone.to(&cat).await.assert(201);
            told(&accepted.to(&cat).await, Surface::Ocm)
        }
        Code::SignatureInvalid => {
            receives(|_, _, message| {
                let message = message.header("signature-input", "ocm=();keyid=\"k\";tag=\"ocm\"");
                message.header("signature", "other=:AAAA:")
            })
            .await
        }
        Code::SignatureMissingThere => answered(401, r#"{"message":"signature required"}"#).await,
        Code::SignatureUnknownKeyThere => {
            answered(401, r#"{"problem":"signature_unknown_key"}"#).await
        }
        Code::SignatureWrongHostThere => answered(403, "peer identity mismatch").await,
        Code::SignatureClockThere => {
            answered(401, r#"{"problem":"signature_clock","seconds":412}"#).await
        }
        Code::SignatureDigestThere => answered(401, r#"{"problem":"signature_digest"}"#).await,
        Code::SignatureRefusedThere => answered(400, r#"{"message":"Invalid signature"}"#).await,
        Code::UnreachableFromThere => answered(502, "key fetch failed").await,
        Code::PeerUnreachableForKeys => {
            receives(|net, dog, message| {
                dog.reachable.store(false, Ordering::SeqCst);
                message.signed(net, &dog.key)
            })
            .await
        }
        Code::InvitationUnknown => {
            let strange = format!("abcdefgh@{DOG}");
            pastes(json!({ "invite": strange })).await
        }
        Code::InvitationExpired => {
            redeems(json!({}), async |net, _, _, _| {
                net.pass_ms(366 * 86_400_000);
            })
            .await
        }
        Code::InvitationWithdrawn => {
            redeems(json!({}), async |_, cat, id, _| {
                cat.meddle(&format!(
                    "UPDATE invites SET withdrawn_at = 1 WHERE id = '{id}'"
                ))
                .await;
            })
            .await
        }
        Code::InvitationUsedUp => {
            redeems(json!({}), async |_, cat, _, string| {
                let dave = cat.person("dave").await;
                dave.accepts(string).await.assert(200);
            })
            .await
        }
        Code::InvitationClosedToYou => redeems(json!({}), async |_, _, _, _| ()).await,
        Code::InvitationYourOwn => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let bob = cat.person("bob").await;
            api(&bob.accepts(&bob.invites().await).await)
        }
        Code::InvitationMalformed => pastes(json!({ "invite": "" })).await,
        Code::InvitationWithoutProvider => pastes(json!({ "invite": "abcdefgh" })).await,
        Code::AlreadyConnected => as_ocis_does(true).await,
        Code::ListedThere => answered(409, r#"{"message":"user already known"}"#).await,
        Code::PerhapsListedThere => {
            let told = waits(async |net, dog, _, _| {
                for status in [502, 409] {
                    net.script(CAT, move |request| match request.method {
                        http::Method::GET => {
                            answer(200, "application/json", discovery(CAT, &["invites"]))
                        }
                        _ => answer(status, "application/json", "{}"),
                    });
                    if status == 502 {
                        net.pass_ms(60_000);
                        dog.drive().await;
                    }
                }
            });
            again(&told.await)
        }
        Code::AcceptancePending => as_ocis_does(false).await,
        Code::AcceptanceCancelled => {
            let told = waits(async |net, _, carol, id| {
                let path = format!("/api/v1/acceptances/{id}");
                carol.call("DELETE", &path, Value::Null).await.assert(200);
                // Only an answer tells whether there is a connection to undo: there is none.
                net.script(CAT, |request| match request.method {
                    http::Method::GET => {
                        answer(200, "application/json", discovery(CAT, &["invites"]))
                    }
                    _ => answer(
                        400,
                        "application/json",
                        r#"{"problem":"invitation_unknown"}"#,
                    ),
                });
            });
            again(&told.await)
        }
        Code::AcceptanceOutOfTime => {
            let told = waits(async |net, dog, _, _| {
                net.pass_ms(73 * 3_600_000);
                dog.drive().await;
            });
            let told = told.await;
            assert_eq!(told["now"]["state"], "out_of_time");
            assert_eq!(told["now"]["reason"]["code"], code.as_str());
            again(&told)
        }
        Code::DisconnectedMeanwhile => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let dog = TestServer::new(&net, DOG).await;
            let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
            let _running = dog.run_outbox();
            let accepted = carol.accepts(&bob.invites().await).await.assert(200).json();
            carol.disconnects().await.assert(200);
            let id = accepted["acceptance"]["id"].as_str().unwrap();
            let path = format!("/api/v1/acceptances/{id}/retry");
            api(&carol.call("POST", &path, json!({})).await)
        }
        Code::ConnectionStale => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let bob = cat.person("bob").await;
            let (token, _) = invited(&bob, json!({})).await;
            let dog = Peer::signing(&net, DOG);
            let mut acceptance = dog.acceptance(&token);
            acceptance["connection"] = json!({ "floor": 0 });
            let acceptance = Message::json(ACCEPTED, &acceptance).signed(&net, &dog.key);
            acceptance.to(&cat).await.assert(200);
            let removed = json!({ "notificationType": "USER_REMOVED", "providerId": "carol",
                "notification": { "grantee": bob.id, "connection": { "generation": 1 } } });
            let removed = Message::json(NOTIFICATIONS, &removed).signed(&net, &dog.key);
            removed.to(&cat).await.assert(201);
            told(&acceptance.to(&cat).await, Surface::Ocm)
        }
        Code::ProviderMismatch => {
            let other = "cow.example.org";
            pastes(json!({ "invite": format!("abcdefgh@{CAT}"), "provider": other })).await
        }
        Code::PeerFailed => answered(500, "").await,
        Code::PeerRedirected => {
            let to = "https://cow.example.org/".to_owned();
            sends(move || Err(TransportError::Redirected { to: to.clone() })).await
        }
        Code::PeerRefused => answered(418, r#"{"message":"I am a teapot"}"#).await,
        Code::PeerAnswerInvalid => answered(200, "<html>").await,
        Code::PeerBusy => answered(429, "").await,
        Code::NotificationUnknown => {
            posts(NOTIFICATIONS, json!({ "notificationType": "SHARE_FRIED" })).await
        }
        Code::MailOff => calls("GET", "/api/v1/me/notifications", Value::Null).await,
        Code::MailLimit
        | Code::MailServerUnreachable
        | Code::MailLogInRefused
        | Code::MailPutOff
        | Code::MailAddressRefused
        | Code::MailRefused => match crate::mail::provoked(code).await {
            Ok(answer) => api(&answer),
            Err(code) => Met { code, status: None },
        },
        Code::LogInServiceUnreachable
        | Code::LogInServiceRefused
        | Code::LogInAnswerInvalid
        | Code::LogInSetUpWrong
        | Code::LogInNotBegunHere
        | Code::LogInNotAllowed
        | Code::LogInWithoutAccount
        | Code::LogInNameTaken
        | Code::LogInNameMissing
        | Code::PasswordLogInOff
        | Code::SecondFactorWrong => on_a_page(&crate::log_in::provoked(code).await),
        Code::AccountDisabled => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let bob = cat.person("bob").await;
            let disable = SetDisabled {
                id: bob.id.clone(),
                disabled: true,
                moment: Moment::new(cat.app.now(), "test"),
            };
            assert!(cat.app.store.write(disable).await.unwrap());
            api(&bob.call("GET", "/api/v1/me", Value::Null).await)
        }
        Code::NotAuthenticated => {
            without_logging_in(Request::get("/api/v1/me"), Surface::Api).await
        }
        Code::LogInFailed => {
            let net = Net::default();
            let dog = TestServer::new(&net, DOG).await;
            let form = Request::post("/login")
                .header("origin", "https://dog.example.org")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from("name=carol&password=wrong"));
            on_a_page(&dog.request(form.unwrap()).await)
        }
        Code::PasswordWrong => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let bob = cat.person("bob").await;
            let wrong = json!({ "current_password": "wrong", "new_password": "another password" });
            api(&bob.call("PUT", "/api/v1/me/password", wrong).await)
        }
        Code::CrossOrigin => {
            let request = Request::post("/api/v1/invites").header("sec-fetch-site", "cross-site");
            without_logging_in(request, Surface::Api).await
        }
        Code::TooManyTries => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            loop {
                let request = Request::get("/api/v1/me");
                let request = request.header("authorization", "Basic Ym9iOndyb25n");
                let answer = cat.request(request.body(Body::empty()).unwrap()).await;
                if answer.status != 401 {
                    break api(&answer);
                }
            }
        }
        Code::TooManyRequests => {
            let net = Net::default();
            let cat = TestServer::new(&net, CAT).await;
            let dog = Peer::signing(&net, DOG);
            let compare = ConnectionSync {
                ledger: "dog's".to_owned(),
                step: SyncStep::Leaves((0..16).collect()),
            };
            let compare = serde_json::from_str(&compare.to_json(DOG)).unwrap();
            let message = Message::json(NOTIFICATIONS, &compare).signed(&net, &dog.key);
            loop {
                let answer = message.to(&cat).await;
                if answer.status != 201 {
                    break told(&answer, Surface::Ocm);
                }
            }
        }
        Code::NotFound => calls("GET", "/api/v1/invites/nobody", Value::Null).await,
        Code::MethodNotAllowed => without_logging_in(Request::delete(ACCEPTED), Surface::Ocm).await,
        Code::MalformedBody => posts(ACCEPTED, json!([])).await,
        Code::MemberMissing => pastes(json!({ "provider": CAT })).await,
        Code::MemberUnknown => pastes(json!({ "invite": "abcdefgh", "x": 1 })).await,
        Code::MemberInvalid => pastes(json!({ "invite": 5 })).await,
        Code::BodyTooLarge => pastes(json!({ "invite": "t".repeat(100_000) })).await,
        Code::UnsupportedMediaType => {
            receives(|net, dog, _| Message::new(ACCEPTED, "text/csv", "a,b").signed(net, &dog.key))
                .await
        }
        Code::StorageFull => {
            on_a_server_that(async |dog| dog.app.store.write(Full).await.unwrap()).await
        }
        Code::ShuttingDown => on_a_server_that(async |dog| dog.app.store.close().await).await,
        Code::Internal => {
            on_a_server_that(async |dog| {
                dog.meddle("ALTER TABLE invites RENAME TO elsewhere").await;
            })
            .await
        }
    }
}

#[tokio::test]
async fn every_entry_of_the_catalogue_is_met_over_http_with_its_status() {
    let all: Vec<Code> = Code::all().collect();
    // A few side by side: an acceptance is answered within seconds even if nothing has come of it by then.
    let met = stream::iter(all.clone()).map(provoked).buffered(8);
    let met: Vec<Met> = met.collect().await;
    let mut others = Vec::new();
    for (code, met) in all.into_iter().zip(met) {
        let status = met.status.map(|(status, _)| status);
        let due = met
            .status
            .map(|(_, surface)| Problem::new(code).status(surface));
        if met.code != code.as_str() || status != due {
            others.push((code, met.code, status));
        }
    }
    assert!(others.is_empty(), "met instead: {others:?}");
}

#[tokio::test]
async fn whatever_is_asked_in_whatever_way_a_refusal_is_an_entry_of_the_catalogue() {
    let net = Net::default();
    let dog = TestServer::new(&net, DOG).await;
    let carol = dog.person("carol").await;
    let paths = [
        "/acceptances/%ff",
        "/api/v1/acceptances/%ff",
        "/api/v1/connections/%ff/trace",
        "/api/v1/connections?limit=%ff",
        "/api/v1/connections?limit=none",
        "/api/v1/connections?cursor=%00",
        "/assets/%ff",
        "/connections/%c3%28",
        "/invitations/%ff/withdraw",
        "/ocm/invite-accepted",
        "/ocm/%ff",
        "/sciencemesh/%ff",
        "/sciencemesh/accept-invite",
        "/wayf?token=%ff",
        "/login?next=%ff",
        "/%2e%2e/%2e%2e/etc/passwd",
    ];
    let mut refused = 0;
    for path in paths {
        for method in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW",
        ] {
            let body = json!("neither an object nor anything that is asked for");
            let answer = carol.call(method, path, body).await;
            if answer.status < 400 {
                continue;
            }
            refused += 1;
            let html = answer.headers["content-type"]
                .as_bytes()
                .starts_with(b"text/html");
            let met = if html {
                on_a_page(&answer)
            } else {
                assert_eq!(answer.headers["content-type"], "application/problem+json");
                api(&answer)
            };
            assert!(
                Code::parse(&met.code).is_some(),
                "{method} {path}: {}",
                met.code
            );
        }
    }
    assert!(refused > 100, "{refused}");
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_not_ready() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    cat.app.shutdown.cancel();
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let told = cat.request(request).await.assert(503);
    assert_eq!(on_a_page(&told).code, "shutting_down");
}

#[tokio::test]
async fn the_name_of_whoever_invited_is_said_where_it_is_known() {
    let net = Net::default();
    let cat = TestServer::new(&net, CAT).await;
    let dog = TestServer::new(&net, DOG).await;
    let (bob, carol) = (cat.person("bob").await, dog.person("carol").await);
    let invite = bob.invites().await;
    let _running = dog.run_outbox();
    carol.accepts(&invite).await.assert(200);
    bob.disconnects().await.assert(200);
    cat.drive().await;
    let told = carol.accepts(&invite).await.assert(400).json();
    assert_eq!(told["problem"], "invitation_closed_to_you");
    assert_eq!(
        told["detail"],
        "Bob has disconnected from you since they sent this invitation."
    );
    let dave = cat.person("dave").await;
    let used = dave.accepts(&invite).await.assert(409).json();
    assert_eq!(used["remedy"], "Ask Bob for a new one.");
}
