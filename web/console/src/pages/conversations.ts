// The inbox: conversations, what is said in them, who owns them.

import { ask } from "../api";
import { button, element, form, paragraphs } from "../dom";
import type { Page } from "../main";
import { locale, texts, word } from "../texts";

interface Conversation {
  id: string;
  status: string;
  owner: { kind: string };
  needs_human: boolean;
  channel: { name: string; kind: string };
  contact: { display_name: string | null };
  last_message: { text: string } | null;
  updated_at: string;
}

interface Message {
  id: string;
  author: string;
  text: string;
  citations: { title: string }[];
  created_at: string;
  delivery: { state: string; error?: string } | null;
}

function when(time: string): string {
  const format = new Intl.DateTimeFormat(locale() === "fa" ? "fa-IR" : "en", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: "Asia/Tehran",
  });
  return format.format(new Date(time));
}

export function conversationsPage(): Page {
  const text = texts();
  const list = element("ul", { className: "list" });
  const detail = element("section", { className: "card" }, text.choose);
  let chosen: string | null = null;
  let shown: Thread | null = null;

  const load = async () => {
    const page = await ask<{ items: Conversation[] }>("GET", "/conversations?limit=50");
    const rows = page.items.map((conversation) => {
      const row = summary(conversation, conversation.id === chosen, () => {
        chosen = conversation.id;
        shown = new Thread(conversation.id, detail, load);
        void shown.load();
        void load();
      });
      return row;
    });
    list.replaceChildren(
      ...(rows.length > 0 ? rows : [element("li", { className: "soft" }, text.nothing)]),
    );
  };
  void load();
  const heading = element("h2", {}, text.conversations);
  return {
    view: element(
      "div",
      { className: "inbox" },
      element("section", { className: "card" }, heading, list),
      detail,
    ),
    news: (type) => {
      if (type === "document.updated") return;
      void load();
      void shown?.load();
    },
  };
}

function summary(conversation: Conversation, current: boolean, open: () => void): HTMLElement {
  const text = texts();
  const name = conversation.contact.display_name ?? text.visitor;
  const body = element(
    "button",
    { type: "button" },
    element(
      "div",
      { className: "row spread" },
      element("strong", { dir: "auto" }, name),
      element(
        "span",
        { className: `tag ${conversation.owner.kind}` },
        conversation.needs_human ? text.needsHuman : word(conversation.owner.kind),
      ),
    ),
    element("div", { dir: "auto" }, (conversation.last_message?.text ?? "").slice(0, 80)),
    element(
      "div",
      { className: "soft" },
      `${conversation.channel.name} · ${when(conversation.updated_at)}`,
    ),
  );
  body.setAttribute("aria-current", String(current));
  body.onclick = open;
  return element("li", {}, body);
}

/// One conversation, open. Its reply box is made once, so that news do not take the words away.
class Thread {
  private readonly head = element("div", { className: "row spread" });
  private readonly log = element("div", { className: "log" });

  constructor(
    private readonly id: string,
    place: HTMLElement,
    private readonly changed: () => Promise<void>,
  ) {
    const text = texts();
    const words = element("textarea", { required: true, dir: "auto", name: "reply" });
    words.setAttribute("aria-label", text.reply);
    this.log.setAttribute("role", "log");
    const reply = form(
      text.send,
      async () => {
        const body = { text: words.value, client_id: crypto.randomUUID() };
        await ask("POST", `/conversations/${this.id}/messages`, body);
        words.value = "";
        await this.load();
      },
      words,
    );
    place.replaceChildren(this.head, this.log, reply);
  }

  async load(): Promise<void> {
    const path = `/conversations/${this.id}`;
    const [conversation, page] = await Promise.all([
      ask<Conversation>("GET", path),
      ask<{ items: Message[] }>("GET", `${path}/messages?limit=200`),
    ]);
    const text = texts();
    const act = (verb: string) => async () => {
      await ask("POST", `${path}/${verb}`);
      await Promise.all([this.load(), this.changed()]);
    };
    const actions = element(
      "div",
      { className: "row" },
      conversation.owner.kind === "agent"
        ? button(text.handBack, act("hand-back"))
        : button(text.takeOver, act("take-over")),
      conversation.status === "open" && button(text.resolve, act("resolve"), "plain"),
    );
    const owner = element(
      "span",
      { className: `tag ${conversation.owner.kind}` },
      word(conversation.owner.kind),
    );
    this.head.replaceChildren(owner, actions);
    this.log.replaceChildren(...page.items.map(bubble));
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function bubble(message: Message): HTMLElement {
  const text = texts();
  const sources = message.citations.map((citation) => citation.title).join("، ");
  const delivery =
    message.delivery && message.delivery.state !== "sent" ? ` · ${message.delivery.state}` : "";
  return element(
    "div",
    { className: `message ${message.author}` },
    ...paragraphs(message.text),
    sources
      ? element("div", { className: "soft", dir: "auto" }, `${text.sources}: ${sources}`)
      : null,
    element(
      "div",
      { className: "soft" },
      `${word(message.author)} · ${when(message.created_at)}${delivery}`,
    ),
  );
}
