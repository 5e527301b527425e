//! How many connections are open at a time. Each costs an open file and some memory, and whoever holds one may send nothing, or
//! read no answer.

use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::client::connected;
use super::room::{Guest, Room};
use crate::config::Proxies;

/// Most connections.
const ALL: usize = 4_096;

/// Of these, one address that is known has a quarter: a whole institution may be behind it, each of its people with a stream
/// of events.
const PART_OF_ONE: usize = 4;

/// How many connections fit into so many open files: a quarter of these is for the database and for other servers.
pub(crate) fn fitting(open_files: Option<u64>) -> usize {
    let files = open_files.and_then(|files| usize::try_from(files).ok());
    files.map_or(ALL, |files| ALL.min(files / 4 * 3).max(1))
}

/// Lets everybody in, and closes a connection of whoever has most if there are too many.
#[derive(Clone)]
pub(crate) struct Doorkeeper {
    room: Room,
    /// `None` if addresses say nothing.
    proxies: Option<Proxies>,
}

impl Doorkeeper {
    pub(crate) fn new(all: usize, proxies: Option<Proxies>) -> Self {
        Self {
            room: Room::new(all, (all / PART_OF_ONE).max(1)),
            proxies,
        }
    }

    /// The address that pays for a connection; a proxy pays for nobody.
    fn payer(&self, stream: &TcpStream) -> Option<IpAddr> {
        let proxies = self.proxies.as_ref()?;
        let peer = stream.peer_addr().ok()?;
        connected(peer.ip(), proxies)
    }
}

impl<S> Accept<TcpStream, S> for Doorkeeper {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<io::Result<(Connection, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let guest = self.room.enter(self.payer(&stream));
        let closed = guest.makes_room().clone().cancelled_owned();
        let connection = Connection {
            stream,
            closed: Box::pin(closed),
            _guest: guest,
        };
        ready(Ok((connection, service)))
    }
}

/// A connection that ends when somebody else needs its place.
pub(crate) struct Connection {
    stream: TcpStream,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    _guest: Guest,
}

impl Connection {
    /// The stream, unless it has to make room.
    fn open(&mut self, context: &mut Context<'_>) -> io::Result<Pin<&mut TcpStream>> {
        match self.closed.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(Pin::new(&mut self.stream)),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.open(context)?.poll_read(context, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.open(context)?.poll_write(context, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.open(context)?.poll_write_vectored(context, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.open(context)?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_to_the_database_and_to_other_servers() {
        for (files, connections) in [
            (Some(1_024), 768),
            (Some(65_536), 4_096),
            (Some(4), 3),
            (Some(0), 1),
            (None, 4_096),
        ] {
            assert_eq!(fitting(files), connections);
        }
    }
}
