//! Rows of a table as products, and what is wrong with the others.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use xin_documents::table::{Table, TableRow};

use super::input::{Amount, Checked, ProductInput};
use crate::api::imports::{RowProblem, column};
use crate::error::{Answer, ApiError};

const SKU: [&str; 5] = ["sku", "کد", "کد کالا", "شناسه", "شناسه کالا"];
const NAME: [&str; 6] = ["name", "title", "نام", "نام کالا", "نام محصول", "عنوان"];
const PRICE: [&str; 2] = ["price", "قیمت"];
const CURRENCY: [&str; 4] = ["currency", "ارز", "واحد پول", "واحد"];
const STOCK: [&str; 4] = ["stock", "quantity", "موجودی", "تعداد"];
const LINK: [&str; 5] = ["url", "link", "لینک", "پیوند", "نشانی"];
const VALID: [&str; 3] = ["valid until", "اعتبار", "معتبر تا"];

/// Where the columns of a table are.
struct Columns {
    sku: usize,
    name: usize,
    price: Option<usize>,
    currency: Option<usize>,
    stock: Option<usize>,
    url: Option<usize>,
    valid_until: Option<usize>,
    /// What else is known, under the name of its column.
    attributes: Vec<(usize, String)>,
}

impl Columns {
    fn of(header: &[String]) -> Answer<Self> {
        let at = |names: &[&str]| column(header, names);
        let needed = at(&SKU).zip(at(&NAME));
        let (sku, name) = needed.ok_or_else(|| {
            let message = "the first row names the columns; sku (کد) and name (نام) are needed";
            ApiError::field("file", "missing_columns", message)
        })?;
        let others = [&PRICE[..], &CURRENCY, &STOCK, &LINK, &VALID].map(at);
        let [price, currency, stock, url, valid_until] = others;
        let is_known = |at: &usize| {
            [Some(sku), Some(name)].contains(&Some(*at)) || others.contains(&Some(*at))
        };
        let attributes = header.iter().enumerate();
        let attributes = attributes
            .filter(|(at, name)| !is_known(at) && !name.trim().is_empty())
            .map(|(at, name)| (at, name.clone()));
        Ok(Self {
            sku,
            name,
            price,
            currency,
            stock,
            url,
            valid_until,
            attributes: attributes.collect(),
        })
    }

