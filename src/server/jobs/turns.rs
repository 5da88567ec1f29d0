//! Whose turn it is: one order after the other, in the order they came.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Orders that wait. Tasks that carry them out are started in no certain order,
/// so that a task takes the order that waits longest, not one of its own.
pub(super) struct Turns<T> {
    waiting: Mutex<VecDeque<T>>,
    turn: Semaphore,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }
}

impl<T> Turns<T> {
    /// Puts an order behind those that wait; a task that calls [`Turns::next`]
    /// has to be started for each.
    pub fn add(&self, order: T) {
        self.lock().push_back(order);
    }

    /// The order that waits longest, once no other is being carried out. It is
    /// the next one's turn when the permit is dropped.
    pub async fn next(&self) -> Option<(SemaphorePermit<'_>, T)> {
        let permit = self.turn.acquire().await.ok()?;
        let order = self.lock().pop_front()?;
        Some((permit, order))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn orders_are_carried_out_in_the_order_they_came() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .build()
            .unwrap();
        for _ in 0..50 {
            let turns = Arc::new(Turns::default());
            let done = Arc::new(Mutex::new(Vec::new()));
            let start = |number| {
                turns.add(number);
                let (turns, done) = (Arc::clone(&turns), Arc::clone(&done));
                runtime.spawn(async move {
                    let (_permit, number) = turns.next().await.unwrap();
                    tokio::task::yield_now().await;
                    done.lock().unwrap().push(number);
                })
            };
            let tasks: Vec<_> = (0..20).map(start).collect();
            for task in tasks {
                runtime.block_on(task).unwrap();
            }
            assert_eq!(*done.lock().unwrap(), Vec::from_iter(0..20));
        }
    }
}
