//! Who can read the figures: beside everything else they are for everybody, unless a proxy refuses them.

use std::time::Duration;

use super::{Findings, Patient};
use crate::config::MetricsDoor;
use crate::said::Said;
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
    let said = |id| Said::new(id).with("url", url.as_str());
    let open = match &patient.network {
        Some(network) => match ask::get(&*network.world, &url, PATIENCE).await {
            Ok(answer) if answer.status != 200 => {
                let status = answer.status.to_string();
                return findings.ok(CHECK, said("doctor-metrics-refused").with("status", status));
            }
            Ok(_) => said("doctor-metrics-open"),
            Err(_) => said("doctor-metrics-silent"),
        },
        None => said("doctor-metrics-unasked"),
    };
    findings.attention(CHECK, open);
}
