//! From glyphs with places to text in the order it is read.
//!
//! A PDF places glyphs; for Persian their order in the file is mostly that of the eye from left to
//! right. Glyphs become segments as they were written, segments become lines by height, and a line
//! becomes text in [`super::bidi`].

use super::bidi;

/// What is drawn in one go: a letter, or a ligature such as «لا», with its place on the page.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// Its left edge.
    pub x: f64,
    /// Its base line, growing upwards.
    pub y: f64,
    /// How far it advances.
    pub width: f64,
    /// The size of its font.
    pub height: f64,
    /// What it stands for.
    pub text: String,
}

impl Glyph {
    /// Whether its numbers are numbers; a broken file has others.
    pub(super) fn is_placed(&self) -> bool {
        let numbers = [self.x, self.y, self.width, self.height];
        !self.text.is_empty() && numbers.iter().all(|number| number.is_finite())
    }

    fn end(&self) -> f64 {
        self.x + self.width.max(0.0)
    }

    fn is_mark(&self) -> bool {
        self.text.chars().all(bidi::is_mark)
    }
}

/// Glyphs that stand on one line, at least one.
struct Run {
    glyphs: Vec<Glyph>,
    left: f64,
    right: f64,
    y: f64,
    height: f64,
}

impl Run {
    fn new(glyph: Glyph) -> Self {
        Self {
            left: glyph.x,
            right: glyph.end(),
            y: glyph.y,
            height: glyph.height,
            glyphs: vec![glyph],
        }
    }

    fn add(&mut self, glyph: Glyph) {
        self.left = self.left.min(glyph.x);
        self.right = self.right.max(glyph.end());
        self.height = self.height.max(glyph.height);
        self.glyphs.push(glyph);
    }

    /// Whether the glyph goes on where the run stopped.
    fn continues_with(&self, glyph: &Glyph) -> bool {
        let size = glyph.height;
        let Some(last) = self.glyphs.last() else {
            return false;
        };
        (last.y - glyph.y).abs() < SAME_BASE_LINE * size
            && glyph.x >= last.x - OVERLAP * size
            && glyph.x - last.end() < NEXT_COLUMN * size
    }
}

// All in sizes of the font.
const SAME_BASE_LINE: f64 = 0.2;
const OVERLAP: f64 = 0.05;
const NEXT_COLUMN: f64 = 0.8;
const SAME_LINE: f64 = 0.5;
const WORD_GAP: f64 = 0.15;
const PARAGRAPH_GAP: f64 = 1.9;
const JUMP_UP: f64 = 2.0;

const HALF_SPACE: &str = "\u{200C}";
/// Some fonts leave out the widths of some letters; the widest letters are about this wide, and a
/// word cut in two is worse than two words in one.
const UNKNOWN_WIDTH: f64 = 1.2;
/// A space of which less than this is left before the next letter is none.
const LEAST_OF_SPACE: f64 = 0.25;

/// The text of a page, one line for each of its lines, an empty line between paragraphs.
pub(super) fn page_text(glyphs: Vec<Glyph>) -> String {
    let mut text = String::new();
    for block in blocks(runs(mended(glyphs))) {
        let mut above: Option<f64> = None;
        for line in lines(block) {
            let gap = above.is_some_and(|above| above - line.y > PARAGRAPH_GAP * line.height);
            above = Some(line.y);
            let words = bidi::logical(&spaced(line));
            if words.trim().is_empty() {
                continue;
            }
            if gap {
                text.push('\n');
            }
            text.push_str(words.trim());
            text.push('\n');
        }
    }
    text
}

/// Gives letters without a width one, and finds half-spaces again: browsers write them as a space
/// and put the next letter on top of it.
fn mended(mut glyphs: Vec<Glyph>) -> Vec<Glyph> {
    for glyph in &mut glyphs {
        let is_invisible =
            glyph.is_mark() || glyph.text.trim().is_empty() || glyph.text == HALF_SPACE;
        if glyph.width <= 0.0 && !is_invisible {
            glyph.width = UNKNOWN_WIDTH * glyph.height;
        }
    }
    let half_spaces: Vec<bool> = glyphs
        .windows(3)
        .map(|three| match three {
            [before, space, after] => {
                let advance = after.x - space.x;
                space.text == " "
                    && [before, after]
                        .iter()
                        .all(|glyph| bidi::is_persian(&glyph.text))
                    && (after.y - space.y).abs() < SAME_BASE_LINE * space.height
                    && advance.abs() < LEAST_OF_SPACE * space.width
            }
            _ => false,
        })
        .collect();
    for (glyph, is_half_space) in glyphs.iter_mut().skip(1).zip(half_spaces) {
        if is_half_space {
            HALF_SPACE.clone_into(&mut glyph.text);
            glyph.width = 0.0;
        }
    }
    glyphs
}

/// Glyphs as they follow each other in the file, cut where the next one stands elsewhere.
fn runs(glyphs: Vec<Glyph>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for glyph in glyphs {
        match runs.last_mut() {
            Some(run) if run.continues_with(&glyph) => run.add(glyph),
            _ => runs.push(Run::new(glyph)),
        }
    }
    runs
}

