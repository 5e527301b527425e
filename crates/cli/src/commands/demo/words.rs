//! Passwords that a person can read from one window and type into another.

use symbolon_server::env::Env;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aeou";

/// Syllables: six bits of chance each, sixty in all.
const SYLLABLES: usize = 10;

/// A random password such as `balo-tuke-fona-gase-muri`.
pub(crate) fn password() -> String {
    spell(Env::system().random())
}

fn spell(chance: [u8; SYLLABLES]) -> String {
    let mut word = String::new();
    for (place, byte) in chance.into_iter().enumerate() {
        if place > 0 && place % 2 == 0 {
            word.push('-');
        }
        word.push(char::from(CONSONANTS[usize::from(byte & 0x0f)]));
        word.push(char::from(VOWELS[usize::from((byte >> 4) & 0x03)]));
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_readable_and_depends_on_chance() {
        assert_eq!(spell([0; SYLLABLES]), "baba-baba-baba-baba-baba");
        assert_eq!(spell([0x3f; SYLLABLES]), "zuzu-zuzu-zuzu-zuzu-zuzu");
        assert_ne!(password(), password());
    }
}
