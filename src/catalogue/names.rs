//! Which rules a word stands for.

use super::ids::PAGES;
use super::page::Page;
use crate::text::similar::nearest;
use std::collections::BTreeMap;
use std::slice;
use std::sync::LazyLock;

/// The ids of the rules of each group.
static GROUPS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for page in &PAGES {
        let group = page.meta().group.as_str();
        groups.entry(group).or_default().push(page.id);
    }
    groups
});

/// The page of the rule with this id.
pub fn find(id: &str) -> Option<&'static Page> {
    let at = PAGES.binary_search_by(|page| page.id.cmp(id)).ok()?;
    Some(&PAGES[at])
}

/// What rules are about, in the order of the alphabet.
pub fn groups() -> impl Iterator<Item = &'static str> {
    GROUPS.keys().copied()
}

/// The rules that a word of the command line stands for: the one with this id, or all of a group.
///
/// # Errors
/// Says which was probably meant if there is neither.
pub fn named(word: &str) -> Result<&'static [&'static str], String> {
    let own = find(word).map(|page| slice::from_ref(&page.id));
    own.or_else(|| GROUPS.get(word).map(Vec::as_slice))
        .ok_or_else(|| format!("no rule or group has this name; {}", advice(word)))
}

/// What to do about a name that no rule has.
pub fn advice(word: &str) -> String {
    let known = PAGES.iter().map(|page| page.id);
    match nearest(word, known.chain(groups())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`svclint rules` lists them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_id_or_group() {
        assert_eq!(named("duplicate-object"), Ok(&["duplicate-object"][..]));
        let ports = named("ports").expect("a group");
        assert!(ports.contains(&"target-port-name-not-found"));
        let near = named("duplicate-objects").expect_err("no rule");
        assert!(near.ends_with("did you mean `duplicate-object`?"), "{near}");
        let far = named("xyzzy").expect_err("no rule");
        assert!(far.ends_with("`svclint rules` lists them"), "{far}");
    }

    #[test]
    fn a_name_is_that_of_one_rule_or_of_a_group() {
        assert!(PAGES.is_sorted_by(|left, right| left.id < right.id));
        for page in &PAGES {
            assert_eq!(find(page.id).map(|page| page.id), Some(page.id));
            assert!(!GROUPS.contains_key(page.id), "{}", page.id);
        }
    }
}
