//! Why another server's answer could not be had.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;

use rustls::CertificateError;
use symbolon_proto::address::Provider;
use symbolon_proto::keys::Pin;
use symbolon_proto::problem::{Code, Problem};

use super::belief::OtherKey;

/// Why there is no answer, by cause. Nothing in here was chosen by a person of ours, and nothing is secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The host name has no address, or the name service did not answer.
    #[error("the name {host} could not be resolved: {reason}")]
    NameNotFound {
        /// The name that was looked up.
        host: String,
        /// What the resolver said.
        reason: String,
    },
    /// Nothing listens there.
    #[error("the connection was refused")]
    ConnectionRefused,
    /// The name leads to an address that no peer may have; see [`AddressPolicy`](super::AddressPolicy).
    #[error("{0} is not an address that other servers may have")]
    AddressNotAllowed(IpAddr),
    /// Out of time.
    #[error("no answer in time ({stage})")]
    Timeout {
        /// What was being waited for.
        stage: Stage,
    },
    /// No secure channel: certificate expired, of another name, self-signed, or no TLS at all.
    #[error("no secure connection: {reason}")]
    Tls {
        /// Which of the things that people can be told apart.
        fault: TlsFault,
        /// What rustls said.
        reason: String,
    },
    /// The server shows another key than those by which it is recognised here.
    #[error(
        "no secure connection: the key is {seen}, and noted here is {}",
        listed(expected)
    )]
    OtherKey {
        /// The keys that administrators have noted.
        expected: Vec<Pin>,
        /// The key that was shown.
        seen: Pin,
    },
    /// What administrators have noted about the server cannot be read, so that it is not known by what to recognise it.
    #[error("what is noted about the server cannot be read: {reason}")]
    Notes {
        /// Why.
        reason: String,
    },
    /// The answer is larger than anything that we would use.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The answer sends us elsewhere, and we do not go.
    #[error("it redirects to {to}, which is not followed")]
    Redirected {
        /// Where to, without its query.
        to: String,
    },
    /// The URL cannot be used for a peer.
    #[error("{reason}")]
    InvalidUrl {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The answer is not HTTP/1.1.
    #[error("the answer is not HTTP: {reason}")]
    NotHttp {
        /// What the parser said.
        reason: String,
    },
    /// Anything else between us: reset, unreachable, closed half way.
    #[error("the connection failed: {reason}")]
    Io {
        /// What the system said.
        reason: String,
    },
}

/// What is wrong with a secure channel, as far as it makes a difference to whom one should turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate is for another name.
    WrongName,
    /// The certificate comes from an issuer that is not known here.
    UnknownIssuer,
    /// The certificate has run out, or is not valid yet.
    Expired,
    /// Anything else, such as no TLS at all.
    Other,
}

impl TlsFault {
    /// The catalogue entry that people see.
    pub fn code(self) -> Code {
        match self {
            Self::WrongName => Code::TlsWrongName,
            Self::UnknownIssuer => Code::TlsUnknownIssuer,
            Self::Expired => Code::TlsExpired,
            Self::Other => Code::TlsFailed,
        }
    }

    fn of(error: &rustls::Error) -> Self {
        let rustls::Error::InvalidCertificate(error) = error else {
            return Self::Other;
        };
        match error {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::Expired,
            _ => Self::Other,
        }
    }
}

/// What was being waited for when the time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Resolving the name or connecting.
    Connect,
    /// The secure channel, or the status and headers of the answer.
    Answer,
    /// The rest of the body.
    Body,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "while connecting",
            Self::Answer => "while waiting for the answer",
            Self::Body => "while reading the answer",
        })
    }
}

impl TransportError {
    /// The catalogue entry that people see.
    pub fn code(&self) -> Code {
        match self {
            Self::NameNotFound { .. } => Code::NameNotFound,
            Self::ConnectionRefused => Code::ConnectionRefused,
            Self::AddressNotAllowed(_) => Code::AddressNotAllowed,
            Self::Timeout { .. } => Code::Timeout,
            Self::Tls { fault, .. } => fault.code(),
            Self::OtherKey { .. } => Code::TlsOtherKey,
            Self::Notes { .. } => Code::Internal,
            Self::TooLarge { .. } | Self::NotHttp { .. } => Code::PeerAnswerInvalid,
            Self::Redirected { .. } => Code::PeerRedirected,
            Self::InvalidUrl { .. } => Code::BadAddress,
            Self::Io { .. } => Code::NetworkFailed,
        }
    }

