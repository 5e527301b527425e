//! The disk of a server: slow, full, failing, and the place where crashes happen.

use std::sync::atomic::Ordering;
use std::time::Duration;

use symbolon_store::{Disk, Error, Wait};
use tokio_util::sync::CancellationToken;

use crate::chance::Chance;
use crate::server::WorldRef;
use crate::watch;

/// The disk of one life of one server.
pub struct SimDisk {
    /// The world that it belongs to.
    pub world: WorldRef,
    /// Whose disk it is.
    pub server: usize,
    /// Cancelled when that life is over.
    pub over: CancellationToken,
    /// What it leaves to luck.
    pub chance: Chance,
}

impl SimDisk {
    /// Waits for ever when the life is over.
    async fn alive(&self) {
        if self.over.is_cancelled() {
            std::future::pending::<()>().await;
        }
    }

    /// One moment at which a server can crash.
    async fn moment(&self) {
        if let Some(world) = self.world.upgrade() {
            let server = &world.servers[self.server];
            let left = server.disk.crash_in.load(Ordering::Relaxed);
            if left >= 0 {
                server.disk.crash_in.store(left - 1, Ordering::Relaxed);
            }
            if left == 0 && !self.over.is_cancelled() {
                world.crash(self.server);
            }
        }
        self.alive().await;
    }
}

impl Disk for SimDisk {
    fn before(&self, operation: &'static str) -> Wait<'_, Result<(), Error>> {
        Box::pin(async move {
            self.alive().await;
            let Some(world) = self.world.upgrade() else {
                return Ok(());
            };
            world.step();
            let disk = &world.servers[self.server].disk;
            let slow = disk.slow_one_in.load(Ordering::Relaxed);
            if self.chance.one_in(slow.into()) {
                let pause = self.chance.between(1, 40);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            self.moment().await;
            if self
                .chance
                .one_in(disk.lies_one_in.load(Ordering::Relaxed).into())
            {
                let server = &world.servers[self.server];
                if let Ok(without) = server.store().copy() {
                    server.will_lose(without);
                }
            }
            if disk.full.load(Ordering::Relaxed) {
                return Err(Error::Full);
            }
            if self
                .chance
                .one_in(disk.fails_one_in.load(Ordering::Relaxed).into())
            {
                let host = &world.servers[self.server].host;
                world
                    .story
                    .tell(format!("{host} cannot commit {operation}"));
                return Err(Error::Unavailable("the disk failed".to_owned()));
            }
            Ok(())
        })
    }

    fn after(&self, operation: &'static str) -> Wait<'_, ()> {
        Box::pin(async move {
            if let Some(world) = self.world.upgrade() {
                watch::committed(&world, self.server, operation);
                let server = self.server;
                if let Some(without) = world.servers[server].loses() {
                    // The caller is answered first, and the crash comes right behind.
                    tokio::spawn(async move {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        world.crash(server);
                        world.servers[server].replace_store(without);
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        if world.servers[server].life().is_none() {
                            world.servers[server].boot(&world);
                        }
                    });
                }
            }
            self.moment().await;
        })
    }

    fn reading(&self) -> Wait<'_, ()> {
        Box::pin(self.alive())
    }
}
