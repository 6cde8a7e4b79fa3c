//! The contract of a vector store: every store runs the same suite.
//!
//! It makes tenants of its own and removes them again, so it can run beside other tests on a
//! shared server. It panics where the contract is broken.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a test that lives in the library so that several packages run it"
)]

use uuid::Uuid;
use xin_domain::{DocumentId, TenantId};
use xin_text::sparse;

use crate::index::{KnowledgeIndex, Space, TenantIndex};
use crate::passage::{IndexQuery, Passage, PassageVectors, ScoredPassage};

/// A passage of that text, with vectors, for tests of any package.
#[must_use]
pub fn entry(
    document: DocumentId,
    version: i64,
    ordinal: u32,
    text: &str,
) -> (Passage, PassageVectors) {
    let passage = Passage {
        id: Passage::id_of(document, version, ordinal),
        document_id: document,
        version,
        ordinal,
        title: String::new(),
        heading_path: vec!["راهنما".to_owned()],
        page: Some(3),
        language: "fa".to_owned(),
        text: text.to_owned(),
        phrasing: None,
        is_faq: false,
    };
    let vectors = PassageVectors {
        sparse: sparse::document("", text),
        dense: None,
    };
    (passage, vectors)
}

/// A query by words alone.
#[must_use]
pub fn words(question: &str, limit: usize) -> IndexQuery {
    IndexQuery {
        sparse: sparse::query(question),
        dense: None,
        limit,
    }
}

/// A space of vectors of that length, for tests of any package.
#[must_use]
pub fn space(id: &str, dimension: usize) -> Space {
    Space::new(id, dimension).unwrap()
}

/// Everything a vector store promises, with vectors and without.
pub async fn suite(index: KnowledgeIndex) {
    index.check().await.unwrap();
    for space in [None, Some(space("four", 4))] {
        let place = Place {
            index: index.clone(),
            space,
        };
        in_one_space(&place).await;
    }
    spaces_are_apart(&index).await;
}

/// Where passages are put.
struct Place {
    index: KnowledgeIndex,
    space: Option<Space>,
}

async fn in_one_space(place: &Place) {
    an_empty_tenant_has_nothing(place).await;
    what_is_put_is_found(place).await;
    put_is_idempotent(place).await;
    tenants_do_not_see_each_other(place).await;
    word_statistics_are_of_one_tenant(place).await;
    a_version_is_swapped_whole(place).await;
    a_removed_document_is_gone(place).await;
    a_removed_tenant_starts_anew(place).await;
    many_passages_are_written_in_batches(place).await;
    writers_and_readers_meet(place).await;
    if place.space.is_some() {
        meaning_joins_words(place).await;
    }
    a_vector_of_another_length_is_refused(place).await;
}

fn new_tenant(place: &Place) -> TenantIndex {
    let tenant = TenantId::from_uuid(Uuid::new_v4());
    place.index.tenant(tenant, place.space.as_ref())
}

fn new_document() -> DocumentId {
    DocumentId::from_uuid(Uuid::new_v4())
}

async fn search(tenant: &TenantIndex, question: &str) -> Vec<ScoredPassage> {
    tenant.search(&words(question, 5)).await.unwrap()
}

async fn an_empty_tenant_has_nothing(place: &Place) {
    let tenant = new_tenant(place);
    assert_eq!(search(&tenant, "ساعت کار").await, []);
    assert_eq!(tenant.count().await.unwrap(), 0);
    tenant.remove_document(new_document()).await.unwrap();
    tenant.keep_only_version(new_document(), 1).await.unwrap();
    tenant.remove_all().await.unwrap();
    tenant.put(Vec::new()).await.unwrap();
    assert_eq!(tenant.count().await.unwrap(), 0);
}

