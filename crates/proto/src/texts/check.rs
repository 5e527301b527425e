//! What tests ask of the files of texts: that every language says everything, with the same variables, and nothing that
//! no code asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use crate::language::Language;

/// What one text is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The variables in it, also those of the messages that it contains.
    pub variables: BTreeSet<String>,
    /// The messages that it contains.
    pub messages: BTreeSet<String>,
    /// Its own words, of all variants, in lower case.
    pub words: String,
}

/// Words that nobody should have to know. "Open Cloud Mesh" is none of them: other servers call the place so where a person
/// pastes a code, and who looks for it has to know what is written on it. No text says it for anything else.
pub const JARGON: [&str; 12] = [
    "token",
    "provider",
    "ocm",
    "sciencemesh",
    "peer",
    "federat",
    "föderation",
    "anbieter",
    "令牌",
    "提供商",
    "提供者",
    "联邦",
];

/// Every text of a file by its name: messages, and attributes as `message.attribute`. The error says what cannot be read.
pub fn shapes(source: &str) -> Result<BTreeMap<String, Shape>, String> {
    let resource = parser::parse(source).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut shapes = BTreeMap::new();
    let mut add = |name: String, pattern: &Pattern<&str>| {
        let mut shape = Shape::default();
        look(pattern, &mut shape);
        match shapes.insert(name.clone(), shape) {
            Some(_) => Err(format!("{name} is there twice")),
            None => Ok(()),
        }
    };
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        if let Some(pattern) = &message.value {
            add(message.id.name.to_owned(), pattern)?;
        }
        for attribute in &message.attributes {
            let name = format!("{}.{}", message.id.name, attribute.id.name);
            add(name, &attribute.value)?;
        }
    }
    let flat = shapes.clone();
    for shape in shapes.values_mut() {
        let mut open = shape.messages.iter().cloned().collect::<Vec<_>>();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            let inner = flat
                .get(&name)
                .ok_or_else(|| format!("there is no {name}"))?;
            if seen.insert(name) {
                shape.variables.extend(inner.variables.iter().cloned());
                open.extend(inner.messages.iter().cloned());
            }
        }
    }
    Ok(shapes)
}

/// What is wrong with the files of a crate, given in the order of [`Language::ALL`]; nothing, one hopes. Messages whose
/// names begin with `x-` are pieces of others, and a matter of each language.
pub fn complaints(sources: [&str; 3]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut all = Vec::new();
    for (language, source) in Language::ALL.into_iter().zip(sources) {
        match shapes(source) {
            Ok(shapes) => all.push((language.tag(), shapes)),
            Err(error) => complaints.push(format!("{}: {error}", language.tag())),
        }
    }
    let Some(((_, english), others)) = all.split_first() else {
        return complaints;
    };
    for (tag, shapes) in others {
        let piece = |name: &str| name.starts_with("x-");
        for (name, shape) in english.iter().filter(|(name, _)| !piece(name)) {
            match shapes.get(name) {
                None => complaints.push(format!("{tag} lacks {name}")),
                Some(other) if other.variables != shape.variables => complaints.push(format!(
                    "{name} has {:?} in English and {:?} in {tag}",
                    shape.variables, other.variables
                )),
                Some(_) => {}
            }
        }
        let unknown = shapes
            .keys()
            .filter(|name| !english.contains_key(*name) && !piece(name));
        complaints.extend(unknown.map(|name| format!("only {tag} has {name}")));
    }
    complaints
}

/// Texts of a crate that say [`JARGON`], with the word; nothing, one hopes.
pub fn jargon(sources: [&str; 3]) -> Vec<String> {
    let mut found = Vec::new();
    for (language, source) in Language::ALL.into_iter().zip(sources) {
        for (name, shape) in shapes(source).unwrap_or_default() {
            let words = JARGON.iter().filter(|word| shape.words.contains(**word));
            found.extend(words.map(|word| format!("{name} in {}: {word}", language.tag())));
        }
    }
    found
}

