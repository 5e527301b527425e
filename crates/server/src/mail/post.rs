//! One conversation with the mail server (RFC 5321), and what each of its answers is worth.

use std::time::Duration;

use lettre::address::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{self, response::Response};
use secrecy::ExposeSecret;
use symbolon_core::mails::Attempted;
use symbolon_proto::problem::Code;
use symbolon_proto::text::clean_name;

use crate::config::{Mailing, Security};

/// How long a whole conversation may take: less than the lease of a delivery.
const PATIENCE: Duration = Duration::from_secs(40);

/// How long the farewell may take. It is outside of [`PATIENCE`]: what came of the mail is known by then.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long the mail server may take to let us connect.
const CONNECT: Duration = Duration::from_secs(10);

/// Ways to log in, the first that the server knows is taken. Each sends the password, and so over TLS, or on one machine.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) attempted: Attempted,
    /// Why it was not taken.
    pub(crate) code: Option<Code>,
    /// The last answer of the mail server, if it gave one.
    pub(crate) status: Option<u16>,
    /// Its words, or what went wrong on the way, cleaned and bounded.
    pub(crate) said: Option<String>,
}

/// What was said when something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Connecting, greeting, making the way secret.
    Connect,
    /// Logging in.
    LogIn,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// The mail itself.
    Content,
}

/// Hands a mail over to the mail server.
pub(crate) async fn send(mailing: &Mailing, hello: &str, to: &Address, message: &[u8]) -> Outcome {
    let conversation = async {
        let mut connection = open(mailing, hello).await?;
        let outcome = hand_over(&mut connection, &mailing.from, to, message).await;
        Ok((connection, outcome))
    };
    let ended = farewell(within(conversation).await).await;
    ended.unwrap_or_else(|outcome| outcome)
}

/// Connects and logs in, and sends nothing: for those who want to know whether it would work.
pub(crate) async fn try_out(mailing: &Mailing, hello: &str) -> Result<(), Outcome> {
    let conversation = async {
        let mut connection = open(mailing, hello).await?;
        let answered = connection.command(Noop).await;
        let outcome = answered
            .map(drop)
            .map_err(|error| judge(Step::Connect, &error));
        Ok((connection, outcome))
    };
    farewell(within(conversation).await).await
}

/// What came of a conversation, with the connection if there was one.
type Ended<T> = Result<(AsyncSmtpConnection, Result<T, Outcome>), Outcome>;

/// Ends a conversation politely. Whatever came of it stands: the server need not answer the farewell.
async fn farewell<T>(ended: Ended<T>) -> Result<T, Outcome> {
    let (mut connection, outcome) = ended?;
    drop(tokio::time::timeout(FAREWELL, connection.quit()).await);
    outcome
}

async fn within<T>(conversation: impl Future<Output = Ended<T>>) -> Ended<T> {
    let ended = tokio::time::timeout(PATIENCE, conversation).await;
    ended.unwrap_or_else(|_| {
        Err(unreachable(&format!(
            "no end after {} s",
            PATIENCE.as_secs()
        )))
    })
}

async fn open(mailing: &Mailing, hello: &str) -> Result<AsyncSmtpConnection, Outcome> {
    let server = &mailing.server;
    let fails = |error: smtp::Error| judge(Step::Connect, &error);
    let tls = tls(mailing).map_err(fails)?;
    let hello = ClientId::Domain(hello.to_owned());
    let (implicit, later) = match server.security {
        Security::Implicit => (Some(tls), None),
        Security::StartTls => (None, Some(tls)),
        Security::Plain => (None, None),
    };
    let address = (server.host.as_str(), server.port);
    let connect =
        AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &hello, implicit, None);
    let mut connection = connect.await.map_err(fails)?;
    if let Some(tls) = later {
        connection.starttls(tls, &hello).await.map_err(fails)?;
    }
    if let Some((user, password)) = &mailing.account {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let logged_in = connection.auth(MECHANISMS, &credentials).await;
        logged_in.map_err(|error| judge(Step::LogIn, &error))?;
    }
    Ok(connection)
}

