//! A visitor's thread, both ways, over one connection.

use std::time::Duration;

use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{HttpRequest, HttpResponse, get, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, Session};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use utoipa::IntoParams;
use xin_domain::{ContactId, ErrorKind, MessageId};

use super::conversation_frames::{Heard, Said, Thread};
use super::send::send;
use crate::api::openapi::Problems;
use crate::auth::Visitor;
use crate::error::{Answer, ApiError};
use crate::limits::Place;
use crate::live::Ear;
use crate::state::Shared;

/// The one protocol we speak; beside it a browser can only send the token as another.
const PROTOCOL: &str = "xin";
const LARGEST_FRAME: usize = 64 * 1024;
const PING_EVERY: Duration = Duration::from_secs(25);
/// Two pings without an answer: nobody is there any more.
const SILENCE: Duration = Duration::from_mins(1);
/// How soon it looks without being woken.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// A visitor who takes longer to read a frame comes back when they can.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// Who is asking, and where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SocketQuery {
    /// The visitor's token, where `Sec-WebSocket-Protocol: xin, <token>` cannot be set.
    token: Option<String>,
    /// Continue after this message.
    after: Option<String>,
}

/// Opens a socket (WebSocket). We say `message`, `delta`, `typing`, `ready`, `accepted`, `error`
/// and `pong`; the visitor says `message` and `ping`. Frames are JSON with a `type`.
#[utoipa::path(
    tag = "widget", operation_id = "open_widget_socket", params(SocketQuery),
    responses((status = 101, description = "The connection is a WebSocket from here on"), Problems)
)]
#[get("/socket")]
pub async fn open_widget_socket(
    request: HttpRequest,
    state: Shared,
    query: web::Query<SocketQuery>,
    body: web::Payload,
) -> Answer<HttpResponse> {
    let offered = request.headers().get(SEC_WEBSOCKET_PROTOCOL);
    let offered = offered
        .and_then(|value| value.to_str().ok())
        .and_then(token_beside_protocol);
    let token = offered.or(query.token.as_deref());
    let token = token.ok_or_else(|| ApiError::unauthenticated("a visitor token, please"))?;
    let visitor = Visitor::from_token(&request, token).await?;
    let place = state.sockets.take(visitor.contact_id)?;
    // Listening begins before the thread is read: nothing can fall between.
    let ear = state.hub.watch_conversation(visitor.conversation_id);
    let position = position_after(&state, &visitor, query.after.as_deref()).await?;
    let (mut response, session, stream) = actix_ws::handle(&request, body)
        .map_err(|error| ApiError::new(ErrorKind::Invalid, "not_a_websocket", error.to_string()))?;
    if offered.is_some() {
        let protocol = HeaderValue::from_static(PROTOCOL);
        response
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    let stream = stream
        .max_frame_size(LARGEST_FRAME)
        .aggregate_continuations()
        .max_continuation_size(LARGEST_FRAME);
    let database = state.platform.database.clone();
    let thread = Thread::new(
        database,
        visitor.tenant_id,
        visitor.conversation_id,
        position,
    );
    let line = Line {
        state,
        visitor,
        session,
        thread,
        ear,
        _place: place,
    };
    actix_web::rt::spawn(line.talk(stream));
    Ok(response)
}

/// The token in `xin, <token>`.
fn token_beside_protocol(offered: &str) -> Option<&str> {
    let (protocol, token) = offered.split_once(',')?;
    (protocol.trim() == PROTOCOL).then(|| token.trim())
}

/// Where the thread continues. A message that is not in it is of an earlier thread that the
/// browser remembers: then it begins at the beginning.
async fn position_after(state: &Shared, visitor: &Visitor, after: Option<&str>) -> Answer<i64> {
    let Some(after) = after.filter(|after| !after.is_empty()) else {
        return Ok(0);
    };
    let after: MessageId = after.parse().map_err(|_unreadable| {
        ApiError::field("after", "invalid_cursor", "not an id of a message")
    })?;
    let tx = state.platform.database.read(visitor.tenant_id).await?;
    let message = tx.messages().get(after).await?;
    let message = message.filter(|message| message.conversation_id == visitor.conversation_id);
    Ok(message.map_or(0, |message| message.position))
}

/// One open connection.
struct Line {
    state: Shared,
    visitor: Visitor,
    session: Session,
    thread: Thread,
    ear: Ear,
    _place: Place<ContactId>,
}

/// The other side is gone, or too slow.
struct Gone;

impl Line {
    async fn talk(mut self, mut stream: AggregatedMessageStream) {
        let stop = self.state.stop.clone();
        let (mut ping, mut look) = (every(PING_EVERY), every(LOOK_EVERY));
        let mut last_heard = Instant::now();
        let mut outcome = self.begin().await;
        while outcome.is_ok() {
            outcome = tokio::select! {
                frame = stream.recv() => match frame {
                    Some(Ok(frame)) => {
                        last_heard = Instant::now();
                        self.hear(frame).await
                    }
                    Some(Err(_)) | None => Err(Gone),
                },
                signal = self.ear.recv() => match signal {
                    Ok(signal) => match self.thread.on_the_way(&signal) {
                        Some(said) => self.say(&said).await,
                        None => self.look().await,
                    },
                    Err(RecvError::Lagged(_)) => self.look().await,
                    Err(RecvError::Closed) => {
                        self.ear = self.state.hub.watch_conversation(self.visitor.conversation_id);
                        Ok(())
                    }
                },
                _ = look.tick() => self.look().await,
                _ = ping.tick() => {
                    if last_heard.elapsed() > SILENCE { Err(Gone) } else { self.ping().await }
                }
                () = stop.cancelled() => break,
            };
        }
        // Nobody may be there to hear it.
        let reason = outcome.map_or(CloseCode::Normal, |()| CloseCode::Restart);
        let _closed = self.session.close(Some(reason.into())).await;
    }

    async fn ping(&mut self) -> Result<(), Gone> {
        self.session.ping(b"").await.map_err(|_closed| Gone)
    }

    /// Says what was said before.
    async fn begin(&mut self) -> Result<(), Gone> {
        self.look().await?;
        self.say(&Said::Ready).await
    }

    /// Says what was said since.
    async fn look(&mut self) -> Result<(), Gone> {
        match self.thread.news().await {
            Ok(news) => {
                for said in news {
                    self.say(&said).await?;
                }
            }
            Err(error) => tracing::warn!(error = %error, "thread not read, trying again"),
        }
        Ok(())
    }

    async fn hear(&mut self, frame: AggregatedMessage) -> Result<(), Gone> {
        let text = match frame {
            AggregatedMessage::Text(text) => text,
            AggregatedMessage::Ping(bytes) => {
                return self.session.pong(&bytes).await.map_err(|_closed| Gone);
            }
            AggregatedMessage::Pong(_) => return Ok(()),
            AggregatedMessage::Close(_) => return Err(Gone),
            AggregatedMessage::Binary(_) => {
                let error = ApiError::new(ErrorKind::Invalid, "malformed_frame", "text, please");
                return self.say(&Said::refusal(None, &error)).await;
            }
        };
        let said = match serde_json::from_str(&text) {
            Ok(Heard::Ping) => Said::Pong,
            Ok(Heard::Message(message)) => {
                let client_id = message.client_id.clone();
                match send(&self.state, &self.visitor, message).await {
                    Ok(accepted) => Said::Accepted {
                        client_id: accepted.client_id,
                    },
                    Err(error) => Said::refusal(Some(client_id), &error),
                }
            }
            Err(cause) => {
                let error = ApiError::new(ErrorKind::Invalid, "malformed_frame", cause.to_string());
                Said::refusal(None, &error)
            }
        };
        self.say(&said).await
    }

    async fn say(&mut self, said: &Said) -> Result<(), Gone> {
        let Ok(text) = serde_json::to_string(said) else {
            return Ok(());
        };
        match tokio::time::timeout(WRITE_PATIENCE, self.session.text(text)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

/// Ticks that begin after the first pause.
fn every(pause: Duration) -> Interval {
    let mut interval = tokio::time::interval_at(Instant::now() + pause, pause);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

#[cfg(test)]
mod tests {
    use super::token_beside_protocol;

    #[test]
    fn the_token_stands_beside_the_protocol() {
        assert_eq!(token_beside_protocol("xin, a.b.c"), Some("a.b.c"));
        assert_eq!(token_beside_protocol("xin,a.b.c"), Some("a.b.c"));
        for other in ["xin", "", "chat, a.b.c", "a.b.c, xin"] {
            assert_eq!(token_beside_protocol(other), None, "{other}");
        }
    }
}
