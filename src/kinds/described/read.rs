//! Reading an object by the rows of its kind.

use super::catalogue::Catalogue;
use super::inside;
use super::name::{Named, Reading};
use super::page::Front;
use super::path::{OneOrMany, Spot};
use super::provide::Provided;
use super::reference::{Described, Effect, Fault, FaultKind, ObjectRef};
use super::refuse::Refused;
use super::row::{
    Bare, By, Evidence, Keyed, ObjectTarget, On, PortRow, Refer, Target, ValueRow, within_quotes,
};
use super::select::Selects;
use crate::diagnostic::Severity;
use crate::kinds::kind::group_version;
use crate::kinds::parts::known_fields::MisspeltField;
use crate::kinds::parts::port::PortRef;
use crate::kinds::parts::service_ref::{Role, ServiceRef, weight};
use crate::kinds::parts::workload::Workload;
use crate::settings::pattern::fits_text;
use crate::text::placeholder::is_placeholder;
use crate::text::similar::{is_slip, nearest};
use crate::text::source::Spanned;
use crate::yaml::cursor::Cursor;
use std::sync::Arc;

/// What an object says by the rows of its kind.
#[derive(Debug, Default)]
pub struct Read {
    /// Whether anything describes its kind.
    pub is_described: bool,
    /// The Services that it names.
    pub services: Vec<ServiceRef>,
    /// The other objects that it names.
    pub objects: Vec<ObjectRef>,
    /// What is wrong with its values by themselves.
    pub faults: Vec<Fault>,
    /// What it selects by labels.
    pub selects: Vec<Selects>,
    /// What an operator makes for it.
    pub provided: Vec<Provided>,
    /// The pods that it makes.
    pub pods: Vec<Workload>,
    /// What the API server refuses of it.
    pub refused: Vec<Refused>,
    /// Fields that are almost those of its definition.
    pub misspelt: Vec<MisspeltField>,
}

/// Reads an object of a kind.
pub(in crate::kinds) fn read(
    catalogue: &Catalogue,
    api_version: &str,
    kind: &str,
    object: Cursor<'_>,
) -> Read {
    let mut read = Read::default();
    let (group, _) = group_version(api_version);
    let is_about = |front: &&Front| front.is_about((group, kind), object);
    for front in catalogue.of(group, kind).filter(is_about) {
        read.is_described = true;
        let is_of = |of: &[String]| of.is_empty() || of.iter().any(|own| own == kind);
        for row in front.refers().filter(|row| is_of(&row.of)) {
            read.refer(front, row, object);
        }
        for row in front.values.iter().filter(|row| is_of(&row.of)) {
            read.value(row, object);
        }
        for row in front.selects.iter().filter(|row| is_of(&row.of)) {
            read.selects.extend(row.read(object));
        }
        for row in front.provides.iter().filter(|row| is_of(&row.of)) {
            read.provided.extend(row.made(object));
            read.pods.extend(row.pods(object));
        }
        for row in front.refuses.iter().filter(|row| is_of(&row.of)) {
            read.refused.extend(row.refused(object));
        }
        for row in front.fields.iter().filter(|row| is_of(&row.of)) {
            read.misspelt.extend(row.misspelt(object));
        }
        for row in front.read_by.iter().filter(|row| is_of(&row.of)) {
            read.faults.extend(row.fault(object));
        }
    }
    let is_on = |on: &On| on.group == group && on.kind == kind;
    for front in catalogue.annotated(object) {
        let rows = front.annotations.iter();
        for row in rows.filter(|row| row.on.as_ref().is_some_and(is_on)) {
            read.annotations(front, row, object);
        }
        for row in front.belongs.iter().filter(|row| is_on(&row.on)) {
            read.faults.extend(row.faults(object));
        }
        for row in front.knows.iter().filter(|row| is_on(&row.on)) {
            read.faults.extend(row.faults(object));
        }
    }
    read.services.shrink_to_fit();
    read.objects.shrink_to_fit();
    read.faults.shrink_to_fit();
    read
}

impl Read {
    /// A row about fields of the object, or of the documents in a text of it.
    fn refer(&mut self, front: &Front, row: &Refer, object: Cursor<'_>) {
        match (&row.text, row.inside) {
            (Some(path), Some(inside)) => {
                for text in path.all(object) {
                    self.inside(front, row, object, text, inside);
                }
            }
            _ => self.all(front, row, object, object),
        }
    }

