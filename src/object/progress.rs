//! How much has been read, for whoever waits.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How much has been read so far. Every thread adds to it.
#[derive(Debug, Default)]
pub struct Progress {
    documents: AtomicUsize,
    bytes: AtomicUsize,
}

impl Progress {
    /// Another document of so many bytes has been read.
    pub(super) fn add(&self, bytes: usize) {
        self.documents.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The number of documents.
    pub fn documents(&self) -> usize {
        self.documents.load(Ordering::Relaxed)
    }

    /// How many bytes they have.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}
