// A business and its customer, in Persian, in a real browser against the running program
// (XIN_TEST_URL): sign up, give knowledge, connect a channel, ask in the widget, take over, reply,
// hand back.
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import test from "node:test";
import { chromium } from "playwright-core";

const base = process.env.XIN_TEST_URL ?? "http://127.0.0.1:8080";
const executablePath = process.env.XIN_TEST_CHROMIUM ?? "/usr/bin/chromium";
const patience = 20_000;
const mixed = "تست فارسی و English با هم";

async function browser() {
  assert.ok(existsSync(executablePath), `no browser at ${executablePath}`);
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath, args });
}

async function picture(page, name) {
  mkdirSync("test-results", { recursive: true });
  await page.screenshot({ path: `test-results/${name}.png` });
}

async function signUp(page) {
  await page.goto(base);
  await page.fill('input[name="business"]', "فروشگاه گلستان");
  await page.fill('input[name="email"]', `shop-${Date.now()}@example.com`);
  await page.fill('input[name="password"]', "یک گذرواژهٔ بلند");
  await picture(page, "sign-up");
  await page.click('button[type="submit"]');
  await page.waitForSelector(".top");
}

async function giveKnowledge(page) {
  await page.click('button[data-page="knowledge"]');
  await page.fill('input[name="title"]', "ارسال و تخفیف");
  const words = "هزینهٔ ارسال به سراسر ایران ۴۵ هزار تومان است. کد تخفیف مشتریان «زعفران۴۲» است.";
  await page.fill('textarea[name="text"]', words);
  await page.click('form:has(textarea[name="text"]) button[type="submit"]');
  await page.waitForSelector(".tag.ready", { timeout: patience });
  await picture(page, "knowledge");
}

async function connectWeb(page) {
  await page.click('button[data-page="channels"]');
  await page.fill('input[name="web-name"]', "وب‌سایت");
  await page.click('form:has(input[name="web-name"]) button[type="submit"]');
  const link = page.locator('a[href^="/demo/"]').first();
  await link.waitFor();
  await picture(page, "channels");
  return new URL(await link.getAttribute("href"), base).href;
}

async function say(page, text) {
  await page.locator("#xin-widget textarea").fill(text);
  await page.locator("#xin-widget textarea").press("Enter");
}

function said(page, author) {
  return page.locator(`#xin-widget .message.${author}[data-id]`);
}

async function waitFor(what, reached) {
  const end = Date.now() + patience;
  while (!(await reached())) {
    assert.ok(Date.now() < end, `${what}: not in time`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

test("a business and its customer, in Persian", async (t) => {
  const chrome = await browser();
  t.after(() => chrome.close());
  const errors = [];
  const open = async (size) => {
    const context = await chrome.newContext({ viewport: size, locale: "fa-IR" });
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.setDefaultTimeout(patience);
    return page;
  };
  const staff = await open({ width: 1280, height: 800 });
  await signUp(staff);
  assert.equal(await staff.evaluate(() => document.documentElement.dir), "rtl");
  await giveKnowledge(staff);
  const demo = await connectWeb(staff);

  const customer = await open({ width: 1280, height: 800 });
  await customer.goto(demo);
  await customer.locator("#xin-widget textarea").waitFor();
  assert.equal(await customer.locator("#xin-widget .root").getAttribute("dir"), "rtl");
  await say(customer, "کد تخفیف چیست؟");
  await waitFor("the answer", async () => (await said(customer, "ai").count()) === 1);
  assert.match(await said(customer, "ai").first().innerText(), /زعفران۴۲/);
  await customer.locator("#xin-widget details.citation summary").first().click();
  assert.match(await customer.locator("#xin-widget blockquote").first().innerText(), /زعفران۴۲/);
  await picture(customer, "widget-answer");

  await say(customer, mixed);
  await waitFor("both replies", async () => (await said(customer, "ai").count()) === 2);
  const own = said(customer, "customer").filter({ hasText: mixed }).locator("p");
  assert.equal(await own.getAttribute("dir"), "auto");
  assert.equal(await own.evaluate((p) => getComputedStyle(p).direction), "rtl");
  await picture(customer, "widget-mixed");

  await staff.click('button[data-page="conversations"]');
  await staff.locator(".inbox li button").first().click();
  await staff.locator(".message.customer", { hasText: mixed }).waitFor();
  const owner = staff.locator(".inbox section:last-child .row .tag").first();
  await staff.locator("button", { hasText: "تحویل گرفتن" }).click();
  await waitFor("the take-over", async () => (await owner.getAttribute("class")).includes("agent"));
  await staff.fill('textarea[name="reply"]', "سلام، من هستم. چه کمکی از دستم برمی‌آید؟");
  await staff.click('form:has(textarea[name="reply"]) button[type="submit"]');
  await waitFor("the reply", async () => (await said(customer, "agent").count()) === 1);
  await say(customer, "هزینه ارسال چقدر است؟");
  await staff.locator(".message.customer", { hasText: "هزینه ارسال" }).waitFor();
  await new Promise((done) => setTimeout(done, 2500));
  assert.equal(await said(customer, "ai").count(), 2, "the AI speaks while a person owns it");
  await picture(staff, "inbox");
  await staff.locator("button", { hasText: "سپردن به هوش مصنوعی" }).click();
  await waitFor("the hand-back", async () => (await owner.getAttribute("class")).includes("ai"));
  await say(customer, "هزینهٔ ارسال چند تومان است؟");
  await waitFor("the AI again", async () => (await said(customer, "ai").count()) === 3);
  assert.match(await said(customer, "ai").last().innerText(), /۴۵/);
  assert.deepEqual(errors, []);

  const phone = await open({ width: 390, height: 844 });
  await phone.goto(demo);
  await phone.locator("#xin-widget textarea").waitFor();
  await picture(phone, "widget-phone");
});

test("the console speaks English too", async (t) => {
  const chrome = await browser();
  t.after(() => chrome.close());
  const page = await chrome.newPage();
  await page.goto(base);
  await page.locator("button", { hasText: "English" }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dir), "ltr");
  await page.locator("h1", { hasText: "Xin ChatBot" }).waitFor();
  await picture(page, "sign-up-english");
});

test("a broken connection loses nothing and doubles nothing", async (t) => {
  const chrome = await browser();
  t.after(() => chrome.close());
  const staff = await chrome.newPage();
  await signUp(staff);
  await giveKnowledge(staff);
  const context = await chrome.newContext();
  const customer = await context.newPage();
  await customer.goto(await connectWeb(staff));
  await customer.locator("#xin-widget textarea").waitFor();
  await say(customer, "کد تخفیف چیست؟");
  await waitFor("the answer", async () => (await said(customer, "ai").count()) === 1);
  await context.setOffline(true);
  await say(customer, "هزینه ارسال چقدر است؟");
  await new Promise((done) => setTimeout(done, 3000));
  assert.equal(await said(customer, "ai").count(), 1);
  await context.setOffline(false);
  await waitFor("the second answer", async () => (await said(customer, "ai").count()) === 2);
  assert.equal(await said(customer, "customer").count(), 2);
  await customer.reload();
  await waitFor("the history", async () => (await said(customer, "ai").count()) === 2);
  assert.equal(await said(customer, "customer").count(), 2);
});
