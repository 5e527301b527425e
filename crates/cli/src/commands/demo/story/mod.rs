//! `symbolon demo --story`: the bug report owncloud/ocis#10813, played by two real servers over their public APIs.
//!
//! The story is [`steps::STORY`]; read it from top to bottom. Each step is a gesture, a promise, and a function that plays the
//! one and checks the other.

mod steps;
mod world;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

use self::steps::STORY;
use self::world::World;
use super::Demo;
use crate::output::say;

/// One step of the story.
struct Step {
    /// What somebody does, or what happens to a server.
    gesture: &'static str,
    /// What is true afterwards.
    promise: &'static str,
    /// Does the one and checks the other.
    play: for<'a> fn(&'a mut World) -> Play<'a>,
}

type Play<'a> = Pin<Box<dyn Future<Output = Result<Seen>> + 'a>>;

/// What a step that went as promised has to tell.
struct Seen {
    /// How long the effect took.
    took: Duration,
    /// Since when, in words.
    since: &'static str,
    /// What a server said to the person, and other things to show.
    said: Vec<String>,
}

impl Seen {
    /// The effect came `took` after `since`.
    fn after(took: Duration, since: &'static str) -> Self {
        Self {
            took,
            since,
            said: Vec::new(),
        }
    }

    /// Something to show, too.
    fn saying(mut self, line: String) -> Self {
        self.said.push(line);
        self
    }
}

/// Plays all steps; an error tells which one did not go as promised, and why.
pub(crate) async fn tell(demo: Demo) -> Result<()> {
    let began = Instant::now();
    let mut world = World::new(demo)?;
    say(&format!(
        "The story of owncloud/ocis#10813, played by two servers on this machine:\n\
         bob on {}, carol on {}\n",
        world.cat.url(),
        world.dog.url(),
    ))?;
    for (step, number) in STORY.iter().zip(1..) {
        say(&format!("{number:>2}  {}", step.gesture))?;
        let played = (step.play)(&mut world).await;
        tell_outcome(&world, step, &played).await?;
        if played.is_err() {
            if let Err(error) = world.stop().await {
                eprintln!("symbolon: {error:#}");
            }
            bail!("the story broke off at step {number}: {}", step.gesture);
        }
    }
    world.stop().await?;
    say(&format!(
        "All {} steps went as promised, in {:.1} s.",
        STORY.len(),
        began.elapsed().as_secs_f64()
    ))
}

async fn tell_outcome(world: &World, step: &Step, played: &Result<Seen>) -> Result<()> {
    let mut lines = match played {
        Ok(seen) => {
            let mut lines = vec![format!(
                "    ✓ {} ({} ms {})",
                step.promise,
                seen.took.as_millis(),
                seen.since
            )];
            lines.extend(seen.said.iter().map(|line| format!("      {line}")));
            lines
        }
        Err(error) => {
            let mut lines = vec![format!("    ✗ {}", step.promise)];
            lines.extend(
                format!("{error:#}")
                    .lines()
                    .map(|line| format!("      {line}")),
            );
            lines
        }
    };
    for person in [&world.bob, &world.carol] {
        let sees = world.shown(person).await;
        let who = format!("{} at {}", person.name.to_lowercase(), person.server);
        lines.push(format!("      {who:<13} {sees}"));
    }
    say(&format!("{}\n", lines.join("\n")))?;
    if played.is_err() {
        say(&format!(
            "The last lines of both logs:\n{}{}",
            world.cat.log_tail(),
            world.dog.log_tail()
        ))?;
    }
    Ok(())
}
