//! From the text of a configuration to what it says.

use super::shape::TOP;
use super::{Config, IgnoreEntry};
use crate::catalogue::{self, Level};
use crate::kinds::described::Catalogue;
use crate::link::External;
use crate::link::{ExternalPods, ExternalService};
use crate::settings::check::{document, flag, items, key, text, texts};
use crate::settings::pattern::{ObjectPattern, anchored, compile, glob};
use crate::settings::{Entry, Invalid, Remark, shape};
use crate::unit::ScopeEntry;
use crate::yaml::cursor::Cursor;
use std::sync::Arc;

impl Config {
    /// Reads a configuration. One that holds nothing says nothing.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn read(name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Self, Invalid> {
        let (name, text) = (name.into(), text.into());
        match document(&text, "the configuration", &TOP, config_in) {
            Ok(config) => Ok(Self {
                name,
                text,
                ..config.unwrap_or_default()
            }),
            Err(remarks) => Err(Invalid {
                name,
                text,
                remarks,
            }),
        }
    }
}

/// What a checked configuration says.
fn config_in(top: Cursor<'_>, remarks: &mut Vec<Remark>) -> Config {
    let external = |field| {
        let external = top.get("external").and_then(|external| external.get(field));
        external.into_iter().flat_map(Cursor::items)
    };
    let catalogue = top.get("references").map(Catalogue::read);
    let catalogue =
        catalogue.transpose().unwrap_or_else(|faults| {
            remarks.extend(faults.into_iter().map(|(range, message)| {
                Remark::new(range, message).label("this row cannot be read")
            }));
            None
        });
    let config = Config {
        catalogue: catalogue.unwrap_or_default(),
        levels: levels(top),
        select: texts(top, "select"),
        ignore: texts(top, "ignore"),
        only: top.get("only").map(|_| texts(top, "only")),
        exclude: texts(top, "exclude"),
        scopes: items(top, "scopes").map(scope).collect(),
        namespace: text(top, "namespace"),
        kube_version: text(top, "kube-version").and_then(Entry::parsed),
        node_port_range: text(top, "node-port-range").and_then(|entry| {
            Some(Entry {
                value: shape::port_range(&entry.value)?,
                range: entry.range,
            })
        }),
        baseline: text(top, "baseline"),
        closed_world: flag(top, "closed-world"),
        require_reason: flag(top, "require-reason"),
        external: Arc::new(External {
            services: external("services").filter_map(external_service).collect(),
            pods: external("pods").filter_map(external_pods).collect(),
        }),
        ignores: items(top, "ignores")
            .filter_map(|entry| ignore(entry, remarks))
            .collect(),
        ..Config::default()
    };
    let excluded: Vec<_> = config
        .exclude
        .iter()
        .map(|it| anchored(&it.value))
        .collect();
    // What is wrong with one of them has been said.
    if let Some(exclude) = top.get("exclude")
        && compile(&excluded).is_err()
        && excluded.iter().all(|own| compile(&[own]).is_ok())
    {
        let message = "the patterns of `exclude` are too large together";
        remarks.push(
            Remark::new(key(exclude), message)
                .label("cannot be compiled")
                .help("write fewer or shorter patterns"),
        );
    }
    if let (Some(_), Some(select)) = (top.get("only"), top.get("select")) {
        remarks.push(
            Remark::new(
                key(select),
                "`select` adds to the default rules, and `only` replaces them",
            )
            .label("of no use beside `only`")
            .help("remove one of the two"),
        );
    }
    config
}

fn levels(top: Cursor<'_>) -> Vec<(Entry<String>, Level)> {
    let Some(rules) = top.get("rules") else {
        return Vec::new();
    };
    let levels = rules.entries().into_iter().filter_map(|(name, level)| {
        let entry = Entry {
            value: name.value,
            range: name.span.start..name.span.end,
        };
        Some((entry, catalogue::level(level.text())?))
    });
    levels.collect()
}

fn scope(entry: Cursor<'_>) -> ScopeEntry {
    let paths = texts(entry, "paths");
    let said = |field| text(entry, field).map(|entry| entry.value);
    ScopeEntry::new(said("name"), paths, said("namespace"))
}

fn external_service(entry: Cursor<'_>) -> Option<ExternalService> {
    Some(ExternalService {
        name: text(entry, "name")?,
        namespace: text(entry, "namespace").map(|namespace| namespace.value),
        reason: text(entry, "reason")?.value,
    })
}

fn external_pods(entry: Cursor<'_>) -> Option<ExternalPods> {
    let labels = entry.get("labels")?;
    let pairs = labels.entries().into_iter();
    let pairs = pairs.map(|(key, value)| (key.value, value.text().to_owned()));
    Some(ExternalPods {
        labels: Entry {
            value: pairs.collect(),
            range: key(labels),
        },
        namespace: text(entry, "namespace").map(|namespace| namespace.value),
        reason: text(entry, "reason")?.value,
    })
}

fn ignore(entry: Cursor<'_>, remarks: &mut Vec<Remark>) -> Option<IgnoreEntry> {
    let rule = text(entry, "rule")?;
    let path = text(entry, "path");
    let object = text(entry, "object");
    if path.is_none() && object.is_none() {
        remarks.push(
            Remark::new(
                rule.range.clone(),
                "an entry of `ignores` needs an `object` or a `path`",
            )
            .label("about everything")
            .help(format!(
                "switch the rule off instead: `rules: {{{}: off}}`",
                rule.value
            )),
        );
    }
    Some(IgnoreEntry {
        rule: Entry {
            value: catalogue::find(&rule.value)?.id,
            range: rule.range,
        },
        glob: path.as_ref().and_then(|path| glob(&path.value).ok()),
        path,
        object: object.and_then(|object| {
            Some(Entry {
                value: ObjectPattern::new(&object.value)?,
                range: object.range,
            })
        }),
        reason: text(entry, "reason")?.value,
        until: text(entry, "until").and_then(Entry::parsed),
    })
}
