//! How the world sees this server: what it says of itself at its public address, and its keys.

use std::time::Duration;

use serde_json::Value;
use symbolon_proto::discovery::Discovery;
use symbolon_proto::keys::Jwks;

use super::{Findings, Network, Patient, unreachable};
use crate::keys::ServerKeys;
use crate::said::{Argument, Said};
use crate::transport::ask;

const PATIENCE: Duration = Duration::from_secs(10);

/// Members of the description without which other servers cannot deal with this one.
const VITAL: [&str; 3] = ["enabled", "endPoint", "jwksUri"];

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    let Some(network) = &patient.network else {
        return findings.not_checked("public.reached", Said::new("doctor-offline"));
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
        let what = Said::new("doctor-public-status")
            .with("url", url)
            .with("status", answer.status);
        return findings.problem("public.reached", what);
    }
    let what = Said::new("doctor-public-reached").with("url", base.as_str());
    findings.ok("public.reached", what);
    let ours = serde_json::to_value(described(patient, &base));
    let ours = ours.expect("plain documents are always JSON");
    describes(&answer.body, &ours, &url, findings);
    keys(patient, network, &base, findings).await;
    legacy(network, &base, findings).await;
}

/// How this server would describe itself, with the key for older servers that is in the data folder.
fn described(patient: &Patient, base: &str) -> Discovery {
    let folder = &patient.config.keys;
    let keys = ServerKeys::read(folder, &patient.env, &patient.config.provider());
    let rsa = keys.ok().flatten();
    let rsa = rsa.and_then(|keys| keys.rsa(patient.env.now()));
    let document = Discovery::new(base, &patient.config.name);
    match rsa {
        Some(key) => document.with_public_key(&key),
        None => document,
    }
}

/// Whether what is served is what this version, with these settings, would serve.
fn describes(served: &[u8], ours: &Value, url: &str, findings: &mut Findings) {
    const CHECK: &str = "public.description";
    let served: Value = serde_json::from_slice(served).unwrap_or_default();
    let (Some(served), Some(ours)) = (served.as_object(), ours.as_object()) else {
        let what = Said::new("doctor-public-nothing").with("url", url);
        return findings.problem(CHECK, what);
    };
    let differing: Vec<&str> = ours
        .iter()
        .filter(|(name, value)| served.get(*name) != Some(value))
        .map(|(name, _)| name.as_str())
        .collect();
    if differing.is_empty() {
        return findings.ok(CHECK, Said::new("doctor-public-described"));
    }
    let what = Said::new("doctor-public-differs")
        .with("url", url)
        .with("members", differing.join(", "));
    if differing.iter().any(|name| VITAL.contains(name)) {
        findings.problem(CHECK, what);
    } else {
        findings.attention(CHECK, what);
    }
}

/// Whether the published keys are those of the data folder: the proof that it is this very server that answers.
async fn keys(patient: &Patient, network: &Network, base: &str, findings: &mut Findings) {
    const CHECK: &str = "public.keys";
    let url = format!("{base}/.well-known/jwks.json");
    let folder = &patient.config.keys;
    let Ok(Some(ours)) = ServerKeys::read(folder, &patient.env, &patient.config.provider()) else {
        return findings.not_checked(CHECK, Said::new("doctor-public-no-keys"));
    };
    let answer = match ask::get(&*network.world, &url, PATIENCE).await {
        Ok(answer) => answer,
        Err(error) => {
            let host = patient.config.provider();
            return unreachable::tell(CHECK, &url, host.as_str(), &error, findings);
        }
    };
    let ours = ours.published(patient.env.now());
    let ours: Vec<&str> = ours.key_ids().collect();
    publishes(answer.status, &answer.body, &ours, url, findings);
}

/// Whether what is served at the place of the keys has ours in it. Only keys that can be read tell who answers there.
fn publishes(status: u16, body: &[u8], ours: &[&str], url: String, findings: &mut Findings) {
    const CHECK: &str = "public.keys";
    if status != 200 {
        let what = Said::new("doctor-public-status")
            .with("url", url)
            .with("status", status);
        return findings.problem(CHECK, what);
    }
    let Ok(published) = Jwks::parse(body) else {
        let what = Said::new("doctor-public-no-key-set").with("url", url);
        return findings.problem(CHECK, what);
    };
    let missing: Vec<&str> = ours
        .iter()
        .copied()
        .filter(|key_id| !published.contains(key_id))
        .collect();
    if missing.is_empty() {
        findings.ok(CHECK, Said::new("doctor-public-keys"));
    } else if missing.len() < ours.len() {
        let what = Said::new("doctor-public-some-keys")
            .with("url", url)
            .with("keys", missing.join(", "));
        findings.problem(CHECK, what);
    } else {
        let what = Said::new("doctor-public-other-keys").with("url", url);
        findings.problem(CHECK, what);
    }
}

/// What old releases of Nextcloud read.
async fn legacy(network: &Network, base: &str, findings: &mut Findings) {
    let url = format!("{base}/ocm-provider");
    let answer = ask::get(&*network.world, &url, PATIENCE).await;
    let found = answer.as_ref().is_ok_and(|answer| answer.status == 200);
    if !found {
        let why: Argument = match answer {
            Ok(answer) => answer.status.into(),
            Err(error) => unreachable::why(&error).into(),
        };
        let what = Said::new("doctor-public-legacy")
            .with("url", url)
            .with("why", why);
        findings.attention("public.legacy", what);
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

    #[test]
    fn a_proxy_that_does_not_hand_on_the_keys_is_not_taken_for_another_server() {
        let key = |kid: &str| {
            let x = "11qYAyRmPmy8rmpzYTYrBQqbQkYSrLsMWlmKLuWMiYg";
            format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"}}"#)
        };
        let set = |kid: &str| format!(r#"{{"keys":[{}]}}"#, key(kid));
        let told = |status, body: &str, ours: &[&str]| {
            let mut findings = Findings::none();
            let url = "https://cat.example.org/.well-known/jwks.json".to_owned();
            publishes(status, body.as_bytes(), ours, url, &mut findings);
            let (level, _, words) = findings.told().remove(0);
            (level, words)
        };
        for (status, body, words) in [
            (404, "no such page", "hand everything on"),
            (502, "", "Start the server"),
            (200, "<html>", "cannot be read as keys"),
            (200, &set("theirs"), "another server answers there"),
        ] {
            let (level, said) = told(status, body, &["ours"]);
            assert_eq!(level, Level::Problem);
            assert!(said.contains(words), "{status} {body}: {said}");
            assert_eq!(
                said.contains("Stop the other server"),
                body == set("theirs"),
                "{said}"
            );
        }
        assert_eq!(told(200, &set("ours"), &["ours"]).0, Level::Ok);
        let (_, said) = told(200, &set("ours"), &["ours", "next"]);
        assert!(said.contains("does not publish next"), "{said}");
    }
}
