//! From the text of a document to its [`Tree`].

use super::document::{RawDocument, Syntax};
use super::syntax::SyntaxError;
use super::tree::{NESTING_LIMIT, Tree};
use super::{fast, granit, json};

/// Reads one document of the tree's text into the tree; spans index the whole text.
///
/// # Errors
/// The first thing that kubectl cannot read. The tree then holds what came before it.
pub fn parse(tree: &mut Tree<'_>, document: &RawDocument) -> Result<(), SyntaxError> {
    tree.clear();
    match document.syntax {
        Syntax::Yaml => {
            if fast::parse(tree, document.range.clone()).is_ok() {
                return Ok(());
            }
            tree.clear();
            granit::parse(tree, document.range.clone())
        }
        Syntax::Json => json::parse(tree, document.range.start, NESTING_LIMIT).map(drop),
    }
}

/// Where kubectl differs from a parser of YAML 1.2, one test each.
#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::yaml::documents;
    use crate::yaml::tree::NodeId;

    /// All scalars of a text that kubectl accepts, and the text of their spans.
    fn scalars(text: &str) -> Vec<(&str, String)> {
        let mut tree = Tree::new(text);
        let documents = documents(text);
        assert_eq!(documents[0].problems, []);
        parse(&mut tree, &documents[0]).unwrap();
        let scalar = |id: NodeId| {
            let range = tree.range(id);
            let written = &text[range.start as usize..range.end as usize];
            (written, tree.scalar(id).to_owned())
        };
        let ids = tree.ids().filter(|id| tree.form(*id).is_scalar());
        ids.map(scalar).collect()
    }

    fn values(text: &str) -> Vec<String> {
        scalars(text).into_iter().map(|(_, value)| value).collect()
    }

    /// The place and the message of the error in a text that kubectl refuses.
    fn refused(text: &str) -> (&str, String) {
        let error = parse(&mut Tree::new(text), &documents(text)[0]).expect_err(text);
        let range = error.range.start as usize..error.range.end as usize;
        (&text[range], error.message)
    }

    #[test]
    fn a_string_may_go_on_in_the_column_of_its_key() {
        let text = "a:\n  b: \"x \\\"y\n  z\\\n\n  !\" # c\n  c: 'it''s\r\n\r\n\r\n d'\ne: 1\n";
        let found = scalars(text);
        assert_eq!(found[2].0, "\"x \\\"y\n  z\\\n\n  !\"");
        assert_eq!(found[2].1, "x \"y z\n!");
        assert_eq!(found[4].1, "it's\n\nd");
        assert_eq!(found[5].1, "e");
    }

    #[test]
    fn a_string_that_goes_on_to_the_end_is_not_closed() {
        assert_eq!(
            refused("a: 'b'\nc: \"x # '\nd: y\n"),
            ("\"", "this quote is never closed".to_owned())
        );
        let many = format!("a: 'x\n{}", "b: 1\n".repeat(1000));
        assert_eq!(refused(&many).0, "'");
    }

    #[test]
    fn an_ipv6_prefix_in_brackets_is_a_string() {
        assert_eq!(values("[2001:db8::]"), ["2001:db8::"]);
        assert_eq!(
            values("[fd00::, 10.0.0.0/8, fe80::]"),
            ["fd00::", "10.0.0.0/8", "fe80::"]
        );
        assert_eq!(values("{a: fd00::, b:}"), ["a", "fd00::", "b:", ""]);
        // A key and its value are not touched.
        assert_eq!(values("[a: , {\"b\":[c]}]"), ["a", "", "b", "c"]);
    }

    #[test]
    fn a_question_mark_in_brackets_is_no_text() {
        let message = "kubectl cannot read `?` in a value inside brackets".to_owned();
        let url = "http://x/?a=b";
        assert_eq!(refused("a: [http://x/?a=b, c]"), (url, message.clone()));
        assert_eq!(refused("a: [b, a b?]"), ("a b?", message));
        assert_eq!(values("a: http://x/?a=b"), ["a", url]);
        assert_eq!(values("a: [\"b?\"]"), ["a", "b?"]);
    }

    #[test]
    fn a_leading_colon_in_brackets_is_no_text() {
        let message = "kubectl cannot read `:` in a value inside brackets".to_owned();
        assert_eq!(refused("a: [\"::1\", ::1]"), ("::1", message.clone()));
        assert_eq!(refused("a: [::]").1, message);
        assert_eq!(values("a: ::1"), ["a", "::1"]);
    }

    #[test]
    fn a_dash_in_brackets_is_a_string() {
        assert_eq!(values("[-, b, -]"), ["-", "b", "-"]);
        assert_eq!(values("{-: -}"), ["-", "-"]);
    }

    #[test]
    fn a_slash_cannot_be_escaped() {
        let message = "kubectl does not know the escape `\\/`".to_owned();
        assert_eq!(refused("a: \"b\\/c\""), ("\\/", message));
    }

    #[test]
    fn a_single_quote_can_be_escaped() {
        let found = scalars("a: \"it\\'s \\\\'x'\\n\" # c\nb: 1\n");
        assert_eq!(
            found[1],
            ("\"it\\'s \\\\'x'\\n\"", "it's \\'x'\n".to_owned())
        );
        assert_eq!(found[3].1, "1");
    }

    #[test]
    fn halves_of_utf_16_pairs_are_no_escapes() {
        assert_eq!(refused("a: \"\\ud83d\\ude00\"").0, "\\ud83d");
    }

    #[test]
    fn a_comment_may_follow_without_a_space() {
        let text = "a: \"b\"#c\nd: [e]#f\ng: |#h\n  i\n";
        assert_eq!(values(text), ["a", "b", "d", "e", "g", "i\n"]);
        let mut tree = Tree::new(text);
        parse(&mut tree, &documents(text)[0]).unwrap();
        let comments = tree.comments().iter();
        let comments = comments.map(|comment| &text[comment.start as usize..comment.end as usize]);
        assert_eq!(comments.collect::<Vec<_>>(), ["#c", "#f", "#h"]);
    }

    #[test]
    fn other_line_breaks_of_yaml_1_1_end_lines() {
        for (c, name) in [
            ('\u{85}', "0085"),
            ('\u{2028}', "2028"),
            ('\u{2029}', "2029"),
        ] {
            let message = format!("kubectl takes U+{name} for a line break");
            let place = c.to_string();
            for text in [
                format!("a: b{c}c\n"),
                format!("# b{c}c\na: 1\n"),
                format!("a: |\n  b{c}c\n"),
            ] {
                assert_eq!(refused(&text), (place.as_str(), message.clone()));
            }
        }
    }

    /// What `kubectl annotate --local` prints of them.
    #[test]
    fn other_line_breaks_of_yaml_1_1_are_read_as_kubectl_reads_them() {
        let text = "a: \"b\u{85}c\"\nd: \"b\u{2028}c\"\ne: 'x\u{2028}\n  y'\n\
                    f: plain\u{85}   goes\ng: plain\u{2028}   goes\n\
                    h: |\n  one\u{2028}  two\n  three\u{85}  four\ni: x # c\u{2029}j: k\n";
        let values = values(text);
        let values: Vec<_> = values.iter().skip(1).step_by(2).collect();
        let expected = [
            "b c",
            "b\u{2028}c",
            "x\u{2028}\ny",
            "plain goes",
            "plain\u{2028}goes",
            "one\u{2028}two\nthree\nfour\n",
            "x",
            "k",
        ];
        assert_eq!(values, expected.each_ref());
    }

    #[test]
    fn a_tab_may_not_indent() {
        let tab = ("\t", "YAML is indented by spaces, not by tabs".to_owned());
        for text in [
            "a:\n\tb: 1\n",
            "a: b\n\t\nc: 1\n",
            "a: b\n\n\t# c\n",
            "a:\n  b: c\n  \t\nd: 1\n",
            "a: \"b\"\n   \t\nc: 1\n",
            "a:\n-\tb: 1\n",
            "a:\n- b\n-  \tc\n",
            "- - \ta\n",
            "a: [b]\n\t\n",
            "a: {\n  b: 1\n\t}\n",
        ] {
            assert_eq!(refused(text), tab, "{text:?}");
        }
    }

    #[test]
    fn a_tab_may_stand_where_indentation_does_not_count() {
        for text in [
            "a:\tb\t# c\n",
            "a:\n  b: c\n   \t\nd: 1\n",
            "a: [b,\n\t\"c\"\n\t]\n",
            "a: {\n\t\"b\": [1],\n \t# c\n\t}\n",
            "{\n\ta: 1\n\t}\n",
            "a: |\n  b\n  \tc\n  \t\nd: 1\n",
            "a: \"b\n\tc\"\n",
            "a: --\tb\n",
            "a: b\n  \tc\n",
        ] {
            assert!(!scalars(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for c in ['\0', '\u{1}', '\u{7f}', '\u{80}', '\u{fffe}'] {
            for text in [
                format!("a: b{c}\n"),
                format!("# {c}\n"),
                format!("a: '{c}'\n"),
            ] {
                assert!(
                    parse(&mut Tree::new(&text), &documents(&text)[0]).is_err(),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn directives_are_refused() {
        let message = "kubectl refuses YAML directives".to_owned();
        for directive in ["%YAML 1.2", "%YAML 1.1", "%TAG ! x:"] {
            let text = format!("# c\n{directive}\n---\na: 1\n");
            assert_eq!(refused(&text), (directive, message.clone()));
            let rest = &documents(&text)[1];
            assert!(parse(&mut Tree::new(&text), rest).is_ok());
        }
    }

    #[test]
    fn a_block_scalar_at_the_end_needs_no_line_break() {
        assert_eq!(values("a: |\n  b\n  c"), ["a", "b\nc\n"]);
        assert_eq!(values("a: >\n  b\n  c"), ["a", "b c\n"]);
    }

    #[test]
    fn any_number_of_comments_may_stand_before_an_item() {
        let text = format!("a:\n{}- b\n", "# c\n".repeat(1000));
        assert_eq!(values(&text), ["a", "b"]);
    }

    #[test]
    fn byte_order_marks_may_only_start_a_document() {
        assert_eq!(values("\u{feff}a: b\n"), ["a", "b"]);
        for text in [
            "a: b\n\u{feff}c: d\n",
            "a: \u{feff}b\n",
            "a: b\n\u{feff}# c\n",
        ] {
            assert_eq!(refused(text).0, "\u{feff}");
        }
    }

    #[test]
    fn names_of_anchors_are_ascii() {
        assert_eq!(refused("a: &b.c 1\n").0, "&b.c");
        assert_eq!(values("a: &b-_1 1\nc: [*b-_1]\n"), ["a", "1", "c"]);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        assert_eq!(values("a: 1\rb:\r- c\r"), ["a", "1", "b", "c"]);
    }

    #[test]
    fn the_rest_behind_the_only_value_is_reported() {
        let message = "the document ends before this, and kubectl drops the rest without a word";
        assert_eq!(refused("[a]\nb: 1\n"), ("b: 1", message.to_owned()));
    }
}
