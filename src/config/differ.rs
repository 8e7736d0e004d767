//! In what two configurations differ.

use super::Config;
use std::collections::{BTreeMap, BTreeSet};

/// The keys of configurations that say different things. Where that cannot be told, the name of the
/// file.
pub fn differing_keys(one: Option<&Config>, other: Option<&Config>) -> Vec<String> {
    let text = |config: Option<&Config>| config.map_or("", |config| &*config.text).to_owned();
    let (one_text, other_text) = (text(one), text(other));
    if one_text == other_text {
        return Vec::new();
    }
    let (Some(one_keys), Some(other_keys)) = (keys(&one_text), keys(&other_text)) else {
        let name = one.or(other).map(|config| config.name.clone());
        return name.into_iter().collect();
    };
    let all: BTreeSet<&String> = one_keys.keys().chain(other_keys.keys()).collect();
    let differ = |key: &&&String| one_keys.get(**key) != other_keys.get(**key);
    all.iter().filter(differ).map(ToString::to_string).collect()
}

fn keys(text: &str) -> Option<BTreeMap<String, serde_yaml::Value>> {
    let value = serde_yaml::from_str(text).ok()?;
    match value {
        serde_yaml::Value::Null => Some(BTreeMap::new()),
        value => serde_yaml::from_value(value).ok(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn differing(one: Option<&str>, other: Option<&str>) -> Vec<String> {
        let read = |text: &str| Config::read(".svclint.yaml", text).unwrap();
        let (one, other) = (one.map(read), other.map(read));
        differing_keys(one.as_ref(), other.as_ref())
    }

    #[test]
    fn keys_differ_by_what_they_say() {
        let one = "exclude: [a]\nnamespace: web\n";
        assert_eq!(differing(Some(one), Some(one)), [""; 0]);
        assert_eq!(differing(None, None), [""; 0]);
        let same = "# a comment\nnamespace: web\nexclude:\n- a\n";
        assert_eq!(differing(Some(one), Some(same)), [""; 0]);
        let other = "exclude: [a, b]\nonly: [ports]\n";
        let keys = ["exclude", "namespace", "only"];
        assert_eq!(differing(Some(one), Some(other)), keys);
        assert_eq!(differing(None, Some(other)), ["exclude", "only"]);
        assert_eq!(differing(Some(other), None), ["exclude", "only"]);
    }
}