/// Columns apart: a new one begins where the file goes up again, beside all that it wrote since.
fn blocks(runs: Vec<Run>) -> Vec<Vec<Run>> {
    let mut blocks: Vec<Vec<Run>> = Vec::new();
    let mut lowest = f64::INFINITY;
    let (mut left, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
    for run in runs {
        let beside = run.right <= left || run.left >= right;
        if beside && run.y - lowest > JUMP_UP * run.height {
            blocks.push(Vec::new());
            lowest = f64::INFINITY;
            (left, right) = (f64::INFINITY, f64::NEG_INFINITY);
        }
        lowest = lowest.min(run.y);
        (left, right) = (left.min(run.left), right.max(run.right));
        match blocks.last_mut() {
            Some(block) => block.push(run),
            None => blocks.push(vec![run]),
        }
    }
    blocks
}

/// Runs of about the same height make a line, from the top down.
fn lines(mut block: Vec<Run>) -> Vec<Run> {
    block.sort_by(|one, other| other.y.total_cmp(&one.y));
    let mut lines: Vec<Run> = Vec::new();
    for run in block {
        match lines.last_mut() {
            Some(line) if (line.y - run.y).abs() < SAME_LINE * run.height.max(line.height) => {
                run.glyphs.into_iter().for_each(|glyph| line.add(glyph));
            }
            _ => lines.push(run),
        }
    }
    lines
}

/// A line's glyphs from left to right, with the spaces that the file only shows as gaps, and every
/// vowel mark behind its letter.
fn spaced(line: Run) -> Vec<String> {
    let (marks, mut letters): (Vec<Glyph>, Vec<Glyph>) =
        line.glyphs.into_iter().partition(Glyph::is_mark);
    letters.sort_by(|one, other| one.x.total_cmp(&other.x));
    for mark in marks {
        let nearest = letters
            .iter_mut()
            .filter(|letter| !letter.text.trim().is_empty())
            .min_by(|one, other| distance(one, &mark).total_cmp(&distance(other, &mark)));
        if let Some(letter) = nearest {
            letter.text.push_str(&mark.text);
        }
    }
    let mut units: Vec<String> = Vec::with_capacity(letters.len());
    let mut end = f64::INFINITY;
    for letter in letters {
        let after_space = units.last().is_none_or(|unit| unit.trim().is_empty());
        let gap = letter.x - end > WORD_GAP * letter.height;
        if gap && !after_space && !letter.text.trim().is_empty() {
            units.push(" ".to_owned());
        }
        end = if end.is_finite() {
            end.max(letter.end())
        } else {
            letter.end()
        };
        units.push(letter.text);
    }
    units
}

/// How far a mark stands from a letter; nothing when it stands above or below it.
fn distance(letter: &Glyph, mark: &Glyph) -> f64 {
    (letter.x - mark.x).max(mark.x - letter.end()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Glyph, page_text};

    /// Letters of one line, each half as wide as high, from `x` on.
    fn line(x: f64, y: f64, seen: &str) -> Vec<Glyph> {
        let mut x = x - 5.0;
        let glyphs = seen.chars().map(|character| {
            x += 5.0;
            Glyph {
                x,
                y,
                width: 5.0,
                height: 10.0,
                text: character.to_string(),
            }
        });
        glyphs.collect()
    }

    fn reversed(text: &str) -> String {
        text.chars().rev().collect()
    }

    #[test]
    fn lines_are_read_from_the_top() {
        let glyphs = [
            line(0.0, 86.0, "two"),
            line(0.0, 100.0, "one"),
            line(0.0, 50.0, "three"),
        ];
        assert_eq!(page_text(glyphs.concat()), "one\ntwo\n\nthree\n");
    }

    #[test]
    fn columns_follow_each_other() {
        let column = |x: f64, name: &str| [line(x, 100.0, name), line(x, 70.0, name)].concat();
        let glyphs = [column(0.0, "left"), column(200.0, "right")].concat();
        assert_eq!(page_text(glyphs), "left\n\nleft\nright\n\nright\n");
    }

    #[test]
    fn gaps_are_spaces() {
        let glyphs = [
            line(0.0, 0.0, "ab"),
            line(13.0, 0.0, "cd"),
            line(23.5, 0.0, "e"),
        ];
        assert_eq!(page_text(glyphs.concat()), "ab cde\n");
    }

    #[test]
    fn letters_without_a_width_do_not_cut_words() {
        let mut glyphs = line(0.0, 0.0, &reversed("فروش ما"));
        for glyph in glyphs.iter_mut().filter(|glyph| glyph.text != " ") {
            glyph.width = 0.0;
        }
        assert_eq!(page_text(glyphs), "فروش ما\n");
    }

    #[test]
    fn a_covered_space_is_a_half_space() {
        let mut glyphs = line(0.0, 0.0, &reversed("می روم"));
        for glyph in &mut glyphs[4..] {
            glyph.x -= 5.0;
        }
        assert_eq!(page_text(glyphs), "می\u{200C}روم\n");
    }

    #[test]
    fn vowel_marks_stay_with_their_letters() {
        let mut glyphs = line(0.0, 0.0, &reversed("خانه ما"));
        let (x, y) = (glyphs[3].x + 1.0, 2.0);
        glyphs.insert(
            3,
            Glyph {
                x,
                y,
                width: 0.0,
                height: 10.0,
                text: "\u{0654}".to_owned(),
            },
        );
        assert_eq!(page_text(glyphs), "خانه\u{0654} ما\n");
    }
}
