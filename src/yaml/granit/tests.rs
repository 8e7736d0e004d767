//! Tests of `granit.rs`.

#![allow(clippy::unwrap_used)]

use super::*;

fn parsed(text: &str) -> Tree<'_> {
    let mut tree = Tree::new(text);
    parse(&mut tree, 0..text.len()).unwrap();
    tree
}

fn refused(text: &str) -> (&str, String) {
    let error = parse(&mut Tree::new(text), 0..text.len()).unwrap_err();
    let range = error.range.start as usize..error.range.end as usize;
    (&text[range], error.message)
}

/// Every node: its form, its text between the spans' ends, and a scalar's value if it differs.
fn nodes(text: &str) -> Vec<String> {
    let tree = parsed(text);
    let describe = |id| {
        let range = tree.range(id);
        let written = &text[range.start as usize..range.end as usize];
        let value = tree.scalar(id);
        if value == written || !tree.form(id).is_scalar() {
            format!("{:?} {written:?}", tree.form(id))
        } else {
            format!("{:?} {written:?} = {value:?}", tree.form(id))
        }
    };
    tree.ids().map(describe).collect()
}

#[test]
fn spans_of_block_style_are_exact() {
    assert_eq!(
        nodes("a:\n  b: c d # e\n  f:\nlist:\n- x\n-   y: z\n    w: v\n\n"),
        [
            r#"Map "a:\n  b: c d # e\n  f:\nlist:\n- x\n-   y: z\n    w: v""#,
            r#"Plain "a""#,
            r#"Map "b: c d # e\n  f:""#,
            r#"Plain "b""#,
            r#"Plain "c d""#,
            r#"Plain "f""#,
            r#"Plain """#,
            r#"Plain "list""#,
            r#"Seq "- x\n-   y: z\n    w: v""#,
            r#"Plain "x""#,
            r#"Map "y: z\n    w: v""#,
            r#"Plain "y""#,
            r#"Plain "z""#,
            r#"Plain "w""#,
            r#"Plain "v""#,
        ]
    );
}

#[test]
fn absent_values_and_sequences_start_behind_their_key() {
    let text = "a : # c\nb: &x # d\n- # e\n  1\n- - 2\nc: !!seq\n- -3\n? d\n# f\n:\n- 4\n-\n";
    let tree = parsed(text);
    let starts = tree.ids().filter(|id| tree.form(*id).is_seq());
    let starts: Vec<_> = starts
        .map(|id| &text[tree.range(id).start as usize..])
        .collect();
    assert!(starts[0].starts_with("- # e") && starts[1].starts_with("- 2"));
    assert!(starts[2].starts_with("- -3") && starts[3].starts_with("- 4"));
    let empty = tree.ids().filter(|id| tree.range(*id).is_empty());
    let places: Vec<_> = empty.map(|id| tree.range(id).start as usize).collect();
    assert_eq!(places, [3, text.len() - 1]);
}

#[test]
fn spans_of_flow_style_and_quotes_are_exact() {
    assert_eq!(
        nodes(r#"{"a\tb": [ 'it''s', x ], "c":d e}  # f"#),
        [
            r#"FlowMap "{\"a\\tb\": [ 'it''s', x ], \"c\":d e}""#,
            r#"DoubleQuoted "\"a\\tb\"" = "a\tb""#,
            r#"FlowSeq "[ 'it''s', x ]""#,
            r#"SingleQuoted "'it''s'" = "it's""#,
            r#"Plain "x""#,
            r#"DoubleQuoted "\"c\"" = "c""#,
            r#"Plain "d e""#,
        ]
    );
}

#[test]
fn block_scalars_span_their_content() {
    let text = "a: |\n  one\n   two\n\nb: >-\n  three\n  four\n\n\nc: x\n";
    let tree = parsed(text);
    let scalars = tree.ids().filter(|id| {
        let form = tree.form(*id);
        matches!(form, Form::Literal | Form::Folded)
    });
    let found: Vec<_> = scalars
        .map(|id| {
            let range = tree.range(id);
            let written = &text[range.start as usize..range.end as usize];
            (written.trim_start(), tree.scalar(id))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("one\n   two", "one\n two\n"),
            ("three\n  four", "three four")
        ]
    );
}

#[test]
fn spans_index_the_whole_text() {
    let text = "x: 1\n---\n# c\nä: ö\n";
    let mut tree = Tree::new(text);
    parse(&mut tree, 9..text.len()).unwrap();
    let at = |id| tree.range(id).start as usize..tree.range(id).end as usize;
    let root = tree.root().unwrap();
    let (key, value) = tree.pairs(root).next().unwrap();
    assert_eq!((&text[at(key)], &text[at(value)]), ("ä", "ö"));
    let comment = tree.comments()[0];
    assert_eq!(&text[comment.start as usize..comment.end as usize], "# c");
}

#[test]
fn aliases_point_at_their_anchor() {
    let tree = parsed("a: &x [1, &y 2]\nb: *x\nc: *y\n");
    let root = tree.root().unwrap();
    let values: Vec<_> = tree.pairs(root).map(|(_, value)| value).collect();
    assert_eq!(tree.resolve(values[1]), values[0]);
    let two = tree.children(values[0])[1];
    assert_eq!(tree.resolve(values[2]), two);
    assert_eq!(tree.scalar(tree.resolve(values[2])), "2");
}

#[test]
fn anchors_may_not_hold_themselves() {
    let (place, message) = refused("a: &x\n  b: *x\n");
    assert_eq!(
        (place, message.as_str()),
        ("*x", "anchor `&x` contains itself")
    );
}

#[test]
fn aliases_may_not_repeat_too_much() {
    let mut text = "a0: &a0 x\n".to_owned();
    for level in 1..8 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text = format!("{text}a{level}: &a{level} [{items}]\n");
    }
    let lines = |count| text.split_inclusive('\n').take(count).collect::<String>();
    // Where kubectl draws the line.
    let few = lines(4);
    assert!(parse(&mut Tree::new(&few), 0..few.len()).is_ok());
    let message = "aliases repeat too much of the document";
    assert_eq!(refused(&lines(5)).1, message);
    assert_eq!(refused(&text).1, message);
}

#[test]
fn tags_are_kept_with_their_handle_resolved() {
    let text = "a: !!str 1\nb: !local 2\nc: ! 3\nd: !!map {}\ne: !<tag:yaml.org,2002:int> 4\n";
    let tree = parsed(text);
    let tags: Vec<_> = tree.ids().filter_map(|id| tree.tag(id)).collect();
    assert_eq!(
        tags,
        [
            "tag:yaml.org,2002:str",
            "!local",
            "!",
            "tag:yaml.org,2002:map",
            "tag:yaml.org,2002:int"
        ]
    );
}

#[test]
fn binary_is_decoded() {
    let tree = parsed("a: !!binary aGk=\nb: !!binary |\n  aG\n  k=\n");
    let root = tree.root().unwrap();
    let values: Vec<_> = tree
        .pairs(root)
        .map(|(_, value)| tree.scalar(value))
        .collect();
    assert_eq!(values, ["hi", "hi"]);
    assert_eq!(
        refused("a: !!binary x\n"),
        ("x", "a `!!binary` value has to be base64".to_owned())
    );
}
