//! Failpoints: named places at which the process of a server ends as by `kill -9`, in the middle of what it does.
//!
//! The places are the three [`Seams`] of a server, so that the code of the product knows nothing of them and the program
//! that people install carries none of this: only the test program `symbolon-failpoints` has them. A place is written
//! `PLACE:NAME`, and `PLACE:NAME:N` for the N-th time that it is passed:
//!
//! | place | where | name |
//! |---|---|---|
//! | `before` | an operation that may write has been handed over, and has not begun | the operation: `redeem` |
//! | `after` | it has been committed, and nobody has been told | the same |
//! | `sending` | a request to another server has been composed and signed, and has not left | method and path: `POST/ocm/notifications` |
//! | `sent` | its answer is here, or it is clear that none comes, and nobody has looked at it | the same |
//! | `heard` | a request has arrived, and nobody has looked at it | method and route: `DELETE/api/v1/connections/{id}` |
//! | `answering` | its answer is ready, and has not left | the same |
//!
//! Between two places next to each other on one way nothing durable happens, and nothing leaves the process.
//!
//! `SYMBOLON_FAILPOINT=after:redeem:2` arms a place from the start of the process on. A line on standard input arms
//! another one from then on, an empty line none; both are answered by `armed` on standard output, where from then on every
//! place that is passed is told, too: `passed after:redeem`. The last line of all is `killed at after:redeem`.

use std::fmt;
use std::io::{self, BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use futures_util::future::BoxFuture;
use rustix::process::{Signal, getpid, kill_process};
use symbolon_server::Seams;
use symbolon_server::transport::{OutboundRequest, OutboundResponse, Transport, TransportError};
use symbolon_store::{Disk, Error, Store, Wait};
use tokio::sync::oneshot;

/// The variable that arms a place from the start on.
pub const VARIABLE: &str = "SYMBOLON_FAILPOINT";

const PLACES: [&str; 6] = ["before", "after", "sending", "sent", "heard", "answering"];

/// The switch of one process. Clones share it.
#[derive(Clone, Default)]
pub struct Failpoints(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Whether places are told on standard output.
    told: bool,
    armed: Option<Armed>,
}

struct Armed {
    place: String,
    /// How often it has to be passed yet, until it kills.
    left: u32,
}

/// A text that names no failpoint.
#[derive(Debug)]
pub struct NoFailpoint(String);

impl fmt::Display for NoFailpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = PLACES.join(", ");
        let text = &self.0;
        write!(
            f,
            "{text:?} is no failpoint. Write PLACE:NAME or PLACE:NAME:N, for example after:redeem:2; the places are {places}"
        )
    }
}

impl std::error::Error for NoFailpoint {}

impl Failpoints {
    /// Kills this process when it passes a place, counted from now on; an empty text disarms. Either way all places are
    /// told from now on.
    pub fn arm(&self, text: &str) -> Result<(), NoFailpoint> {
        let armed = (!text.is_empty()).then(|| parse(text)).transpose()?;
        let mut state = self.state();
        *state = State { told: true, armed };
        tell("armed");
        Ok(())
    }

    /// Obeys standard input; ready when that ends, so that no server outlives its test.
    pub async fn obey_stdin(self) {
        let (ended, end) = oneshot::channel();
        // A thread of its own, since a read of standard input cannot be cancelled.
        std::thread::spawn(move || {
            for line in io::stdin().lock().lines().map_while(Result::ok) {
                if let Err(error) = self.arm(line.trim()) {
                    tell(&error.to_string());
                }
            }
            // Nobody waits any more if the server has ended by itself.
            let _ = ended.send(());
        });
        // An error means that the thread has ended, too.
        let _ = end.await;
    }

    fn pass(&self, place: &str, name: &str) {
        let mut state = self.state();
        if !state.told {
            return;
        }
        let passed = format!("{place}:{name}");
        if let Some(armed) = &mut state.armed
            && armed.place == passed
        {
            armed.left -= 1;
            if armed.left == 0 {
                tell(&format!("killed at {passed}"));
                // With the lock in hand: nobody passes another place.
                die();
            }
        }
        tell(&format!("passed {passed}"));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seams for Failpoints {
    fn store(&self, store: Store) -> Store {
        store.behind(Arc::new(self.clone()))
    }

    fn transport(&self, transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Wire {
            points: self.clone(),
            transport,
        })
    }

    fn router(&self, router: Router) -> Router {
        let points = self.clone();
        router.layer(middleware::from_fn(move |request: Request, next: Next| {
            let points = points.clone();
            async move {
                let route = request.extensions().get::<MatchedPath>();
                let path = route.map_or_else(|| request.uri().path(), MatchedPath::as_str);
                let name = format!("{}{path}", request.method());
                points.pass("heard", &name);
                let answer = next.run(request).await;
                points.pass("answering", &name);
                answer
            }
        }))
    }
}

impl Disk for Failpoints {
    fn before(&self, operation: &'static str) -> Wait<'_, Result<(), Error>> {
        Box::pin(async {
            self.pass("before", operation);
            Ok(())
        })
    }

    fn after(&self, operation: &'static str) -> Wait<'_, ()> {
        Box::pin(async { self.pass("after", operation) })
    }

    fn reading(&self) -> Wait<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// The way out, with a place before and after it.
struct Wire {
    points: Failpoints,
    transport: Arc<dyn Transport>,
}

impl Transport for Wire {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        let url = url::Url::parse(&request.url);
        let path = url.as_ref().map_or("", url::Url::path);
        let name = format!("{}{path}", request.method);
        Box::pin(async move {
            self.points.pass("sending", &name);
            let answer = self.transport.send(request).await;
            self.points.pass("sent", &name);
            answer
        })
    }
}

fn parse(text: &str) -> Result<Armed, NoFailpoint> {
    let unknown = || NoFailpoint(text.to_owned());
    let (place, left) = match text.rsplit_once(':') {
        Some((place, count)) if count.chars().all(|c| c.is_ascii_digit()) => {
            (place, count.parse().map_err(|_| unknown())?)
        }
        _ => (text, 1),
    };
    let (kind, name) = place.split_once(':').ok_or_else(unknown)?;
    if left == 0 || name.is_empty() || !PLACES.contains(&kind) {
        return Err(unknown());
    }
    Ok(Armed {
        place: place.to_owned(),
        left,
    })
}

fn tell(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody reads any more when the test has gone, and then it does not matter.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// No destructor, no flush, no farewell: the kernel ends the process as for any `kill -9`.
fn die() -> ! {
    // It cannot fail, and whoever survives it waits for ever.
    let _ = kill_process(getpid(), Signal::KILL);
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failpoint_is_a_place_a_name_and_which_time() {
        let read = |text: &str| parse(text).map(|armed| (armed.place, armed.left)).ok();
        let armed = |place: &str, left| Some((place.to_owned(), left));
        assert_eq!(read("after:redeem"), armed("after:redeem", 1));
        assert_eq!(read("after:redeem:2"), armed("after:redeem", 2));
        let route = "answering:DELETE/api/v1/connections/{id}";
        assert_eq!(read(&format!("{route}:3")), armed(route, 3));
        for wrong in [
            "redeem",
            "after:",
            "after:redeem:0",
            "during:redeem",
            ":1",
            "after::1",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
