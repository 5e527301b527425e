//! Log lines on standard error; standard output belongs to what commands print.

use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::util::TryInitError;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::{Config, LogFormat};
use crate::telemetry::Export;

/// Sends log lines to standard error from here on: for people on a terminal, as JSON otherwise, unless the settings
/// say which; and spans to a collector, if there is one. An error means that somebody else in this process already did so.
pub fn init(config: &Config, export: Option<&Export>) -> Result<(), TryInitError> {
    let json = match config.log_format {
        LogFormat::Auto => !io::stderr().is_terminal(),
        LogFormat::Pretty => false,
        LogFormat::Json => true,
    };
    let colour = io::stderr().is_terminal();
    if json {
        let lines = self::json(&config.log, io::stderr);
        lines.with(export.map(Export::layer)).try_init()
    } else {
        let lines = pretty(&config.log, colour, io::stderr);
        lines.with(export.map(Export::layer)).try_init()
    }
}

/// One object per line, with the fields of the innermost span (method, path, reference) beside those of the event.
fn json<W>(filter: &str, writer: W) -> impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(lines.with_filter(self::filter(filter)))
}

fn pretty<W>(
    filter: &str,
    colour: bool,
    writer: W,
) -> impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(colour)
        .with_target(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(lines.with_filter(self::filter(filter)))
}

fn filter(filter: &str) -> EnvFilter {
    EnvFilter::try_new(filter).expect("the filter was checked when the settings were read")
}

#[cfg(test)]
pub(crate) mod captured {
    //! Log lines in memory, for tests that ask what was logged.

    use std::cell::RefCell;
    use std::io;
    use std::sync::Once;

    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::util::SubscriberInitExt;

    thread_local! {
        static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }

    /// What this thread logged at `info` and above since the last call, as JSON lines. A first call begins the capture.
    /// One subscriber serves all threads, because tracing remembers per process what nobody listens to.
    pub(crate) fn take() -> Vec<serde_json::Value> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| super::json("info", ThreadLines).init());
        let lines = LINES.take();
        let lines = String::from_utf8(lines).unwrap();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[derive(Clone, Copy)]
    struct ThreadLines;

    impl io::Write for ThreadLines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            LINES.with_borrow_mut(|lines| lines.write(bytes))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for ThreadLines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            *self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn json_lines_carry_fields_and_the_span_they_happened_in() {
        captured::take();
        tracing::info_span!("request", reference = "abc").in_scope(|| {
            tracing::info!(peer = "cat.localhost", "delivered");
            tracing::debug!("not shown");
        });
        let lines = captured::take();
        let [line] = &lines[..] else {
            panic!("one line was expected: {lines:?}")
        };
        assert_eq!(line["message"], "delivered");
        assert_eq!(line["peer"], "cat.localhost");
        assert_eq!(line["span"]["reference"], "abc");
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn pretty_lines_are_plain_text_where_there_is_no_colour() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = lines.clone();
        let subscriber = pretty("warn", false, move || Shared(writer.clone()));
        tracing::subscriber::with_default(subscriber, || tracing::warn!(why = "test", "careful"));
        let text = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
        assert!(text.contains("WARN careful why=\"test\""), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
