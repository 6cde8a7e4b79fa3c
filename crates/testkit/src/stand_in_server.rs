//! A small HTTP/1.1 server that can also behave badly: answer in pieces, break off, hang up.
//!
//! Written by hand because a proper server never lets a test drop a connection at a chosen moment.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Answers the requests of one stand-in.
#[async_trait]
pub trait Respond: Send + Sync + 'static {
    /// The answer to a request.
    async fn respond(&self, request: Request) -> Answer;
}

/// A request, read completely.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers; their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The header of that name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What happens after a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A proper answer.
    Whole {
        /// The HTTP status.
        status: u16,
        /// The headers, without length and type.
        headers: Vec<(String, String)>,
        /// The type of the body.
        content_type: &'static str,
        /// The body.
        body: String,
    },
    /// An answer with status 200 that comes in pieces.
    Pieces {
        /// The type of the body.
        content_type: &'static str,
        /// The pieces.
        pieces: Vec<String>,
        /// How long to wait before each.
        pause: Duration,
        /// Whether the connection breaks before the proper end.
        broken: bool,
    },
    /// The connection is closed without a word.
    HangUp,
}

impl Answer {
    /// A JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Whole {
            status,
            headers: Vec::new(),
            content_type: "application/json",
            body: body.to_string(),
        }
    }
}

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct StandInServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl StandInServer {
    /// Starts on a free port of this machine.
    pub async fn start(respond: Arc<dyn Respond>) -> anyhow::Result<Self> {
        Self::start_at(([127, 0, 0, 1], 0).into(), respond).await
    }

    /// Starts at that address.
    pub async fn start_at(address: SocketAddr, respond: Arc<dyn Respond>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).await.context("cannot listen")?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // The connections end together with this task.
            let mut connections = JoinSet::new();
            while let Ok((stream, _peer)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&respond)));
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for StandInServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, respond: Arc<dyn Respond>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await? {
        let answer = respond.respond(request).await;
        if !write_answer(stream.get_mut(), answer).await? {
            break;
        }
    }
    Ok(())
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().context("no method")?.to_owned();
    let path = words.next().context("no path")?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request {
        method,
        path,
        headers,
        body: Vec::new(),
    };
    if request
        .header("transfer-encoding")
        .is_some_and(|coding| coding.contains("chunked"))
    {
        request.body = read_chunks(stream).await?;
    } else if let Some(length) = request.header("content-length") {
        request.body = vec![0; length.parse().context("odd length")?];
        stream.read_exact(&mut request.body).await?;
    }
    Ok(Some(request))
}

async fn read_chunks(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim(), 16).context("odd chunk")?;
        let mut chunk = vec![0; size];
        stream.read_exact(&mut chunk).await?;
        body.append(&mut chunk);
        let mut end = String::new();
        stream.read_line(&mut end).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// Whether the connection goes on.
async fn write_answer(stream: &mut TcpStream, answer: Answer) -> anyhow::Result<bool> {
    match answer {
        Answer::Whole {
            status,
            headers,
            content_type,
            body,
        } => {
            let mut head = format!(
                "HTTP/1.1 {status} Stand-In\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&name);
                head.push_str(": ");
                head.push_str(&value);
                head.push_str("\r\n");
            }
            stream
                .write_all(format!("{head}\r\n{body}").as_bytes())
                .await?;
            Ok(true)
        }
        Answer::Pieces {
            content_type,
            pieces,
            pause,
            broken,
        } => {
            let head = format!(
                "HTTP/1.1 200 Stand-In\r\ncontent-type: {content_type}\r\n\
                 transfer-encoding: chunked\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            for piece in pieces {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
                stream.write_all(chunk.as_bytes()).await?;
            }
            if !broken {
                stream.write_all(b"0\r\n\r\n").await?;
            }
            Ok(!broken)
        }
        Answer::HangUp => Ok(false),
    }
}
