//! What is kept of an object when its document's tree is gone.

use super::described::{self, Catalogue, Fault, ObjectRef, Provided, Refused, Selects};
use super::kind::Kind;
use super::parts::known_fields::MisspeltField;
use super::parts::service_ref::ServiceRef;
use super::parts::workload::Workload;
use super::table::kinds;
use crate::yaml::cursor::Cursor;

/// All that is kept of an object, whatever its kind. Links are made from this alone, so a kind may
/// be described by code or by data.
#[derive(Debug)]
pub struct Content {
    /// What rules think in.
    pub body: Body,
    /// Whether a page or the configuration describes its kind.
    pub is_described: bool,
    /// What it points at by the name of a Service.
    pub references: Vec<ServiceRef>,
    /// The other objects that it points at, of a kind that is described by data.
    pub objects: Vec<ObjectRef>,
    /// What is wrong with single values by what describes its kind.
    pub faults: Vec<Fault>,
    /// What it selects by labels, by what describes its kind.
    pub selects: Vec<Selects>,
    /// What an operator makes for it.
    pub provided: Vec<Provided>,
    /// What the API server refuses of it, by what describes its kind.
    pub refused: Vec<Refused>,
    /// The fields that are almost those of its definition.
    pub misspelt: Vec<MisspeltField>,
    /// The workload that it scales or takes over: kind and name.
    pub target: Option<(String, String)>,
}

impl Content {
    /// Reads an object, whose `apiVersion` and `kind` are written so.
    pub fn read(
        kind: Kind,
        (api_version, name): (&str, &str),
        object: Cursor<'_>,
        catalogue: &Catalogue,
    ) -> Self {
        let row = kind.row();
        let described = described::read(catalogue, api_version, name, object);
        let mut references = (row.references)(object);
        references.extend(described.services);
        let mut body = Body::read(kind, object);
        if let Body::Workloads(workloads) = &mut body {
            workloads.extend(described.pods);
        }
        Self {
            body,
            is_described: described.is_described,
            references,
            objects: described.objects,
            faults: described.faults,
            provided: described.provided,
            refused: described.refused,
            misspelt: described.misspelt,
            selects: described.selects,
            target: (row.target)(object),
        }
    }
}

macro_rules! keep {
    ($($(#[$doc:meta])* $kind:ident: $file:ident $(keeps $Kept:ident as $get:ident)?,)*) => {
        /// The part of an object that rules think in.
        #[derive(Clone, Debug)]
        pub enum Body {
            /// Whatever makes pods; several for an object with pod templates inside.
            Workloads(Vec<Workload>),
            $($(
                #[doc = concat!("Of a `", stringify!($kind), "`, or of what is like one.")]
                $Kept(super::$file::$Kept),
            )?)*
            /// Nothing that links are made from.
            Other,
        }

        $($(
            impl From<super::$file::$Kept> for Body {
                fn from(kept: super::$file::$Kept) -> Self {
                    Self::$Kept(kept)
                }
            }
        )?)*

        impl Body {
            fn read(kind: Kind, object: Cursor<'_>) -> Self {
                match kind {
                    $(Kind::$kind => super::$file::read(object).into(),)*
                }
            }
        }
    };
}

kinds!(keep);

impl From<Vec<Workload>> for Body {
    fn from(workloads: Vec<Workload>) -> Self {
        Self::Workloads(workloads)
    }
}

impl From<Workload> for Body {
    fn from(workload: Workload) -> Self {
        Self::Workloads(vec![workload])
    }
}

/// An object that does not say enough.
impl<T> From<Option<T>> for Body
where
    Self: From<T>,
{
    fn from(kept: Option<T>) -> Self {
        kept.map_or(Self::Other, Self::from)
    }
}

/// A kind of which nothing is kept.
impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::Other
    }
}

impl Body {
    /// The workloads, if it makes pods.
    pub fn workloads(&self) -> &[Workload] {
        match self {
            Self::Workloads(workloads) => workloads,
            _ => &[],
        }
    }
}
