//! `cargo run -p symbolon-sim -- --worlds N [--seed S]`: lives through many worlds and reports.

use std::time::Instant;

use clap::Parser;
use symbolon_sim::faults::Fault;
use symbolon_sim::{runner, world};

/// Worlds of whole servers, in which everything goes wrong that can.
#[derive(Parser)]
struct Arguments {
    /// How many worlds.
    #[arg(long, default_value_t = 2_000)]
    worlds: u64,
    /// The seed of the first; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Plant a mistake in every server, by its name in `sim/src/faults.rs`.
    #[arg(long, value_parser = fault)]
    fault: Option<Fault>,
    /// Print the whole story of the first world, whatever came of it.
    #[arg(long)]
    story: bool,
}

fn fault(name: &str) -> Result<Fault, String> {
    let named = |fault: &Fault| format!("{fault:?}").eq_ignore_ascii_case(name);
    Fault::ALL.into_iter().find(named).ok_or_else(|| {
        let names: Vec<String> = Fault::ALL
            .iter()
            .map(|fault| format!("{fault:?}"))
            .collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// Lines of a story that a finding is shown with.
const TAIL: usize = 60;

#[expect(clippy::disallowed_methods, reason = "this measures real time")]
fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    if arguments.story {
        let outcome = world::run_with(arguments.seed, arguments.fault);
        println!("{}", outcome.story.join("\n"));
        println!("{:016x} {:?}", outcome.hash, outcome.seen);
        return std::process::ExitCode::SUCCESS;
    }
    let began = Instant::now();
    let (mut worlds, mut steps, mut failed) = (0_u64, 0_u64, 0_u64);
    runner::run_with(
        arguments.seed,
        arguments.worlds,
        arguments.fault,
        |outcome| {
            worlds += 1;
            steps += outcome.steps;
            if let Some(violation) = &outcome.violation {
                failed += 1;
                let from = outcome.story.len().saturating_sub(TAIL);
                println!(
                    "seed {}: {}: {}",
                    outcome.seed, violation.oracle, violation.seen
                );
                println!("{}\n", outcome.story[from..].join("\n"));
            }
            failed < 5
        },
    );
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{worlds} worlds, {steps} steps in {seconds:.1} s: {:.0} worlds and {:.0} steps per second; {failed} failed",
        worlds as f64 / seconds,
        steps as f64 / seconds,
    );
    std::process::ExitCode::from(u8::from(failed > 0))
}
