//! What documents say of the source, and whether it is so.

use std::path::{Path, PathBuf};

/// The folder of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the project.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table that begins with these cells, without its head.
pub(crate) fn table(text: &str, head: &[&str]) -> Vec<Vec<String>> {
    let mut lines = text.lines().map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        Some(cells.map(str::to_owned).collect::<Vec<_>>())
    });
    let found = lines.any(|cells| cells.is_some_and(|cells| cells == head));
    assert!(found, "there is no table {head:?}");
    lines.skip(1).map_while(|cells| cells).collect()
}

/// What stands between code marks.
pub(crate) fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether a file of tests has a test of this name: by attribute, or in a list of claims about every database.
fn has_test(file: &str, name: &str) -> bool {
    let text = read(file);
    let lines: Vec<&str> = text.lines().collect();
    let function = format!("fn {name}(");
    let by_attribute = lines.iter().enumerate().any(|(at, line)| {
        line.contains(&function) && lines[at.saturating_sub(3)..at].iter().any(|l| is_test(l))
    });
    let claims = text
        .split_once("claims! {")
        .map_or("", |(_, rest)| rest.split_once("\n}\n").unwrap().0);
    let claimed = claims
        .split([',', ';', ':', '\n', ' '])
        .any(|word| word == name);
    by_attribute || (claimed && text.contains(&function))
}

fn is_test(line: &str) -> bool {
    let line = line.trim();
    line == "#[test]" || line.starts_with("#[tokio::test")
}

/// Whether `` `name` in `file` `` names a test that there is, and says nothing more.
pub(crate) fn exists(shown: &str) {
    let [name, file] = code(shown)[..] else {
        panic!("no test and file: {shown}");
    };
    assert_eq!(shown, format!("`{name}` in `{file}`"));
    let exists = has_test(&format!("crates/{file}"), name);
    assert!(exists, "no test {name} in {file}");
}

/// The source of what is installed, file by file, without its tests.
pub(crate) fn sources(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, into);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
            into.push((path, text[..tests].to_owned()));
        }
    }
}