    fn product(&self, row: &TableRow, currency: Option<&str>) -> Result<Checked, Vec<RowProblem>> {
        let cell = |at: usize| row.cells.get(at).map_or("", String::as_str);
        let given = |at: Option<usize>| at.map(cell).filter(|cell| !cell.is_empty());
        let problem = |field, message| {
            let found = RowProblem::new(row.number, field, "invalid", message);
            vec![found]
        };
        let stock = given(self.stock).map(|stock| stock_of(stock).ok_or(()));
        let stock = stock
            .transpose()
            .map_err(|()| problem("stock", "a whole number, not below zero"))?;
        let valid_until = given(self.valid_until).map(|date| date_of(date).ok_or(()));
        let valid_until = valid_until
            .transpose()
            .map_err(|()| problem("valid_until", "a date such as 2026-12-31"))?;
        let attributes = self.attributes.iter();
        let attributes: BTreeMap<_, _> = attributes
            .map(|(at, name)| (name.clone(), cell(*at).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let input = ProductInput {
            name: cell(self.name).to_owned(),
            price: given(self.price).map(|price| Amount::Text(price.to_owned())),
            currency: given(self.currency).or(currency).map(str::to_owned),
            stock,
            variants: Vec::new(),
            url: given(self.url).map(str::to_owned),
            attributes,
            valid_until,
        };
        input
            .checked(cell(self.sku))
            .map_err(|mistakes| RowProblem::of(row.number, mistakes).collect())
    }
}

/// The products of a table, in its order, and what is wrong with the other rows. Prices without a
/// currency of their own are in `currency`.
pub fn products(table: &Table, currency: Option<&str>) -> Answer<(Vec<Checked>, Vec<RowProblem>)> {
    let columns = Columns::of(&table.header)?;
    let (mut good, mut problems) = (Vec::new(), Vec::new());
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in &table.rows {
        match columns.product(&on_one_line(row), currency) {
            Ok(checked) => {
                let sku = checked.product.sku.clone();
                if let Some(first) = seen.get(&sku) {
                    let message = format!("the same SKU as in row {first}");
                    let code = "duplicate_row";
                    problems.push(RowProblem::new(row.number, "sku", code, message));
                } else {
                    seen.insert(sku, row.number);
                    good.push(checked);
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    Ok((good, problems))
}

fn on_one_line(row: &TableRow) -> TableRow {
    let words = |cell: &String| cell.split_whitespace().collect::<Vec<_>>().join(" ");
    TableRow {
        number: row.number,
        cells: row.cells.iter().map(words).collect(),
    }
}

/// A count, with the digits of any keyboard.
fn stock_of(cell: &str) -> Option<i64> {
    let folded = xin_text::fold(cell);
    let whole = folded.trim().trim_end_matches(".0");
    let count: i64 = whole.replace([',', '٬', ' '], "").parse().ok()?;
    (count >= 0).then_some(count)
}

/// The end of a day, or a moment.
fn date_of(cell: &str) -> Option<DateTime<Utc>> {
    let folded = xin_text::fold(cell);
    let date = folded.trim();
    if let Ok(day) = NaiveDate::parse_from_str(date, "%Y-%m-%d") {
        let next = day.succ_opt()?;
        return Some(next.and_time(NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc3339(&date.to_uppercase())
        .ok()
        .map(|time| time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows = rows.iter().zip(2..).map(|(row, number)| TableRow {
            number,
            cells: cells(row),
        });
        Table {
            header: cells(header),
            rows: rows.collect(),
        }
    }

    #[test]
    fn columns_are_found_by_their_names_and_the_rest_is_kept() {
        let given = table(
            &["نام کالا", "کد", "قيمت", "موجودي", "رنگ", "valid_until"],
            &[
                &["گلدان", "V1", "۱۲۰٬۰۰۰", "۵", "آبی", "2026-12-31"],
                &["", "V2", "گران", "", "", ""],
                &["میز", "V1", "", "-1", "", ""],
                &["میز", "V1", "", "", "", ""],
            ],
        );
        let (good, problems) = products(&given, Some("IRT")).unwrap();
        let vase = &good[0];
        assert_eq!(vase.product.price.unwrap().amount(), "120000");
        assert_eq!(vase.product.stock, Some(5));
        assert_eq!(vase.product.attributes["رنگ"], "آبی");
        let until = vase.valid_until.unwrap().to_rfc3339();
        assert_eq!(until, "2027-01-01T00:00:00+00:00");
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (problem.row, problem.field, problem.code))
            .collect();
        assert_eq!(
            found,
            [
                (3, "name", "required"),
                (3, "price", "invalid"),
                (4, "stock", "invalid"),
                (5, "sku", "duplicate_row"),
            ]
        );
        assert!(products(&table(&["x"], &[]), None).is_err());
    }

    proptest! {
        #[test]
        fn every_row_is_taken_or_explained(
            rows in prop::collection::vec(prop::collection::vec(".{0,12}", 0..8), 0..20),
        ) {
            let header = ["sku", "name", "price", "currency", "stock", "url", "valid until"];
            let rows: Vec<TableRow> = rows.into_iter().zip(2..)
                .map(|(cells, number)| TableRow { number, cells }).collect();
            let given = Table { header: header.map(str::to_owned).to_vec(), rows };
            let (good, problems) = products(&given, Some("EUR")).unwrap();
            let explained: std::collections::HashSet<u32> =
                problems.iter().map(|problem| problem.row).collect();
            prop_assert_eq!(good.len() + explained.len(), given.rows.len());
        }
    }
}
