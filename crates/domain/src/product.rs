//! A record of the tenant's catalogue, and how it is told to a customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::price::{Price, grouped};
use crate::tenant::Locale;

/// One form that a product comes in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// What sets it apart, for instance its colour and size.
    pub name: String,
    /// Its own SKU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Its own price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// How many there are; nothing where nobody counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
}

/// A product, as its record says now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The shop's own key.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What it costs.
    pub price: Option<Price>,
    /// How many there are; nothing where nobody counts.
    pub stock: Option<i64>,
    /// The forms it comes in.
    pub variants: Vec<Variant>,
    /// Where it can be seen and bought.
    pub url: Option<String>,
    /// What else is known of it.
    pub attributes: BTreeMap<String, String>,
}

impl Product {
    /// The words it is found by, without what changes by the hour.
    #[must_use]
    pub fn search_text(&self) -> String {
        let mut lines = vec![self.name.clone(), self.sku.clone()];
        let attributes = self.attributes.iter();
        lines.extend(attributes.map(|(name, value)| format!("{name}: {value}")));
        for variant in &self.variants {
            lines.push(variant.name.clone());
            lines.extend(variant.sku.clone());
        }
        lines.join("\n")
    }

    /// What a customer is told of it.
    #[must_use]
    pub fn describe(&self, locale: Locale) -> String {
        let words = Words::of(locale);
        let mut lines = vec![self.name.clone()];
        if let Some(price) = self.price {
            lines.push(format!("{}: {}", words.price, price.said(locale)));
        }
        if let Some(stock) = self.stock {
            lines.push(stock_line(stock, words, locale));
        }
        let attributes = self.attributes.iter();
        lines.extend(attributes.map(|(name, value)| format!("{name}: {value}")));
        for variant in &self.variants {
            let price = variant.price.map(|price| price.said(locale));
            let stock = variant.stock.map(|stock| stock_line(stock, words, locale));
            let facts: Vec<String> = price.into_iter().chain(stock).collect();
            if facts.is_empty() {
                lines.push(format!("- {}", variant.name));
            } else {
                let facts = facts.join(words.comma);
                lines.push(format!("- {}: {facts}", variant.name));
            }
        }
        lines.extend(self.url.iter().map(|url| format!("{}: {url}", words.link)));
        lines.join("\n")
    }
}

#[derive(Clone, Copy)]
struct Words {
    price: &'static str,
    stock: &'static str,
    none: &'static str,
    link: &'static str,
    comma: &'static str,
}

impl Words {
    const fn of(locale: Locale) -> Self {
        match locale {
            Locale::Fa => Self {
                price: "قیمت",
                stock: "موجودی",
                none: "ناموجود",
                link: "پیوند",
                comma: "، ",
            },
            Locale::En => Self {
                price: "Price",
                stock: "In stock",
                none: "Out of stock",
                link: "Link",
                comma: ", ",
            },
        }
    }
}

fn stock_line(stock: i64, words: Words, locale: Locale) -> String {
    if stock <= 0 {
        return words.none.to_owned();
    }
    format!("{}: {}", words.stock, grouped(&stock.to_string(), locale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::Currency;

    fn vase() -> Product {
        let toman = |minor| {
            Some(Price {
                minor,
                currency: Currency::Irt,
            })
        };
        Product {
            sku: "V-1".to_owned(),
            name: "گلدان سفالی".to_owned(),
            price: toman(1_250_000),
            stock: Some(0),
            variants: vec![Variant {
                name: "آبی".to_owned(),
                price: toman(980),
                stock: Some(12),
                ..Variant::default()
            }],
            url: Some("https://example.com/v".to_owned()),
            attributes: BTreeMap::from([("جنس".to_owned(), "سفال".to_owned())]),
        }
    }

    #[test]
    fn a_product_is_told_in_the_customers_language() {
        let persian = "گلدان سفالی\nقیمت: ۱٬۲۵۰٬۰۰۰ تومان\nناموجود\nجنس: سفال\n\
                       - آبی: ۹۸۰ تومان، موجودی: ۱۲\nپیوند: https://example.com/v";
        assert_eq!(vase().describe(Locale::Fa), persian);
        let english = "گلدان سفالی\nPrice: 1,250,000 tomans\nOut of stock\nجنس: سفال\n\
                       - آبی: 980 tomans, In stock: 12\nLink: https://example.com/v";
        assert_eq!(vase().describe(Locale::En), english);
    }

    #[test]
    fn what_changes_by_the_hour_is_not_searched() {
        let dearer = Product {
            price: None,
            stock: Some(7),
            ..vase()
        };
        assert_eq!(dearer.search_text(), vase().search_text());
        assert!(vase().search_text().contains("آبی"));
    }
}
