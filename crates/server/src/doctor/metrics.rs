//! Who can read the figures: beside everything else they are for everybody, unless a proxy refuses them.

use std::time::Duration;

use super::{Findings, Patient};
use crate::config::MetricsDoor;
use crate::telemetry::METRICS;
use crate::transport::ask;

const PATIENCE: Duration = Duration::from_secs(10);

const CHECK: &str = "public.metrics";

pub(super) async fn check(patient: &Patient, findings: &mut Findings) {
    match patient.config.metrics {
        MetricsDoor::Off | MetricsDoor::Own(_) => return,
        MetricsDoor::Public => {}
    }
    let url = format!("{}{METRICS}", patient.config.base_url());
    let open = match &patient.network {
        Some(network) => match ask::get(&*network.world, &url, PATIENCE).await {
            Ok(answer) if answer.status != 200 => {
                let status = answer.status;
                return findings.ok(
                    CHECK,
                    format!("{url} answers {status}, so a proxy keeps its figures from others"),
                );
            }
            Ok(_) => format!("whoever can reach {url} can read how much this server is used"),
            Err(_) => {
                format!("{url} is for everybody, as the settings want it; it could not be asked")
            }
        },
        None => {
            format!("{url} is for everybody, as the settings want it, unless a proxy refuses it")
        }
    };
    findings.attention(
        CHECK,
        open,
        "Let the proxy refuse /metrics, or give the figures an address of their own: --metrics 127.0.0.1:9464.",
    );
}
