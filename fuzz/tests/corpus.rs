//! The inputs that are kept are played on every build, without libFuzzer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use symbolon_fuzz::{PLANTED, TARGETS};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_input_of_the_corpus_is_played_and_everything_holds() {
    let mut known = BTreeSet::new();
    for target in &TARGETS {
        let inputs = entries(&corpus().join(target.name));
        assert!(
            !inputs.is_empty(),
            "{} has no input to begin with",
            target.name
        );
        for path in &inputs {
            let input = std::fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            // What panics is told with its file by the line before.
            println!("{}", path.display());
            (target.play)(&input);
            // Whatever is true of an input must not lean on where it ends.
            for end in 0..input.len().min(64) {
                (target.play)(&input[..end]);
            }
        }
        known.insert(corpus().join(target.name));
    }
    let folders: BTreeSet<PathBuf> = entries(&corpus()).into_iter().collect();
    assert_eq!(
        folders, known,
        "every folder of the corpus is that of a target"
    );
}

#[test]
fn the_planted_mistake_is_one() {
    (PLANTED.play)(b"symbolo!");
    let found = std::panic::catch_unwind(|| (PLANTED.play)(b"symbolon"));
    assert!(found.is_err());
}