    /// A row about annotations.
    fn annotations(&mut self, front: &Front, row: &Refer, object: Cursor<'_>) {
        let annotations = object.path(["metadata", "annotations"]);
        let entries = annotations.map(Cursor::entries).unwrap_or_default();
        let pattern = row.key.as_deref().unwrap_or_default();
        let is_unused = |key: &str| front.belongs.iter().any(|own| own.is_unused(object, key));
        let meant = entries
            .into_iter()
            .filter(|(key, _)| fits_text(pattern, &key.value) && !is_unused(&key.value));
        for (_, value) in meant {
            match row.inside {
                Some(inside) => self.inside(front, row, object, value, inside),
                None => self.all(front, row, object, value),
            }
        }
    }

    /// A row about what the documents in a text hold.
    fn inside(
        &mut self,
        front: &Front,
        row: &Refer,
        object: Cursor<'_>,
        text: Cursor<'_>,
        inside: super::row::Inside,
    ) {
        let mut found = Self::default();
        let is_read = inside::documents(text, inside, |document| {
            found.all(front, row, object, document);
        });
        found.relocate(row, text);
        self.services.append(&mut found.services);
        self.objects.append(&mut found.objects);
        self.faults.append(&mut found.faults);
        if let (false, Some(severity), Some(value)) = (is_read, row.malformed, text.string()) {
            self.malformed(row, severity, value, "JSON");
        }
    }

    /// Everything that a row finds below a value.
    fn all(&mut self, front: &Front, row: &Refer, object: Cursor<'_>, from: Cursor<'_>) {
        for spot in row.when.spots(&row.within, &row.at, (object, from)) {
            for reading in row.readings(spot) {
                match reading {
                    Reading::Nothing => {}
                    Reading::Named(named) => self.named(front, row, spot, *named),
                    Reading::Malformed(value, form) => {
                        if let Some(severity) = row.malformed {
                            self.malformed(row, severity, value, form.as_str());
                        }
                    }
                }
            }
        }
    }

    fn malformed(
        &mut self,
        row: &Refer,
        severity: Severity,
        value: Spanned<String>,
        form: &'static str,
    ) {
        if is_placeholder(&value.value) {
            return;
        }
        let effect = Arc::new(Effect {
            severity,
            text: row.effect.clone(),
        });
        self.faults.push(Fault {
            value,
            kind: FaultKind::Malformed(form),
            effect,
        });
    }

    fn named(&mut self, front: &Front, row: &Refer, spot: Spot<'_>, named: Named<'_>) {
        match &row.to {
            Target::Service => self.services.extend(row.services(spot, &named)),
            Target::Own => self.services.extend(row.own_port(spot, &named)),
            Target::Namespace => {
                let namespace = ObjectRef::namespace(named.name, row.effect());
                self.objects.push(namespace);
            }
            Target::Object(target) => match row.fault_of_provider(&named) {
                Ok(()) => self.objects.extend(row.object(front, target, spot, named)),
                Err(fault) => self.faults.extend(fault),
            },
        }
    }

    /// A field that takes a few words alone.
    fn value(&mut self, row: &ValueRow, object: Cursor<'_>) {
        let all = row.at.iter().flat_map(|path| path.all(object));
        let values = all.filter_map(Cursor::string);
        let is_wrong = |value: &Spanned<String>| {
            let word = Some(&value.value);
            !row.one_of.iter().any(|own| own.as_ref() == word) && !is_placeholder(&value.value)
        };
        let effect = Arc::new(Effect {
            severity: row.severity,
            text: row.effect.clone(),
        });
        self.faults
            .extend(values.filter(is_wrong).map(|value| Fault {
                value,
                kind: FaultKind::NoneOf(row.one_of.iter().flatten().cloned().collect()),
                effect: effect.clone(),
            }));
    }

    /// Moves what was found in the text of a scalar to where the scalar stands.
    fn relocate(&mut self, row: &Refer, text: Cursor<'_>) {
        let mut place = inside::places(text);
        let is_own = matches!(row.to, Target::Own);
        for service in &mut self.services {
            service.key = place(service.key);
            if !is_own {
                service.name.span = place(service.name.span);
            }
            if let Some(namespace) = &mut service.namespace {
                namespace.span = place(namespace.span);
            }
            if let Some(port) = &mut service.port {
                port.span = place(port.span);
            }
        }
        for object in &mut self.objects {
            object.name.span = place(object.name.span);
        }
        for fault in &mut self.faults {
            fault.value.span = place(fault.value.span);
        }
    }
}

impl Refer {
    fn effect(&self) -> Arc<Effect> {
        Arc::new(Effect {
            severity: self.severity,
            text: self.effect.clone(),
        })
    }