/// Texts that code asks for and that are not there, and texts that are there and that no code asks for; nothing, one hopes.
///
/// Names are told from other words by where they stand. In templates that is where something is said. In code, a name
/// with a hyphen counts wherever it stands whole, since nothing else is called so; one of a single word, which may be
/// anything, only where it is said. What stands in comments, or in tests and what is compiled for them alone, says nothing.
pub fn uses(
    sources: [&str; 3],
    code: &[(String, String)],
    templates: &[(String, String)],
) -> Vec<String> {
    let english = shapes(sources[0]).unwrap_or_default();
    let mut complaints = Vec::new();
    let mut asked = BTreeSet::new();
    for (text, is_code) in code
        .iter()
        .map(|(_, text)| (without_tests(text), true))
        .chain(templates.iter().map(|(_, text)| (text.clone(), false)))
    {
        for (before, literal) in literals(&text) {
            let said = is_said(before);
            if said && !english.contains_key(literal) {
                complaints.push(format!("there is no text {literal}"));
            }
            if said || (is_code && (literal.contains('-') || literal.starts_with('.'))) {
                asked.insert(literal.to_owned());
            }
        }
    }
    let spoken = english.keys().filter(|name| !name.starts_with("x-"));
    // A part is asked for by the name of its text and its own, which need not stand together.
    let part = |name: &str| {
        let (text, part) = name.split_once('.')?;
        Some(asked.contains(text) && asked.contains(&format!(".{part}")))
    };
    let silent = spoken.filter(|name| !asked.contains(*name) && part(name) != Some(true));
    complaints.extend(silent.map(|name| format!("{name} is said nowhere")));
    for (language, source) in Language::ALL.into_iter().zip(sources) {
        let shapes = shapes(source).unwrap_or_default();
        let parts: BTreeSet<&String> = shapes.values().flat_map(|shape| &shape.messages).collect();
        let pieces = shapes.keys().filter(|name| name.starts_with("x-"));
        let loose = pieces.filter(|name| !parts.contains(name));
        complaints
            .extend(loose.map(|name| format!("{name} in {} is part of nothing", language.tag())));
    }
    complaints
}

/// Every file below a folder whose name ends so: its path from there, and its text. Files of tests are left out.
pub fn files(folder: &Path, ending: &str) -> io::Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(inner)? {
            let path = entry?.path();
            let name = path.strip_prefix(folder).unwrap_or(&path);
            let name = name.to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(ending) && !name.ends_with("tests.rs") {
                texts.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    Ok(texts)
}

/// Code without its comments, and without what is compiled for tests alone.
pub fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let lines = code.lines().map(|line| {
        // Addresses have no space before their slashes.
        let code = line.split(" // ").next().unwrap_or_default();
        if code.trim_start().starts_with("//") {
            ""
        } else {
            code
        }
    });
    let code: String = lines.flat_map(|line| [line, "\n"]).collect();
    let mut kept = String::new();
    let mut rest = code.as_str();
    while let Some((before, marked)) = rest.split_once(MARK) {
        kept.push_str(before);
        rest = &marked[end_of_item(marked)..];
    }
    kept.push_str(rest);
    kept
}

/// Where the item ends at the beginning of which the code stands.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Each literal of a single line, with everything that stands before it.
fn literals(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    for pair in quotes.windows(2) {
        let literal = &text[pair[0] + 1..pair[1]];
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let begins = literal
            .trim_start_matches('.')
            .starts_with(|c: char| c.is_ascii_lowercase());
        if begins && literal.chars().all(plain) {
            found.push((&text[..pair[0]], literal));
        }
    }
    found
}

/// Whether what comes next is what somebody says: the first argument, or the one behind the language.
fn is_said(before: &str) -> bool {
    let Some((head, arguments)) = before.rsplit_once('(') else {
        return false;
    };
    let arguments = arguments.trim();
    let path = |c: char| c.is_ascii_alphanumeric() || "_.:&".contains(c);
    let first = match arguments.strip_suffix(',') {
        Some(language) => language.chars().all(path),
        None => arguments.is_empty(),
    };
    let speaks = ["say", "say!", "plain", "Said::new"];
    first && speaks.iter().any(|name| head.ends_with(name))
}

fn look(pattern: &Pattern<&str>, shape: &mut Shape) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                shape.words.push_str(&value.to_lowercase());
            }
            PatternElement::Placeable { expression } => look_into(expression, shape),
        }
    }
}

fn look_into(expression: &Expression<&str>, shape: &mut Shape) {
    match expression {
        Expression::Select { selector, variants } => {
            look_at(selector, shape);
            for variant in variants {
                look(&variant.value, shape);
            }
        }
        Expression::Inline(inline) => look_at(inline, shape),
    }
}