async fn what_is_put_is_found(place: &Place) {
    let tenant = new_tenant(place);
    let document = new_document();
    let hours = entry(document, 1, 0, "ساعت کار فروشگاه ۹ تا ۱۸ است");
    let returns = entry(document, 1, 1, "کالا تا ۷ روز پس از خرید پس گرفته می‌شود");
    tenant.put(vec![hours.clone(), returns]).await.unwrap();
    let hits = search(&tenant, "ساعت کار فروشگاه").await;
    assert_eq!(
        hits[0].passage, hours.0,
        "the passage comes back as it was put"
    );
    assert!(hits[0].score > 0.0 && hits[0].sparse_score.unwrap() > 0.0);
    assert_eq!(hits[0].dense_score, None);
    assert_eq!(tenant.search(&words("ساعت", 0)).await.unwrap(), []);
    assert_eq!(
        search(&tenant, "؟!").await,
        [],
        "a question without words finds nothing"
    );
    tenant.remove_all().await.unwrap();
}

async fn put_is_idempotent(place: &Place) {
    let tenant = new_tenant(place);
    let document = new_document();
    let passage = entry(document, 1, 0, "ارسال رایگان بالای ۵۰۰ هزار تومان");
    for _ in 0..3 {
        tenant.put(vec![passage.clone()]).await.unwrap();
    }
    assert_eq!(tenant.count().await.unwrap(), 1);
    let rewritten = entry(document, 1, 0, "ارسال رایگان برای همه");
    tenant.put(vec![rewritten.clone()]).await.unwrap();
    assert_eq!(tenant.count().await.unwrap(), 1);
    assert_eq!(
        search(&tenant, "ارسال رایگان").await[0].passage,
        rewritten.0
    );
    tenant.remove_all().await.unwrap();
}

async fn tenants_do_not_see_each_other(place: &Place) {
    let (left, right) = (new_tenant(place), new_tenant(place));
    let document = new_document();
    left.put(vec![entry(document, 1, 0, "رمز انبار آبی است")])
        .await
        .unwrap();
    right
        .put(vec![entry(document, 1, 0, "ساعت کار انبار")])
        .await
        .unwrap();
    let hits = search(&right, "رمز انبار").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].passage.text, "ساعت کار انبار");
    right.remove_document(document).await.unwrap();
    assert_eq!(
        (left.count().await.unwrap(), right.count().await.unwrap()),
        (1, 0)
    );
    left.remove_all().await.unwrap();
    right.remove_all().await.unwrap();
}

async fn word_statistics_are_of_one_tenant(place: &Place) {
    let (quiet, loud) = (new_tenant(place), new_tenant(place));
    let texts = ["گارانتی گوشی", "گارانتی یخچال", "بیمه یخچال"];
    let entries = |texts: &[&str]| -> Vec<_> {
        texts
            .iter()
            .map(|text| entry(new_document(), 1, 0, text))
            .collect()
    };
    quiet.put(entries(&texts)).await.unwrap();
    let before = search(&quiet, "گارانتی").await[0].sparse_score.unwrap();
    loud.put(entries(&["گارانتی"; 40])).await.unwrap();
    loud.put(entries(&["فروش"; 40])).await.unwrap();
    let after = search(&quiet, "گارانتی").await[0].sparse_score.unwrap();
    assert!(
        (before - after).abs() < 1e-6,
        "another tenant's words changed a score"
    );
    quiet.put(entries(&["بیمه عمر"; 40])).await.unwrap();
    let rarer = search(&quiet, "گارانتی").await[0].sparse_score.unwrap();
    assert!(
        rarer > before,
        "a word grows with its rarity among the tenant's own passages"
    );
    quiet.remove_all().await.unwrap();
    loud.remove_all().await.unwrap();
}

