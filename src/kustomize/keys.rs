//! The keys of a kustomization, which `encoding/json` takes in any case.

use crate::yaml::cursor::Cursor;

/// A field under a key in any case, as `encoding/json` takes it: of several the last in the order
/// of their bytes, in which kustomize hands them on.
pub(super) fn field<'r>(of: Cursor<'r>, name: &str) -> Option<Cursor<'r>> {
    let of_name = of
        .entries()
        .into_iter()
        .filter(|(key, _)| is_key(&key.value, name));
    let (_, value) = of_name.max_by(|(one, _), (other, _)| one.value.cmp(&other.value))?;
    (!value.is_null()).then_some(value)
}

/// Whether a key is a name, but for case (`encoding/json`, `foldName`: by Unicode's simple folding,
/// in which two more characters are letters of ASCII).
pub(crate) fn is_key(key: &str, name: &str) -> bool {
    let folded = |c: char| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.chars().map(folded).eq(name.chars().map(folded))
}

/// The items of a list in a field.
pub(super) fn items<'r>(of: Cursor<'r>, name: &str) -> impl Iterator<Item = Cursor<'r>> {
    field(of, name).into_iter().flat_map(Cursor::items)
}
