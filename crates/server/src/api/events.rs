//! `/api/v1/events`: what happens, as it happens (server-sent events).

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use symbolon_core::UserId;
use symbolon_proto::problem::{Code, Problem};
use symbolon_store::events::{Event, EventsAfter, LastEvent};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};
use utoipa::IntoParams;

use super::shapes::rfc3339;
use crate::accounts::Proved;
use crate::actions::storage_problem;
use crate::app::App;
use crate::http::problem::ApiProblem;
use crate::http::query::Params;
use crate::http::reference::Reference;

/// Streams of one person at once: a browser needs one, scripts a few.
const STREAMS_MAX: u32 = 16;

/// Events fetched at once.
const BATCH: u32 = 100;

/// A comment is sent this often, so that proxies keep the connection and clients notice when it is gone. As often is looked
/// whether a stream may go on, for what another process has written, and for sessions that run out.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What administrators hear who ask for it: something was written on this server, whatever it was. No event is called so.
pub(crate) const WRITTEN: &str = "server.changed";

/// They hear it at most this often, so that a page which loads itself again on it is a small load on a busy server.
const PULSE: Duration = Duration::from_millis(500);

/// How many streams each person has open.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<UserId, u32>>>);

/// One place; given back when the stream ends, however it ends.
struct Place {
    streams: Streams,
    user: UserId,
}

impl Streams {
    fn take(&self, user: &UserId) -> Option<Place> {
        let mut open = self.0.lock().expect("no holder of this lock panics");
        let count = open.entry(user.clone()).or_default();
        if *count >= STREAMS_MAX {
            return None;
        }
        *count += 1;
        Some(Place {
            streams: self.clone(),
            user: user.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .streams
            .0
            .lock()
            .expect("no holder of this lock panics");
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamQuery {
    /// The last event already seen; `Last-Event-ID` goes before it. Absent: from now on.
    after: Option<i64>,
    /// `true`: administrators also get `server.changed`, without an id, at first and whenever something was written on this
    /// server, at most twice a second. Others never do.
    server: Option<bool>,
}

/// Everything that happens to me, as it happens. `id` is the position to resume from, `event` the kind, `data` a JSON object.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(StreamQuery),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub(super) async fn stream(
    State(app): State<App>,
    proved: Proved,
    reference: Reference,
    Params(query): Params<StreamQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, ApiProblem> {
    let fails = |problem| ApiProblem::api(problem, &reference);
    let place = app.streams.take(&proved.user.id);
    let place = place.ok_or_else(|| fails(Problem::new(Code::TooManyRequests)))?;
    let resumed = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let after = match resumed.or(query.after) {
        Some(after) => after,
        None => {
            let last = app.store.read(LastEvent).await;
            last.map_err(|error| fails(storage_problem(&error)))?
        }
    };
    let committed = app.store.committed();
    let pulse = query.server == Some(true) && proved.user.admin;
    let pulse = pulse.then(|| Pulse::new(committed.clone()));
    let state = Following {
        app,
        proved,
        after,
        ready: VecDeque::new(),
        committed,
        pulse,
        _place: place,
    };
    Ok(Sse::new(unfold(state, next)).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

struct Following {
    app: App,
    proved: Proved,
    after: i64,
    ready: VecDeque<Event>,
    committed: watch::Receiver<u64>,
    pulse: Option<Pulse>,
    _place: Place,
}

/// When to tell an administrator that something was written.
struct Pulse {
    committed: watch::Receiver<u64>,
    pause: Interval,
    has_paused: bool,
}

impl Pulse {
    fn new(mut committed: watch::Receiver<u64>) -> Self {
        // Whatever happened while the stream was not open.
        committed.mark_changed();
        let mut pause = interval(PULSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            committed,
            pause,
            has_paused: false,
        }
    }

    /// Waits for the next time; `None` when the store is closed. Whoever stops waiting misses nothing.
    async fn beats(&mut self) -> Option<()> {
        if !self.has_paused {
            self.pause.tick().await;
            self.has_paused = true;
        }
        self.committed.changed().await.ok()?;
        self.has_paused = false;
        Some(())
    }
}

/// The next beat of the pulse that a stream has; never, if it has none.
async fn beats(pulse: &mut Option<Pulse>) -> Option<()> {
    match pulse {
        Some(pulse) => pulse.beats().await,
        None => pending().await,
    }
}

impl Following {
    async fn news(&self) -> Result<Vec<Event>, Problem> {
        let read = EventsAfter {
            user: self.proved.user.id.clone(),
            after: self.after,
            limit: BATCH,
        };
        let events = self.app.store.read(read).await;
        events.map_err(|error| storage_problem(&error))
    }
}

/// The next event; the stream ends when whoever opened it would be let in no more, when the server stops, or when the
/// database fails, and the client resumes it if it may.
async fn next(mut following: Following) -> Option<(Result<Message, Infallible>, Following)> {
    while following.ready.is_empty() {
        following.committed.borrow_and_update();
        let events = following.news().await.ok()?;
        // After they are read: whoever was still let in then may have them all.
        if !following.proved.holds(&following.app).await.ok()? {
            return None;
        }
        following.ready.extend(events);
        if following.ready.is_empty() {
            tokio::select! {
                changed = following.committed.changed() => changed.ok()?,
                beat = beats(&mut following.pulse) => {
                    beat?;
                    let user = following.proved.now(&following.app).await.ok()??;
                    if user.admin {
                        return Some((Ok(written()), following));
                    }
                    following.pulse = None;
                }
                () = tokio::time::sleep(HEARTBEAT) => {}
                () = following.app.shutdown.cancelled() => return None,
            }
        }
    }
    let event = following.ready.pop_front()?;
    following.after = event.seq;
    Some((Ok(message(&event)), following))
}

fn written() -> Message {
    Message::default().event(WRITTEN).data("{}")
}

fn message(event: &Event) -> Message {
    let mut data = event.data.clone();
    data["at"] = rfc3339(event.at).into();
    if let Some(reference) = &event.reference {
        data["reference"] = reference.as_str().into();
    }
    Message::default()
        .id(event.seq.to_string())
        .event(&event.kind)
        .data(data.to_string())
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_written_all_the_time_is_heard_of_every_half_second_and_no_more_often() {
        let (commits, committed) = watch::channel(0);
        tokio::spawn(async move {
            for number in 1.. {
                sleep(Duration::from_millis(7)).await;
                commits.send_replace(number);
            }
        });
        let mut pulse = Pulse::new(committed);
        let begun = Instant::now();
        for beat in 0..6 {
            pulse.beats().await.unwrap();
            let heard = begun.elapsed().as_millis();
            assert!(
                (beat * 500..beat * 500 + 20).contains(&heard),
                "{beat}: {heard} ms"
            );
        }
    }
}
