//! A product, as the API takes it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use xin_domain::{Currency, Price, Product, Variant};

use crate::error::FieldMistake;
use crate::inputs::Checks;

const LONGEST_SKU: usize = 100;
const LONGEST_NAME: usize = 300;
const LONGEST_URL: usize = 2_000;
const LONGEST_VALUE: usize = 1_000;
const MOST_VARIANTS: usize = 100;
const MOST_ATTRIBUTES: usize = 50;

/// An amount of money: a number, or a text such as `1250.50`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    Number(serde_json::Number),
    Text(String),
}

impl Amount {
    fn written(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A product.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = NewProduct)]
pub struct ProductInput {
    #[schema(min_length = 1, max_length = 300)]
    pub name: String,
    /// What it costs, as a decimal: `1250.50`. Takes a currency.
    #[schema(value_type = Option<String>)]
    pub price: Option<Amount>,
    /// IRR, IRT (toman), USD, EUR, GBP, AED or TRY.
    pub currency: Option<String>,
    /// How many there are; absent where nobody counts.
    pub stock: Option<i64>,
    /// The forms it comes in.
    #[serde(default)]
    pub variants: Vec<VariantInput>,
    /// Where it can be seen and bought.
    pub url: Option<String>,
    /// What else is known of it.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// It is answered from until then.
    pub valid_until: Option<DateTime<Utc>>,
}

/// One form that a product comes in.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = NewVariant)]
pub struct VariantInput {
    pub name: String,
    pub sku: Option<String>,
    /// In the currency of the product.
    #[schema(value_type = Option<String>)]
    pub price: Option<Amount>,
    pub stock: Option<i64>,
}

/// A product that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub product: Product,
    pub valid_until: Option<DateTime<Utc>>,
}

impl ProductInput {
    /// The product of that SKU, or what is wrong with it.
    pub fn checked(self, sku: &str) -> Result<Checked, Vec<FieldMistake>> {
        let mut checks = Checks::default();
        let sku = checks.text("sku", sku, 1..=LONGEST_SKU);
        let name = checks.text("name", &self.name, 1..=LONGEST_NAME);
        let currency = self.currency.as_deref().map(str::trim);
        let currency = currency.filter(|currency| !currency.is_empty());
        let known = currency.and_then(Currency::from_name);
        if currency.is_some() && known.is_none() {
            let message = "one of IRR, IRT (toman), USD, EUR, GBP, AED, TRY";
            checks.refuse("currency", "unknown", message);
        }
        let price = price(&mut checks, self.price.as_ref(), known);
        if self.variants.len() > MOST_VARIANTS {
            checks.refuse("variants", "too_many", format!("at most {MOST_VARIANTS}"));
        }
        let variants = self.variants.into_iter().take(MOST_VARIANTS);
        let variants = variants
            .map(|variant| variant.checked(&mut checks, known))
            .collect();
        let attributes = attributes(&mut checks, self.attributes);
        let url = self.url.filter(|url| !url.trim().is_empty());
        let url = url.map(|url| checks.text("url", &url, 1..=LONGEST_URL));
        if let Some(url) = &url
            && !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            checks.refuse("url", "invalid", "begins with http:// or https://");
        }
        let stock = stock(&mut checks, self.stock);
        let mistakes = checks.mistakes();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Checked {
            product: Product {
                sku,
                name,
                price,
                stock,
                variants,
                url,
                attributes,
            },
            valid_until: self.valid_until,
        })
    }
}

impl VariantInput {
    fn checked(self, checks: &mut Checks, currency: Option<Currency>) -> Variant {
        let sku = self.sku.filter(|sku| !sku.trim().is_empty());
        Variant {
            name: checks.text("variants", &self.name, 1..=LONGEST_NAME),
            sku: sku.map(|sku| checks.text("variants", &sku, 1..=LONGEST_SKU)),
            price: price(checks, self.price.as_ref(), currency),
            stock: stock(checks, self.stock),
        }
    }
}

fn price(
    checks: &mut Checks,
    amount: Option<&Amount>,
    currency: Option<Currency>,
) -> Option<Price> {
    let written = amount?.written();
    if written.trim().is_empty() {
        return None;
    }
    let Some(currency) = currency else {
        checks.refuse("currency", "required", "a price takes a currency");
        return None;
    };
    let price = Price::parse(&written, currency);
    if price.is_none() {
        let message = format!(
            "an amount of {} with at most {} digits after the point, not below zero",
            currency.as_str(),
            currency.decimals()
        );
        checks.refuse("price", "invalid", message);
    }
    price
}

fn stock(checks: &mut Checks, stock: Option<i64>) -> Option<i64> {
    if stock.is_some_and(|stock| stock < 0) {
        checks.refuse("stock", "out_of_range", "not below zero");
    }
    stock
}

fn attributes(checks: &mut Checks, given: BTreeMap<String, String>) -> BTreeMap<String, String> {
    if given.len() > MOST_ATTRIBUTES {
        let message = format!("at most {MOST_ATTRIBUTES}");
        checks.refuse("attributes", "too_many", message);
    }
    let mut attributes = BTreeMap::new();
    for (name, value) in given.into_iter().take(MOST_ATTRIBUTES) {
        let name = checks.text("attributes", &name, 1..=LONGEST_SKU);
        let value = checks.text("attributes", &value, 0..=LONGEST_VALUE);
        if !value.is_empty() {
            attributes.insert(name, value);
        }
    }
    attributes
}
