//! Contract tests of passages, question pairs, products and keys.

use xin_domain::{
    ApiKeyId, Clock, Currency, DocumentId, DocumentOrigin, PhrasingId, Price, Product, RandomIds,
    Variant,
};

use super::{Seed, document, noon, seed};
use crate::tenant::{
    ApiKey, ChunkChange, Faq, NewDocument, Phrasing, PhrasingOrigin, ProductRecord, StoredChunk,
};
use crate::{Database, PageRequest, StorageError, TenantTx};

const FIRST_PAGE: PageRequest<i64> = PageRequest {
    after: None,
    limit: 10,
};

pub(super) async fn suite(database: &Database) -> Result<(), StorageError> {
    changes_of_passages_are_found_again(database).await?;
    questions_are_unique_in_a_tenant(database).await?;
    a_product_reads_back(database).await?;
    keys_are_found_until_they_are_revoked(database).await?;
    what_is_removed_leaves_nothing(database).await?;
    nothing_of_another_is_seen_or_changed(database).await
}

fn chunk(document_id: DocumentId, version: i64, ordinal: u32) -> StoredChunk {
    StoredChunk {
        document_id,
        version,
        ordinal,
        heading_path: vec!["ارسال".to_owned()],
        page: Some(2),
        language: "fa".to_owned(),
        text: format!("متن {ordinal}"),
        original_hash: ordinal.to_string(),
        is_edited: false,
        is_disabled: false,
    }
}

fn faq(id: DocumentId, key: &str) -> Faq {
    Faq {
        id,
        question: key.to_owned(),
        answer: "دو روز\nکاری".to_owned(),
        question_key: key.to_owned(),
        search_text: format!("{key} دو روز"),
        created_at: noon().now(),
        updated_at: noon().now(),
    }
}

fn phrasing(document_id: DocumentId, key: &str) -> Phrasing {
    Phrasing {
        id: PhrasingId::new(&RandomIds, noon().now()),
        document_id,
        number: 0,
        question: key.to_owned(),
        question_key: key.to_owned(),
        origin: PhrasingOrigin::Confirmed,
        created_at: noon().now(),
    }
}

fn product(document_id: DocumentId, sku: &str) -> ProductRecord {
    let euros = |minor| {
        Some(Price {
            minor,
            currency: Currency::Eur,
        })
    };
    ProductRecord {
        document_id,
        product: Product {
            sku: sku.to_owned(),
            name: "گلدان".to_owned(),
            price: euros(1250),
            stock: Some(0),
            variants: vec![Variant {
                name: "آبی".to_owned(),
                price: euros(99),
                ..Variant::default()
            }],
            url: None,
            attributes: [("جنس".to_owned(), "سفال".to_owned())].into(),
        },
        valid_until: Some(noon().now()),
        search_text: "گلدان".to_owned(),
        created_at: noon().now(),
        updated_at: noon().now(),
    }
}

fn key(seed: &Seed, hash: &str) -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(&RandomIds, noon().now()),
        tenant_id: seed.tenant,
        name: "فروشگاه".to_owned(),
        hash: format!("{hash} {}", seed.tenant),
        prefix: "xin_ab".to_owned(),
        scopes: vec!["products".to_owned()],
        created_by: seed.user,
        last_used_at: None,
        created_at: noon().now(),
    }
}

async fn add_document(tx: &TenantTx, origin: DocumentOrigin) -> Result<DocumentId, StorageError> {
    let now = noon().now();
    let new = NewDocument {
        origin,
        ..document(DocumentId::new(&RandomIds, now))
    };
    let id = new.id;
    tx.documents().add(new, now).await?;
    Ok(id)
}

