//! A mistake that nobody guesses: it takes two numbers of four bytes, which can only be read off the comparisons.

/// Panics at one word of eight letters.
pub(crate) fn play(bytes: &[u8]) {
    let Some([a, b, c, d, e, f, g, h]) = bytes.first_chunk() else {
        return;
    };
    if u32::from_be_bytes([*a, *b, *c, *d]) == u32::from_be_bytes(*b"symb") {
        let rest = u32::from_be_bytes([*e, *f, *g, *h]);
        assert!(rest != u32::from_be_bytes(*b"olon"), "the planted mistake");
    }
}
