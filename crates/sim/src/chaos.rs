//! What goes wrong: the network, the disks, the processes, the keys.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::sleep;

use crate::chance::Chance;
use crate::net::Mode;
use crate::plan::Weather;
use crate::watch;
use crate::world::World;

/// Lets things go wrong until the end of the acting.
pub async fn run(world: Arc<World>, until: u64) {
    let chance = world.chance("chaos");
    while world.story.millis() < until && world.story.violation().is_none() {
        match world.plan.weather {
            Weather::DeadPeer => {
                sleep(Duration::from_millis(500)).await;
                watch::nobody_waits_for_the_dead(&world);
                continue;
            }
            Weather::RoughSea => network(&world, &chance),
            Weather::Storm => match chance.below(10) {
                0..4 => network(&world, &chance),
                4 | 5 => crash(&world, &chance),
                6 | 7 => disk(&world, &chance),
                8 => rotate(&world, &chance),
                _ => backup(&world, &chance),
            },
        }
        sleep(Duration::from_millis(chance.between(300, 6_000))).await;
    }
}

/// The last server is dead without saying so, from the beginning on.
pub fn dead_peer(world: &World) {
    let dead = world.servers.len() - 1;
    for other in 0..dead {
        world.set_links(dead, other, Mode::HalfOpen);
    }
}

/// All links and disks are well again.
pub fn heal(world: &World) {
    for one in 0..world.servers.len() {
        for other in 0..world.servers.len() {
            world.link(one, other).set(Mode::Calm);
        }
        let disk = &world.servers[one].disk;
        disk.full.store(false, Ordering::Relaxed);
        disk.fails_one_in.store(0, Ordering::Relaxed);
        disk.slow_one_in.store(0, Ordering::Relaxed);
        disk.lies_one_in.store(0, Ordering::Relaxed);
        disk.crash_in.store(-1, Ordering::Relaxed);
    }
}

fn any(world: &World, chance: &Chance) -> usize {
    let count = u64::try_from(world.servers.len()).unwrap_or(1);
    usize::try_from(chance.below(count)).unwrap_or(0)
}

fn network(world: &Arc<World>, chance: &Chance) {
    let (one, other) = (any(world, chance), any(world, chance));
    let mode = match chance.below(10) {
        0 => Mode::Cut,
        1 => Mode::HalfOpen,
        2 => Mode::Slow,
        3 | 4 => Mode::Calm,
        _ => Mode::Rough,
    };
    let names = (&world.servers[one].host, &world.servers[other].host);
    if one == other {
        world
            .story
            .tell(format!("{} is now {mode:?} to all", names.0));
        for peer in 0..world.servers.len() {
            world.set_links(one, peer, mode);
        }
    } else if chance.one_in(3) {
        world
            .story
            .tell(format!("{} to {} is now {mode:?}", names.0, names.1));
        world.link(one, other).set(mode);
    } else {
        world
            .story
            .tell(format!("{} and {} are now {mode:?}", names.0, names.1));
        world.set_links(one, other, mode);
    }
}

/// At once, or between two steps of whatever comes next.
fn crash(world: &Arc<World>, chance: &Chance) {
    let server = any(world, chance);
    if chance.one_in(3) {
        world.crash(server);
    } else {
        let moments = i64::try_from(chance.below(14)).unwrap_or(0);
        let disk = &world.servers[server].disk;
        disk.crash_in.store(moments, Ordering::Relaxed);
    }
    restart(world, server, chance.between(200, 9_000));
}

fn restart(world: &Arc<World>, server: usize, pause: u64) {
    let at = world.clone();
    world.clone().later(async move {
        sleep(Duration::from_millis(pause)).await;
        let server = &at.servers[server];
        server.disk.crash_in.store(-1, Ordering::Relaxed);
        if server.life().is_none() {
            at.story.tell(format!("{} starts again", server.host));
            server.boot(&at);
        }
    });
}

fn disk(world: &Arc<World>, chance: &Chance) {
    let index = any(world, chance);
    let host = &world.servers[index].host;
    let kind = chance.below(3);
    let disk = &world.servers[index].disk;
    match kind {
        0 => {
            world.story.tell(format!("the disk of {host} is full"));
            disk.full.store(true, Ordering::Relaxed);
        }
        1 => disk.fails_one_in.store(4, Ordering::Relaxed),
        _ => disk.slow_one_in.store(2, Ordering::Relaxed),
    }
    let pause = chance.between(500, 6_000);
    let at = world.clone();
    world.clone().later(async move {
        sleep(Duration::from_millis(pause)).await;
        let disk = &at.servers[index].disk;
        match kind {
            0 => disk.full.store(false, Ordering::Relaxed),
            1 => disk.fails_one_in.store(0, Ordering::Relaxed),
            _ => disk.slow_one_in.store(0, Ordering::Relaxed),
        }
    });
}

/// An administrator backs a server up, or finds its disk broken and restores the backup.
fn backup(world: &Arc<World>, chance: &Chance) {
    let index = any(world, chance);
    let server = &world.servers[index];
    if let Some(backup) = server.take_backup() {
        world
            .story
            .tell(format!("{} is restored from a backup", server.host));
        server.crash();
        server.replace_store(backup.store);
        world.watching().restore(world, index, backup.seen);
        restart(world, index, chance.between(50, 3_000));
    } else {
        world.story.tell(format!("{} is backed up", server.host));
        let seen = world.watching().back_up(world, index);
        server.back_up(seen);
    }
}

/// A new signing key, as an administrator gives it: stop, replace, start.
fn rotate(world: &Arc<World>, chance: &Chance) {
    let server = any(world, chance);
    let host = &world.servers[server].host;
    world.story.tell(format!("{host} gets a new key"));
    world.servers[server].crash();
    world.servers[server].rotate_key();
    restart(world, server, chance.between(50, 800));
}
