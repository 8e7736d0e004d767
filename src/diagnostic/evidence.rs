//! What says that something which is missing was meant to be there.

/// What says that a name or a selector which leads nowhere is a mistake, and what was meant: that
/// nothing is found says nothing, for it may be elsewhere. From the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// A name, or a selector but for one pair, is right but for what looks like a slip of the
    /// finger.
    Slip,
    /// In the same file, a selector selects pods but for one pair, whose key they have.
    OwnFile,
    /// The only pair of the selector looks alike.
    OnlyPair,
    /// What does not match is on the workload itself, but not on its pods.
    OwnLabels,
    /// What does not match is on the pods of the Service, but not on the Service itself.
    PodLabels,
    /// The selector or the reference has the name of the workload, where a label of its pods or the
    /// name of their Service has to be.
    WorkloadName,
    /// Both have one name, and stand in one file.
    SameName,
    /// In the same file, nothing else is left over on either side.
    LeftOver,
    /// One name consists of words of the other, and nothing else is called so.
    NameByWords,
    /// The value is there, under another key.
    OtherKey,
    /// What has the name is of another kind.
    OtherKind,
    /// It is there, in another namespace.
    OtherNamespace,
    /// The same file defines others of the kind, but none with the name.
    OwnFileNames,
    /// Others beside it, of the same object, lead somewhere.
    Siblings,
    /// Nothing else is left over that it may have been meant for.
    OnlyOrphan,
    /// All pairs match but one.
    OneOff,
    /// It was there in the base revision.
    Base,
    /// Everything that exists is in the input.
    ClosedWorld,
}

impl Evidence {
    /// Whether it lies in what is written, whatever else there is.
    pub fn is_of_what_is_written(self) -> bool {
        matches!(
            self,
            Self::Slip | Self::OnlyPair | Self::OwnLabels | Self::WorkloadName | Self::OtherKey
        )
    }

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slip => "slip",
            Self::OwnFile => "own-file",
            Self::OnlyPair => "only-pair",
            Self::OwnLabels => "own-labels",
            Self::PodLabels => "pod-labels",
            Self::WorkloadName => "workload-name",
            Self::SameName => "same-name",
            Self::LeftOver => "left-over",
            Self::NameByWords => "name-by-words",
            Self::OtherKey => "other-key",
            Self::OtherKind => "other-kind",
            Self::OtherNamespace => "other-namespace",
            Self::OwnFileNames => "own-file-names",
            Self::Siblings => "siblings",
            Self::OnlyOrphan => "only-orphan",
            Self::OneOff => "one-off",
            Self::Base => "base",
            Self::ClosedWorld => "closed-world",
        }
    }
}
