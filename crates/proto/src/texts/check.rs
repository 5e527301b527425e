//! What tests ask of the files of texts: that every language says everything, and with the same variables.

use std::collections::{BTreeMap, BTreeSet};

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

/// Words that nobody should have to know.
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
}
