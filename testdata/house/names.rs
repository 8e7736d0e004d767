//! What a Rust file names: its submodules, what it imports, and the paths in its code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// The path of a module or of something in it, without `crate`; the crate itself has an empty one.
pub(crate) type Names = Vec<String>;

/// Something that a `use` line brings into a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// What the file calls it.
    pub(crate) alias: String,
    /// What it is, as written.
    pub(crate) path: Names,
    /// Whether it is there for others (`pub use`).
    pub(crate) passes_on: bool,
}

/// What a file names outside its tests.
#[derive(Debug, Default)]
pub(crate) struct File {
    /// Its submodules that are files.
    pub(crate) children: BTreeSet<String>,
    /// Its `use` lines.
    pub(crate) imports: Vec<Import>,
    /// The paths in its code, as written. Most are single words.
    pub(crate) paths: BTreeSet<Names>,
}

impl File {
    /// Reads the text of a file.
    pub(crate) fn read(text: &str) -> Self {
        let code: TokenStream = text.parse().expect("the compiler reads it too");
        let mut tokens = Vec::new();
        flatten(code, &mut tokens);
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let mut file = Self::default();
        let (mut rest, mut before) = (&tokens[..], "");
        while !rest.is_empty() {
            let length = file.take(rest, before);
            before = rest[length - 1];
            rest = &rest[length..];
        }
        file
    }

    /// What the file itself uses: not what it only passes on.
    pub(crate) fn used(&self) -> Vec<Names> {
        let is_used = |import: &&Import| {
            let mut paths = self.paths.iter();
            !import.passes_on || paths.any(|path| path[0] == import.alias)
        };
        let imports = self.imports.iter().filter(is_used);
        let imports = imports.map(|import| import.path.clone());
        let paths = self.paths.iter().filter(|path| path.len() > 1);
        let paths = paths.map(|path| match self.import(&path[0]) {
            Some(import) => [&import.path, &path[1..]].concat(),
            None => path.clone(),
        });
        imports.chain(paths).collect()
    }

    /// What a name means that stands for something imported.
    pub(crate) fn import(&self, alias: &str) -> Option<&Import> {
        self.imports.iter().find(|import| import.alias == alias)
    }

    /// Takes what begins here, and says how many tokens it has.
    fn take(&mut self, rest: &[&str], before: &str) -> usize {
        match rest {
            ["#", "[", "cfg", "(", "test", ")", "]", ..] => item_length(rest),
            ["mod", name, ";", ..] => {
                self.children.insert((*name).to_owned());
                3
            }
            // What a returned type holds on to: `impl Iterator + use<'_>`.
            ["use", "<", ..] => 2,
            ["use", tree @ ..] => {
                let passes_on = matches!(before, "pub" | ")");
                1 + self.take_import(&[], tree, passes_on)
            }
            // A field or a method, or what belongs to a type: `<T as Trait>::name`.
            ["." | "::", name, ..] if is_word(name) => 2,
            [first, ..] if is_word(first) => {
                let path = path(rest);
                let length = 2 * path.len() - 1;
                self.paths.insert(path);
                length
            }
            _ => 1,
        }
    }

    /// Takes a tree of names, as in `a::{b, c::d as e};`, and says how many tokens it has.
    fn take_import(&mut self, stem: &[String], tree: &[&str], passes_on: bool) -> usize {
        let own = path(tree);
        let mut path = [stem, &own].concat();
        let mut length = (2 * own.len()).saturating_sub(1);
        length += usize::from(tree[length] == "::");
        if tree[length] == "{" {
            length += 1;
            while tree[length] != "}" {
                length += self.take_import(&path, &tree[length..], passes_on);
                length += usize::from(tree[length] == ",");
            }
            return length + 1;
        }
        if tree[length] == "*" {
            path.push("*".to_owned());
            length += 1;
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let mut alias = path.last().expect("a `use` names something").clone();
        if let ["as", name, ..] = tree[length..] {
            name.clone_into(&mut alias);
            length += 2;
        }
        self.imports.push(Import {
            alias,
            path,
            passes_on,
        });
        length
    }
}

/// Words and signs in a row, without literals. The two colons of a path are one sign.
fn flatten(code: TokenStream, tokens: &mut Vec<String>) {
    for token in code {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                tokens.push(open.to_owned());
                flatten(group.stream(), tokens);
                tokens.push(close.to_owned());
            }
            TokenTree::Punct(sign) => match tokens.last_mut() {
                Some(last) if sign.as_char() == ':' && last == ":" => last.push(':'),
                _ => tokens.push(sign.to_string()),
            },
            TokenTree::Ident(word) => tokens.push(word.to_string()),
            TokenTree::Literal(_) => tokens.push(String::new()),
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The path that begins here, if one does.
fn path(tokens: &[&str]) -> Names {
    let mut path = Names::new();
    let mut rest = tokens;
    while let [name, after @ ..] = rest
        && is_word(name)
    {
        path.push((*name).to_owned());
        match after {
            ["::", behind @ ..] => rest = behind,
            _ => break,
        }
    }
    path
}

/// How many tokens an item has, its attributes included: it ends with a semicolon or a brace.
fn item_length(tokens: &[&str]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(*token, ";" | "}") {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn names_are_found_wherever_they_stand() {
    let file = File::read(
        r#"
        /// Not a `crate::comment`.
        pub mod child;
        use super::{a::B, c::{self, d as e}};
        pub(crate) use child::F;
        #[cfg(test)] mod other;
        fn f(x: crate::g::H) -> Option<F> {
            let text = "crate::text";
            x.y::<c::I>(format!("{}", e::<u8>()))
        }
        #[cfg(test)]
        mod tests { use crate::nothing; }
        "#,
    );
    assert!(file.children.iter().eq(["child"]));
    let import = |import: &Import| (import.alias.clone(), import.path.join("::"));
    let imports: Vec<_> = file.imports.iter().map(import).collect();
    let expected = [
        ("B", "super::a::B"),
        ("c", "super::c"),
        ("e", "super::c::d"),
        ("F", "child::F"),
    ];
    assert_eq!(
        imports,
        expected.map(|(alias, path)| (alias.to_owned(), path.to_owned()))
    );
    let passed_on: Vec<_> = file.imports.iter().map(|import| import.passes_on).collect();
    assert_eq!(passed_on, [false, false, false, true]);
    let paths: Vec<_> = file.paths.iter().map(|path| path.join("::")).collect();
    for path in ["crate::g::H", "F", "c::I", "e"] {
        assert!(paths.contains(&path.to_owned()), "{path}: {paths:?}");
    }
    assert!(
        !paths
            .iter()
            .any(|path| path == "y" || path.contains("nothing")),
        "{paths:?}"
    );
}
