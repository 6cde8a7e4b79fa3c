//! The catalogue.

use reqwest::multipart::{Form, Part};
use serde_json::json;
use xin_contracts::messages::{ForgetDocument, IngestDocument};

use crate::gateway::{Answer, Running, text};

#[actix_web::test]
async fn only_what_it_is_found_by_is_indexed_again() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let vase = |price: &str, name: &str| {
        json!({
            "name": name, "price": price, "currency": "IRT", "stock": 3,
            "variants": [{"name": "آبی", "price": 130_000, "stock": 0}],
            "attributes": {"جنس": "سفال"}, "valid_until": "2027-01-01T00:00:00Z",
        })
    };
    let path = "/products/V%2F1";
    let made = business.send("PUT", path, vase("۱۲۰٬۰۰۰", "گلدان")).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        (&made.body["sku"], &made.body["price"]),
        (&json!("V/1"), &json!("120000"))
    );
    assert_eq!(made.body["variants"][0]["price"], "130000");
    for (price, name, indexed) in [
        ("120000", "گلدان", 1),
        ("99000", "گلدان", 1),
        ("99000", "گلدان سفالی", 2),
    ] {
        let put = business.send("PUT", path, vase(price, name)).await;
        assert_eq!(put.status, 200, "{put:?}");
        assert_eq!(running.outbox::<IngestDocument>().await.len(), indexed);
    }
    let shown = business.get(path).await;
    assert_eq!(shown["price"], "99000");
    let document = text(&shown["document_id"]);
    let document = business
        .get(&format!("/knowledge/documents/{document}"))
        .await;
    assert_eq!(
        (&document["origin"], &document["version"]),
        (&json!("product"), &json!(2))
    );
    assert_eq!(document["valid_until"], "2027-01-01T00:00:00Z");
    assert_eq!(
        business.get("/products?search=سفالی").await["items"],
        json!([shown])
    );
    assert_eq!(business.ask("DELETE", path).await.status, 204);
    business.ask("GET", path).await.is_problem(404, "not_found");
    assert_eq!(running.outbox::<ForgetDocument>().await.len(), 1);
}

#[actix_web::test]
async fn good_products_of_a_batch_are_taken() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let items = json!({"items": [
        {"sku": "A", "name": "میز", "price": 12.5, "currency": "EUR"},
        {"sku": "B", "name": "", "stock": -1},
        {"sku": "C", "name": "x", "price": "5"},
        {"sku": "A", "name": "میز دو"},
    ]});
    let report = business.send("POST", "/products/batch", items).await;
    assert_eq!(report.status, 200, "{report:?}");
    let items = report.body["items"].as_array().unwrap();
    assert_eq!(items[0]["outcome"], "created");
    assert_eq!(items[1]["errors"].as_array().unwrap().len(), 2);
    assert_eq!(items[2]["errors"][0]["field"], "currency");
    assert_eq!(items[3]["errors"][0]["code"], "duplicate_row");
    assert_eq!(business.get("/products/A").await["price"], "12.50");
    let many: Vec<_> = (0..501)
        .map(|n| json!({"sku": n.to_string(), "name": "x"}))
        .collect();
    let many = business
        .send("POST", "/products/batch", json!({"items": many}))
        .await;
    many.is_problem(400, "invalid");
}

#[actix_web::test]
async fn a_table_of_products_is_looked_at_before_it_is_taken() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let csv = "کد,نام,قیمت,رنگ\nA,میز,۱۲۰,چوبی\nB,,۵,\n";
    for (query, there) in [("?preview=true&currency=IRT", 0), ("?currency=IRT", 1)] {
        let part = Part::bytes(csv.as_bytes().to_vec()).file_name("products.csv");
        let request = business.request("POST", &format!("/products/import{query}"));
        let answer = Answer::to(request.multipart(Form::new().part("file", part))).await;
        assert_eq!(
            (answer.status, &answer.body["good"]),
            (200, &json!(1)),
            "{answer:?}"
        );
        assert_eq!(answer.body["problems"][0]["row"], 3);
        let listed = business.get("/products").await;
        assert_eq!(listed["items"].as_array().unwrap().len(), there);
    }
    assert_eq!(
        business.get("/products/A").await["attributes"],
        json!({"رنگ": "چوبی"})
    );
}