async fn changes_of_passages_are_found_again(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let (id, tx) = (seed.document, database.tenant(seed.tenant).await?);
    let chunks = tx.chunks();
    let all: Vec<_> = (0..3).map(|ordinal| chunk(id, 1, ordinal)).collect();
    chunks.add(&all).await?;
    let read = chunks.list(id, 1, FIRST_PAGE).await?;
    assert_eq!(read.items, all);
    assert_eq!(chunks.changed(id, 1).await?, (Vec::new(), 0));
    let edit = ChunkChange {
        text: Some("نو".to_owned()),
        is_disabled: None,
    };
    let disable = |is_disabled| ChunkChange {
        text: None,
        is_disabled: Some(is_disabled),
    };
    assert!(chunks.change(id, 1, 1, edit).await?);
    assert!(chunks.change(id, 1, 2, disable(true)).await?);
    assert!(chunks.change(id, 1, 0, disable(true)).await?);
    assert!(chunks.change(id, 1, 0, disable(false)).await?);
    assert!(!chunks.change(id, 1, 3, disable(true)).await?, "no such");
    let (changed, revisions) = chunks.changed(id, 1).await?;
    assert_eq!((changed.len(), revisions), (2, 4));
    let places = [(id, 1, 0), (id, 1, 1), (id, 2, 2)];
    let found = chunks.changed_among(&places).await?;
    let edited = found.get(&(id, 1, 1));
    assert_eq!(edited.map(|chunk| chunk.text.as_str()), Some("نو"));
    assert!(!found.contains_key(&(id, 2, 2)));
    // Carried over to the next version, a change is one of it.
    let carried = StoredChunk {
        is_disabled: true,
        ..chunk(id, 2, 0)
    };
    chunks.add(&[carried.clone()]).await?;
    chunks.keep_only(id, Some(2)).await?;
    assert_eq!(chunks.get(id, 1, 1).await?, None);
    assert_eq!(chunks.changed(id, 2).await?.0, [carried]);
    tx.documents().complete(id, 1, 3, now).await?;
    assert!(tx.documents().hold_served(id, 1, now).await?);
    assert!(!tx.documents().hold_served(id, 2, now).await?);
    tx.commit().await
}

async fn questions_are_unique_in_a_tenant(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let id = add_document(&tx, DocumentOrigin::Faq).await?;
    let first = faq(id, "ارسال چند روز است");
    tx.faqs().add(&first).await?;
    for (number, asked) in [(1, "کی می‌رسد"), (2, "چند روزه")] {
        assert_eq!(
            tx.phrasings().add(phrasing(id, asked)).await?.number,
            number
        );
    }
    let page = |after| PageRequest { after, limit: 10 };
    let found = tx.faqs().list(Some("روز است"), page(None)).await?;
    assert_eq!(found.items, [first.clone()]);
    let none = tx.faqs().list(Some("گارانتی"), page(None)).await?;
    assert!(none.items.is_empty());
    let changed = Faq {
        answer: "سه روز".to_owned(),
        ..first.clone()
    };
    assert!(tx.faqs().save(&changed).await?);
    assert_eq!(tx.faqs().get(id).await?, Some(changed));
    let keys = tx.faqs().by_keys(&[first.question_key.clone()]).await?;
    assert_eq!(keys.get(&first.question_key), Some(&id));
    tx.commit().await?;

    let tx = database.tenant(seed.tenant).await?;
    let again = add_document(&tx, DocumentOrigin::Faq).await?;
    let refused = tx.faqs().add(&faq(again, &first.question_key)).await;
    assert!(matches!(refused, Err(StorageError::Duplicate(_))));
    drop(tx);
    let tx = database.tenant(seed.tenant).await?;
    let refused = tx.phrasings().add(phrasing(id, "چند روزه")).await;
    assert!(matches!(refused, Err(StorageError::Duplicate(_))));
    drop(tx);
    let tx = database.tenant(seed.tenant).await?;
    let all = tx.phrasings().list(id).await?;
    let last = all
        .last()
        .map_or_else(|| phrasing(id, "").id, |last| last.id);
    let gone = tx.phrasings().remove(id, last).await?;
    assert_eq!(gone.map(|gone| gone.number), Some(2));
    assert_eq!(tx.phrasings().remove(id, last).await?, None);
    tx.commit().await
}

async fn a_product_reads_back(database: &Database) -> Result<(), StorageError> {
    let seed = seed(database, noon().now()).await?;
    let tx = database.tenant(seed.tenant).await?;
    let id = add_document(&tx, DocumentOrigin::Product).await?;
    let record = product(id, "V-1");
    tx.products().add(&record).await?;
    assert_eq!(tx.products().find("V-1").await?, Some(record.clone()));
    let mut free = record;
    free.product.price = None;
    assert!(tx.products().save(&free).await?);
    let among = tx.products().among(&[id, seed.document]).await?;
    assert_eq!(among.into_values().collect::<Vec<_>>(), [free]);
    let page = PageRequest {
        after: None,
        limit: 10,
    };
    assert_eq!(tx.products().list(Some("گلد"), page).await?.items.len(), 1);
    tx.commit().await
}

