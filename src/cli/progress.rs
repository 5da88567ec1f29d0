//! Progress of an import on stderr: a bar for people, JSON lines for programs.

use super::output;
use crate::import::ImportEvent;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How progress is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressMode {
    /// A bar where stderr is a terminal, else nothing
    #[default]
    Auto,
    /// A bar
    Bar,
    /// A JSON object a line, about once a second
    Json,
    /// Nothing but failures
    None,
}

/// Between two JSON lines.
const JSON_EVERY: Duration = Duration::from_secs(1);

/// Shows the events of an import as they come, from any thread.
pub struct ProgressDisplay {
    is_json: bool,
    bar: ProgressBar,
    state: Mutex<State>,
}

struct State {
    start: Instant,
    last_line: Option<Instant>,
    counts: Counts,
}

#[derive(Debug, Default, Clone, Serialize, PartialEq)]
struct Counts {
    n_files: usize,
    /// Files that need no more work, failed ones included.
    n_files_done: usize,
    /// Pages read now, failed ones included.
    n_pages_done: usize,
    /// Pages of the files opened so far.
    n_pages_known: usize,
    n_failures: usize,
    pages_per_second: f64,
    /// From measured speed and the mean length of the files opened so far.
    seconds_left: Option<f64>,
    /// Whether it was asked to end and only reads the pages in work.
    is_stopping: bool,
    #[serde(skip)]
    n_files_opened: usize,
    #[serde(skip)]
    n_files_settled: usize,
}

impl Counts {
    fn take(&mut self, event: &ImportEvent) {
        match event {
            ImportEvent::Started { n_files } => self.n_files = *n_files,
            ImportEvent::FileOpened { n_pages, .. } => {
                self.n_files_opened += 1;
                self.n_pages_known += *n_pages as usize;
            }
            ImportEvent::FileSettled => {
                self.n_files_done += 1;
                self.n_files_settled += 1;
            }
            ImportEvent::FileDone => self.n_files_done += 1,
            ImportEvent::FileFailed { .. } => {
                self.n_files_done += 1;
                self.n_files_settled += 1;
                self.n_failures += 1;
            }
            ImportEvent::PageDone { is_failed } => {
                self.n_pages_done += 1;
                self.n_failures += usize::from(*is_failed);
            }
            ImportEvent::Note(_) => {}
        }
    }

    /// Pages there will be, as far as can be told now.
    fn n_pages_expected(&self) -> f64 {
        let n_unseen = self
            .n_files
            .saturating_sub(self.n_files_opened + self.n_files_settled);
        let mean_pages = self.n_pages_known as f64 / self.n_files_opened.max(1) as f64;
        // Files that turn out to be known already cost nothing.
        let n_seen = (self.n_files_opened + self.n_files_settled).max(1);
        let share_opened = self.n_files_opened as f64 / n_seen as f64;
        self.n_pages_known as f64 + n_unseen as f64 * share_opened * mean_pages
    }

    fn measure(&mut self, elapsed: Duration) {
        let elapsed_s = elapsed.as_secs_f64().max(0.001);
        self.pages_per_second = self.n_pages_done as f64 / elapsed_s;
        let n_pages_left = self.n_pages_expected() - self.n_pages_done as f64;
        self.seconds_left =
            (self.n_pages_done > 0).then(|| (n_pages_left / self.pages_per_second).max(0.0));
    }
}

impl ProgressDisplay {
    pub fn new(mode: ProgressMode) -> Self {
        let has_bar = match mode {
            ProgressMode::Auto => io::stderr().is_terminal(),
            ProgressMode::Bar => true,
            ProgressMode::Json | ProgressMode::None => false,
        };
        let target = if has_bar {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} pages  {msg}") {
            bar.set_style(style);
        }
        Self {
            is_json: mode == ProgressMode::Json,
            bar,
            state: Mutex::new(State {
                start: Instant::now(),
                last_line: None,
                counts: Counts::default(),
            }),
        }
    }

    pub fn show(&self, event: &ImportEvent) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(event, ImportEvent::Started { .. }) {
            state.start = Instant::now();
        }
        let elapsed = state.start.elapsed();
        state.counts.take(event);
        state.counts.measure(elapsed);
        match event {
            ImportEvent::FileFailed { path, message } => {
                self.say(&format!("vanthu: {}: {message}", path.display()));
            }
            ImportEvent::Note(note) => self.say(&format!("vanthu: {note}")),
            _ => {}
        }
        self.bar
            .set_length(state.counts.n_pages_expected().ceil() as u64);
        self.bar.set_position(state.counts.n_pages_done as u64);
        self.bar.set_message(message(&state.counts));
        let is_due = state
            .last_line
            .is_none_or(|last_line| last_line.elapsed() >= JSON_EVERY);
        if self.is_json && is_due {
            state.last_line = Some(Instant::now());
            write_line(&state.counts);
        }
    }

    /// Says that the import ends before all is done.
    pub fn stopping(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.counts.is_stopping = true;
        if self.is_json {
            write_line(&state.counts);
        }
        self.say(
            "vanthu: asked to end: the pages in work are read to their end. Ctrl-C again ends at \
             once; the next import reads them again then. Nothing is lost either way.",
        );
    }

    /// Takes the bar away; a last JSON line has the final counts.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        if self.is_json {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            write_line(&state.counts);
        }
    }

    /// A line above the bar; in JSON mode the counts tell of failures.
    fn say(&self, line: &str) {
        if !self.is_json {
            self.bar.suspend(|| output::tell(line));
        }
    }
}

fn message(counts: &Counts) -> String {
    let mut parts = vec![
        format!("{}/{} files", counts.n_files_done, counts.n_files),
        format!("{:.1} pages/s", counts.pages_per_second),
    ];
    if let Some(seconds_left) = counts.seconds_left {
        let left = Duration::from_secs(seconds_left.ceil() as u64);
        parts.push(format!("{} left", indicatif::HumanDuration(left)));
    }
    if counts.n_failures > 0 {
        parts.push(format!("{} failed", counts.n_failures));
    }
    parts.join("  ")
}

fn write_line(counts: &Counts) {
    if let Ok(line) = serde_json::to_string(counts) {
        output::tell(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_measured_speed_and_the_mean_length_of_files() {
        let mut counts = Counts::default();
        counts.take(&ImportEvent::Started { n_files: 4 });
        counts.take(&ImportEvent::FileOpened {
            n_pages: 3,
            n_pages_before: 0,
        });
        for _ in 0..2 {
            counts.take(&ImportEvent::PageDone { is_failed: false });
        }
        counts.measure(Duration::from_secs(4));
        // Three files of about three pages and one page more, at half a page a second.
        assert_eq!(counts.pages_per_second, 0.5);
        assert_eq!(counts.seconds_left, Some(20.0));
    }

    #[test]
    fn failures_of_files_and_pages_are_counted() {
        let mut counts = Counts::default();
        counts.take(&ImportEvent::FileFailed {
            path: "a.pdf".into(),
            message: String::new(),
        });
        counts.take(&ImportEvent::PageDone { is_failed: true });
        assert_eq!(
            (counts.n_failures, counts.n_files_done, counts.n_pages_done),
            (2, 1, 1)
        );
    }
}
