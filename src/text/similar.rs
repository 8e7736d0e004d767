//! Near misses: texts that were probably meant to be equal.

/// Why two texts look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Similarity {
    /// Equal but for case, separators, and characters that look alike.
    Folded,
    /// One or two slips of the finger apart.
    Edit,
    /// One is the other with something before or behind it: `web`, `web-typo`.
    Affix,
    /// They differ in a number only: `app1`, `app2`. Rather two things than a slip.
    Enumeration,
}

/// From this length on two edits are still a slip.
const LONG: usize = 6;

/// Says why two different texts look alike, if they do.
pub fn similarity(left: &str, right: &str) -> Option<Similarity> {
    if left == right || left.is_empty() || right.is_empty() {
        return None;
    }
    if is_enumeration(left, right) {
        return Some(Similarity::Enumeration);
    }
    let longer = left.len().max(right.len());
    if left.len().abs_diff(right.len()) <= 3 && fold(left).eq(fold(right)) {
        return Some(Similarity::Folded);
    }
    if is_affix(left, right) || is_affix(right, left) {
        return Some(Similarity::Affix);
    }
    let most = if longer >= LONG { 2 } else { 1 };
    let near =
        left.len().abs_diff(right.len()) <= most && letters_apart(left, right) <= 2 * most as u32;
    let is_edit = near && {
        let distance = distance(left, right);
        distance <= most && 3 * distance <= longer
    };
    is_edit.then_some(Similarity::Edit)
}

/// Whether one text is the other but for a slip of the finger. An affix or a number rather makes
/// another thing of it.
pub fn is_slip(left: &str, right: &str) -> bool {
    let found = similarity(left, right);
    matches!(found, Some(Similarity::Folded | Similarity::Edit))
}

/// What was meant is looked for among this many: nobody writes more in one place, and comparing
/// thousands of texts with thousands of others would take minutes.
const MOST: usize = 500;

/// The one text among these that a text was probably meant to be; of many, among the first.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of_all(text, known.into_iter().take(MOST))
}

/// The same among all, however many. For what is asked once in a run.
pub fn nearest_of_all<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let alike = known.into_iter().filter(|other| {
        let similarity = similarity(text, other);
        similarity.is_some_and(|found| found != Similarity::Enumeration)
    });
    alike.min_by_key(|other| (distance(text, other), *other))
}

/// No name is longer: what is takes too long to compare, and is refused whatever was meant.
const LONGEST: usize = 512;

/// How many slips of the finger are between two texts. What they begin and end with alike needs
/// none.
pub fn distance(left: &str, right: &str) -> usize {
    if left.len().max(right.len()) > LONGEST {
        return usize::MAX;
    }
    let [left, right] = but_for(left, right, common_start(left, right), 0);
    let [left, right] = but_for(left, right, 0, common_end(left, right));
    strsim::damerau_levenshtein(left, right)
}

/// Both texts without so many bytes at their start and end.
fn but_for<'a>(left: &'a str, right: &'a str, start: usize, end: usize) -> [&'a str; 2] {
    [left, right].map(|text| &text[start..text.len() - end])
}

fn common_start(left: &str, right: &str) -> usize {
    common(left.chars(), right.chars())
}

fn common_end(left: &str, right: &str) -> usize {
    common(left.chars().rev(), right.chars().rev())
}

/// How many bytes of letters come first in both.
fn common(left: impl Iterator<Item = char>, right: impl Iterator<Item = char>) -> usize {
    let equal = left.zip(right).take_while(|(left, right)| left == right);
    equal.map(|(letter, _)| letter.len_utf8()).sum()
}

/// Lower case, without separators, `0` read as `o` and `1` as `l`.
fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    let letters = text.chars().filter(|c| !matches!(c, '-' | '_' | '.'));
    letters.flat_map(char::to_lowercase).map(|c| match c {
        '0' => 'o',
        '1' => 'l',
        other => other,
    })
}

fn is_affix(short: &str, long: &str) -> bool {
    let suffix = long
        .strip_prefix(short)
        .is_some_and(|rest| rest.starts_with(['-', '_']));
    let prefix = long
        .strip_suffix(short)
        .is_some_and(|rest| rest.ends_with(['-', '_']));
    suffix || prefix
}

/// Whether the texts are equal but for runs of digits, which one of them may lack.
fn is_enumeration(left: &str, right: &str) -> bool {
    let digits = |text: &str| text.bytes().any(|c| c.is_ascii_digit());
    let has_letters = |text: &str| without_number(text).next().is_some();
    (digits(left) || digits(right))
        && has_letters(left)
        && without_number(left).eq(without_number(right))
}

/// The characters of a text but for its digits, and the separators that are last then; the last
/// comes first.
fn without_number(text: &str) -> impl Iterator<Item = char> + '_ {
    let letters = text.chars().rev().filter(|c| !c.is_ascii_digit());
    letters.skip_while(|c| matches!(c, '-' | '_' | '.'))
}

/// How many kinds of letters only one of the texts has: a cheap lower bound for twice their
/// distance, since a large input compares every unmatched selector with every pod template.
fn letters_apart(left: &str, right: &str) -> u32 {
    let letters = |text: &str| text.bytes().fold(0u64, |set, c| set | 1 << (c & 63));
    (letters(left) ^ letters(right)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_for_a_name_takes_no_time() {
        let long = "v".repeat(1_000_000);
        let [left, right] = ["x", "y"].map(|last| format!("{long}{last}"));
        assert_eq!(similarity(&left, &right), None);
        assert_eq!(nearest(&left, [&*right]), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_alike_at_the_ends_needs_no_slip(left in "[abä]{0,9}", right in "[abä]{0,9}") {
            let whole = strsim::damerau_levenshtein(&left, &right);
            proptest::prop_assert_eq!(distance(&left, &right), whole);
        }
    }

    #[test]
    fn slips_affixes_and_look_alikes() {
        assert_eq!(similarity("web", "wbe"), Some(Similarity::Edit));
        assert_eq!(similarity("frontend", "fronted"), Some(Similarity::Edit));
        assert_eq!(similarity("web", "web-typo"), Some(Similarity::Affix));
        assert_eq!(
            similarity("worker", "billing-worker"),
            Some(Similarity::Affix)
        );
        assert_eq!(similarity("myApp", "my-app"), Some(Similarity::Folded));
        assert_eq!(similarity("w0rker", "worker"), Some(Similarity::Folded));
        assert_eq!(similarity("app1", "app2"), Some(Similarity::Enumeration));
        assert_eq!(
            similarity("cache", "cache-2"),
            Some(Similarity::Enumeration)
        );
    }

    #[test]
    fn different_things_are_not_alike() {
        for (left, right) in [
            ("web", "api"),
            ("db", "dc"),
            ("web", "web"),
            ("redis", "mysql"),
        ] {
            assert_eq!(similarity(left, right), None, "{left} {right}");
        }
        assert_eq!(similarity("webx", "web"), Some(Similarity::Edit));
        assert_eq!(similarity("website", "web"), None);
    }

    #[test]
    fn the_nearest_is_the_one_with_the_fewest_edits() {
        assert_eq!(
            nearest("targetport", ["port", "targetPort", "nodePort"]),
            Some("targetPort")
        );
        assert_eq!(nearest("xyz", ["port", "name"]), None);
        let many = || std::iter::repeat_n("name", MOST).chain(["port"]);
        assert_eq!(nearest("prot", many()), None);
        assert_eq!(nearest_of_all("prot", many()), Some("port"));
    }
}
