//! Paths of fields, written as the API server writes them: `spec.ports[0].name`.

use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A field of an object: `.name`.
    Field(String),
    /// An item of a list, counted from 0: `[0]`.
    Index(usize),
    /// A key of a map whose keys are the user's: `[app.kubernetes.io/name]`.
    Key(String),
}

/// A path from the top of a document, owned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<Segment>);

impl FieldPath {
    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The names of the fields on the path, without indices and map keys.
    pub fn fields(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Field(name) => Some(name.as_str()),
            Segment::Index(_) | Segment::Key(_) => None,
        })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) if position == 0 => write!(f, "{name}")?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}

/// A path under construction: a chain of borrowed steps, so that walking an object allocates
/// nothing until something has to be said about one of its fields (as Kubernetes' `field.Path`).
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path that starts with this field of the document.
    pub fn new(field: &'a str) -> Self {
        Self {
            parent: None,
            step: Step::Field(field),
        }
    }

    /// A field below this path.
    pub fn child<'b>(&'b self, field: &'b str) -> Path<'b> {
        Path {
            parent: Some(self),
            step: Step::Field(field),
        }
    }

    /// A list item below this path.
    pub fn index(&self, index: usize) -> Path<'_> {
        Path {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    /// A map entry below this path.
    pub fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    /// The whole path, owned.
    pub fn to_field_path(&self) -> FieldPath {
        let mut segments = match self.parent {
            Some(parent) => parent.to_field_path().0,
            None => Vec::new(),
        };
        segments.push(match self.step {
            Step::Field(name) => Segment::Field(name.to_owned()),
            Step::Index(index) => Segment::Index(index),
            Step::Key(key) => Segment::Key(key.to_owned()),
        });
        FieldPath(segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_the_api_server_writes_it() {
        let spec = Path::new("spec");
        let ports = spec.child("ports");
        let port = ports.index(2);
        assert_eq!(
            port.child("name").to_field_path().to_string(),
            "spec.ports[2].name"
        );
        let labels = Path::new("metadata").child("labels").to_field_path();
        assert_eq!(labels.to_string(), "metadata.labels");
        assert_eq!(spec.key("a.b/c").to_field_path().to_string(), "spec[a.b/c]");
    }
}
