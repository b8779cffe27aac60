//! One timer for a connection, moved as seldom as possible.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::task::coop::unconstrained;
use tokio::time::Sleep;

/// Wakes the connection's task at its deadline.
///
/// Deadlines move with every exchange, mostly later; the timer is left where it is and, when it
/// fires too early, set again. An exchange then costs no timer operation at all.
#[derive(Default)]
pub(crate) struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    /// When the timer wakes the task, once it holds its waker.
    set_for: Option<Instant>,
}

impl Alarm {
    /// Ready once `deadline` has passed; otherwise the task is woken then, or a little earlier.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let at = tokio::time::Instant::from_std(deadline);
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        loop {
            match self.set_for {
                Some(set_for) if set_for <= deadline && !sleep.is_elapsed() => {
                    return Poll::Pending;
                }
                Some(set_for) if set_for == deadline => return Poll::Ready(()),
                _ => {
                    sleep.as_mut().reset(at);
                    self.set_for = Some(deadline);
                    // A task that has had its share of this round would be sent away before the
                    // timer has heard of its waker, and would never be woken.
                    if pin!(unconstrained(sleep.as_mut())).poll(cx).is_ready() {
                        return Poll::Ready(());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::coop::{consume_budget, has_budget_remaining};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_put_off_rings_at_the_later_time() {
        let mut alarm = Alarm::default();
        let start = tokio::time::Instant::now();
        let second = |n: u64| start.into_std() + Duration::from_secs(n);
        assert!(
            std::future::poll_fn(|cx| Poll::Ready(alarm.poll(cx, second(1))))
                .await
                .is_pending()
        );
        std::future::poll_fn(|cx| alarm.poll(cx, second(5))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_brought_forward_rings_at_the_earlier_time() {
        let mut alarm = Alarm::default();
        let start = tokio::time::Instant::now();
        let second = |n: u64| start.into_std() + Duration::from_secs(n);
        assert!(
            std::future::poll_fn(|cx| Poll::Ready(alarm.poll(cx, second(9))))
                .await
                .is_pending()
        );
        std::future::poll_fn(|cx| alarm.poll(cx, second(2))).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_rings_for_a_task_that_had_its_share_when_it_was_set() {
        let mut alarm = Alarm::default();
        let start = tokio::time::Instant::now();
        let deadline = start.into_std() + Duration::from_secs(1);
        let rings = std::future::poll_fn(|cx| {
            let share_is_taken = start.elapsed().is_zero();
            while share_is_taken && has_budget_remaining() {
                let _ = pin!(consume_budget()).poll(cx);
            }
            alarm.poll(cx, deadline)
        });
        let patience = Duration::from_secs(9);
        assert!(tokio::time::timeout(patience, rings).await.is_ok());
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }
}
