//! The network between servers: it delays, loses, doubles and reorders, and some links are dead without saying so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Method, Request};
use http_body_util::BodyExt;
use symbolon_server::transport::{
    OutboundRequest, OutboundResponse, Stage, Transport, TransportError,
};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::chance::Chance;
use crate::faults::Fault;
use crate::meddle::Meddler;
use crate::message::{CAUSE, Message};
use crate::server::WorldRef;
use crate::world::World;

/// How the way from one server to another is at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Some milliseconds, nothing lost.
    Calm,
    /// Loses requests and answers, doubles and reorders.
    Rough,
    /// Nobody gets through, and is told so.
    Cut,
    /// Takes everything and never answers.
    HalfOpen,
    /// Seconds each way.
    Slow,
}

const MODES: [Mode; 5] = [
    Mode::Calm,
    Mode::Rough,
    Mode::Cut,
    Mode::HalfOpen,
    Mode::Slow,
];

/// The way from one server to another.
pub struct Link {
    mode: AtomicU8,
    chance: Chance,
}

impl Link {
    /// A calm one.
    pub fn new(seed: u64, from: usize, to: usize) -> Self {
        Self {
            mode: AtomicU8::new(0),
            chance: Chance::of(seed, &format!("link {from} {to}")),
        }
    }

    /// How it is at present.
    pub fn mode(&self) -> Mode {
        MODES[usize::from(self.mode.load(Ordering::Relaxed))]
    }

    /// Changes it from now on.
    pub fn set(&self, mode: Mode) {
        let place = MODES.iter().position(|known| *known == mode).unwrap_or(0);
        self.mode
            .store(u8::try_from(place).unwrap_or(0), Ordering::Relaxed);
    }

    async fn travel(&self) {
        let millis = match self.mode() {
            Mode::Slow => self.chance.between(500, 6_000),
            Mode::Rough => self.chance.between(1, 1_500),
            _ => self.chance.between(1, 60),
        };
        sleep(Duration::from_millis(millis)).await;
    }
}

/// The way out of one life of one server.
pub struct Wire {
    /// The world that it belongs to.
    pub world: WorldRef,
    /// Whose it is.
    pub from: usize,
    /// Cancelled when that life is over.
    pub over: CancellationToken,
    /// What a faulty one does.
    pub meddler: Meddler,
}

impl Transport for Wire {
    fn send(
        &self,
        request: OutboundRequest,
    ) -> BoxFuture<'_, Result<OutboundResponse, TransportError>> {
        Box::pin(async move {
            if self.over.is_cancelled() {
                return std::future::pending().await;
            }
            let Some(world) = self.world.upgrade() else {
                return Err(TransportError::ConnectionRefused);
            };
            let patience = request.limits.total;
            let result = match world.fault {
                Some(fault) => timeout(patience, self.faulty(&world, fault, request)).await,
                None => timeout(patience, exchange(&world, self.from, request)).await,
            };
            if self.over.is_cancelled() {
                return std::future::pending().await;
            }
            result.unwrap_or(Err(TransportError::Timeout {
                stage: Stage::Answer,
            }))
        })
    }
}

impl Wire {
    async fn faulty(
        &self,
        world: &Arc<World>,
        fault: Fault,
        mut request: OutboundRequest,
    ) -> Result<OutboundResponse, TransportError> {
        let _alone = match fault {
            Fault::OneQueueForAll => Some(self.meddler.queue.lock().await),
            _ => None,
        };
        if let Some(life) = world.servers[self.from].life() {
            self.meddler.change(world, &life.app, &mut request);
        }
        let answer = exchange(world, self.from, request.clone()).await?;
        match (fault, world.server_of(&request.url)) {
            (Fault::LateAnswerForANewerAcceptance, Some(to)) => {
                Ok(self.meddler.mix_up(to, &request, answer))
            }
            _ => Ok(answer),
        }
    }
}

