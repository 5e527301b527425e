//! Handing a mail over to the mail server, and judging what it says.

use symbolon_core::mails::Attempted;
use symbolon_proto::problem::Code;
use symbolon_store::Error;
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::mails::{LoadMail, Mail, RecordMail};
use symbolon_store::outbox::{Delivery, Lease};

use crate::app::App;
use crate::mail::compose;
use crate::mail::post::{self, Outcome};

pub(super) async fn deliver(
    app: &App,
    delivery: &Delivery,
    mail: &Mail,
    lease: &Lease,
) -> Result<(), Error> {
    let began = app.now();
    let load = LoadMail {
        mail: mail.clone(),
        now: began,
    };
    let loaded = app.store.read(load).await?;
    let (stage, outcome) = match (loaded, &app.config.mail) {
        (None, _) => (Stage::Here, None),
        // It was switched off while the mail waited, and may be switched on again.
        (Some(_), None) => (Stage::Here, Some(not_sent(Code::MailOff, None))),
        (Some(to_send), Some(mailing)) => {
            match compose(app, mailing, delivery, mail.language, &to_send) {
                Err(why) => {
                    tracing::error!(delivery = %delivery.id, why, "a mail cannot be written");
                    let refused = Outcome {
                        attempted: Attempted::Refused,
                        ..not_sent(Code::Internal, Some(why))
                    };
                    (Stage::Here, Some(refused))
                }
                Ok(composed) => {
                    let hello = app.provider().host();
                    let outcome = post::send(mailing, hello, &composed.to, &composed.bytes).await;
                    let stage = match outcome.status {
                        Some(_) => Stage::Answer,
                        None => Stage::Network,
                    };
                    note(app, &outcome);
                    (stage, Some(outcome))
                }
            }
        }
    };
    let code = outcome.as_ref().and_then(|outcome| outcome.code);
    app.metrics.attempted(&delivery.kind, code);
    let duration_ms = app.now().millis_since(began).max(0);
    let status = outcome.as_ref().and_then(|outcome| outcome.status);
    let words = outcome.as_ref().and_then(|outcome| outcome.said.clone());
    // Where nobody answered they are ours.
    let (said, fault) = match status {
        Some(_) => (words, None),
        None => (None, words),
    };
    tracing::debug!(
        stage = stage.as_str(),
        status,
        code = code.map(Code::as_str),
        ms = duration_ms,
        "tried"
    );
    let record = RecordMail {
        delivery: delivery.id.clone(),
        lease: lease.clone(),
        attempts: delivery.attempts,
        attempt: Attempt {
            at: began,
            duration_ms,
            stage,
            status,
            code,
            said,
            fault,
            their_reference: None,
            clocks_differ_secs: None,
        },
        gives_up_at: delivery.gives_up_at,
        letter: mail.letter.clone(),
        user: mail.user.clone(),
        attempted: outcome.map(|outcome| outcome.attempted),
        jitter: u32::from_ne_bytes(app.env.random()),
        moment: app.moment(&delivery.reference),
    };
    app.store.write(record).await?;
    Ok(())
}

fn not_sent(code: Code, said: Option<&str>) -> Outcome {
    Outcome {
        attempted: Attempted::NotYet,
        code: Some(code),
        status: None,
        said: said.map(str::to_owned),
    }
}

/// Says once that the mail server gives trouble, and once that it is over.
fn note(app: &App, outcome: &Outcome) {
    let said = outcome.said.as_deref();
    let trouble = match (outcome.attempted, outcome.code) {
        (Attempted::NotYet, Some(Code::MailPutOff)) => None,
        (Attempted::NotYet, code) => code,
        (Attempted::Taken | Attempted::Refused, _) => None,
    };
    match trouble {
        Some(code) if app.mails.fails() => {
            let code = code.as_str();
            tracing::warn!(code, said, "the mail server takes no mail from here");
        }
        Some(_) => {}
        None if app.mails.works() => tracing::info!("the mail server takes mail again"),
        None => {}
    }
}
