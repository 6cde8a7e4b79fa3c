// What the business knows: texts and files with their progress.

import { ask } from "../api";
import { button, element, field, form } from "../dom";
import type { Page } from "../main";
import { texts, word } from "../texts";

interface Document {
  id: string;
  title: string;
  kind: string;
  state: string;
  passages: number;
  error?: { message: string };
}

export function knowledgePage(): Page {
  const text = texts();
  const list = element("ul", { className: "list" });
  const load = async () => {
    const page = await ask<{ items: Document[] }>("GET", "/knowledge/documents?limit=100");
    const rows = page.items.map((document) => row(document, load));
    list.replaceChildren(
      ...(rows.length > 0 ? rows : [element("li", { className: "soft" }, text.nothing)]),
    );
  };
  const title = element("input", { required: true, maxLength: 200, dir: "auto", name: "title" });
  const words = element("textarea", { required: true, dir: "auto", name: "text" });
  const addText = form(
    text.add,
    async () => {
      await ask("POST", "/knowledge/documents", { title: title.value, text: words.value });
      title.value = "";
      words.value = "";
      await load();
    },
    field(text.title, title),
    field(text.text, words),
  );
  const file = element("input", {
    type: "file",
    required: true,
    accept: ".pdf,.docx,.pptx,.xlsx,.csv,.tsv,.html,.htm,.md,.txt",
  });
  const upload = form(
    text.add,
    async () => {
      const chosen = file.files?.[0];
      if (!chosen) return;
      const body = new FormData();
      body.append("file", chosen);
      await ask("POST", "/knowledge/documents", body);
      file.value = "";
      await load();
    },
    field(text.upload, file),
  );
  const view = element(
    "div",
    { className: "inbox" },
    element(
      "section",
      { className: "card" },
      element("h2", {}, text.addText),
      addText,
      element("hr"),
      upload,
    ),
    element("section", { className: "card" }, element("h2", {}, text.knowledge), list),
  );
  void load();
  return {
    view,
    news: (type) => {
      if (type === "document.updated") void load();
    },
  };
}

function row(document: Document, changed: () => Promise<void>): HTMLElement {
  const text = texts();
  const remove = async () => {
    await ask("DELETE", `/knowledge/documents/${document.id}`);
    await changed();
  };
  return element(
    "li",
    {},
    element(
      "div",
      { className: "row spread" },
      element("strong", { dir: "auto" }, document.title),
      element("span", { className: `tag ${document.state}` }, word(document.state)),
    ),
    element(
      "div",
      { className: "row spread soft" },
      element(
        "span",
        {},
        `${document.passages.toLocaleString(texts().other === "English" ? "fa" : "en")} ${text.passages}`,
      ),
      button(text.remove, remove, "link"),
    ),
    document.error && element("p", { className: "bad", dir: "auto" }, document.error.message),
  );
}
