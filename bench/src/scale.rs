//! What the embedded index costs at size: one tenant with 100,000 passages, and 500 tenants with 20
//! each. Passages are sentences of the evaluation sets in other company, so that words are as
//! common as they are.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::ensure;
use uuid::Uuid;
use xin_domain::{DocumentId, TenantId};
use xin_knowledge::{IndexOptions, IndexQuery, KnowledgeIndex, Passage, PassageVectors};
use xin_text::sparse;

use crate::processes::resident_mib;
use crate::retrieval::percentile;
use crate::retrieval::sets::{self, Set};

/// Passages of the large tenant, unless another number is given.
const LARGE: u32 = 100_000;
const TENANTS: u32 = 500;
const SMALL: u32 = 20;
/// Passages written together, as knowledge-ingest does.
const BATCH: usize = 64;
const SENTENCES: u32 = 4;
const QUESTIONS: usize = 1_000;

/// Sentences and questions to make tenants of.
struct Material {
    sentences: Vec<String>,
    questions: Vec<String>,
    seed: u64,
}

pub async fn run(large: Option<&str>) -> anyhow::Result<()> {
    let large = large.map_or(Ok(LARGE), str::parse)?;
    let folder =
        std::env::var_os("EVAL_DIR").map_or_else(|| PathBuf::from("../shared/eval"), PathBuf::from);
    let sets = sets::read_all(&folder, "dev")?;
    let mut material = Material::of(&sets);
    println!("\n# Scale of the embedded index");
    println!(
        "{:<24}{:>10}{:>10}{:>10}{:>12}{:>12}{:>14}",
        "tenants x passages", "write s", "p50 ms", "p99 ms", "memory MiB", "disk MiB", "reopen ms"
    );
    one_large(large, &mut material).await?;
    many_small(&mut material).await
}

async fn one_large(large: u32, material: &mut Material) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let before = resident_mib(std::process::id());
    let tenant = TenantId::from_uuid(Uuid::from_u128(1));
    let began = Instant::now();
    {
        let index = open(folder.path())?;
        fill(&index, tenant, large, material).await?;
        ensure!(index.tenant(tenant, None).count().await? == u64::from(large));
    }
    let written = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let index = open(folder.path())?;
    ask(
        &index,
        tenant,
        material.questions.get(..1).unwrap_or_default(),
    )
    .await?;
    let reopened = began.elapsed().as_secs_f64() * 1_000.0;
    let mut milliseconds = ask(&index, tenant, &material.questions).await?;
    report(
        &format!("1 x {large}"),
        written,
        &mut milliseconds,
        resident_mib(std::process::id()) - before,
        folder.path(),
        reopened,
    )
}

async fn many_small(material: &mut Material) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let before = resident_mib(std::process::id());
    let tenants: Vec<TenantId> = (1..=TENANTS)
        .map(|number| TenantId::from_uuid(Uuid::from_u128(u128::from(number))))
        .collect();
    let began = Instant::now();
    {
        let index = open(folder.path())?;
        for tenant in &tenants {
            fill(&index, *tenant, SMALL, material).await?;
        }
    }
    let written = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let index = open(folder.path())?;
    let mut milliseconds = Vec::new();
    for (tenant, question) in tenants.iter().zip(material.questions.iter().cycle()) {
        milliseconds.extend(ask(&index, *tenant, std::slice::from_ref(question)).await?);
    }
    let reopened = began.elapsed().as_secs_f64() * 1_000.0 / f64::from(TENANTS);
    report(
        &format!("{TENANTS} x {SMALL}"),
        written,
        &mut milliseconds,
        resident_mib(std::process::id()) - before,
        folder.path(),
        reopened,
    )
}

fn open(folder: &Path) -> anyhow::Result<KnowledgeIndex> {
    let url = format!("embedded:{}", folder.display());
    Ok(KnowledgeIndex::open(&url, IndexOptions::default())?)
}

async fn fill(
    index: &KnowledgeIndex,
    tenant: TenantId,
    count: u32,
    material: &mut Material,
) -> anyhow::Result<()> {
    let store = index.tenant(tenant, None);
    let mut batch = Vec::with_capacity(BATCH);
    for number in 0..count {
        let passage = material.passage(number);
        let vectors = PassageVectors::words_of(&passage);
        batch.push((passage, vectors));
        if batch.len() == BATCH || number + 1 == count {
            store.put(std::mem::take(&mut batch)).await?;
        }
    }
    Ok(())
}

async fn ask(
    index: &KnowledgeIndex,
    tenant: TenantId,
    questions: &[String],
) -> anyhow::Result<Vec<f64>> {
    let mut milliseconds = Vec::new();
    for question in questions {
        let began = Instant::now();
        let query = IndexQuery {
            sparse: sparse::query(question),
            dense: None,
            limit: 15,
        };
        index.tenant(tenant, None).search(&query).await?;
        milliseconds.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(milliseconds)
}

fn report(
    what: &str,
    written: f64,
    milliseconds: &mut [f64],
    memory: f64,
    folder: &Path,
    reopened: f64,
) -> anyhow::Result<()> {
    println!(
        "{what:<24}{written:>10.1}{:>10.2}{:>10.2}{memory:>12.0}{:>12.0}{reopened:>14.1}",
        percentile(milliseconds, 0.5),
        percentile(milliseconds, 0.99),
        mib(folder)?,
    );
    Ok(())
}

/// What a folder takes on the disk.
fn mib(folder: &Path) -> anyhow::Result<f64> {
    let mut total = 0.0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        total += if entry.file_type()?.is_dir() {
            mib(&entry.path())?
        } else {
            use std::os::unix::fs::MetadataExt;
            f64::from(u32::try_from(entry.metadata()?.blocks())?) * 512.0 / 1_048_576.0
        };
    }
    Ok(total)
}

impl Material {
    fn of(sets: &[Set]) -> Self {
        let persian =
            |set: &&Set| ["persianqa", "pquad", "parsinlu-rc"].contains(&set.name.as_str());
        let documents = sets.iter().filter(persian).flat_map(|set| &set.documents);
        let questions = sets.iter().filter(persian).flat_map(|set| &set.queries);
        Self {
            sentences: documents
                .flat_map(|document| xin_text::sentences(&document.text))
                .map(str::to_owned)
                .collect(),
            questions: questions
                .map(|query| query.text.clone())
                .take(QUESTIONS)
                .collect(),
            seed: 1,
        }
    }

    fn passage(&mut self, number: u32) -> Passage {
        let document_id = DocumentId::from_uuid(Uuid::from_u128(u128::from(number / 50 + 1)));
        let mut text = String::new();
        for _ in 0..SENTENCES {
            // Knuth's generator: the same tenants every time.
            self.seed = self
                .seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(self.seed >> 33).unwrap_or_default() % self.sentences.len();
            text.push_str(self.sentences.get(at).map_or("", String::as_str));
            text.push(' ');
        }
        Passage {
            id: Passage::id_of(document_id, 1, number),
            document_id,
            version: 1,
            ordinal: number,
            title: "راهنما".to_owned(),
            heading_path: Vec::new(),
            page: None,
            language: "fa".to_owned(),
            text,
            phrasing: None,
            is_faq: false,
        }
    }
}
