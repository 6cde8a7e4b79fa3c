use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_broker::{Broker, Handler, JobError};
use xin_contracts::messages::{DeliverMessage, LiveSignal};
use xin_contracts::{Envelope, topology};
use xin_domain::{Clock, ErrorKind, IdSource, RandomIds, SystemClock, TenantId};
use xin_storage::Database;

type Answer = Box<dyn Fn(&Envelope, usize) -> Result<(), JobError> + Send + Sync>;

/// Notes what it was given, and answers as the test wants.
struct Recorder {
    seen: Mutex<Vec<Envelope>>,
    answer: Answer,
}

impl Recorder {
    fn answering(
        answer: impl Fn(&Envelope, usize) -> Result<(), JobError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            seen: Mutex::default(),
            answer: Box::new(answer),
        })
    }

    fn seen(&self) -> Vec<Uuid> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|envelope| envelope.message_id)
            .collect()
    }
}

#[async_trait]
impl Handler for Recorder {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let before = {
            let mut seen = self.seen.lock().unwrap();
            let before = seen
                .iter()
                .filter(|old| old.message_id == envelope.message_id)
                .count();
            seen.push(envelope.clone());
            before
        };
        tokio::time::sleep(Duration::from_millis(1)).await;
        (self.answer)(envelope, before)
    }
}

fn envelope(key: &str) -> Envelope {
    let now = SystemClock.now();
    let tenant = TenantId::new(&RandomIds, now);
    Envelope::wrap(
        RandomIds.next(now),
        tenant,
        key,
        now,
        &DeliverMessage::default(),
    )
}

async fn until(what: &str, mut reached: impl FnMut() -> bool) {
    let began = Instant::now();
    while !reached() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{what}: not within 20 s"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A broker with its relay and one consumer.
struct Running {
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    fn start(broker: &Broker, handler: Arc<dyn Handler>) -> Self {
        let stop = CancellationToken::new();
        let (relay, relay_stop) = (broker.clone(), stop.clone());
        let (consumer, consumer_stop) = (broker.clone(), stop.clone());
        Self {
            tasks: vec![
                tokio::spawn(async move { relay.run_relay(relay_stop).await }),
                tokio::spawn(async move {
                    consumer
                        .consume(&topology::DELIVERIES, 32, handler, consumer_stop)
                        .await;
                }),
            ],
            stop,
        }
    }

    async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

pub async fn run(broker: Broker, database: Database) {
    broker.check().await.unwrap();
    everything_arrives_in_order(&broker).await;
    the_outbox_arrives(&broker, &database).await;
    trouble_that_passes_is_waited_out(&broker).await;
    what_cannot_be_handled_is_put_aside_and_replayed(&broker).await;
    a_panic_is_not_the_end(&broker).await;
    stopping_loses_nothing(&broker).await;
    signals_reach_listeners(&broker).await;
}

async fn everything_arrives_in_order(broker: &Broker) {
    let recorder = Recorder::answering(|_, _| Ok(()));
    let running = Running::start(broker, recorder.clone());
    let sent: Vec<_> = (0..60)
        .map(|number| envelope(&format!("key {}", number % 3)))
        .collect();
    broker.publish(&sent).await.unwrap();
    until("all messages", || recorder.seen().len() >= sent.len()).await;
    running.stop().await;
    let seen = recorder.seen.lock().unwrap().clone();
    for key in ["key 0", "key 1", "key 2"] {
        let of = |envelopes: &[Envelope]| -> Vec<Uuid> {
            let of_key = envelopes.iter().filter(|found| found.ordering_key == key);
            of_key.map(|found| found.message_id).collect()
        };
        assert_eq!(of(&seen), of(&sent));
    }
}

async fn the_outbox_arrives(broker: &Broker, database: &Database) {
    let recorder = Recorder::answering(|_, _| Ok(()));
    let running = Running::start(broker, recorder.clone());
    let kept = envelope("outbox");
    let undone = Envelope {
        message_id: Uuid::from_u128(9),
        ..kept.clone()
    };
    let tx = database.tenant(kept.tenant_id).await.unwrap();
    tx.outbox().add(&undone).await.unwrap();
    drop(tx);
    let tx = database.tenant(kept.tenant_id).await.unwrap();
    tx.outbox().add(&kept).await.unwrap();
    tx.commit().await.unwrap();
    until("the outbox", || recorder.seen() == [kept.message_id]).await;
    running.stop().await;
    let system = database.system().await.unwrap();
    assert!(system.lock_outbox(10).await.unwrap().is_empty());
}

pub async fn a_message_waits_until_its_time(broker: &Broker) {
    let recorder = Recorder::answering(|_, _| Ok(()));
    let running = Running::start(broker, recorder.clone());
    let not_before = SystemClock.now() + chrono::TimeDelta::seconds(7);
    let waiting = Envelope {
        not_before: Some(not_before),
        ..envelope("waiting")
    };
    broker
        .publish(std::slice::from_ref(&waiting))
        .await
        .unwrap();
    until("its time", || recorder.seen() == [waiting.message_id]).await;
    assert!(SystemClock.now() >= not_before);
    running.stop().await;
}

async fn trouble_that_passes_is_waited_out(broker: &Broker) {
    let recorder = Recorder::answering(|_, before| match before {
        0 | 1 => Err(JobError::new(ErrorKind::Unavailable, "away")),
        _ => Ok(()),
    });
    let running = Running::start(broker, recorder.clone());
    broker.publish(&[envelope("trouble")]).await.unwrap();
    until("the third attempt", || recorder.seen().len() == 3).await;
    running.stop().await;
    assert!(broker.dead_letters(10).await.unwrap().is_empty());
}

async fn what_cannot_be_handled_is_put_aside_and_replayed(broker: &Broker) {
    let recorder = Recorder::answering(|_, before| match before {
        0 => Err(JobError::new(ErrorKind::Invalid, "unreadable")),
        _ => Ok(()),
    });
    let running = Running::start(broker, recorder.clone());
    let hopeless = envelope("hopeless");
    broker
        .publish(std::slice::from_ref(&hopeless))
        .await
        .unwrap();
    let mut letters = Vec::new();
    let began = Instant::now();
    while letters.is_empty() && began.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        letters = broker.dead_letters(10).await.unwrap();
    }
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].envelope.message_id, hopeless.message_id);
    assert_eq!(letters[0].error, "unreadable");
    assert!(!broker.replay(Uuid::from_u128(404)).await.unwrap());
    assert!(broker.replay(hopeless.message_id).await.unwrap());
    until("the replay", || recorder.seen().len() == 2).await;
    running.stop().await;
    assert!(broker.dead_letters(10).await.unwrap().is_empty());
}

