//! The process on this machine: it listens, and is ready.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::{Findings, Patient, unreachable};
use crate::said::Said;
use crate::transport::{TransportError, ask};

const PATIENCE: Duration = Duration::from_secs(5);

const CHECK: &str = "running.ready";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    if patient.config.dev {
        findings.attention("running.dev", Said::new("doctor-running-dev"));
    }
    let Some(network) = &patient.network else {
        return findings.not_checked(CHECK, Said::new("doctor-offline"));
    };
    let Some(address) = near(patient.config.listen) else {
        let listen = patient.config.listen.to_string();
        let what = Said::new("doctor-running-far").with("address", listen);
        return findings.not_checked(CHECK, what);
    };
    let url = format!("http://{address}/readyz");
    let said = |text| Said::new(text).with("address", address.to_string());
    match ask::get(&*network.machine, &url, PATIENCE).await {
        Ok(answer) if answer.status == 200 => findings.ok(CHECK, said("doctor-running-ready")),
        Ok(answer) => {
            let why = ask::problem_of(&answer).unwrap_or_else(|| answer.status.to_string());
            findings.problem(CHECK, said("doctor-running-not-ready").with("why", why));
        }
        Err(TransportError::ConnectionRefused) => {
            findings.problem(CHECK, said("doctor-running-none"));
        }
        Err(error) => {
            let why = unreachable::why(&error);
            findings.problem(CHECK, said("doctor-running-silent").with("why", why));
        }
    }
}

/// Where this machine reaches what listens there; `None` where it cannot be known, or is another machine's address.
fn near(listen: SocketAddr) -> Option<SocketAddr> {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let known = listen.port() != 0 && ip.is_loopback();
    known.then(|| SocketAddr::new(ip, listen.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_that_listens_everywhere_is_asked_on_loopback() {
        let near = |text: &str| near(text.parse().unwrap()).map(|at| at.to_string());
        assert_eq!(near("0.0.0.0:80").as_deref(), Some("127.0.0.1:80"));
        assert_eq!(near("[::]:80").as_deref(), Some("[::1]:80"));
        assert_eq!(near("127.0.0.1:8080").as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(near("10.0.0.5:80"), None);
        assert_eq!(near("127.0.0.1:0"), None);
    }
}
