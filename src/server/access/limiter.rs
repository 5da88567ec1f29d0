//! How often somebody may try to log in.
//!
//! Three buckets are drawn from: of the name, of the other machine, and of all
//! together. A try that fails costs one; buckets fill again slowly. Who has run
//! out is answered at once, without a password being hashed, so that ten
//! thousand tries cost the server nothing and find out nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How a bucket fills.
#[derive(Debug, Clone, Copy)]
struct Rule {
    n_at_once: f64,
    /// Until one more may be tried.
    refill: Duration,
}

/// A person mistypes a few times; who guesses gets some three thousand tries a
/// day, against passwords of ten letters and more.
const OF_NAME: Rule = Rule {
    n_at_once: 10.0,
    refill: Duration::from_secs(30),
};
/// An office may share one address.
const OF_ADDRESS: Rule = Rule {
    n_at_once: 30.0,
    refill: Duration::from_secs(5),
};
const OF_ALL: Rule = Rule {
    n_at_once: 200.0,
    refill: Duration::from_millis(200),
};

/// Names and machines that are remembered; those that have not tried for long
/// are forgotten first.
const MAX_BUCKETS: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(IpAddr),
    All,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    n_left: f64,
    filled_at: Instant,
}

/// Who has tried to log in, and how often.
#[derive(Debug, Default)]
pub(super) struct LoginLimiter(Mutex<HashMap<Key, Bucket>>);

impl LoginLimiter {
    /// Lets a try go ahead, or tells how long to wait.
    pub fn try_once(&self, name: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        self.try_once_at(name, address, Instant::now())
    }

    fn try_once_at(
        &self,
        name: &str,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(name, address);
        for (key, rule) in &keys {
            let n_left = buckets
                .get(key)
                .map_or(rule.n_at_once, |bucket| filled(bucket, *rule, now));
            if n_left < 1.0 {
                return Err(rule.refill.mul_f64(1.0 - n_left));
            }
        }
        if buckets.len() + keys.len() > MAX_BUCKETS {
            buckets.retain(|key, bucket| {
                let rule = rule_of(key);
                filled(bucket, rule, now) < rule.n_at_once
            });
        }
        if buckets.len() + keys.len() > MAX_BUCKETS {
            return Err(OF_ALL.refill);
        }
        for (key, rule) in keys {
            let bucket = buckets.entry(key).or_insert(Bucket {
                n_left: rule.n_at_once,
                filled_at: now,
            });
            bucket.n_left = filled(bucket, rule, now) - 1.0;
            bucket.filled_at = now;
        }
        Ok(())
    }

    /// Gives back a try that was right.
    pub fn succeeded(&self, name: &str, address: Option<IpAddr>) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, rule) in keys(name, address) {
            if let Some(bucket) = buckets.get_mut(&key) {
                bucket.n_left = (bucket.n_left + 1.0).min(rule.n_at_once);
            }
        }
    }
}

fn keys(name: &str, address: Option<IpAddr>) -> Vec<(Key, Rule)> {
    let mut keys = vec![(Key::All, OF_ALL)];
    if let Some(address) = address {
        keys.push((Key::Address(network(address)), OF_ADDRESS));
    }
    // A long name is nobody's; it is not to fill the memory.
    let end = (0..=name.len().min(64))
        .rev()
        .find(|&end| name.is_char_boundary(end));
    let name = name[..end.unwrap_or(0)].trim().to_lowercase();
    keys.push((Key::Name(name), OF_NAME));
    keys
}

fn rule_of(key: &Key) -> Rule {
    match key {
        Key::Name(_) => OF_NAME,
        Key::Address(_) => OF_ADDRESS,
        Key::All => OF_ALL,
    }
}

fn filled(bucket: &Bucket, rule: Rule, now: Instant) -> f64 {
    let passed = now
        .saturating_duration_since(bucket.filled_at)
        .as_secs_f64();
    (bucket.n_left + passed / rule.refill.as_secs_f64()).min(rule.n_at_once)
}

/// One machine has a whole /64 of IPv6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn a_name_is_tried_some_times_and_then_slowly() {
        let limiter = LoginLimiter::default();
        let start = Instant::now();
        let mut n_allowed = 0;
        for attempt in 0..10_000u32 {
            let from = address((attempt % 250) as u8);
            n_allowed += u32::from(limiter.try_once_at("hoa", from, start).is_ok());
        }
        assert_eq!(n_allowed, 10);
        // Others are not kept out by it.
        assert!(limiter.try_once_at("mai", address(1), start).is_ok());
        let wait = limiter.try_once_at("Hoa ", address(2), start).unwrap_err();
        assert!(wait <= OF_NAME.refill && !wait.is_zero());
        let later = start + OF_NAME.refill;
        assert!(limiter.try_once_at("hoa", address(2), later).is_ok());
        assert!(limiter.try_once_at("hoa", address(2), later).is_err());
    }

    #[test]
    fn a_machine_cannot_try_all_names() {
        let limiter = LoginLimiter::default();
        let start = Instant::now();
        let from_one = |limiter: &LoginLimiter, host: &str| {
            (0..1_000)
                .filter(|it| {
                    let name = format!("user{it}");
                    let from = Some(format!("{host}{it:x}").parse().unwrap());
                    limiter.try_once_at(&name, from, start).is_ok()
                })
                .count()
        };
        // Addresses of one network are one machine.
        assert_eq!(from_one(&limiter, "2001:db8:1:2::"), 30);
    }

    #[test]
    fn right_passwords_cost_nothing() {
        let limiter = LoginLimiter::default();
        for _ in 0..1_000 {
            assert!(limiter.try_once("hoa", address(1)).is_ok());
            limiter.succeeded("hoa", address(1));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = LoginLimiter::default();
        let mut now = Instant::now();
        for attempt in 0..30_000u32 {
            now += OF_ALL.refill;
            let from = Some(IpAddr::from(attempt.to_be_bytes()));
            let _ = limiter.try_once_at(&format!("user{attempt}"), from, now);
        }
        assert!(limiter.0.lock().unwrap().len() <= MAX_BUCKETS);
    }
}
