//! How long a child process may work at one thing.
//!
//! What counts is the processor's time that the child uses, not the time that
//! goes by: the same page then has the same outcome on a machine that is busy
//! with other things, or was put to sleep meanwhile. A child that waits for a
//! disk that does not answer uses none, so a much longer limit by the clock stands
//! behind. The parent reads the child's own clock (POSIX `clock_getcpuclockid`,
//! all threads together): a child that a hostile file has taken over cannot turn
//! it back.

use std::io;
use std::time::{Duration, Instant};

/// How many times longer than by the processor a child may take by the clock.
const CLOCK_FACTOR: u32 = 5;
/// How often a child's clock is looked at: at least, should several threads use
/// it up at once, and at most.
const LONGEST_LOOK: Duration = Duration::from_secs(1);
const SHORTEST_LOOK: Duration = Duration::from_millis(10);

/// The longest a child may take over one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkLimit {
    /// Time of the processor, of all its threads together.
    pub processor: Duration,
    /// Time by the clock, whatever it does.
    pub clock: Duration,
}

impl WorkLimit {
    /// So much time of the processor, and five times that by the clock.
    pub const fn of_processor(processor: Duration) -> Self {
        Self {
            processor,
            clock: processor.saturating_mul(CLOCK_FACTOR),
        }
    }

    /// What a child did that went beyond the limit, as the end of a sentence.
    pub fn told(&self, exceeded: Exceeded) -> String {
        let processor_s = self.processor.as_secs_f64();
        let clock_s = self.clock.as_secs_f64();
        match exceeded {
            Exceeded::Processor => format!("took more than {processor_s} seconds of the processor"),
            Exceeded::Clock => format!(
                "was not done after {clock_s} seconds by the clock, in which it had less than \
                 {processor_s} of the processor"
            ),
        }
    }
}

/// Which of its limits a child went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    #[error("more time of the processor than it may have")]
    Processor,
    #[error("more time by the clock than it may have")]
    Clock,
}

impl Exceeded {
    /// The limit that an error of reading from a child tells of.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl From<Exceeded> for io::Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::new(io::ErrorKind::TimedOut, exceeded)
    }
}

/// What a child has left of its limit, from the moment it was given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// The child's clock and what it will show when all is used; `None` where it
    /// cannot be read, as of a child that has ended. Then the clock alone limits it.
    processor: Option<(ProcessorClock, Duration)>,
    deadline: Instant,
}

impl Allowance {
    /// For the running child `process_id`, from now on.
    pub(crate) fn begin(process_id: u32, limit: WorkLimit) -> Self {
        let processor = ProcessorClock::of_process(process_id)
            .and_then(|clock| Some((clock, clock.now()?.saturating_add(limit.processor))));
        let now = Instant::now();
        // A limit beyond what an instant can be is none.
        let forever = Duration::from_secs(1 << 32);
        Self {
            processor,
            deadline: now + limit.clock.min(forever),
        }
    }

    /// How long to wait for the child before it is asked again what is left.
    ///
    /// # Errors
    /// The limit that it went beyond.
    pub(crate) fn next_wait(&self) -> Result<Duration, Exceeded> {
        let of_clock = self.deadline.saturating_duration_since(Instant::now());
        if of_clock.is_zero() {
            return Err(Exceeded::Clock);
        }
        let used_up = self
            .processor
            .and_then(|(clock, end)| Some(end.saturating_sub(clock.now()?)));
        match used_up {
            Some(left) if left.is_zero() => Err(Exceeded::Processor),
            // One thread cannot use it up sooner.
            Some(left) => Ok(left.clamp(SHORTEST_LOOK, LONGEST_LOOK).min(of_clock)),
            None => Ok(of_clock),
        }
    }
}

/// The clock that shows what a process has used of the processor.
#[derive(Debug, Clone, Copy)]
struct ProcessorClock(libc::clockid_t);

impl ProcessorClock {
    fn of_process(process_id: u32) -> Option<Self> {
        let process_id = libc::pid_t::try_from(process_id).ok()?;
        let mut clock = 0;
        // Safety: the call writes into the place given, if it succeeds.
        let failed = unsafe { libc::clock_getcpuclockid(process_id, &raw mut clock) };
        (failed == 0).then_some(Self(clock))
    }

    fn now(self) -> Option<Duration> {
        let mut now = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // Safety: the call writes into the place given, if it succeeds.
        let failed = unsafe { libc::clock_gettime(self.0, &raw mut now) };
        let seconds = u64::try_from(now.tv_sec).ok()?;
        let nanoseconds = u32::try_from(now.tv_nsec).ok()?;
        (failed == 0).then(|| Duration::new(seconds, nanoseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Child, Command};

    struct Ending(Child);

    impl Drop for Ending {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    fn shell(script: &str) -> Ending {
        Ending(Command::new("sh").args(["-c", script]).spawn().unwrap())
    }

    /// Waits until a limit is exceeded; which, and after what time.
    fn wait_out(child: &Ending, limit: WorkLimit) -> (Exceeded, Duration) {
        let start = Instant::now();
        let allowance = Allowance::begin(child.0.id(), limit);
        loop {
            match allowance.next_wait() {
                Ok(wait) => std::thread::sleep(wait),
                Err(exceeded) => return (exceeded, start.elapsed()),
            }
        }
    }

    #[test]
    fn a_child_that_computes_uses_up_the_processor() {
        let child = shell("while :; do :; done");
        let limit = WorkLimit {
            processor: Duration::from_millis(200),
            clock: Duration::from_secs(600),
        };
        let (exceeded, elapsed) = wait_out(&child, limit);
        assert_eq!(exceeded, Exceeded::Processor);
        assert!(elapsed >= limit.processor);
    }

    #[test]
    fn a_child_that_waits_uses_up_the_clock() {
        let child = shell("exec sleep 600");
        let limit = WorkLimit {
            processor: Duration::from_secs(600),
            clock: Duration::from_millis(300),
        };
        let (exceeded, elapsed) = wait_out(&child, limit);
        assert_eq!(exceeded, Exceeded::Clock);
        assert!(elapsed >= limit.clock);
    }

    #[test]
    fn what_was_exceeded_is_told_apart() {
        let limit = WorkLimit::of_processor(Duration::from_secs(120));
        assert_eq!(limit.clock, Duration::from_secs(600));
        assert_eq!(
            limit.told(Exceeded::Processor),
            "took more than 120 seconds of the processor"
        );
        assert!(limit.told(Exceeded::Clock).contains("600 seconds"));
        let error = io::Error::from(Exceeded::Clock);
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(Exceeded::of(&error), Some(Exceeded::Clock));
        assert_eq!(Exceeded::of(&io::ErrorKind::TimedOut.into()), None);
    }
}
