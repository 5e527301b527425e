//! Values on their way to and from either database, and the rows that come back.

use crate::{Error, Statement};

/// A value as it goes to and comes from either database. It has no `Debug`: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// A number, a time in milliseconds, or a boolean as 0 or 1.
    Int(i64),
    /// Text. PostgreSQL refuses the character U+0000 in it.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The kind of value, for messages; never the value itself.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of a result, read by position. Every reader fails with [`Error::Inconsistent`] when something else is
/// there.
pub struct Row {
    statement: &'static str,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(statement: &Statement, values: Vec<Value>) -> Self {
        Self {
            statement: statement.name(),
            values,
        }
    }

    /// A number.
    pub fn int(&self, column: usize) -> Result<i64, Error> {
        match self.value(column)? {
            Value::Int(value) => Ok(*value),
            other => Err(self.unexpected(column, other, "a number")),
        }
    }

    /// A number or NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Error> {
        self.optional(column, Self::int)
    }

    /// A number of a narrower type.
    pub fn number<T: TryFrom<i64>>(&self, column: usize) -> Result<T, Error> {
        let value = self.int(column)?;
        T::try_from(value).map_err(|_| self.inconsistent(column, "a number out of range"))
    }

    /// A boolean, stored as 0 or 1.
    pub fn bool(&self, column: usize) -> Result<bool, Error> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.inconsistent(column, "a number other than 0 and 1")),
        }
    }

    /// Text.
    pub fn text(&self, column: usize) -> Result<&str, Error> {
        match self.value(column)? {
            Value::Text(value) => Ok(value),
            other => Err(self.unexpected(column, other, "text")),
        }
    }

    /// Text or NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, Error> {
        self.optional(column, Self::text)
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8], Error> {
        match self.value(column)? {
            Value::Blob(value) => Ok(value),
            other => Err(self.unexpected(column, other, "bytes")),
        }
    }

    /// Bytes or NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        self.optional(column, Self::blob)
    }

    /// Text that stands for something; `parse` gives `None` for text that does not.
    pub fn parsed<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Error> {
        let unknown = || self.inconsistent(column, "text that does not parse");
        parse(self.text(column)?).ok_or_else(unknown)
    }

    /// Text that stands for something, or NULL.
    pub fn opt_parsed<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        self.optional(column, |row, column| row.parsed(column, parse))
    }

    /// The error for a column that holds what must not be there. `found` must not quote it.
    pub fn inconsistent(&self, column: usize, found: impl Into<String>) -> Error {
        Error::Inconsistent {
            statement: self.statement,
            column: Some(column),
            found: found.into(),
        }
    }

    fn optional<'a, T>(
        &'a self,
        column: usize,
        read: impl FnOnce(&'a Self, usize) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            _ => read(self, column).map(Some),
        }
    }

    fn value(&self, column: usize) -> Result<&Value, Error> {
        let missing = || self.inconsistent(column, "no such column");
        self.values.get(column).ok_or_else(missing)
    }

    fn unexpected(&self, column: usize, found: &Value, expected: &str) -> Error {
        self.inconsistent(column, format!("{} instead of {expected}", found.kind()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ANY: Statement = Statement::new("tests.any", "SELECT 1");

    fn row(values: impl Into<Vec<Value>>) -> Row {
        Row::new(&ANY, values.into())
    }

    #[test]
    fn values_read_back_as_what_they_were() {
        let row = row([
            Value::from(7_u32),
            true.into(),
            "a".into(),
            vec![1_u8].into(),
        ]);
        assert_eq!(row.int(0), Ok(7));
        assert_eq!(row.number::<u8>(0), Ok(7));
        assert_eq!(row.bool(1), Ok(true));
        assert_eq!(row.opt_text(2), Ok(Some("a")));
        assert_eq!(row.blob(3), Ok(&[1_u8][..]));
    }

    #[test]
    fn null_is_none_where_it_may_be_and_an_error_elsewhere() {
        let row = row([Value::from(None::<&str>)]);
        assert_eq!(row.opt_text(0), Ok(None));
        assert_eq!(row.opt_parsed(0, |_| Some(1)), Ok(None));
        assert_eq!(
            row.text(0),
            Err(row.inconsistent(0, "null instead of text"))
        );
    }

    #[test]
    fn an_error_does_not_quote_what_was_stored() {
        let row = row([Value::from("secret"), 300_i64.into()]);
        let errors = [
            row.int(0).map(drop),
            row.parsed(0, |_| None::<()>),
            row.number::<u8>(1).map(drop),
            row.bool(1).map(drop),
            row.blob(2).map(drop),
        ];
        for error in errors {
            let text = error.expect_err("each is wrong").to_string();
            assert!(text.starts_with("tests.any, column "), "{text}");
            assert!(!text.contains("secret") && !text.contains("300"), "{text}");
        }
    }
}
