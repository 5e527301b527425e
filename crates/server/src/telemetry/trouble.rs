//! One line when trouble begins and one when it is over, however often something is tried in between.

/// Whether something that is tried again and again is in trouble.
#[derive(Debug, Default)]
pub(crate) struct Trouble(bool);

impl Trouble {
    /// It failed; `true` if it had gone well before.
    pub(crate) fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.0, true)
    }

    /// It went well; `true` if it had failed before.
    pub(crate) fn ends(&mut self) -> bool {
        std::mem::replace(&mut self.0, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_failure_and_the_first_success_after_it_are_news() {
        let mut trouble = Trouble::default();
        assert!(!trouble.ends());
        assert!(trouble.begins());
        assert!(!trouble.begins());
        assert!(trouble.ends());
        assert!(!trouble.ends());
    }
}
