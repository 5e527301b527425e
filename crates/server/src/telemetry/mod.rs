//! What an operator sees of a running server without asking it anything: figures, traces, and a line in the log for
//! everything that happens.
//!
//! What the store did is told by its observer ([`Watch`]), so that a figure or a line stands for something that is on
//! disk. `docs/logging.md` and `docs/metrics.md` list all of them.

mod export;
mod metrics;
mod scrape;
mod trouble;
mod watch;

pub use export::{Export, ExportError};
pub use metrics::Metrics;
pub use scrape::{own_router, routes};
pub use watch::Watch;

pub(crate) use export::{join, span_within};
pub(crate) use metrics::{Side, Visit};
pub(crate) use scrape::{CountedAt, PATH as METRICS};
pub(crate) use trouble::Trouble;
