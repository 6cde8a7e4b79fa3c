//! What a document says, in pieces: from its file, or from the record that it is.

use xin_broker::JobError;
use xin_documents::chunk::{Chunk, chunk};
use xin_documents::sandbox::ParseError;
use xin_documents::{ParseFailure, ParsedDocument};
use xin_domain::{DocumentOrigin, DocumentState, ErrorKind};
use xin_text::language::{Language, detect};

use super::Ended;
use super::work::Work;

impl Work<'_> {
    /// What the document says, in pieces.
    pub async fn chunks(&self) -> Result<Vec<Chunk>, Ended> {
        self.enter(DocumentState::Fetching).await?;
        match self.document.origin {
            DocumentOrigin::Faq => self.answer().await,
            DocumentOrigin::Product => self.record().await,
            DocumentOrigin::Upload
            | DocumentOrigin::Text
            | DocumentOrigin::Page
            | DocumentOrigin::Api => self.file().await,
        }
    }

    /// An answer is quoted whole.
    async fn answer(&self) -> Result<Vec<Chunk>, Ended> {
        let tx = self.platform.database.read(self.tenant).await?;
        let faq = tx.faqs().get(self.document.id).await?;
        let faq = faq.ok_or(Ended::Superseded)?;
        Ok(vec![whole(&faq.question, faq.answer)])
    }

    /// A product is found by what it is; what it costs is read when it is asked for.
    async fn record(&self) -> Result<Vec<Chunk>, Ended> {
        let tx = self.platform.database.read(self.tenant).await?;
        let mut found = tx.products().among(&[self.document.id]).await?;
        let record = found.remove(&self.document.id).ok_or(Ended::Superseded)?;
        Ok(vec![whole(
            &record.product.name,
            record.product.search_text(),
        )])
    }

    async fn file(&self) -> Result<Vec<Chunk>, Ended> {
        let files = self.platform.files.tenant(self.tenant);
        let bytes = files.get(self.document.id, self.document.version).await?;
        let bytes = bytes.ok_or_else(|| {
            Ended::Unusable(ParseFailure {
                code: "file_missing",
                message: "the file is no longer in the store; upload it again".to_owned(),
            })
        })?;
        self.enter(DocumentState::Parsing).await?;
        let parsed = self.parse(&bytes).await?;
        self.enter(DocumentState::Chunking).await?;
        let title = self.document.title.clone();
        Ok(blocking(move || chunk(&title, &parsed)).await?)
    }

    /// Parses the file in a process of its own. That may take longer than a lease lasts.
    async fn parse(&self, bytes: &[u8]) -> Result<ParsedDocument, Ended> {
        let name = self.document.file_name.as_deref();
        let mut parsing = std::pin::pin!(self.platform.parser.parse(bytes, name));
        loop {
            match tokio::time::timeout(self.platform.lease / 3, &mut parsing).await {
                Ok(Ok(parsed)) => return Ok(parsed),
                Ok(Err(ParseError::Unusable(failure))) => return Err(Ended::Unusable(failure)),
                Ok(Err(error @ ParseError::Unavailable(_))) => {
                    let error = JobError::new(ErrorKind::Unavailable, error.to_string());
                    return Err(Ended::Job(error));
                }
                Err(_elapsed) => {
                    let tx = self.platform.database.tenant(self.tenant).await?;
                    self.renew(&tx).await?;
                    tx.commit().await?;
                }
            }
        }
    }
}

/// A text that is one passage.
fn whole(title: &str, text: String) -> Chunk {
    let language = match detect(&text) {
        Language::Other => detect(title),
        known @ (Language::Persian | Language::Arabic | Language::English) => known,
    };
    Chunk {
        ordinal: 0,
        heading_path: Vec::new(),
        page: None,
        language: language.code().to_owned(),
        text,
    }
}

/// Runs work that keeps a core busy where it does not hold up everything else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JobError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| JobError::new(ErrorKind::Internal, error.to_string()))
}