fn tls(mailing: &Mailing) -> Result<TlsParameters, smtp::Error> {
    let mut tls = TlsParameters::builder(mailing.server.host.clone());
    if let Some(pem) = &mailing.ca {
        tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
    }
    tls.build()
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Mailbox,
    to: &Address,
    message: &[u8],
) -> Result<Outcome, Outcome> {
    let mut parameters = Vec::new();
    let ascii = |address: &Address| address.user().is_ascii() && address.domain().is_ascii();
    if !(ascii(&from.email) && ascii(to)) {
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Err(Outcome {
                attempted: Attempted::Refused,
                code: Some(Code::MailAddressRefused),
                status: None,
                said: Some("the mail server takes only addresses in ASCII".to_owned()),
            });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let at = |step| {
        move |error: smtp::Error| Outcome {
            said: Some(bounded(&hide(&chain(&error), to))),
            ..judge(step, &error)
        }
    };
    let sender = Mail::new(Some(from.email.clone()), parameters);
    connection.command(sender).await.map_err(at(Step::Sender))?;
    let recipient = Rcpt::new(to.clone(), Vec::new());
    connection
        .command(recipient)
        .await
        .map_err(at(Step::Recipient))?;
    connection.command(Data).await.map_err(at(Step::Content))?;
    let answered = connection.message(message).await;
    answered
        .map(|answered| taken(&answered, to))
        .map_err(at(Step::Content))
}

fn taken(answered: &Response, to: &Address) -> Outcome {
    Outcome {
        attempted: Attempted::Taken,
        code: None,
        status: Some(answered.code().into()),
        said: answered.first_line().map(|line| bounded(&hide(line, to))),
    }
}

fn unreachable(said: &str) -> Outcome {
    Outcome {
        attempted: Attempted::NotYet,
        code: Some(Code::MailServerUnreachable),
        status: None,
        said: Some(bounded(said)),
    }
}

fn judge(step: Step, error: &smtp::Error) -> Outcome {
    let status = error.status().map(u16::from);
    let said = chain(error);
    let (attempted, code) = worth(step, status, error.is_client(), &said);
    Outcome {
        attempted,
        code: Some(code),
        status,
        said: Some(bounded(&said)),
    }
}

/// What an answer that is no yes is worth: a final no ends the mail, everything else is asked again. What administrators
/// mend by their settings is no fault of the mail, and waits for them: how this server logs in, the address it sends from,
/// and whether it may send to others at all.
fn worth(step: Step, status: Option<u16>, by_us: bool, said: &str) -> (Attempted, Code) {
    // An enhanced status of the class "security or policy" (RFC 3463, section 3.8) says nothing about the address.
    let policy = said.contains("5.7.");
    match (step, status) {
        (Step::LogIn, Some(500..)) => (Attempted::NotYet, Code::MailLogInRefused),
        (Step::LogIn, None) if by_us => (Attempted::NotYet, Code::MailLogInRefused),
        (_, Some(530)) => (Attempted::NotYet, Code::MailLogInRefused),
        (Step::Connect, Some(500..)) | (_, None) => {
            (Attempted::NotYet, Code::MailServerUnreachable)
        }
        (Step::Sender, Some(500..)) => (Attempted::NotYet, Code::MailRefused),
        (Step::Recipient, Some(500..)) if policy => (Attempted::NotYet, Code::MailRefused),
        (Step::Recipient, Some(500..)) => (Attempted::Refused, Code::MailAddressRefused),
        (_, Some(500..)) => (Attempted::Refused, Code::MailRefused),
        (_, Some(_)) => (Attempted::NotYet, Code::MailPutOff),
    }
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

/// Without the address of the recipient, in whatever case: what is said is kept, and read by others than the sender.
fn hide(text: &str, to: &Address) -> String {
    let (lower, address) = (
        text.to_ascii_lowercase(),
        to.to_string().to_ascii_lowercase(),
    );
    let mut hidden = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(&address) {
        hidden += &text[from..at];
        hidden += "***";
        from = at + found.len();
    }
    hidden + &text[from..]
}

/// One line of at most two hundred characters.
fn bounded(text: &str) -> String {
    clean_name(text).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_server_says_is_kept_without_the_address() {
        let to: Address = "Carol.Müller@dog.example.org".parse().unwrap();
        for (said, kept) in [
            (
                "550 5.1.1 <carol.Müller@DOG.example.org>: no such person, carol.Müller@dog.example.org",
                "550 5.1.1 <***>: no such person, ***",
            ),
            ("Carol.Müller@dog.example.org", "***"),
            ("550 für alle", "550 für alle"),
            ("", ""),
        ] {
            assert_eq!(hide(said, &to), kept);
        }
    }

    #[test]
    fn final_no_is_told_from_what_passes_and_from_what_administrators_mend() {
        use Attempted::{NotYet, Refused};
        for (step, status, said, expected) in [
            (
                Step::Connect,
                None,
                "refused",
                (NotYet, Code::MailServerUnreachable),
            ),
            (
                Step::Connect,
                Some(554),
                "no service",
                (NotYet, Code::MailServerUnreachable),
            ),
            (Step::Connect, Some(421), "busy", (NotYet, Code::MailPutOff)),
            (
                Step::LogIn,
                Some(535),
                "5.7.8 no",
                (NotYet, Code::MailLogInRefused),
            ),
            (Step::LogIn, Some(454), "later", (NotYet, Code::MailPutOff)),
            (
                Step::Sender,
                Some(530),
                "log in first",
                (NotYet, Code::MailLogInRefused),
            ),
            (
                Step::Sender,
                Some(550),
                "5.1.8 unknown sender",
                (NotYet, Code::MailRefused),
            ),
            (
                Step::Recipient,
                Some(550),
                "5.1.1 unknown",
                (Refused, Code::MailAddressRefused),
            ),
            (
                Step::Recipient,
                Some(554),
                "5.7.1 no relay",
                (NotYet, Code::MailRefused),
            ),
            (
                Step::Content,
                Some(550),
                "5.7.1 looks like spam",
                (Refused, Code::MailRefused),
            ),
            (
                Step::Recipient,
                Some(451),
                "greylisted",
                (NotYet, Code::MailPutOff),
            ),
            (
                Step::Content,
                Some(552),
                "too large",
                (Refused, Code::MailRefused),
            ),
            (
                Step::Content,
                None,
                "reset",
                (NotYet, Code::MailServerUnreachable),
            ),
        ] {
            assert_eq!(
                worth(step, status, false, said),
                expected,
                "{step:?} {status:?}"
            );
        }
        let no_way_to_log_in = worth(Step::LogIn, None, true, "no mechanism");
        assert_eq!(no_way_to_log_in, (NotYet, Code::MailLogInRefused));
    }
}