async fn a_version_is_swapped_whole(place: &Place) {
    let tenant = new_tenant(place);
    let (document, other) = (new_document(), new_document());
    let old = |ordinal| entry(document, 1, ordinal, "قیمت اشتراک ۱۰۰ تومان است");
    tenant
        .put(vec![old(0), old(1), entry(other, 1, 0, "قیمت")])
        .await
        .unwrap();
    tenant
        .put(vec![entry(document, 2, 0, "قیمت اشتراک ۲۰۰ تومان است")])
        .await
        .unwrap();
    let versions = |hits: Vec<ScoredPassage>| -> Vec<i64> {
        hits.iter()
            .filter(|hit| hit.passage.document_id == document)
            .map(|hit| hit.passage.version)
            .collect()
    };
    let mut before = versions(search(&tenant, "قیمت اشتراک").await);
    before.sort_unstable();
    assert_eq!(before, [1, 1, 2], "both are there, and the caller chooses");
    tenant.keep_only_version(document, 2).await.unwrap();
    assert_eq!(versions(search(&tenant, "قیمت اشتراک").await), [2]);
    tenant.keep_only_version(document, 2).await.unwrap();
    assert_eq!(tenant.count().await.unwrap(), 2, "the other document stays");
    tenant.remove_all().await.unwrap();
}

async fn a_removed_document_is_gone(place: &Place) {
    let tenant = new_tenant(place);
    let (document, other) = (new_document(), new_document());
    let of = |document, version| entry(document, version, 0, "شماره حساب شرکت");
    tenant
        .put(vec![of(document, 1), of(document, 2), of(other, 1)])
        .await
        .unwrap();
    let one = Passage::id_of(document, 2, 0);
    tenant.remove_passage(one).await.unwrap();
    assert_eq!(tenant.count().await.unwrap(), 2, "one of them");
    tenant.remove_document(document).await.unwrap();
    let hits = search(&tenant, "شماره حساب").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].passage.document_id, other);
    assert_eq!(tenant.count().await.unwrap(), 1);
    tenant.remove_all().await.unwrap();
}

async fn a_removed_tenant_starts_anew(place: &Place) {
    let tenant = new_tenant(place);
    let text = "نشانی دفتر مرکزی";
    tenant
        .put(vec![entry(new_document(), 1, 0, text)])
        .await
        .unwrap();
    tenant.remove_all().await.unwrap();
    assert_eq!(search(&tenant, text).await, []);
    assert_eq!(tenant.count().await.unwrap(), 0);
    tenant
        .put(vec![entry(new_document(), 1, 0, text)])
        .await
        .unwrap();
    assert_eq!(search(&tenant, text).await.len(), 1);
    tenant.remove_all().await.unwrap();
}

async fn many_passages_are_written_in_batches(place: &Place) {
    let tenant = new_tenant(place);
    let document = new_document();
    let long = "متن بلند درباره راهنمای کاربر ".repeat(30);
    let entries = (0..200)
        .map(|ordinal| entry(document, 1, ordinal, &long))
        .collect();
    tenant.put(entries).await.unwrap();
    assert_eq!(tenant.count().await.unwrap(), 200);
    let hits = tenant.search(&words("راهنمای کاربر", 50)).await.unwrap();
    assert_eq!(hits.len(), 50);
    tenant.remove_all().await.unwrap();
}

async fn writers_and_readers_meet(place: &Place) {
    let tenant = new_tenant(place);
    let writes = (0..8).map(|ordinal| {
        let tenant = tenant.clone();
        async move {
            let entry = entry(new_document(), 1, ordinal, "سفارش و پیگیری سفارش");
            tenant.put(vec![entry]).await.unwrap();
            search(&tenant, "سفارش").await.len()
        }
    });
    let seen = futures::future::join_all(writes).await;
    assert!(
        seen.into_iter().all(|hits| hits > 0),
        "what is written is found at once"
    );
    assert_eq!(tenant.count().await.unwrap(), 8);
    tenant.remove_all().await.unwrap();
}

