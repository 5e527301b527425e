//! Lines of text in drawings, which know no width but that of columns.

/// Breaks a text between words, or within one that is too long, so that no line has more columns.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = width(word);
        if used > 0 && used + 1 + wide > columns {
            lines.push(String::new());
            used = 0;
        } else if used > 0 {
            push(&mut lines, ' ');
            used += 1;
        }
        for unit in units(word) {
            if used + width(unit) > columns && used > 0 {
                lines.push(String::new());
                used = 0;
            }
            for letter in unit.chars() {
                let wide = letter_width(letter);
                if used + wide > columns {
                    lines.push(String::new());
                    used = 0;
                }
                push(&mut lines, letter);
                used += wide;
            }
        }
    }
    lines
}

/// What a line does not end within: a word, or one sign of a script without spaces, with the marks that belong to it.
fn units(word: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, letter) in word.char_indices() {
        let may_end = last.is_some_and(|last| {
            (letter_width(last) == 2 || letter_width(letter) == 2)
                && !"（“‘《".contains(last)
                && !"，。：；、！？）”’》".contains(letter)
        });
        if may_end {
            units.push(&word[start..at]);
            start = at;
        }
        last = Some(letter);
    }
    units.push(&word[start..]);
    units
}

fn push(lines: &mut [String], letter: char) {
    if let Some(last) = lines.last_mut() {
        last.push(letter);
    }
}

/// Cuts a text off that has more columns.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let kept = text.chars().take_while(|letter| {
        used += letter_width(*letter);
        used < columns
    });
    kept.chain(['…']).collect()
}

/// How many columns it takes: signs of scripts without spaces are twice as wide.
fn width(text: &str) -> usize {
    text.chars().map(letter_width).sum()
}

fn letter_width(letter: char) -> usize {
    if letter < '\u{1100}' { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_chinese_ends_neither_within_a_name_nor_before_a_mark() {
        assert_eq!(
            wrap("发往 nobody.localhost:1 的接受，没有回应。", 18),
            ["发往", "nobody.localhost:1", "的接受，没有回应。"]
        );
        assert_eq!(
            wrap("通过（cat.org）接受。", 12),
            ["通过", "（cat.org）", "接受。"]
        );
        // What fits no line is divided all the same.
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    #[test]
    fn text_is_broken_between_words_and_never_runs_out_of_the_drawing() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap(&"x".repeat(20), 8), ["xxxxxxxx", "xxxxxxxx", "xxxx"]);
        assert_eq!(wrap("服务器没有回答", 8), ["服务器没", "有回答"]);
        for text in ["a b c d e f g h i j k l m n o p q r s t", &"长".repeat(50)] {
            assert!(wrap(text, 9).iter().all(|line| width(line) <= 9), "{text}");
        }
    }
}