fn look_at(inline: &InlineExpression<&str>, shape: &mut Shape) {
    match inline {
        InlineExpression::VariableReference { id } => {
            shape.variables.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, .. } => {
            shape.messages.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                look_at(argument, shape);
            }
        }
        InlineExpression::Placeable { expression } => look_into(expression, shape),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_say_the_same_are_in_order() {
        let english = "a = Hello, { $peer }\n    .b = { $n ->\n   *[other] { $n }\n }";
        let german = "x-who = { $peer }\na = { x-who }, hallo\n    .b = { $n }";
        assert_eq!(complaints([english, english, german]), Vec::<String>::new());
    }

    #[test]
    fn jargon_is_found_in_every_variant_and_names_of_variables_are_none() {
        let plain = "a = From { $peer }, { $n ->\n    [one] one\n   *[other] more\n }";
        let trade = plain.replace("more", "Tokens");
        assert_eq!(jargon([plain; 3]), Vec::<String>::new());
        assert_eq!(jargon([plain, &trade, plain]), ["a in zh-CN: token"]);
    }

    #[test]
    fn whatever_differs_is_found() {
        let english = "a = { $x }\nb = B\n    .c = C";
        for (other, complaint) in [
            ("a = { $x }\nb = B", "de lacks b.c"),
            ("a = A\nb = B\n    .c = C", "a has"),
            ("a = { $y }\nb = B\n    .c = C", "a has"),
            ("a = { $x }\nb = B\n    .c = C\nd = D", "only de has d"),
            ("a = { $x }\na = { $x }\nb = B\n    .c = C", "twice"),
            ("a = { $x }\nb = { d }\n    .c = C", "no d"),
            ("a = { $x\nb = B\n    .c = C", "de: "),
        ] {
            let found = complaints([english, english, other]);
            assert!(found[0].contains(complaint), "{other}: {found:?}");
        }
    }
    fn file(text: &str) -> (String, String) {
        ("x".to_owned(), text.to_owned())
    }

    #[test]
    fn a_text_that_no_code_says_is_found_though_its_name_stands_somewhere() {
        let english = "name = Name\n    .note = N\nsoon-now = now\nx-part = P\nwhole = { x-part }\n    .mend = m";
        let asked =
            |code: &str, template: &str| uses([english; 3], &[file(code)], &[file(template)]);
        let says = "say(\"name\"); plain(language, \"name.note\"); Said::new(\n  \"whole\"); part(\".mend\"); (\"soon-now\", 1)";
        assert_eq!(asked(says, ""), Vec::<String>::new());
        let template = "{{ frame.say(\"name\") }} <i id=\"soon-now\">";
        assert_eq!(
            asked(&says.replace("\"name\"", "x"), template),
            Vec::<String>::new()
        );
        for (code, complaint) in [
            (
                says.replace("say(\"name\")", "member(\"name\")"),
                "name is said nowhere",
            ),
            (
                says.replace("say(\"name\")", "say(a, b, \"name\")"),
                "name is said nowhere",
            ),
            (
                says.replace("(\"soon-now\", 1)", "// (\"soon-now\")"),
                "soon-now is said nowhere",
            ),
            (
                says.replace(
                    "(\"soon-now\", 1)",
                    "\n#[cfg(test)]\nmod tests { fn a() { say(\"soon-now\") } }\nfn b() {}",
                ),
                "soon-now is said nowhere",
            ),
            (
                says.replace("(\"soon-now\", 1)", "\"soon-now or later\""),
                "soon-now is said nowhere",
            ),
            (says.replace(".mend", ".heal"), "whole.mend is said nowhere"),
            (format!("{says} say(\"later\")"), "there is no text later"),
        ] {
            assert_eq!(asked(&code, "id=\"soon-now\""), [complaint], "{code}");
        }
        let loose = english.replace("{ x-part }", "W");
        assert_eq!(
            uses([english, &loose, english], &[file(says)], &[]),
            ["x-part in zh-CN is part of nothing"]
        );
    }

    #[test]
    fn what_is_compiled_for_tests_alone_is_cut_out_and_what_follows_it_is_not() {
        let code = "a\n#[cfg(test)]\nimpl A {\n fn b() { format!(\"{}\", 1) }\n}\nc\n#[cfg(test)]\nmod tests;\nd\n// e";
        assert_eq!(
            without_tests(code).split_whitespace().collect::<String>(),
            "acd"
        );
    }
}