async fn meaning_joins_words(place: &Place) {
    let tenant = new_tenant(place);
    let with = |text: &str, dense: Option<[f32; 4]>| {
        let (passage, vectors) = entry(new_document(), 1, 0, text);
        let dense = dense.map(|dense| dense.to_vec());
        (passage, PassageVectors { dense, ..vectors })
    };
    let near = with("opening hours", Some([1.0, 0.0, 0.0, 0.0]));
    let far = with("delivery", Some([0.0, 1.0, 0.0, 0.0]));
    let without = with("warranty", None);
    tenant
        .put(vec![near.clone(), far.clone(), without.clone()])
        .await
        .unwrap();

    let dense = Some(vec![2.0, 0.2, 0.0, 0.0]);
    let query = IndexQuery {
        dense: dense.clone(),
        ..words("zzz", 5)
    };
    let hits = tenant.search(&query).await.unwrap();
    assert_eq!(hits[0].passage, near.0, "meaning alone finds");
    assert!(
        (hits[0].dense_score.unwrap() - 0.995).abs() < 1e-3,
        "the score is the cosine"
    );
    assert_eq!(hits[0].sparse_score, None);

    let query = IndexQuery {
        dense,
        ..words("delivery warranty", 5)
    };
    let hits = tenant.search(&query).await.unwrap();
    assert_eq!(hits.len(), 3);
    assert_eq!(hits[2].passage, near.0, "words weigh more than meaning");
    let of = |wanted: &Passage| hits.iter().find(|hit| hit.passage == *wanted).unwrap();
    assert!(of(&far.0).sparse_score.is_some() && of(&far.0).dense_score.is_some());
    assert_eq!(of(&without.0).dense_score, None);
    tenant.remove_all().await.unwrap();
}

async fn a_vector_of_another_length_is_refused(place: &Place) {
    let tenant = new_tenant(place);
    let (passage, vectors) = entry(new_document(), 1, 0, "ابعاد");
    let wrong = PassageVectors {
        dense: Some(vec![1.0; 3]),
        ..vectors
    };
    let error = tenant.put(vec![(passage, wrong)]).await.unwrap_err();
    assert_eq!(error.kind(), xin_domain::ErrorKind::Invalid);
    assert_eq!(tenant.count().await.unwrap(), 0);
}

async fn spaces_are_apart(index: &KnowledgeIndex) {
    let tenant = TenantId::from_uuid(Uuid::new_v4());
    let (small, large) = (space("same name", 2), space("another", 3));
    let spaces = [None, Some(&small), Some(&large)];
    let all = spaces.map(|space| index.tenant(tenant, space));
    let [words_alone, two, three] = &all;
    let document = new_document();
    for (number, index) in (1..).zip(&all) {
        let of = |version| entry(document, version, 0, "نشانی شعبه");
        index.put((0..number).map(of).collect()).await.unwrap();
    }
    let (passage, vectors) = entry(new_document(), 1, 0, "دقیق");
    let dense = Some(vec![1.0, 0.0, 0.0]);
    let exact = (passage, PassageVectors { dense, ..vectors });
    three.put(vec![exact.clone()]).await.unwrap();
    assert!(two.put(vec![exact]).await.is_err(), "a space has a length");
    let mut counts = Vec::new();
    for index in &all {
        counts.push(index.count().await.unwrap());
    }
    assert_eq!(counts, [1, 2, 4]);
    two.remove_space().await.unwrap();
    two.remove_space().await.unwrap();
    assert_eq!(two.count().await.unwrap(), 0);
    assert_eq!(search(two, "نشانی").await, []);
    assert_eq!(words_alone.count().await.unwrap(), 1, "the others stay");
    two.put(vec![entry(document, 9, 0, "نشانی تازه")])
        .await
        .unwrap();
    assert_eq!(search(two, "نشانی").await.len(), 1, "and it begins anew");
    words_alone.remove_all().await.unwrap();
    for index in &all {
        assert_eq!(index.count().await.unwrap(), 0, "with the tenant all go");
    }
}
