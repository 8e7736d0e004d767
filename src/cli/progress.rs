//! One line on a terminal, for whoever waits longer than a second. It is gone before anything else
//! is said.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use svclint::object::Progress;

/// A run that takes no longer than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is written again.
const PERIOD: Duration = Duration::from_millis(100);

/// Erases the line that the cursor is on.
const ERASE: &str = "\r\x1b[2K";

/// The line, as long as this lives.
pub(super) struct Shown {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Shown {
    /// Shows on standard error how much has been read, if that is a terminal which can erase.
    pub(super) fn on_terminal(progress: &Arc<Progress>) -> Option<Self> {
        let can_erase = std::env::var_os("TERM").is_some_and(|name| name != "dumb");
        let is_shown = can_erase && io::stderr().is_terminal();
        is_shown.then(|| Self::on(io::stderr(), PATIENCE, Arc::clone(progress)))
    }

    fn on(mut out: impl Write + Send + 'static, after: Duration, progress: Arc<Progress>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let show = move || {
            let mut wait = after;
            // Nothing is sent: the other end goes away.
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let line = line(&progress);
                // A line that cannot be written is missed by nobody.
                let _ = write!(out, "{ERASE}{line}").and_then(|()| out.flush());
                wait = PERIOD;
            }
            if wait == PERIOD {
                let _ = write!(out, "{ERASE}").and_then(|()| out.flush());
            }
        };
        Self {
            stop,
            thread: Some(thread::spawn(show)),
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.stop = mpsc::channel().0;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn line(progress: &Progress) -> String {
    let megabytes = progress.bytes() / 100_000;
    let (documents, whole, tenth) = (progress.documents(), megabytes / 10, megabytes % 10);
    format!("read {documents} documents, {whole}.{tenth} MB")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::sync::Mutex;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(screen: &Screen) -> String {
        String::from_utf8(screen.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_short_run_shows_nothing() {
        let screen = Screen::default();
        drop(Shown::on(screen.clone(), PATIENCE, Arc::default()));
        assert_eq!(written(&screen), "");
    }

    #[test]
    fn the_line_of_a_long_run_vanishes() {
        let screen = Screen::default();
        let shown = Shown::on(screen.clone(), Duration::ZERO, Arc::default());
        while written(&screen).is_empty() {
            thread::yield_now();
        }
        drop(shown);
        let all = written(&screen);
        assert!(
            all.starts_with(&format!("{ERASE}read 0 documents, 0.0 MB")),
            "{all}"
        );
        assert!(all.ends_with(ERASE), "{all}");
    }
}
