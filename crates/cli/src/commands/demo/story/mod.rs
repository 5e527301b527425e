//! `symbolon demo --story`: the bug report owncloud/ocis#10813, played by two real servers over their public APIs.
//!
//! The story is [`steps::STORY`]; read it from top to bottom. Each step is a gesture, a promise, and a function that plays the
//! one and checks the other.

mod steps;
mod world;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Result;
use symbolon_proto::texts::Values;
use tokio::time::Instant;

use self::steps::STORY;
use self::world::World;
use super::Demo;
use crate::exit::{Exit, Failure};
use crate::language::{say, text};
use crate::output;

/// One step of the story.
struct Step {
    /// What somebody does, or what happens to a server; the name of a text, as the others here.
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
    /// Since when.
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

/// Plays all steps; an error tells which one did not go as promised, and why. What is wrong is in English: it is for those
/// who mend the program.
pub(crate) async fn tell(demo: Demo) -> Result<()> {
    let began = Instant::now();
    let mut world = World::new(demo)?;
    output::say(&say!("demo-story-head"))?;
    let (cat, dog) = (world.cat.url(), world.dog.url());
    output::say(&say!("demo-story-people", cat = cat, dog = dog))?;
    output::say("")?;
    for (step, number) in STORY.iter().zip(1_u32..) {
        let gesture = text(step.gesture, &Values::NONE);
        output::say(&format!("{number:>2}  {gesture}"))?;
        let played = (step.play)(&mut world).await;
        tell_outcome(&world, step, &played).await?;
        if played.is_err() {
            if let Err(error) = world.stop().await {
                eprintln!("symbolon: {error:#}");
            }
            let broke = say!("demo-story-broke", step = number, gesture = gesture);
            return Err(Failure::error(Exit::Failed, broke));
        }
    }
    world.stop().await?;
    let seconds = format!("{:.1}", began.elapsed().as_secs_f64());
    output::say(&say!(
        "demo-story-done",
        steps = STORY.len(),
        seconds = seconds
    ))
}

async fn tell_outcome(world: &World, step: &Step, played: &Result<Seen>) -> Result<()> {
    let promise = text(step.promise, &Values::NONE);
    let mut lines = match played {
        Ok(seen) => {
            let since = text(seen.since, &Values::NONE);
            let took = seen.took.as_millis();
            let mut lines = vec![format!("    ✓ {promise} ({took} ms {since})")];
            lines.extend(seen.said.iter().map(|line| format!("      {line}")));
            lines
        }
        Err(error) => {
            let mut lines = vec![format!("    ✗ {promise}")];
            let why = format!("{error:#}");
            lines.extend(why.lines().map(|line| format!("      {line}")));
            lines
        }
    };
    for person in [&world.bob, &world.carol] {
        let sees = world.shown(person).await;
        let name = person.name.to_lowercase();
        let who = say!("demo-at", name = name, server = person.server);
        lines.push(format!("      {who:<13} {sees}"));
    }
    output::say(&format!("{}\n", lines.join("\n")))?;
    if played.is_err() {
        output::say(&say!("demo-story-logs"))?;
        let logs = format!("{}{}", world.cat.log_tail(), world.dog.log_tail());
        output::say(&logs)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_words_for_what_happens_and_what_is_true_afterwards() {
        for step in STORY {
            for id in [step.gesture, step.promise] {
                let said = text(id, &Values::NONE);
                assert!(!said.contains("demo-") && said.len() > 10, "{id}: {said}");
            }
        }
    }
}
