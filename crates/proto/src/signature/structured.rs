//! Dictionaries of structured fields (RFC 9651), with a memory of keys that occur twice.

use std::convert::Infallible;

use sfv::{
    Dictionary, Key, KeyRef, ListEntry, Parser,
    visitor::{DictionaryVisitor, EntryVisitor},
};

/// A dictionary field. Of a repeated key it holds the last value, as RFC 9651 §4.2.2 says, and the fact.
#[derive(Default)]
pub(crate) struct Members {
    dictionary: Dictionary,
    repeated: Vec<Key>,
}

impl Members {
    /// The value under `key`, the last one if there are several.
    pub(crate) fn get(&self, key: &str) -> Option<&ListEntry> {
        self.dictionary.get(key)
    }

    /// Whether `key` occurs more than once.
    pub(crate) fn is_repeated(&self, key: &str) -> bool {
        self.repeated
            .iter()
            .any(|repeated| repeated.as_str() == key)
    }

    /// Keys and values in the order of the field.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &ListEntry)> {
        self.dictionary
            .iter()
            .map(|(key, entry)| (key.as_str(), entry))
    }
}

/// Parses a whole field, its lines joined by commas. The error is the parser's reason, in English.
pub(crate) fn parse_dictionary(field: &str) -> Result<Members, String> {
    Parser::new(field)
        .parse_dictionary_with_visitor(Members::default())
        .map_err(|error| error.to_string())
}

impl<'de> DictionaryVisitor<'de> for Members {
    type Out = Self;
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Self::Error> {
        if self.dictionary.contains_key(key) {
            self.repeated.push(key.to_owned());
        }
        DictionaryVisitor::entry(&mut self.dictionary, key)
    }

    fn finish(self) -> Result<Self::Out, Self::Error> {
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_dictionary;

    #[test]
    fn a_repeated_key_keeps_its_last_value_and_is_remembered() {
        let members = parse_dictionary("a=1, b=2, a=3").unwrap();
        assert_eq!(
            members.get("a"),
            Some(&sfv::ListEntry::from(sfv::integer(3)))
        );
        assert!(members.is_repeated("a"));
        assert!(!members.is_repeated("b"));
        assert!(!members.is_repeated("c"));
    }
}
