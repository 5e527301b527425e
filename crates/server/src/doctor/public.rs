//! How the world sees this server: what it says of itself at its public address, and its keys.

use std::time::Duration;

use serde_json::Value;
use symbolon_proto::discovery::Discovery;
use symbolon_proto::keys::Jwks;

use super::{Findings, Network, Patient, unreachable};
use crate::keys::{FOLDER, ServerKeys};
use crate::transport::ask;

const PATIENCE: Duration = Duration::from_secs(10);

/// Members of the description without which other servers cannot deal with this one.
const VITAL: [&str; 3] = ["enabled", "endPoint", "jwksUri"];

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Some(network) = &patient.network else {
        return findings.not_checked("public.reached", "not asked, since --offline was given");
    };
    let base = patient.config.base_url();
    let host = patient.config.provider();
    let url = format!("{base}/.well-known/ocm");
    let answer = match ask::get(&*network.world, &url, PATIENCE).await {
        Ok(answer) => answer,
        Err(error) => {
            return unreachable::tell("public.reached", &url, host.as_str(), &error, findings);
        }
    };
    if answer.status != 200 {
        let status = answer.status;
        return findings.problem(
            "public.reached",
            format!("{url} answers {status}"),
            match status {
                502..=504 => "Start the server, and look at where the proxy hands requests on to.",
                401 | 403 => "Let the proxy ask nobody for a log-in before this path.",
                _ => "Let the proxy hand everything on to this server, with paths as they are.",
            },
        );
    }
    findings.ok("public.reached", format!("{base} is reached"));
    let ours = serde_json::to_value(Discovery::new(&base, &patient.config.name));
    let ours = ours.expect("plain documents are always JSON");
    describes(&answer.body, &ours, &url, findings);
    keys(patient, network, &base, findings).await;
    legacy(network, &base, findings).await;
}

/// Whether what is served is what this version, with these settings, would serve.
fn describes(served: &[u8], ours: &Value, url: &str, findings: &mut Findings) {
    const CHECK: &str = "public.description";
    let served: Value = serde_json::from_slice(served).unwrap_or_default();
    let (Some(served), Some(ours)) = (served.as_object(), ours.as_object()) else {
        return findings.problem(
            CHECK,
            format!("what {url} serves is no description of an OCM server"),
            "Let the proxy hand this path on to this server.",
        );
    };
    let differing: Vec<&str> = ours
        .iter()
        .filter(|(name, value)| served.get(*name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    if differing.is_empty() {
        return findings.ok(CHECK, "it describes itself as its settings say");
    }
    let named = differing.join(", ");
    let what = format!("{url} serves another description than the settings make ({named})");
    let remedy = "Restart the server after a change of settings; if it still differs, another server answers there, or \
                  a cache of the proxy.";
    if differing.iter().any(|name| VITAL.contains(name)) {
        findings.problem(CHECK, what, remedy);
    } else {
        findings.attention(CHECK, what, remedy);
    }
}

/// Whether the published keys are those of the data folder: the proof that it is this very server that answers.
async fn keys(patient: &Patient, network: &Network, base: &str, findings: &mut Findings) {
    const CHECK: &str = "public.keys";
    let url = format!("{base}/.well-known/jwks.json");
    let folder = patient.config.data.join(FOLDER);
    let Ok(Some(ours)) = ServerKeys::read(&folder, &patient.env, &patient.config.provider()) else {
        return findings.not_checked(CHECK, "the keys in the data folder could not be read");
    };
    let answer = match ask::get(&*network.world, &url, PATIENCE).await {
        Ok(answer) => answer,
        Err(error) => {
            let host = patient.config.provider();
            return unreachable::tell(CHECK, &url, host.as_str(), &error, findings);
        }
    };
    let ours = ours.published(patient.env.now());
    let published = Jwks::parse(&answer.body).unwrap_or_default();
    let missing: Vec<&str> = ours
        .key_ids()
        .filter(|key_id| !published.contains(key_id))
        .collect();
    if missing.is_empty() {
        findings.ok(CHECK, "it publishes the keys of the data folder");
    } else if missing.len() < ours.key_ids().count() {
        findings.problem(
            CHECK,
            format!("{url} does not publish {}, which is in the data folder", missing.join(", ")),
            "If the keys were changed in the last five minutes, wait; otherwise look for a cache of the proxy, or for \
             another process of this server with another folder.",
        );
    } else {
        findings.problem(
            CHECK,
            format!("{url} does not publish the keys of the data folder, so another server answers there"),
            "Stop the other server, or lead the name and the proxy to this one; if the keys were restored, restart \
             this server.",
        );
    }
}

/// What old releases of Nextcloud read.
async fn legacy(network: &Network, base: &str, findings: &mut Findings) {
    let url = format!("{base}/ocm-provider");
    let answer = ask::get(&*network.world, &url, PATIENCE).await;
    let found = answer.as_ref().is_ok_and(|answer| answer.status == 200);
    if !found {
        let why = match answer {
            Ok(answer) => answer.status.to_string(),
            Err(error) => error.to_string(),
        };
        findings.attention(
            "public.legacy",
            format!("{url}, which old servers ask, is not handed on ({why})"),
            "Let the proxy hand on /ocm-provider with and without a slash at the end.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn told(served: &str) -> (Level, String) {
        let ours = Discovery::new("https://cat.example.org", "Cat");
        let ours = serde_json::to_value(ours).unwrap();
        let mut findings = Findings::none();
        describes(
            served.as_bytes(),
            &ours,
            "https://cat.example.org/.well-known/ocm",
            &mut findings,
        );
        let (level, _, words) = findings.told().remove(0);
        (level, words)
    }

    #[test]
    fn description_of_another_server_or_other_settings_is_told_by_member() {
        let ours = Discovery::new("https://cat.example.org", "Cat");
        assert_eq!(told(&serde_json::to_string(&ours).unwrap()).0, Level::Ok);
        let renamed = Discovery::new("https://cat.example.org", "Old name");
        let (level, words) = told(&serde_json::to_string(&renamed).unwrap());
        assert_eq!(level, Level::Attention);
        assert!(
            words.contains("(provider)") && words.contains("Restart"),
            "{words}"
        );
        let other = Discovery::new("https://dog.example.org", "Cat");
        let (level, words) = told(&serde_json::to_string(&other).unwrap());
        assert_eq!(level, Level::Problem);
        assert!(words.contains("endPoint"), "{words}");
        assert_eq!(told("<html>").0, Level::Problem);
    }
}
