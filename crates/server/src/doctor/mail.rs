//! Whether mail leaves this server.

use symbolon_core::Timestamp;
use symbolon_core::mails::Attempted;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::mails::lane;
use symbolon_store::outbox::DeliveryState;
use symbolon_store::piles::{Pile, SummariseDeliveries};

use super::words::lasting;
use super::{Findings, Patient, unread};
use crate::mail::post::{self, Outcome};
use crate::said::Said;

/// How many piles are looked at.
const PILES_MAX: u32 = 1_000;

/// A mail server that puts strangers off lets them in within this time, in milliseconds.
const LONG_MS: i64 = 3_600 * 1_000;

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    const SERVER: &str = "mail.server";
    match (&patient.config.mail, &patient.network) {
        (None, _) => findings.off(SERVER, Said::new("doctor-mail-off")),
        (Some(_), None) => findings.not_checked(SERVER, Said::new("doctor-offline")),
        (Some(mailing), Some(_)) => {
            let server = mailing.server.to_string();
            let hello = patient.config.provider();
            answers(
                post::try_out(mailing, hello.host()).await,
                &server,
                findings,
            );
        }
    }
    let Ok(store) = &patient.store else {
        return;
    };
    match store.read(SummariseDeliveries { limit: PILES_MAX }).await {
        Ok(piles) => {
            let lane = lane();
            let mails: Vec<Pile> = piles
                .into_iter()
                .filter(|pile| pile.provider == lane)
                .collect();
            let is_on = patient.config.mail.is_some();
            piled_up(&mails, is_on, patient.env.now(), findings);
        }
        Err(error) => findings.problem("mail.waiting", unread(&error)),
    }
}

fn answers(tried: Result<(), Outcome>, server: &str, findings: &mut Findings) {
    const CHECK: &str = "mail.server";
    let told = |text: Said| text.with("server", server);
    let Err(outcome) = tried else {
        return findings.ok(CHECK, told(Said::new("doctor-mail-answers")));
    };
    let said = outcome.said.unwrap_or_default();
    let told = |text: Said| told(text).with("said", said);
    if outcome.code == Some(Code::MailLogInRefused) {
        findings.problem(CHECK, told(Said::new("doctor-mail-closed")));
    } else if outcome.code == Some(Code::MailPutOff) || outcome.attempted == Attempted::Refused {
        findings.attention(CHECK, told(Said::new("doctor-mail-odd")));
    } else {
        findings.problem(CHECK, told(Said::new("doctor-mail-unreached")));
    }
}

fn piled_up(piles: &[Pile], is_on: bool, now: Timestamp, findings: &mut Findings) {
    for pile in piles {
        let told = |text: Said| text.with("mails", pile.count);
        let why = match pile.last_code {
            Some(code) => Said::title(Problem::new(code)),
            None => Said::new("doctor-mail-untried"),
        };
        let age = now.millis_since(pile.since);
        if pile.state == DeliveryState::Dead {
            let what = told(Said::new("doctor-mail-dead")).with("why", why);
            findings.attention("mail.given_up", what);
        } else if !is_on {
            findings.attention("mail.waiting", told(Said::new("doctor-mail-stranded")));
        } else if age > LONG_MS {
            let what = told(Said::new("doctor-mail-waiting"))
                .with("since", pile.since)
                .with("lasting", lasting(age))
                .with("why", why);
            findings.attention("mail.waiting", what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn outcome(attempted: Attempted, code: Code) -> Result<(), Outcome> {
        Err(Outcome {
            attempted,
            code: Some(code),
            status: None,
            said: Some("connection refused".to_owned()),
        })
    }

    fn told(tried: Result<(), Outcome>) -> (Level, &'static str, String) {
        let mut findings = Findings::none();
        answers(tried, "smtp://mail.example.org:587", &mut findings);
        findings.told().remove(0)
    }

    #[test]
    fn what_the_mail_server_says_is_told_with_the_setting_to_look_at() {
        assert_eq!(told(Ok(())).0, Level::Ok);
        let away = told(outcome(Attempted::NotYet, Code::MailServerUnreachable));
        assert_eq!((away.0, away.1), (Level::Problem, "mail.server"));
        assert!(
            away.2.contains("mail_ca") && away.2.contains("connection refused"),
            "{away:?}"
        );
        let closed = told(outcome(Attempted::NotYet, Code::MailLogInRefused));
        assert!(
            closed.0 == Level::Problem && closed.2.contains("mail_password_file"),
            "{closed:?}"
        );
        assert_eq!(
            told(outcome(Attempted::NotYet, Code::MailPutOff)).0,
            Level::Attention
        );
    }

    #[test]
    fn mails_that_pile_up_are_told_with_the_reason_and_the_command() {
        let pile = |state| Pile {
            provider: lane(),
            state,
            count: 3,
            since: Timestamp::from_secs(0),
            next_at: Timestamp::from_secs(10),
            last_code: Some(Code::MailServerUnreachable),
        };
        let told = |state, is_on, now| {
            let mut findings = Findings::none();
            piled_up(
                &[pile(state)],
                is_on,
                Timestamp::from_secs(now),
                &mut findings,
            );
            findings.told()
        };
        assert!(told(DeliveryState::Due, true, 60).is_empty());
        let long = told(DeliveryState::Due, true, 7_200);
        assert!(
            long[0].2.contains("3 mails") && long[0].2.contains("outbox retry"),
            "{long:?}"
        );
        assert!(
            told(DeliveryState::Due, false, 60)[0]
                .2
                .contains("mail_server is off")
        );
        let dead = told(DeliveryState::Dead, true, 60);
        assert_eq!((dead[0].1, dead[0].0), ("mail.given_up", Level::Attention));
    }
}