    /// The references to a Service: one for each port that is written.
    fn services(&self, spot: Spot<'_>, named: &Named<'_>) -> Vec<ServiceRef> {
        let rows = self.port.iter().flat_map(OneOrMany::iter);
        let ports: Vec<_> = rows.map(|row| (row, row.written(spot, named))).collect();
        let is_there = |(_, written): &&(&PortRow, Option<_>)| written.is_some();
        let there: Vec<_> = ports.iter().filter(is_there).cloned().collect();
        if there.is_empty() {
            return vec![self.service(spot, named, ports.into_iter().next())];
        }
        let read = there.into_iter();
        read.map(|port| self.service(spot, named, Some(port)))
            .collect()
    }

    fn service(
        &self,
        spot: Spot<'_>,
        named: &Named<'_>,
        port: Option<(&PortRow, Option<Spanned<PortRef>>)>,
    ) -> ServiceRef {
        let (row, written) = port.unzip();
        ServiceRef {
            role: Role::Described,
            name: named.name.clone(),
            namespace: named.namespace.clone(),
            port: written.flatten(),
            weight: weight(spot.here),
            key: spot.here.key_span(),
            described: Some(Arc::new(Described {
                effect: self.effect(),
                cross: self.namespace.cross,
                is_anywhere: self.namespace.is_any && named.namespace.is_none(),
                host: named.host,
                port: row.cloned(),
                is_builtin: self.builtin,
            })),
        }
    }

    /// A port of the Service that the row is on.
    fn own_port(&self, spot: Spot<'_>, named: &Named<'_>) -> Option<ServiceRef> {
        let name = spot.root.path(["metadata", "name"])?.string()?;
        let row = self.port.iter().flat_map(OneOrMany::iter).next()?;
        let is_whole = named.name.span == spot.here.span();
        let span = if is_whole {
            within_quotes(spot.here)
        } else {
            named.name.span
        };
        let port = By::of_text(&row.by, Spanned::new(named.name.value.clone(), span));
        let own = Named::plain(name);
        Some(self.service(spot, &own, Some((row, Some(port)))))
    }

    /// What is wrong with the provider behind a name, if the row is about one; the error is empty
    /// where the name is that of another provider.
    fn fault_of_provider(&self, named: &Named<'_>) -> Result<(), Option<Fault>> {
        let Some(own) = &self.provider else {
            return Ok(());
        };
        let fault = |value: Spanned<String>, kind| Fault {
            value,
            kind,
            effect: self.effect(),
        };
        match named.provider() {
            Some(provider) if provider.value == *own => Ok(()),
            Some(provider) => Err(is_almost(own, &provider.value)
                .then(|| fault(provider, FaultKind::Provider(own.clone())))),
            None if self.bare == Bare::Wrong && !is_placeholder(&named.name.value) => Err(Some(
                fault(named.name.clone(), FaultKind::NoProvider(own.clone())),
            )),
            None => Err(None),
        }
    }

    /// The reference to another object.
    fn object(
        &self,
        front: &Front,
        target: &ObjectTarget,
        spot: Spot<'_>,
        named: Named<'_>,
    ) -> Option<ObjectRef> {
        let kind = target.kind.word(spot)?;
        let group = target.group(spot)?;
        let groups: Vec<String> = if group == "own" {
            let rows = front.kinds.iter().filter(|row| row.kind == kind);
            rows.flat_map(|row| row.groups.clone()).collect()
        } else {
            vec![group]
        };
        let is_anywhere = self.namespace.is_any && named.namespace.is_none();
        let is_joined = self.provider.is_some();
        Some(ObjectRef {
            groups,
            kind,
            name: named.name,
            namespace: named.namespace,
            is_anywhere: target.cluster || is_anywhere || is_joined,
            cross: self.namespace.cross,
            is_joined,
            looks_wide: self.evidence == Evidence::Unit,
            effect: self.effect(),
        })
    }
}

/// Whether a provider was meant to be this one.
fn is_almost(own: &str, written: &str) -> bool {
    let fold = |text: &str| -> String {
        let letters = text.chars().filter(|c| !matches!(c, '-' | '_' | '.'));
        letters.flat_map(char::to_lowercase).collect()
    };
    fold(own) == fold(written) || is_slip(own, written) || nearest(written, [own]).is_some()
}

impl ObjectTarget {
    fn group(&self, spot: Spot<'_>) -> Option<String> {
        let api_version = || {
            let written = self.api_version.as_ref()?.word(spot)?;
            Some(group_version(&written).0.to_owned())
        };
        match &self.group {
            Some(group) => group.word(spot),
            None => api_version(),
        }
    }
}

impl Keyed {
    fn word(&self, spot: Spot<'_>) -> Option<String> {
        match self {
            Self::Fixed(word) => Some(word.clone()),
            Self::Key { key, absent } => match key.first(spot) {
                Some(found) => Some(found.text().to_owned()),
                None => absent.clone(),
            },
        }
    }
}
