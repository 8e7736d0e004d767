//! The house is built one way: a module of `src/` imports from the floors below it alone, and no
//! files import from each other in a circle.
//!
//! What counts is what files name in `use` lines and in paths. A name leads to the file that
//! defines it: a `mod.rs` that only passes it on has no part in it. Tests may name what they like.

#[path = "house/names.rs"]
mod names;

use names::{File, Names};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fmt, fs, slice};

/// The modules of `src/`, from the ground up.
const FLOORS: [&str; 20] = [
    "text",
    "yaml",
    "diagnostic",
    "kube",
    "catalogue",
    "settings",
    "kinds",
    "object",
    "kustomize",
    "unit",
    "link",
    "rules",
    "trace",
    "config",
    "findings",
    "run",
    "report",
    "load",
    "lib",
    "cli",
];

/// The modules of the library, and the program as one of them.
#[derive(Default)]
struct House {
    /// The files below `src/`, by the path of their module.
    modules: BTreeMap<Names, Module>,
}

struct Module {
    /// The file below `src/`.
    name: String,
    file: File,
}

/// Something that a file names.
struct Use<'h> {
    /// The file below `src/`.
    from: &'h str,
    /// What it names, from the root of its crate on.
    path: Names,
    /// The file in which that is defined.
    to: &'h str,
}

impl House {
    fn read() -> Self {
        let mut house = Self::default();
        house.add(Names::new(), "lib.rs".to_owned());
        house.add(vec!["cli".to_owned()], "cli/mod.rs".to_owned());
        house
    }

    /// Reads a file and those of its submodules.
    fn add(&mut self, module: Names, name: String) {
        let file = File::read(&fs::read_to_string(src(&name)).expect("a module has a file"));
        for child in &file.children {
            let child = [&module[..], slice::from_ref(child)].concat();
            let stem = child.join("/");
            let [alone, folder] = [format!("{stem}.rs"), format!("{stem}/mod.rs")];
            self.add(child, if src(&alone).exists() { alone } else { folder });
        }
        self.modules.insert(module, Module { name, file });
    }

    /// What files name of the house.
    fn uses(&self) -> Vec<Use<'_>> {
        let uses = self
            .modules
            .iter()
            .flat_map(|(module, Module { name, file })| {
                let paths = file.used().into_iter();
                let paths = paths.filter_map(|path| self.absolute(module, &path));
                paths.filter_map(move |path| {
                    assert!(
                        !path.ends_with(&["*".to_owned()]),
                        "{name}: name what is imported"
                    );
                    let to = self.definition(&path)?;
                    let from = name;
                    (to != from).then_some(Use { from, path, to })
                })
            });
        uses.collect()
    }

    /// The path from the root of its crate on. None for what is local or of another crate.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let above = module.split_last().map(|(_, above)| above);
        match first.as_str() {
            "crate" | "svclint" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" if rest.first().is_some_and(|next| next == "super") => {
                self.absolute(above?, rest)
            }
            "super" => Some([above?, rest].concat()),
            child if self.modules[module].file.children.contains(child) => {
                Some([module, path].concat())
            }
            _ => None,
        }
    }

    /// The file in which something is defined. None for a module as such: what is used of it is
    /// named where it is used.
    fn definition(&self, path: &[String]) -> Option<&str> {
        let is_module = |depth: &usize| self.modules.contains_key(&path[..*depth]);
        let depth = (0..=path.len()).take_while(is_module).last()?;
        let (module, item) = path.split_at(depth);
        let Module { name, file } = &self.modules[module];
        match file.import(item.first()?) {
            Some(import) => {
                let import = self.absolute(module, &import.path)?;
                self.definition(&[&import, &item[1..]].concat())
            }
            None => Some(name),
        }
    }
}

