//! What objects say, whatever way it is written: the order of keys, quotes, indentation and
//! comments make no difference.

use crate::text::hash::HashMap;
use crate::text::source::{SourceId, Span};
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A number for the value of each object of a text, also of those in lists, by the place of its
/// name. Objects that say the same have the same number. Left out is what could not be parsed, and
/// what holds aliases, which may stand for more than there is.
pub fn of_objects(text: &str, source: SourceId) -> HashMap<Span, u64> {
    let mut found = HashMap::default();
    let mut tree = Tree::new(text);
    for document in documents(text) {
        if parse(&mut tree, &document).is_err() || tree.has_aliases() {
            continue;
        }
        let reader = Reader::new(&tree, source);
        if let Some(root) = Cursor::root(&reader) {
            add(root, &mut found);
        }
    }
    found
}

fn add(object: Cursor<'_>, found: &mut HashMap<Span, u64>) {
    if let Some(items) = object.get("items").filter(|items| items.is_list()) {
        items.items().for_each(|item| add(item, found));
        return;
    }
    let name = object.path(["metadata", "name"]);
    found.extend(name.map(|name| (name.span(), value(object))));
}

fn value(node: Cursor<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    if node.is_map() {
        let entries = node.entries().into_iter();
        let mut entries: Vec<_> = entries.map(|(key, own)| (key.value, value(own))).collect();
        entries.sort_unstable();
        ("map", entries).hash(&mut hasher);
    } else if node.is_list() {
        let items: Vec<u64> = node.items().map(value).collect();
        ("list", items).hash(&mut hasher);
    } else {
        let form = node.scalar().map(|scalar| std::mem::discriminant(&scalar));
        (form, node.text()).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of each object, in their order.
    fn values(text: &str) -> Vec<u64> {
        let found = of_objects(text, SourceId(0));
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|(name, _)| name.start);
        found.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn the_way_it_is_written_makes_no_difference() {
        let all = values(
            "kind: A\nmetadata: {name: a}\nspec:\n  x: [1, two]\n---\n\
             metadata:\n    name: 'a'   # again\nspec: {x: [1, \"two\"]}\nkind: A\n---\n\
             items:\n- kind: A\n  spec:\n    x:\n    - 1\n    - two\n  metadata: {name: a}\n",
        );
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|own| *own == all[0]), "{all:?}");
    }

    #[test]
    fn what_differs_differs() {
        let all = values(
            "metadata: {name: a}\nspec: {x: 1}\n---\n\
             metadata: {name: a}\nspec: {x: '1'}\n---\n\
             metadata: {name: a}\nspec: {x: [1]}\n---\n\
             metadata: {name: a}\nspec: {y: 1}\n---\n\
             metadata: {name: a}\nspec: {x: 1, y: 1}\n",
        );
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), 5);
    }

    #[test]
    fn what_holds_aliases_is_left_out() {
        let all = values("metadata: {name: a}\nspec: &x {y: 1}\nrest: *x\n");
        assert!(all.is_empty());
    }
}
