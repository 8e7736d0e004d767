//! Tests of `reader.rs`.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::yaml::granit::parse;

fn read<T>(text: &str, look: impl FnOnce(&Reader<'_, '_>, NodeId) -> T) -> T {
    let mut tree = Tree::new(text);
    parse(&mut tree, 0..text.len()).unwrap();
    let reader = Reader::new(&tree, SourceId(0));
    look(&reader, tree.root().unwrap())
}

/// The entries of the mapping behind `key` (or of the document), scalars as they are written.
fn entries(text: &str, key: Option<&str>) -> Vec<String> {
    read(text, |reader, root| {
        let map = key.map_or(root, |key| reader.get(root, key).unwrap().1);
        let pairs = reader.entries(reader.tree.resolve(map)).chunks_exact(2);
        let pair = |pair: &[NodeId]| {
            let key = reader.key(pair[0]).unwrap();
            format!("{key}={}", reader.tree.scalar(pair[1]))
        };
        pairs.map(pair).collect()
    })
}

#[test]
fn a_field_is_found_by_what_its_key_means() {
    let text =
        "on: 1\n0x10: 2\n\"8\": 3\n'a b': 4\n!!str true: 5\n!!str web: 6\n1.50: 7\nweb2: 8\n";
    read(text, |reader, root| {
        let value = |name| {
            reader
                .get(root, name)
                .map(|(_, value)| reader.tree.scalar(value))
        };
        for (name, expected) in [
            ("true", Some("5")),
            ("on", None),
            ("16", Some("2")),
            ("0x10", None),
            ("8", Some("3")),
            ("a b", Some("4")),
            ("web", Some("6")),
            ("1.5", Some("7")),
            ("1.50", None),
            ("web2", Some("8")),
            ("web3", None),
        ] {
            assert_eq!(value(name), expected, "{name}");
        }
    });
}

/// The places and texts of everything that JSON cannot hold.
fn errors(text: &str) -> Vec<(String, String)> {
    read(text, |reader, _| {
        let describe = |error: &ReadError| {
            assert!(reader.is_masked(error.node));
            let place = &text[reader.span(error.node).range()];
            (place.to_owned(), error.message.clone())
        };
        reader.conversion_errors().iter().map(describe).collect()
    })
}

#[test]
fn the_last_of_equal_keys_counts() {
    assert_eq!(entries("a: 1\nb: 2\n\"a\": 3\n", None), ["a=3", "b=2"]);
    assert_eq!(entries("on: 1\ntrue: 2\n'true': 3", None), ["true=3"]);
    let text = "a: 1\nb:\n  on: 1\n  true: 2\na: 3\na: 4\n";
    let repeated = read(text, |reader, _| {
        let place = |node| reader.span(node).start;
        let repeated = reader.repeated_keys();
        let places = repeated
            .iter()
            .map(|key| (place(key.lost), place(key.kept)));
        places.collect::<Vec<_>>()
    });
    assert_eq!(repeated, [(10, 18), (0, 26), (26, 31)]);
}

#[test]
fn a_merge_counts_where_it_stands() {
    let base = "x: &x {a: x, b: x}\ny: &y {b: y, c: y}\n";
    let merged = |map: &str| entries(&format!("{base}m: {map}\n"), Some("m"));
    assert_eq!(merged("{<<: *x, a: own}"), ["a=own", "b=x"]);
    assert_eq!(merged("{a: own, <<: *x}"), ["a=x", "b=x"]);
    assert_eq!(merged("{<<: [*x, *y]}"), ["b=x", "c=y", "a=x"]);
    assert_eq!(
        merged("{<<: {<<: *x, a: in}, <<: *y}"),
        ["a=in", "b=y", "c=y"]
    );
    assert_eq!(merged("{\"<<\": *x}"), ["<<="]);
}

#[test]
fn fields_are_found_by_what_their_key_means() {
    let found = |text, name| {
        read(text, |reader, root| {
            let (_, value) = reader.get(root, name)?;
            Some(reader.tree.scalar(value).to_owned())
        })
    };
    assert_eq!(found("a: 1\n'b': 2", "b").as_deref(), Some("2"));
    assert_eq!(found("on: 1", "true").as_deref(), Some("1"));
    assert_eq!(found("on: 1", "on"), None);
    assert_eq!(found("{&k a: 1, *k : 2}", "a").as_deref(), Some("2"));
    assert_eq!(found("[a]", "a"), None);
}

#[test]
fn everything_that_json_cannot_hold_is_found() {
    let text = "a: .inf\n~: 1\n? [x]\n: 2\nb: {18446744073709551615: 3}\nc: !!int x\n\
                d: {<<: 4}\ne: &l [{}]\nf: {<<: *l}\n.nan: 5\ng: [!!null x]\n";
    let found = errors(text);
    let found: Vec<_> = found
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let merge = "`<<` merges a mapping, or a list of mappings written in place";
    assert_eq!(
        found,
        [
            (".inf", "`.inf` is not a number that JSON can hold"),
            ("~", "null cannot be a key"),
            ("[x]", "a key has to be a scalar, not a mapping or a list"),
            ("18446744073709551615", "this number is too large for a key"),
            ("x", "`x` does not fit its tag `!!int`"),
            ("4", merge),
            ("*l", merge),
            ("x", "`x` does not fit its tag `!!null`"),
        ]
    );
}

