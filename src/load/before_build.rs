//! What is looked at before a chart or an overlay is built: helm and kustomize follow links and
//! addresses wherever they lead, and print what they find there.

use super::text;
use crate::kustomize::{Entry, FILE_NAMES, Kustomization, PatchText, is_key, is_remote};
use crate::text::boundary::{Boundary, LINK_OUT, leads_out};
use crate::text::hash::HashSet;
use crate::text::paths::CurrentDirectory;
use crate::text::quote::quoted;
use crate::text::source::SourceId;
use crate::yaml::cursor::Cursor;
use crate::yaml::reader::Reader;
use crate::yaml::tree::Tree;
use crate::yaml::{documents, parse};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

const FETCH: &str = "allow that with `--allow-fetch`";

/// Whether helm renders this chart from what is here, and from nothing outside its repository.
///
/// # Errors
/// Why it would not.
pub(super) fn chart(
    here: &CurrentDirectory,
    chart: &Path,
    values: &[PathBuf],
    fetch: bool,
) -> Result<(), String> {
    let files = values.iter().map(|file| here.absolute(file));
    if files
        .chain([chart.to_owned()])
        .any(|path| leads_out(&path, &here.0))
    {
        return Err(LINK_OUT.to_owned());
    }
    if !chart.exists() && !fetch {
        return Err(format!(
            "it does not exist here, and helm would have to fetch it: {FETCH}"
        ));
    }
    let mut names = values.iter().filter_map(|file| file.to_str());
    if let Some(address) = names.find(|file| file.contains("://"))
        && !fetch
    {
        let address = quoted(address);
        return Err(format!("`{address}` would have to be fetched: {FETCH}"));
    }
    let boundary = Boundary::around(chart, &here.0);
    match link_out(&boundary, chart) {
        Some(link) => {
            let link = here.name_of_found(&link);
            Err(format!("`{link}` is a link out of the repository"))
        }
        None => Ok(()),
    }
}

/// The first link below a directory that leads out, be it by way of other links.
fn link_out(boundary: &Boundary, directory: &Path) -> Option<PathBuf> {
    let mut todo = vec![directory.to_owned()];
    let mut seen = HashSet::default();
    while let Some(directory) = todo.pop() {
        for entry in WalkDir::new(directory).into_iter().flatten() {
            if !entry.path_is_symlink() {
                continue;
            }
            match boundary.resolve(entry.path()) {
                None => return Some(entry.into_path()),
                Some(real) if real.is_dir() && seen.insert(real.clone()) => todo.push(real),
                Some(_) => {}
            }
        }
    }
    None
}

/// Whether kustomize builds this overlay from what is here, and from nothing outside its
/// repository.
///
/// # Errors
/// Why it would not.
pub(super) fn overlay(
    here: &CurrentDirectory,
    directory: &Path,
    fetch: bool,
) -> Result<(), String> {
    if leads_out(directory, &here.0) {
        return Err(LINK_OUT.to_owned());
    }
    let boundary = Boundary::around(directory, &here.0);
    let mut todo = vec![directory.to_owned()];
    let mut seen = HashSet::default();
    while let Some(directory) = todo.pop() {
        if !seen.insert(directory.clone()) {
            continue;
        }
        for file in FILE_NAMES.map(|name| directory.join(name)) {
            let name = here.name_of_found(&file);
            if !boundary.holds(&file) {
                return Err(format!("`{name}` is a link out of the repository"));
            }
            let mut kustomization = match text::read(&file) {
                Ok(decoded) => Kustomization::read(&file, &decoded.text),
                Err(_) => None,
            };
            let entries = kustomization
                .iter_mut()
                .flat_map(Kustomization::entries_mut);
            for entry in entries {
                let text = quoted(&entry.text);
                match &entry.path {
                    _ if is_remote(&entry.text) && !fetch => {
                        return Err(format!(
                            "`{name}` takes in `{text}`, which would have to be fetched: {FETCH}"
                        ));
                    }
                    Some(path) if !boundary.holds(path) => {
                        return Err(format!(
                            "`{name}` takes in `{text}`, which leads out of the repository"
                        ));
                    }
                    Some(path) if path.is_dir() => todo.push(path.clone()),
                    _ => {}
                }
            }
            let plugins = kustomization.iter().flat_map(|own| &own.plugins);
            for plugin in plugins.filter(|_| !fetch) {
                let text = match plugin {
                    PatchText::Inline(entry) => Some(Arc::from(&*entry.text)),
                    PatchText::File(entry) => written(&boundary, entry),
                };
                if let Some(address) = text.and_then(|text| address_in(&text)) {
                    let address = quoted(&address);
                    return Err(format!(
                        "a plugin of `{name}` takes in `{address}`, which would have to be \
                         fetched: {FETCH}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// What an entry leads to.
fn written(boundary: &Boundary, entry: &Entry) -> Option<Arc<str>> {
    let path = boundary.resolve(entry.path.as_deref()?)?;
    Some(text::read(&path).ok()?.text)
}

/// What the built-in plugins load by themselves (`api/builtins`, `plugin/builtin`): the first
/// address among it.
fn address_in(text: &str) -> Option<String> {
    const LOADED: [&str; 7] = [
        "env",
        "envs",
        "files",
        "path",
        "paths",
        "resources",
        "valuesFile",
    ];
    let documents = documents(text);
    documents.iter().find_map(|document| {
        let mut tree = Tree::new(text);
        parse(&mut tree, document).ok()?;
        let reader = Reader::new(&tree, SourceId(0));
        let mut todo = vec![Cursor::root(&reader)?];
        while let Some(at) = todo.pop() {
            todo.extend(at.items());
            for (key, value) in at.entries() {
                let is_loaded = LOADED.iter().any(|name| is_key(&key.value, name));
                let own = value.items().chain([value]).filter_map(Cursor::string);
                let mut addresses = own.filter(|text| is_loaded && is_remote(&text.value));
                if let Some(address) = addresses.next() {
                    return Some(address.value);
                }
                todo.push(value);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_load_what_their_fields_name() {
        let generator = |field| format!("kind: ConfigMapGenerator\nx: [{{{field}}}]\n");
        for field in [
            "files: ['https://a/b']",
            "Envs: [http://a/b]",
            "path: https://a",
        ] {
            assert!(address_in(&generator(field)).is_some(), "{field}");
        }
        for field in [
            "files: [a.yaml]",
            "doc: https://a",
            "literals: [a=https://b]",
        ] {
            assert_eq!(address_in(&generator(field)), None, "{field}");
        }
        let second = format!("a: b\n---\n{}", generator("env: https://a"));
        assert!(address_in(&second).is_some());
    }
}