/// A panic is our own mistake: the message goes to a waiting room and comes again after 5 s.
async fn a_panic_is_not_the_end(broker: &Broker) {
    let recorder = Recorder::answering(|_, before| {
        assert!(before > 0, "the first time");
        Ok(())
    });
    let running = Running::start(broker, recorder.clone());
    broker.publish(&[envelope("panic")]).await.unwrap();
    until("the second attempt", || recorder.seen().len() == 2).await;
    running.stop().await;
    assert_eq!(recorder.seen.lock().unwrap()[1].attempt, 1);
}

/// A message that is being retried when the process stops comes to the next process.
async fn stopping_loses_nothing(broker: &Broker) {
    let first = Recorder::answering(|_, _| Err(JobError::new(ErrorKind::Unavailable, "away")));
    let running = Running::start(broker, first.clone());
    let sent = envelope("stopping");
    broker.publish(std::slice::from_ref(&sent)).await.unwrap();
    until("the first attempt", || !first.seen().is_empty()).await;
    running.stop().await;
    let second = Recorder::answering(|_, _| Ok(()));
    let running = Running::start(broker, second.clone());
    until("the next process", || second.seen() == [sent.message_id]).await;
    running.stop().await;
}

async fn signals_reach_listeners(broker: &Broker) {
    let stop = CancellationToken::new();
    let (listener, listener_stop) = (broker.clone(), stop.clone());
    let task = tokio::spawn(async move { listener.run_listener(listener_stop).await });
    let mut signals = broker.listen();
    let signal = LiveSignal {
        tenant_id: "ten".to_owned(),
        ..Default::default()
    };
    let began = Instant::now();
    loop {
        // The listener may still be connecting, and signals are not stored.
        broker.signal(signal.clone());
        let wait = Duration::from_millis(200);
        if let Ok(Ok(received)) = tokio::time::timeout(wait, signals.recv()).await {
            assert_eq!(*received, signal);
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "no signal within 10 s"
        );
    }
    stop.cancel();
    task.await.unwrap();
}

/// Everything that was confirmed arrives, whatever `disturb` does meanwhile.
pub async fn everything_arrives_across(broker: Broker, disturb: impl Fn()) {
    let recorder = Recorder::answering(|_, _| Ok(()));
    let running = Running::start(&broker, recorder.clone());
    let mut confirmed = HashSet::new();
    for number in 0..200 {
        if number == 50 || number == 120 {
            disturb();
        }
        let message = envelope(&number.to_string());
        // A publisher tries until it has its confirm, as the relay and the webhooks' senders do.
        while broker
            .publish(std::slice::from_ref(&message))
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        confirmed.insert(message.message_id);
    }
    until("every confirmed message", || {
        let seen: HashSet<_> = recorder.seen().into_iter().collect();
        confirmed.is_subset(&seen)
    })
    .await;
    running.stop().await;
}
