//! The same stories in both shapes.

use std::path::Path;

use xin_testkit::stack::Stack;
use xin_testkit::telegram_stand_in::TelegramStandIn;

use crate::stories;

pub fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_xin")).parent().unwrap()
}

macro_rules! in_both_shapes {
    ($($story:ident),+ $(,)?) => {
        mod one_program {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                let telegram = TelegramStandIn::start().await.unwrap();
                let url = telegram.url();
                let extra = [("TELEGRAM_API_URL", url.as_str())];
                let mut stack = Stack::one_program(programs(), &extra).await.unwrap();
                stories::$story(&mut stack, &telegram).await;
            })+
        }

        mod five_services {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                let telegram = TelegramStandIn::start().await.unwrap();
                let url = telegram.url();
                let extra = [("TELEGRAM_API_URL", url.as_str())];
                let mut stack = Stack::five_services(programs(), &extra).await.unwrap();
                stories::$story(&mut stack, &telegram).await;
            })+
        }
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_go_away_and_come_back() {
    let mut stack = Stack::five_services(programs(), &[]).await.unwrap();
    stories::parts_go_away_and_come_back(&mut stack).await;
}

in_both_shapes!(
    two_businesses_and_their_customers,
    repeats_bursts_and_late_replies,
    a_persian_pdf_and_a_broken_one,
    a_restart_in_the_middle,
);
