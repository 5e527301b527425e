//! `symbolon-failpoints`: the server of `symbolon serve` with failpoints, for the crash tests (`tests/crashes`).
//!
//! It takes its settings from the environment, as `symbolon serve` does, and runs until standard input ends. What the
//! failpoints are, and how they are armed: `symbolon_sim::failpoints`.

use std::env;

use symbolon_server::config::{Config, RawConfig};
use symbolon_sim::failpoints::{Failpoints, VARIABLE};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(RawConfig::default(), None, |name| env::var(name).ok())?;
    let failpoints = Failpoints::default();
    if let Ok(armed) = env::var(VARIABLE) {
        failpoints.arm(&armed)?;
    }
    let end = failpoints.clone().obey_stdin();
    Ok(symbolon_server::run_with(config, &failpoints, end).await?)
}
