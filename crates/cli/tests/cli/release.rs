//! `scripts/release`, on a program of a few lines that has in it what builds differ by: sources that are made while it is built,
//! a part in C, and what the compilers say of where and when they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const MANIFEST: &str = r#"[package]
name = "symbolon"
version = "0.1.0"
edition = "2024"
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "symbolon"
version = "0.1.0"
"#;

const BUILD: &str = r#"
fn main() {
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR").unwrap());
    let at = |name: &str| out.join(name);
    std::fs::write(at("made.rs"), "pub const MADE: &str = concat!(file!(), MORE);").unwrap();
    let source = "const char *made(void) { return __FILE__ __DATE__ __TIME__; }";
    std::fs::write(at("made.c"), source).unwrap();
    let flags = std::env::var("CFLAGS").unwrap_or_default();
    let run = |command: &mut std::process::Command| assert!(command.status().unwrap().success());
    run(std::process::Command::new("cc")
        .args(flags.split_whitespace())
        .arg("-g").arg("-c").arg(at("made.c")).arg("-o").arg(at("made.o")));
    run(std::process::Command::new("ar").arg("crs").arg(at("libmade.a")).arg(at("made.o")));
    println!("cargo::rustc-env=NOW={:?}", std::time::SystemTime::now());
    println!("cargo::rustc-link-search=native={}", out.display());
    println!("cargo::rustc-link-lib=static=made");
}
"#;

const MAIN: &str = r#"
include!(concat!(env!("OUT_DIR"), "/made.rs"));
unsafe extern "C" { safe fn made() -> *const std::ffi::c_char; }
fn main() {
    println!("{MADE} {:?}", unsafe { std::ffi::CStr::from_ptr(made()) });
}
"#;

/// A folder that looks like ours; what is built there says `more` besides.
struct Project(TempDir);

impl Project {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/release");
        fs::create_dir(folder.path().join("scripts")).unwrap();
        fs::copy(script, folder.path().join("scripts/release")).unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let main = MAIN.replace(
            "include!",
            &format!("macro_rules! more {{ () => {{ {more} }} }}\ninclude!"),
        );
        let build = BUILD.replace("MORE", "more!()");
        for (name, text) in [
            ("Cargo.toml", MANIFEST),
            ("Cargo.lock", LOCK),
            ("build.rs", &build),
            ("src/main.rs", &main),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn program(&self) -> PathBuf {
        self.0.path().join("target/reproducible/release/symbolon")
    }

    /// Whether it ended well, and all that it said.
    fn release(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(self.0.path().join("scripts/release"));
        // What somebody may have set for builds of their own.
        command
            .env("RUSTFLAGS", "-C debuginfo=2")
            .env("CFLAGS", "-g3");
        let ran = command.args(arguments).output().unwrap();
        let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8(text).unwrap());
        (ran.status.success(), said.concat())
    }
}

#[test]
fn a_release_is_the_same_byte_for_byte_wherever_it_is_built() {
    let project = Project::new(r#""""#);
    let (well, said) = project.release(&["twice"]);
    assert!(
        well && said.contains("The two are the same, byte for byte."),
        "{said}"
    );
    // The copies are what is compared, and this folder is as it was.
    assert!(!project.program().exists());

    let (well, said) = project.release(&[]);
    assert!(well, "{said}");
    let program = fs::read(project.program()).unwrap();
    let has = |text: &str| {
        program
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    // What it tells of its sources it tells from the folder of the project, in Rust as in C.
    assert!(has("./target/reproducible/release/build/symbolon-"));
    assert!(has("/out/made.rs") && has("/out/made.cJan  1 1970"));
    assert!(!has(project.0.path().to_str().unwrap()));
}

#[test]
fn a_program_that_has_the_folder_of_its_builder_in_it_is_no_release() {
    let project = Project::new(r#"env!("CARGO_MANIFEST_DIR")"#);
    let (well, said) = project.release(&[]);
    assert!(!well && said.contains("a path of this machine"), "{said}");
}

#[test]
fn builds_that_differ_are_told_apart() {
    let project = Project::new(r#"env!("NOW")"#);
    let (well, said) = project.release(&["twice"]);
    assert!(!well && said.contains("the two are NOT the same"), "{said}");
}