fn src(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

/// How high a module lies.
fn floor(module: &str) -> usize {
    let floor = FLOORS.iter().position(|floor| *floor == module);
    floor.unwrap_or_else(|| panic!("`{module}` is on no floor: give it one"))
}

#[test]
fn modules_import_from_lower_floors_only() {
    let house = House::read();
    let upward = house.uses().into_iter().filter(|Use { from, path, .. }| {
        let own = from.split(['/', '.']).next().unwrap_or_default();
        let other = path
            .first()
            .filter(|first| house.modules.contains_key(slice::from_ref(*first)));
        floor(own) < floor(other.map_or("lib", String::as_str))
    });
    let upward: Vec<_> = upward.map(|found| found.to_string()).collect();
    assert!(
        upward.is_empty(),
        "imports from a higher floor:\n{}",
        upward.join("\n")
    );
}

#[test]
fn files_do_not_import_in_circles() {
    let house = House::read();
    let uses = house.uses();
    let circles = circles(&uses);
    let mut faults = String::new();
    for circle in &circles {
        let inside = |found: &&Use<'_>| circle.contains(found.from) && circle.contains(found.to);
        let uses: Vec<_> = uses
            .iter()
            .filter(inside)
            .map(ToString::to_string)
            .collect();
        let _ = write!(faults, "\nA circle: {circle:#?}\n{}\n", uses.join("\n"));
    }
    assert!(faults.is_empty(), "{faults}");
}

/// More lines need a reason, which the file gives in its first lines.
const LONG: usize = 600;

#[test]
fn a_long_file_says_why_it_is_long() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("testdata")];
    let mut faults = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == "rs") {
                let text = fs::read_to_string(&path).expect("a text");
                let lines = text.lines().count();
                let mut head = text.lines().take_while(|line| line.starts_with("//!"));
                if lines > LONG && !head.any(|line| line.contains("long because")) {
                    faults.push(format!("{}: {lines} lines", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The README tells newcomers how large the house is; a tenth more or less is still true.
#[test]
fn the_readme_says_how_large_the_house_is() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("there is a README");
    let said = readme
        .lines()
        .find_map(|line| line.strip_prefix("The house has about "));
    let said = said.and_then(|line| line.split_once(" lines in "));
    let (lines, files) = said.expect("the README says how large the house is");
    let house = House::read();
    let texts = house.modules.values().map(|module| {
        let text = fs::read_to_string(src(&module.name));
        text.expect("a module has a file").lines().count()
    });
    assert!(is_about(lines, texts.sum()), "{lines} lines");
    assert!(is_about(files, house.modules.len()), "{files}");
}

/// Whether a number at the start of a text is true but for a tenth.
fn is_about(said: &str, real: usize) -> bool {
    let digits = said.chars().take_while(|c| c.is_ascii_digit() || *c == ',');
    let digits: String = digits.filter(|c| *c != ',').collect();
    let said: usize = digits.parse().expect("the text begins with a number");
    said.abs_diff(real) * 10 <= real
}

impl fmt::Display for Use<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} names `{}`, which {} defines",
            self.from,
            self.path.join("::"),
            self.to
        )
    }
}

/// Sets of files each of which leads to all others of its set.
fn circles<'h>(uses: &[Use<'h>]) -> BTreeSet<BTreeSet<&'h str>> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Use { from, to, .. } in uses {
        edges.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = edges
        .keys()
        .map(|file| (*file, reachable(&edges, file)))
        .collect();
    let circle = |file: &str| {
        let own = reached[file].iter().copied();
        own.filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect::<BTreeSet<_>>()
    };
    let circles = reached.keys().map(|file| circle(file));
    circles.filter(|circle| !circle.is_empty()).collect()
}

/// The files to which a file leads; itself among them only if it lies on a circle.
fn reachable<'h>(edges: &BTreeMap<&'h str, BTreeSet<&'h str>>, file: &str) -> BTreeSet<&'h str> {
    let mut found = BTreeSet::new();
    let mut next = vec![file];
    while let Some(file) = next.pop() {
        for other in edges.get(file).into_iter().flatten() {
            if found.insert(*other) {
                next.push(other);
            }
        }
    }
    found
}

#[test]
fn circles_are_found() {
    let uses = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("d", "e")];
    let uses = uses.map(|(from, to)| {
        let path = Names::new();
        Use { from, path, to }
    });
    let circle = BTreeSet::from(["b", "c", "d"]);
    assert_eq!(circles(&uses), BTreeSet::from([circle]));
}
