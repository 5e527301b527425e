//! What there is to remember of one attempt of a delivery.

use secrecy::{ExposeSecret, SecretString};
use symbolon_core::Timestamp;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::attempts::{Attempt, Stage};
use symbolon_store::outbox::Delivery;

use super::{dialects, post, refusal};
use crate::app::App;
use crate::http::reference::{HEADER, Reference, foreign};
use crate::transport::{OutboundResponse, TransportError};

/// An attempt that is under way.
pub(super) struct Trying {
    began: Timestamp,
    stage: Stage,
    status: Option<u16>,
    said: Option<String>,
    fault: Option<String>,
    clocks_differ_secs: Option<u32>,
    their_reference: Option<String>,
    ours: Option<Reference>,
    accounted: bool,
    secret: Option<SecretString>,
}

impl Trying {
    pub(super) fn new(app: &App, delivery: &Delivery) -> Self {
        Self {
            began: app.now(),
            stage: Stage::Here,
            status: None,
            said: None,
            fault: None,
            clocks_differ_secs: None,
            their_reference: None,
            ours: Reference::parse(&delivery.reference),
            accounted: true,
            secret: None,
        }
    }

    /// It has come so far.
    pub(super) fn reaches(&mut self, stage: Stage) {
        self.stage = stage;
    }

    /// What is sent holds a secret. Some servers repeat in their answer what they were sent.
    pub(super) fn sends(&mut self, secret: &str) {
        self.secret = Some(secret.into());
    }

    /// Whether it is known that what was to be sent was not acted on: nothing was sent, or the answer says so. Who answers that
    /// something broke, or what makes no sense, may have done it before.
    pub(super) fn is_accounted(&self) -> bool {
        self.accounted
    }

    /// What the other server said, if it said anything, without the secret that we sent.
    pub(super) fn heard(&self) -> Option<String> {
        self.said.clone().filter(|_| self.status.is_some())
    }

    fn secret(&self) -> Option<&str> {
        self.secret.as_ref().map(ExposeSecret::expose_secret)
    }

    fn hide(&self, text: String) -> String {
        match self.secret() {
            Some(secret) if text.contains(secret) => text.replace(secret, "***"),
            _ => text,
        }
    }

    /// The other server did not describe itself, and may have said something instead.
    pub(super) fn hears_instead(&mut self, problem: &Problem) {
        self.said = problem.fact("said").map(str::to_owned);
        self.status = self.said.as_deref().and_then(post::status_in);
        if let (Some(seen), Some(expected)) = (problem.fact("seen"), problem.fact("expected")) {
            self.fault = Some(format!("the key is {seen}, and noted here is {expected}"));
        }
    }

    /// The other server answered, or did not.
    pub(super) fn hears(&mut self, sent: &Result<OutboundResponse, TransportError>) {
        self.accounted = match sent {
            Ok(response) => match response.status {
                400..=499 => true,
                // Proxies say so, too, when they have lost in the middle what stands behind them.
                503 => {
                    refusal::has_a_word(response)
                        || response.header("x-nextcloud-maintenance-mode").is_some()
                }
                _ => false,
            },
            Err(error) => error.is_before_sending(),
        };
        match sent {
            Ok(response) => {
                self.stage = if dialects::could_not_write(response) {
                    Stage::Storage
                } else if refusal::could_not_fetch_keys(response) {
                    Stage::Signature
                } else {
                    Stage::Answer
                };
                self.status = Some(response.status);
                let no = !(200..300).contains(&response.status);
                self.said = no.then(|| post::words(response, self.secret()));
                self.clocks_differ_secs = refusal::clocks_differ_secs(response);
                let named = response.header(HEADER.as_str());
                let another = named.filter(|text| Reference::parse(text) != self.ours);
                self.their_reference = another.and_then(foreign).map(|text| self.hide(text));
            }
            Err(error) => self.fault = Some(post::bounded(&error.to_string())),
        }
    }

    /// It said yes, and the rest of its answer makes no sense. That may be about people, and so is for administrators.
    pub(super) fn hears_nonsense(&mut self, response: &OutboundResponse) {
        let words = post::words(response, self.secret());
        self.fault = Some(format!("an answer that makes no sense: {words}"));
    }

    /// It is over; `code` is why it settled nothing, or what was refused.
    pub(super) fn end(self, app: &App, delivery: &Delivery, code: Option<Code>) -> Attempt {
        app.metrics.attempted(&delivery.kind, code);
        let refused_at = code.filter(|_| self.stage == Stage::Answer).and_then(stage);
        let duration_ms = app.now().millis_since(self.began).max(0);
        let stage = refused_at.unwrap_or(self.stage);
        let (status, word) = (self.status, code.map(Code::as_str));
        // Not above `debug`: what came of it has a line of its own, and until then a server that is away is tried often.
        tracing::debug!(
            stage = stage.as_str(),
            status,
            code = word,
            ms = duration_ms,
            "tried"
        );
        Attempt {
            at: self.began,
            duration_ms,
            stage,
            status: self.status,
            code,
            said: self.said,
            fault: self.fault,
            clocks_differ_secs: self.clocks_differ_secs,
            their_reference: self.their_reference,
        }
    }
}

/// What the other server was looking at when it said no.
fn stage(code: Code) -> Option<Stage> {
    if refusal::is_of_the_signature(code) {
        Some(Stage::Signature)
    } else if code == Code::NotTrustedThere {
        Some(Stage::Trust)
    } else if refusal::is_of_the_invitation(code)
        || matches!(code, Code::ListedThere | Code::PerhapsListedThere)
    {
        Some(Stage::Invitation)
    } else {
        None
    }
}
