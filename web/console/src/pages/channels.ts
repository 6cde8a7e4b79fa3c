// Where customers write.

import { ask } from "../api";
import { button, element, field, form } from "../dom";
import type { Page } from "../main";
import { texts, word } from "../texts";

interface Channel {
  id: string;
  public_id: string;
  kind: string;
  name: string;
  state: string;
  detail?: string;
}

export function channelsPage(): Page {
  const text = texts();
  const list = element("ul", { className: "list" });
  const load = async () => {
    const page = await ask<{ items: Channel[] }>("GET", "/channels?limit=100");
    const rows = page.items.map((channel) => row(channel, load));
    list.replaceChildren(
      ...(rows.length > 0 ? rows : [element("li", { className: "soft" }, text.nothing)]),
    );
  };
  const webName = element("input", { required: true, dir: "auto", name: "web-name" });
  const web = form(
    text.connect,
    async () => {
      await ask("POST", "/channels", { kind: "web", name: webName.value });
      webName.value = "";
      await load();
    },
    field(text.name, webName),
  );
  const botName = element("input", { required: true, dir: "auto" });
  const token = element("input", {
    required: true,
    dir: "ltr",
    autocomplete: "off",
    type: "password",
  });
  const telegram = form(
    text.connect,
    async () => {
      const body = { kind: "telegram", name: botName.value, token: token.value };
      await ask("POST", "/channels", body);
      botName.value = "";
      token.value = "";
      await load();
    },
    field(text.name, botName),
    field(text.botToken, token),
  );
  const view = element(
    "div",
    { className: "inbox" },
    element(
      "section",
      { className: "card" },
      element("h2", {}, text.webChannel),
      web,
      element("hr"),
      element("h2", {}, text.telegram),
      telegram,
      element("p", { className: "soft" }, text.whatsapp),
    ),
    element("section", { className: "card" }, element("h2", {}, text.channels), list),
  );
  void load();
  return { view, news: () => undefined };
}

function row(channel: Channel, changed: () => Promise<void>): HTMLElement {
  const text = texts();
  const remove = async () => {
    await ask("DELETE", `/channels/${channel.id}`);
    await changed();
  };
  const snippet = `<script src="${location.origin}/widget.js" data-channel="${channel.public_id}" defer></script>`;
  const isWeb = channel.kind === "web";
  const demo = element(
    "a",
    { href: `/demo/${channel.public_id}`, target: "_blank", rel: "noopener" },
    text.demo,
  );
  return element(
    "li",
    {},
    element(
      "div",
      { className: "row spread" },
      element("strong", { dir: "auto" }, channel.name),
      element("span", { className: `tag ${channel.state}` }, word(channel.state)),
    ),
    channel.detail ? element("p", { className: "bad", dir: "auto" }, channel.detail) : null,
    isWeb && element("p", { className: "soft" }, text.snippet),
    isWeb && element("pre", { dir: "ltr" }, snippet),
    element(
      "div",
      { className: "row spread" },
      isWeb ? demo : word(channel.kind),
      button(text.remove, remove, "link"),
    ),
  );
}
