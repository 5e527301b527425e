//! What a server logs, kept in memory.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use serde_json::Value;
use symbolon_server::telemetry::Export;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::layer::SubscriberExt;

/// What this thread logs from here on, at every level, as JSON lines; until the guard is dropped.
pub(crate) fn logged() -> (Logged, tracing::subscriber::DefaultGuard) {
    logged_and_exported(None)
}

/// The same, and its spans to a collector.
pub(crate) fn logged_and_exported(
    export: Option<&Export>,
) -> (Logged, tracing::subscriber::DefaultGuard) {
    // With a single dispatcher, a line that another thread, which logs nowhere, is the first to pass is never asked about
    // again. With two, all of them are asked.
    static SECOND: LazyLock<tracing::Dispatch> =
        LazyLock::new(|| tracing::Dispatch::new(NoSubscriber::default()));
    LazyLock::force(&SECOND);
    let logged = Logged::default();
    let writer = logged.clone();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_span_list(true)
        .with_writer(move || writer.clone());
    let lines = tracing_subscriber::registry()
        .with(lines)
        .with(export.map(Export::layer));
    (logged, tracing::subscriber::set_default(lines))
}

/// Log lines in memory.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// All lines so far.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Until there is such a line. Whoever waits for an event may be answered a moment before its line is written.
    pub(crate) async fn has(&self, such: impl Fn(&Value) -> bool) -> bool {
        let written = async {
            while !self.lines().iter().any(&such) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), written)
            .await
            .is_ok()
    }
}

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