    /// Whether nothing of the request has left this machine.
    pub fn is_before_sending(&self) -> bool {
        match self {
            Self::NameNotFound { .. }
            | Self::ConnectionRefused
            | Self::AddressNotAllowed(_)
            | Self::OtherKey { .. }
            | Self::Notes { .. }
            | Self::InvalidUrl { .. } => true,
            Self::Timeout { stage } => *stage == Stage::Connect,
            // Others may be of the channel, long after it was opened.
            Self::Tls { fault, .. } => *fault != TlsFault::Other,
            Self::TooLarge { .. }
            | Self::NotHttp { .. }
            | Self::Redirected { .. }
            | Self::Io { .. } => false,
        }
    }

    /// The same with what is known, about a server.
    pub(crate) fn problem(&self, server: &Provider) -> Problem {
        let problem = Problem::new(self.code()).with("peer", server.as_str());
        match self {
            Self::OtherKey { expected, seen } => problem
                .with("expected", &listed(expected))
                .with("seen", &seen.to_string()),
            _ => problem,
        }
    }

    /// The keys that are noted, if the server shows another one.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::OtherKey { expected, .. } => listed(expected),
            _ => String::new(),
        }
    }

    /// Finds the cause in what hyper's client wraps around it.
    pub(super) fn from_client(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            if let Some(ours) = cause.downcast_ref::<Self>() {
                return ours.clone();
            }
            if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                if let Some(OtherKey { expected, seen }) = other_key(tls) {
                    return Self::OtherKey {
                        expected: expected.clone(),
                        seen: *seen,
                    };
                }
                return Self::Tls {
                    fault: TlsFault::of(tls),
                    reason: tls.to_string(),
                };
            }
            if let Some(http) = cause
                .downcast_ref::<hyper::Error>()
                .filter(|http| http.is_parse())
            {
                return Self::NotHttp {
                    reason: http.to_string(),
                };
            }
            next = inner(cause);
        }
        Self::Io {
            reason: root(error),
        }
    }

    /// What a failed `connect` means.
    pub(super) fn from_connect(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::ConnectionRefused,
            io::ErrorKind::TimedOut => Self::Timeout {
                stage: Stage::Connect,
            },
            _ => Self::Io {
                reason: error.to_string(),
            },
        }
    }
}

fn other_key(error: &rustls::Error) -> Option<&OtherKey> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

fn listed(pins: &[Pin]) -> String {
    let pins: Vec<_> = pins.iter().map(Pin::to_string).collect();
    pins.join(", ")
}

/// The next cause. An `io::Error` hides what it wraps from `source`, so it is asked directly.
fn inner<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}

/// The innermost words, which say the most.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(cause) = inner(deepest) {
        deepest = cause;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_apart() {
        for (error, code) in [
            (CertificateError::NotValidForName, Code::TlsWrongName),
            (CertificateError::UnknownIssuer, Code::TlsUnknownIssuer),
            (CertificateError::Expired, Code::TlsExpired),
            (CertificateError::NotValidYet, Code::TlsExpired),
            (CertificateError::BadSignature, Code::TlsFailed),
        ] {
            let wrapped = io::Error::other(rustls::Error::InvalidCertificate(error));
            assert_eq!(TransportError::from_client(&wrapped).code(), code);
        }
        let silent = io::Error::other(rustls::Error::HandshakeNotComplete);
        assert_eq!(TransportError::from_client(&silent).code(), Code::TlsFailed);
    }

    #[test]
    fn a_cause_is_found_however_deep_it_is_wrapped() {
        let wrapped = io::Error::other(io::Error::other(TransportError::ConnectionRefused));
        assert_eq!(
            TransportError::from_client(&wrapped),
            TransportError::ConnectionRefused
        );

        let tls = io::Error::other(io::Error::other(rustls::Error::HandshakeNotComplete));
        assert!(matches!(
            TransportError::from_client(&tls),
            TransportError::Tls { .. }
        ));

        let reset = io::Error::other(io::Error::from(io::ErrorKind::ConnectionReset));
        let reason = "connection reset".to_owned();
        assert_eq!(
            TransportError::from_client(&reset),
            TransportError::Io { reason }
        );
    }
}
