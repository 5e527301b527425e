//! Mails, taken by a real mail server.

mod confirming;
mod failing;
mod invitation;
mod kept;
mod kit;
mod news;
mod way;

use serde_json::{Value, json};
use symbolon_proto::problem::Code;
use symbolon_store::attempts::Attempt;
use symbolon_store::outbox::{DeliveryState, ListDeliveries};
use symbolon_store::trace::{LoadTrace, Thread};

use crate::support::{Answer, Key, Net, Person, TestServer, keep_secret};
use kit::{ACCOUNT, MailServer, Taken, Way};

const CAT: &str = "cat.example.org";
const DOG: &str = "dog.example.org";
const CAROL: &str = "carol@dog.example.org";
const FROM: &str = "Cat University <symbolon@cat.example.org>";

/// Cat, which sends its mails to a mail server.
async fn cat(net: &Net, mail: &MailServer) -> TestServer {
    TestServer::with(
        net,
        CAT,
        &[(Key::MailServer, &mail.url()), (Key::MailFrom, FROM)],
    )
    .await
}

/// Cat and its mail server, which asks for neither encryption nor an account.
async fn post() -> (Net, MailServer, TestServer) {
    let (net, mail) = (Net::default(), MailServer::start(Way::Plain, false));
    let cat = cat(&net, &mail).await;
    (net, mail, cat)
}

/// Settings as a server takes them.
fn lent(settings: &[(Key, String)]) -> Vec<(Key, &str)> {
    let lent = settings.iter().map(|(key, text)| (*key, text.as_str()));
    lent.collect()
}

impl Person<'_> {
    async fn mails_an_invite(&self, to: &str) -> Value {
        let made = self
            .call("POST", "/api/v1/invites", json!({ "email": to }))
            .await;
        made.assert(201).json()
    }

    async fn mail_of(&self, invite: &Value) -> Value {
        let path = format!("/api/v1/invites/{}", invite["id"].as_str().unwrap());
        self.call("GET", &path, Value::Null)
            .await
            .assert(200)
            .json()["mail"]
            .clone()
    }

    async fn mails_again(&self, invite: &Value, body: Value) -> Answer {
        let path = format!("/api/v1/invites/{}/mail", invite["id"].as_str().unwrap());
        self.call("POST", &path, body).await
    }
}

/// The attempts of the only mail that waits.
async fn attempts(server: &TestServer) -> Vec<Attempt> {
    let list = ListDeliveries {
        state: DeliveryState::Due,
        limit: 10,
    };
    let waiting = server.app.store.read(list).await.unwrap().remove(0);
    let load = LoadTrace {
        thread: Thread::Reference(waiting.reference),
        only: None,
    };
    let mut trace = server.app.store.read(load).await.unwrap();
    let (_, attempts) = trace.deliveries.remove(0);
    attempts.into_iter().map(|(_, attempt)| attempt).collect()
}

/// What went wrong on the way at the last attempt, as administrators are told.
async fn fault(server: &TestServer) -> String {
    attempts(server).await.pop().unwrap().fault.unwrap()
}

fn one(mail: &MailServer) -> Taken {
    let taken = mail.taken();
    assert_eq!(taken.len(), 1, "{taken:#?}");
    taken[0].clone()
}

/// Meets a problem with mail, for the test of the whole catalogue: as an answer, or as the reason why a mail is not sent.
pub(crate) async fn provoked(code: Code) -> Result<Answer, String> {
    let net = Net::default();
    let log_in = code == Code::MailLogInRefused;
    let mail = MailServer::start(if log_in { Way::Implicit } else { Way::Plain }, log_in);
    let mut settings = vec![
        (Key::MailServer, mail.url()),
        (Key::MailFrom, FROM.to_owned()),
    ];
    if log_in {
        keep_secret(mail.file("password"), "incorrect");
        settings.push((Key::MailUser, ACCOUNT.0.to_owned()));
        settings.push((Key::MailPasswordFile, mail.file("password")));
        settings.push((Key::MailCa, mail.file("ca.pem")));
    }
    let settings = lent(&settings);
    let cat = TestServer::with(&net, CAT, &settings).await;
    let bob = cat.person("bob").await;
    let to = match code {
        Code::MailPutOff => "later@dog.example.org",
        Code::MailAddressRefused => "unknown@dog.example.org",
        Code::MailRefused => "relay@dog.example.org",
        _ => CAROL,
    };
    let made = bob.mails_an_invite(to).await;
    if code == Code::MailLimit {
        for _ in 0..4 {
            bob.mails_again(&made, json!({})).await.assert(200);
        }
        return Ok(bob.mails_again(&made, json!({})).await);
    }
    if code == Code::MailServerUnreachable {
        drop(mail);
    }
    cat.drive().await;
    let reason = &bob.mail_of(&made).await["reason"]["code"];
    Err(reason.as_str().unwrap_or_default().to_owned())
}
