//! What a run leaves behind if it ends early: directories of its own, and programs that it waits
//! for.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The directories of this process.
static DIRECTORIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The programs that it runs.
static PROGRAMS: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());

/// Stops programs and deletes directories. For when the process ends early: otherwise they are gone
/// already. Who waits for a program never gets to say that it has failed.
pub fn clean_up() {
    let mut programs = lock(&PROGRAMS);
    for program in programs.drain(..) {
        kill(&mut lock(&program));
    }
    // What drops a program waits for this lock, until the process ends, and so does the end of a
    // run.
    mem::forget(programs);
    for directory in lock(&DIRECTORIES).drain(..) {
        let _ = fs::remove_dir_all(directory);
    }
}

/// Waits for good if the process is being ended: what is amiss by then is no failure of the run.
pub fn not_while_cleaning_up() {
    drop(lock(&PROGRAMS));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A new directory that only the user can enter, and that is deleted with the value.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one; `purpose` is part of its name.
    pub(super) fn new(purpose: &str) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("svclint-{purpose}-{}-{count}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match builder.create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => {
                    created?;
                    lock(&DIRECTORIES).push(path.clone());
                    return Ok(Self(path));
                }
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        lock(&DIRECTORIES).retain(|directory| *directory != self.0);
    }
}

/// A program that runs. It is stopped with the value, and all that it has started with it.
#[derive(Debug)]
pub(super) struct Running(Arc<Mutex<Child>>);

impl Running {
    /// Takes care of a program that leads a process group of its own.
    pub(super) fn new(child: Child) -> Self {
        let child = Arc::new(Mutex::new(child));
        lock(&PROGRAMS).push(Arc::clone(&child));
        Self(child)
    }

    /// The program.
    pub(super) fn child(&self) -> MutexGuard<'_, Child> {
        lock(&self.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        lock(&PROGRAMS).retain(|program| !Arc::ptr_eq(program, &self.0));
        kill(&mut self.child());
    }
}

/// Ends a program with its group, unless it has ended.
fn kill(child: &mut Child) {
    if !matches!(child.try_wait(), Ok(None)) {
        return;
    }
    #[cfg(unix)]
    if let Ok(id) = i32::try_from(child.id()) {
        let group = nix::unistd::Pid::from_raw(id);
        let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