async fn exchange(
    world: &Arc<World>,
    from: usize,
    request: OutboundRequest,
) -> Result<OutboundResponse, TransportError> {
    world.step();
    let Some(to) = world.server_of(&request.url) else {
        return Err(TransportError::ConnectionRefused);
    };
    let link = world.link(from, to);
    let message = Message::read(world, from, to, &request);
    tell(world, message.as_ref(), "leaves");
    link.travel().await;
    match link.mode() {
        Mode::Cut => return Err(TransportError::ConnectionRefused),
        Mode::HalfOpen => return std::future::pending().await,
        _ => {}
    }
    let rough = link.mode() == Mode::Rough && request.method == Method::POST;
    if rough && link.chance.one_in(4) {
        copy_later(world, to, &request, message.clone(), &link.chance);
    }
    if rough && link.chance.one_in(6) {
        tell(world, message.as_ref(), "is lost");
        return lost(&link.chance).await;
    }
    let answer = hand_over(world, to, request, message.clone());
    let answer = answer.await?;
    if let Some(message) = message.as_ref().filter(|message| message.accepts) {
        let mut watch = world.watching();
        watch.answered(&message.reference, answer.status);
    }
    if rough && link.chance.one_in(5) {
        tell(world, message.as_ref(), "was answered, the answer is lost");
        return lost(&link.chance).await;
    }
    world.link(to, from).travel().await;
    if matches!(world.link(to, from).mode(), Mode::Cut | Mode::HalfOpen) {
        tell(world, message.as_ref(), "was answered, the answer is lost");
        return lost(&link.chance).await;
    }
    Ok(answer)
}

fn tell(world: &World, message: Option<&Message>, what: &str) {
    if let Some(message) = message {
        world.story.tell(format!("{message} {what}"));
    }
}

async fn lost(chance: &Chance) -> Result<OutboundResponse, TransportError> {
    if chance.one_in(2) {
        return std::future::pending().await;
    }
    let reason = "connection reset".to_owned();
    Err(TransportError::Io { reason })
}

/// The same bytes once more, soon or much later.
fn copy_later(
    world: &Arc<World>,
    to: usize,
    request: &OutboundRequest,
    message: Option<Message>,
    chance: &Chance,
) {
    let pause = match chance.below(3) {
        0 => chance.between(1, 100),
        1 => chance.between(100, 10_000),
        _ => chance.between(10_000, 100_000),
    };
    let (world, request) = (world.clone(), request.clone());
    let message = message.map(Message::as_copy);
    world.clone().later(async move {
        sleep(Duration::from_millis(pause)).await;
        world.watching().tally.copies += 1;
        drop(hand_over(&world, to, request, message).await);
    });
}

/// The receiver works on, whatever becomes of the sender.
async fn hand_over(
    world: &Arc<World>,
    to: usize,
    request: OutboundRequest,
    message: Option<Message>,
) -> Result<OutboundResponse, TransportError> {
    let Some(life) = world.servers[to].life() else {
        return Err(TransportError::ConnectionRefused);
    };
    let (done, answer) = oneshot::channel();
    let (router, at) = (life.router.clone(), world.clone());
    let cause = message.clone();
    tokio::spawn(CAUSE.scope(cause, async move {
        let answer = serve(router, request).await;
        if let (Some(message), Ok(answer)) = (&message, &answer) {
            at.story.tell(format!("{message} -> {}", answer.status));
        }
        // A sender that has gone away does not want to know.
        drop(done.send(answer));
    }));
    let reset = || TransportError::Io {
        reason: "connection reset".to_owned(),
    };
    tokio::select! {
        biased;
        answer = answer => answer.unwrap_or_else(|_| Err(reset())),
        () = life.over.cancelled() => Err(reset()),
    }
}

/// One exchange with the real router.
async fn serve(
    router: Router,
    request: OutboundRequest,
) -> Result<OutboundResponse, TransportError> {
    let url = url::Url::parse(&request.url).expect("a server sends to addresses only");
    let path = &url[url::Position::BeforePath..];
    let mut inbound = Request::builder().method(request.method).uri(path);
    for (name, value) in &request.headers {
        inbound = inbound.header(name, value);
    }
    let inbound = inbound.body(Body::from(request.body));
    let inbound = inbound.expect("what a server sends is a request");
    let response = match router.oneshot(inbound).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.into_owned())
    });
    let headers = headers.collect();
    let body = body.collect().await.map_err(|error| TransportError::Io {
        reason: error.to_string(),
    })?;
    Ok(OutboundResponse {
        status: parts.status.as_u16(),
        headers,
        body: body.to_bytes(),
        url: request.url,
    })
}
