//! Which part of a document a comment on a line of its own is about.

use crate::yaml::tree::{NodeId, Tree};
use std::ops::Range;

/// The node that begins at the next thing behind a byte: a pair of a mapping, an item of a list, or
/// all of the document if nothing stands before it.
pub(super) fn next_node(tree: &Tree<'_>, document: Range<usize>, from: usize) -> Range<usize> {
    let Some(root) = tree.root() else {
        return from..from;
    };
    let Some(next) = next_content(tree, document.end, from) else {
        return from..from;
    };
    if next <= tree.range(root).start as usize {
        return document;
    }
    node_at(tree, root, next).unwrap_or_else(|| line(tree.text(), next))
}

/// The line that holds a byte, with what ends it.
pub(super) fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1);
    start..end
}

/// The next byte that is neither blank nor in a comment.
fn next_content(tree: &Tree<'_>, end: usize, from: usize) -> Option<usize> {
    let comments = tree.comments();
    let mut behind = comments.partition_point(|comment| (comment.start as usize) < from);
    let mut at = from;
    loop {
        let rest = &tree.text()[at..end];
        at += rest.len() - rest.trim_start().len();
        match comments.get(behind) {
            Some(comment) if comment.start as usize == at => {
                at = comment.end as usize;
                behind += 1;
            }
            _ => return (at < end).then_some(at),
        }
    }
}

/// The pair or item that begins at a byte, below a node.
fn node_at(tree: &Tree<'_>, mut node: NodeId, at: usize) -> Option<Range<usize>> {
    let start = |id: NodeId| tree.range(id).start as usize;
    let end = |id: NodeId| tree.range(id).end as usize;
    loop {
        let form = tree.form(node);
        if form.is_map() {
            let (key, value) = tree
                .pairs(node)
                .take_while(|(key, _)| start(*key) <= at)
                .last()?;
            if start(key) == at {
                return Some(at..end(value).max(end(key)));
            }
            node = value;
            continue;
        }
        if !form.is_seq() {
            return None;
        }
        let items = tree.children(node);
        let behind = items.partition_point(|item| start(*item) <= at);
        let begun = behind.checked_sub(1).map(|last| items[last]);
        match begun {
            Some(item) if form.is_flow() && start(item) == at => return Some(at..end(item)),
            Some(item) if at < end(item) => node = item,
            // The byte is the dash of the item that comes next.
            _ => return items.get(behind).map(|item| at..end(*item)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::yaml::{documents, parse};

    /// What the comment `#!` of a text is about.
    fn reach(text: &str) -> &str {
        let mut tree = Tree::new(text);
        let document = &documents(text)[0];
        parse(&mut tree, document).unwrap();
        let from = text.find("#!").unwrap() + 2;
        &text[next_node(&tree, document.range.clone(), from)]
    }

    #[test]
    fn a_comment_is_about_the_pair_or_item_behind_it() {
        assert_eq!(reach("a: 1\n#!\nb: 2\nc: 3\n"), "b: 2");
        assert_eq!(
            reach("a:\n  #!\n  b:\n    c: 1\n    d: 2\n  e: 3\n"),
            "b:\n    c: 1\n    d: 2"
        );
        assert_eq!(reach("a: 1\n#!\n# more\n\nb:\n"), "b:");
        assert_eq!(
            reach("a:\n  #!\n  - b: 1\n    c: 2\n  - d\n"),
            "- b: 1\n    c: 2"
        );
        assert_eq!(reach("a:\n- b: 1\n#!\n- d\n- e\n"), "- d");
        assert_eq!(reach("a:\n- b: 1\n#!\nc: 2\n"), "c: 2");
        assert_eq!(reach("a:\n- - 1\n  #!\n  - 2\n- 3\n"), "- 2");
        assert_eq!(reach("a:\n#!\n- - 1\n  - 2\n- 3\n"), "- - 1\n  - 2");
        assert_eq!(reach("a:\n- b: 1\n  #!\n  c: 2\n"), "c: 2");
        assert_eq!(reach("a: [1,\n  #!\n  2, 3]\n"), "2");
        assert_eq!(reach("a: {b: 1,\n  #!\n  c: [2], d: 3}\n"), "c: [2]");
    }

    #[test]
    fn a_comment_before_everything_is_about_the_document() {
        assert_eq!(reach("#!\na: 1\nb: 2\n"), "#!\na: 1\nb: 2\n");
        assert_eq!(reach("# x\n#!\n\n- a\n- b"), "# x\n#!\n\n- a\n- b");
    }

    #[test]
    fn a_comment_behind_everything_is_about_nothing() {
        assert_eq!(reach("a: 1\n#!\n"), "");
        assert_eq!(reach("a:\n  b: 1\n  #!\n\n# c\n"), "");
    }
}