#[test]
fn what_a_repeated_key_replaces_need_not_be_json() {
    assert_eq!(errors("a: .inf\na: 1\n"), []);
    assert_eq!(errors("a: {b: [{~: 1}, .nan]}\nc: 1\na: {}\n"), []);
    assert_eq!(errors("a: 1\na: .inf\n").len(), 1);
    // go-yaml reads it all the same.
    assert_eq!(errors("a: !!int x\na: 1\n").len(), 1);
    assert_eq!(errors("a: {[b]: c}\na: 1\n").len(), 1);
}

#[test]
fn tags_decide_what_a_scalar_is() {
    let value = |text| {
        read(text, |reader, root| {
            format!("{:?}", reader.scalar(root).unwrap())
        })
    };
    assert_eq!(value("!!str 80"), r#"Str("80")"#);
    assert_eq!(value("!!int \"3\""), "Int(3)");
    assert_eq!(value("!!float 3"), "Float(3.0)");
    assert_eq!(value("!!bool 'on'"), "Bool(true)");
    assert_eq!(value("!!null ''"), "Null");
    assert_eq!(value("!!timestamp 2001-01-01"), r#"Str("2001-01-01")"#);
    assert_eq!(value("!foo on"), r#"Str("on")"#);
    assert_eq!(value("! on"), r#"Str("on")"#);
    assert_eq!(value("!!unknown on"), r#"Str("on")"#);
}

#[test]
fn paths_lead_to_nodes() {
    let text = "spec:\n  ports:\n  - name: a\n  - name: b\n  on: 1\n";
    let path = |place: &str| {
        read(text, |reader, _| {
            let at = text.find(place).unwrap() as u32;
            let mut ids = reader.tree.ids();
            let node = ids.rfind(|id| reader.tree.range(*id).start == at).unwrap();
            reader.path_to(node).to_string()
        })
    };
    assert_eq!(path("b\n"), "spec.ports[1].name");
    assert_eq!(path("name: a"), "spec.ports[0].name");
    assert_eq!(path("on:"), "spec.true");
    assert_eq!(path("1\n"), "spec.true");
}

#[test]
fn what_is_merged_has_the_path_of_its_mapping() {
    let text = "a:\n  <<: {b: 1}\n  c:\n    <<: [{d: 2}, {e: [3]}]\n";
    let paths = read(text, |reader, _| {
        let scalars = reader
            .tree
            .ids()
            .filter(|id| reader.tree.scalar(*id).parse::<u8>().is_ok());
        scalars
            .map(|id| reader.path_to(id).to_string())
            .collect::<Vec<_>>()
    });
    assert_eq!(paths, ["a.b", "a.c.d", "a.c.e[0]"]);
}

const KEYS: &str =
    r#"(a|"a"|'b'|on|true|8|~|null|1\.5|<<|!!str on|!!int a|\[a\]|\.inf|18446744073709551615)"#;
const VALUES: &str = concat!(
    r#"(a|"1"|-1|-\.inf|\.NaN|\+\.inf|1e400|!!int a|!!float 1|~|"#,
    r"\{a: 1, on: 2\}|\[\.inf, x\])",
);

proptest::proptest! {
    /// What is not looked through has nothing to be found.
    #[test]
    fn documents_without_oddities_are_json(
        pairs in proptest::collection::vec((KEYS, VALUES), 0..4),
    ) {
        let pair = |(key, value): &(String, String)| format!("{key}: {value}");
        let pairs: Vec<String> = pairs.iter().map(pair).collect();
        let text = format!("a: {{{}}}\n", pairs.join(", "));
        let mut tree = Tree::new(&text);
        proptest::prop_assume!(parse(&mut tree, 0..text.len()).is_ok());
        let reader = Reader::new(&tree, SourceId(0));
        let found = reader.unconvertibles();
        proptest::prop_assert!(tree.has_oddities() || found.is_empty(), "{text}{found:?}");
    }

    /// Fields are found, and their keys told apart, whatever their marks are.
    #[test]
    fn fields_are_found_by_their_names(names in proptest::collection::vec("[ab]{1,4}", 1..20)) {
        let pairs = names.iter().enumerate();
        let pairs: Vec<String> = pairs.map(|(at, name)| format!("{name}: {at}\n")).collect();
        let text = pairs.concat();
        let mut tree = Tree::new(&text);
        parse(&mut tree, 0..text.len()).unwrap();
        let reader = Reader::new(&tree, SourceId(0));
        let root = tree.root().unwrap();
        for name in names.iter().map(String::as_str).chain(["ab", "ba", "aab", "bbbb"]) {
            let last = names.iter().rposition(|own| own == name).map(|at| at.to_string());
            let found = reader.get(root, name).map(|(_, value)| tree.scalar(value));
            proptest::prop_assert_eq!(found, last.as_deref());
        }
    }
}