async fn keys_are_found_until_they_are_revoked(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (ours, theirs) = (seed(database, now).await?, seed(database, now).await?);
    let made = key(&ours, "hash");
    let tx = database.tenant(ours.tenant).await?;
    tx.api_keys().add(&made).await?;
    tx.api_keys().note_use(made.id, now).await?;
    tx.commit().await?;
    let tx = database.tenant(theirs.tenant).await?;
    assert!(tx.api_keys().list().await?.is_empty());
    assert!(!tx.api_keys().revoke(made.id, now).await?, "not theirs");
    tx.commit().await?;
    let system = database.system_read().await?;
    let found = system.api_key_by_hash(&made.hash).await?;
    let used = ApiKey {
        last_used_at: Some(now),
        ..made.clone()
    };
    assert_eq!(found, Some(used));
    assert_eq!(system.api_key_by_hash("other").await?, None);
    drop(system);
    let tx = database.tenant(ours.tenant).await?;
    assert!(tx.api_keys().revoke(made.id, now).await?);
    assert!(tx.api_keys().list().await?.is_empty());
    tx.commit().await?;
    let system = database.system_read().await?;
    assert_eq!(system.api_key_by_hash(&made.hash).await?, None);
    Ok(())
}

/// A pair, a product and a passage.
async fn fill(tx: &TenantTx) -> Result<(DocumentId, DocumentId), StorageError> {
    let asked = add_document(tx, DocumentOrigin::Faq).await?;
    tx.faqs().add(&faq(asked, "پرسش")).await?;
    tx.phrasings().add(phrasing(asked, "دیگر")).await?;
    tx.chunks().add(&[chunk(asked, 1, 0)]).await?;
    let sold = add_document(tx, DocumentOrigin::Product).await?;
    tx.products().add(&product(sold, "V-1")).await?;
    Ok((asked, sold))
}

async fn what_is_removed_leaves_nothing(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let (asked, sold) = fill(&tx).await?;
    for id in [asked, sold] {
        assert!(tx.documents().remove(id, now).await?);
    }
    assert_eq!(tx.faqs().get(asked).await?, None);
    assert_eq!(tx.products().find("V-1").await?, None);
    assert!(tx.phrasings().list(asked).await?.is_empty());
    // The same question and the same SKU may come again at once.
    fill(&tx).await?;
    assert_eq!(tx.documents().remove_all(now).await?, 3);
    let marked = tx.documents().being_forgotten(100).await?;
    assert_eq!(marked.len(), 5);
    for id in marked {
        tx.documents().erase(id).await?;
        assert_eq!(tx.chunks().get(id, 1, 0).await?, None);
    }
    assert!(tx.documents().being_forgotten(100).await?.is_empty());
    tx.commit().await
}

async fn nothing_of_another_is_seen_or_changed(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (theirs, ours) = (seed(database, now).await?, seed(database, now).await?);
    let tx = database.tenant(theirs.tenant).await?;
    let (asked, sold) = fill(&tx).await?;
    let words = tx.phrasings().list(asked).await?;
    tx.commit().await?;

    let tx = database.tenant(ours.tenant).await?;
    let change = ChunkChange {
        text: Some("taken".to_owned()),
        is_disabled: None,
    };
    assert_eq!(tx.faqs().get(asked).await?, None);
    assert!(!tx.faqs().save(&faq(asked, "taken")).await?);
    assert!(tx.faqs().by_keys(&["پرسش".to_owned()]).await?.is_empty());
    assert!(tx.phrasings().list(asked).await?.is_empty());
    for phrasing in &words {
        assert_eq!(tx.phrasings().remove(asked, phrasing.id).await?, None);
    }
    assert_eq!(tx.products().find("V-1").await?, None);
    assert!(tx.products().among(&[sold]).await?.is_empty());
    assert!(!tx.products().save(&product(sold, "taken")).await?);
    assert_eq!(tx.chunks().get(asked, 1, 0).await?, None);
    assert!(!tx.chunks().change(asked, 1, 0, change).await?);
    assert!(
        tx.chunks()
            .list(asked, 1, FIRST_PAGE)
            .await?
            .items
            .is_empty()
    );
    assert!(
        tx.chunks()
            .changed_among(&[(asked, 1, 0)])
            .await?
            .is_empty()
    );
    tx.chunks().keep_only(asked, None).await?;
    tx.chunks().remove_version(asked, 1).await?;
    assert!(!tx.documents().hold_served(asked, 1, now).await?);
    assert!(tx.documents().among(&[asked]).await?.is_empty());
    assert_eq!(tx.documents().remove_all(now).await?, 1, "our own");
    tx.commit().await?;

    let tx = database.read(theirs.tenant).await?;
    assert_eq!(tx.faqs().get(asked).await?, Some(faq(asked, "پرسش")));
    assert_eq!(tx.phrasings().list(asked).await?, words);
    assert_eq!(tx.products().find("V-1").await?, Some(product(sold, "V-1")));
    assert_eq!(
        tx.chunks().get(asked, 1, 0).await?,
        Some(chunk(asked, 1, 0))
    );
    Ok(())
}
