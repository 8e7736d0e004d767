//! Tests of `explain.rs`.

use crate::yaml::tree::Tree;
use crate::yaml::{Cause, documents, parse};

/// The place and the message of the only error.
fn refused(text: &str) -> (&str, String) {
    let mut tree = Tree::new(text);
    let documents = documents(text);
    let mut errors = documents
        .iter()
        .filter_map(|document| parse(&mut tree, document).err());
    let error = errors.next().expect(text);
    assert_eq!(errors.next(), None);
    let range = error.range.start as usize..error.range.end as usize;
    (&text[range], error.message)
}

/// A text, the place in it, and what is said about it.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "a:\n  b:\n  \tc: 1\n",
        "\t",
        "YAML is indented by spaces, not by tabs",
    ),
    (
        "a: \"x\"y\"\n",
        "y",
        "unexpected text behind the closing quote",
    ),
    (
        "a: 'x' y\n",
        "y",
        "unexpected text behind the closing quote",
    ),
    (
        "- a: b: c # d\n",
        "b: c # d",
        "a value that contains `: ` has to be quoted",
    ),
    (
        "a:\n  b: 1\n    c: 2\n",
        "c",
        "this key is indented deeper than one that already has a value",
    ),
    (
        "a:\n    b: 1\n  c: 2\n",
        "c: 2",
        "the indentation of this line fits none of the keys above it",
    ),
    (
        "a:\n  b: 1\n  - c\n",
        "- c",
        "a list item cannot stand among the keys of a mapping",
    ),
    (
        "a:\n  - b\n  c: 1\n",
        "c: 1",
        "this stands among the items of a list, but does not start with `- `",
    ),
    (
        "- name: x\n-name: y\n",
        "-",
        "a space has to follow this `-`",
    ),
    (
        "-name: y\n- name: x\n",
        "-",
        "a space has to follow this `-`",
    ),
    (
        "a: 1\nb\nc: 2\n",
        "b",
        "this line lacks a `:` behind its key",
    ),
    (
        "apiVersion v1 \n# c\n\nkind: Service\n",
        "apiVersion v1",
        "this line lacks a `:` behind its key",
    ),
    ("a: 1\nb:2\nc: 3\n", ":", "a space has to follow this `:`"),
    ("a: [1, 2\nb: 3\n", "[", "this `[` is never closed"),
    ("a: {x: 1\nb: 3\n", "{", "this `{` is never closed"),
    ("a: [1, 2", "[", "this `[` is never closed"),
    ("a: [1]]\n", "]", "this bracket closes nothing"),
    ("a: [1}\n", "[", "this `[` is closed by a `}`"),
    ("a: {x: 1 y: 2}\n", ":", "expected `,` or `}`, found `:`"),
    ("a: [1,,2]\n", ",", "a value is missing before this comma"),
    (
        "a: [- x]\n",
        "-",
        "`-` cannot start an item inside brackets",
    ),
    ("a: @x\n", "@", "a value cannot start with `@`"),
    (
        "a: *.com\n",
        "*.com",
        "no anchor `&.com` stands before this alias",
    ),
    (
        "a: {b: *x}\n",
        "*x",
        "no anchor `&x` stands before this alias",
    ),
    ("a: * x\n", "*", "an anchor or alias needs a name"),
    (
        "a: !e!x y\n",
        "!e!x",
        "nothing declares the handle of this tag",
    ),
    (
        "%YAML 1.2\n---\na: 1\n",
        "%YAML 1.2",
        "kubectl refuses YAML directives",
    ),
    (
        "a: | x\n  b\n",
        "| x",
        "no text can stand on the line of `|` or `>`",
    ),
    (
        "a: x\n  y # c\n  z\n",
        "# c",
        "a comment cannot stand inside a value of several lines",
    ),
    (
        "a: \"x \\d\"\n",
        "\\d",
        "kubectl does not know the escape `\\d`",
    ),
    (
        "a: \"C:\\Users\"\n",
        "\\U",
        "kubectl does not know the escape `\\U`",
    ),
    (
        "{a: 1}\nb: 2\n",
        "b: 2",
        "the document ends before this, and kubectl drops the rest without a word",
    ),
    (
        "a: - b\n",
        "-",
        "a list cannot start on the line of its key",
    ),
    ("a: 1,\nb: [1],\n", ",", "unexpected text behind the value"),
    (
        "a: \u{1}\n",
        "\u{1}",
        "control character U+0001 is not allowed",
    ),
    (
        "a: 1\n<<<<<<< HEAD\nb: 1\n=======\n",
        "<<<<<<< HEAD",
        "this is a conflict marker of Git",
    ),
];

#[test]
fn common_mistakes_are_named_where_they_are() {
    for (text, place, message) in MISTAKES {
        assert_eq!(refused(text), (*place, (*message).to_owned()), "{text}");
    }
}

#[test]
fn templates_are_recognised() {
    let is_template = |text| {
        let mut tree = Tree::new(text);
        let error = parse(&mut tree, &documents(text)[0]).expect_err(text);
        let range = error.range.start as usize..error.range.end as usize;
        (error.cause == Cause::Template).then_some(&text[range])
    };
    assert_eq!(
        is_template("{{- if .x }}\na: 1\n{{- end }}\n"),
        Some("{{- if .x }}")
    );
    assert_eq!(is_template("a:\n  b: {{ .x }}-y\n"), Some("{{ .x }}"));
    assert_eq!(is_template("a:\n  b: {{ .x }}\n"), Some("{{ .x }}"));
    assert_eq!(is_template("a:\n  {{ .x }}\n  b: 1\n"), Some("{{ .x }}"));
    assert_eq!(is_template("a: 1\n{% if x %}\nb: 1\n"), Some("{% if x %}"));
    assert_eq!(is_template("a: {b: ${X}}\n"), Some("${X}"));
    assert_eq!(is_template("a: [x, ${X}-y]\n"), Some("${X}"));
    assert_eq!(is_template("a: {b: ${X}\n"), Some("${X}"));
    assert_eq!(is_template("a: ${X}\n\tb: 1\n"), None);
    assert_eq!(is_template("a: {b: $ {X}}\n"), None);
    assert_eq!(is_template("a: \"{{ .x }}\"\nb\n"), None);
    assert_eq!(is_template("a: \"{{ .x }}\" b\n"), None);
    assert_eq!(is_template("a: {X_Y}.16\n"), Some("{X_Y}.16"));
    assert_eq!(is_template("a: 1\nb: %VERSION%\n"), Some("%VERSION%"));
    assert_eq!(is_template("a: {b: 1}.16\n"), None);
    assert_eq!(is_template("a: 1\nb: %x\n"), None);
}
