// What the visitor sees. Text only ever becomes text nodes, so no message can be markup.

import type { Session } from "./session";
import { STYLES } from "./styles";
import type { Texts } from "./texts";
import type { Message, WidgetInfo } from "./types";

const LONGEST_MESSAGE = 4000;

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/// Each paragraph finds its own direction, so that Persian and English stand right beside each
/// other.
function paragraphs(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).map((paragraph) => element("p", { dir: "auto" }, paragraph));
}

export class View {
  private readonly root: HTMLElement;
  private readonly log: HTMLElement;
  private readonly notice: HTMLElement;
  private readonly panel: HTMLElement;
  private readonly launcher: HTMLButtonElement;
  private readonly input: HTMLTextAreaElement;
  private session: Session | null = null;

  constructor(
    private readonly info: WidgetInfo,
    private readonly texts: Texts,
  ) {
    const host = element("div", { id: "xin-widget" });
    const shadow = host.attachShadow({ mode: "open" });
    const styles = new CSSStyleSheet();
    styles.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [styles];
    this.log = element("div", { className: "log", tabIndex: 0 });
    this.log.setAttribute("role", "log");
    this.log.setAttribute("aria-live", "polite");
    this.log.setAttribute("aria-label", texts.log);
    this.notice = element("div", { className: "notice" });
    this.notice.setAttribute("role", "status");
    this.input = this.makeInput();
    this.panel = this.makePanel();
    this.launcher = element("button", { className: "launcher", type: "button" }, texts.open);
    this.launcher.onclick = () => {
      this.show(true);
    };
    this.root = element("div", { className: "root", lang: info.locale });
    this.root.dir = info.locale === "fa" ? "rtl" : "ltr";
    this.root.append(this.launcher, this.panel);
    shadow.append(this.root);
    document.body.append(host);
  }

  show(open: boolean): void {
    this.panel.hidden = !open;
    this.launcher.hidden = open;
    if (open) this.input.focus();
    else this.launcher.focus();
  }

  attach(session: Session): void {
    this.session = session;
    this.draw();
  }

  draw(): void {
    const session = this.session;
    if (!session) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const shown: Node[] = [this.bubble("ai", this.info.greeting || this.texts.greeting)];
    for (const message of session.messages) shown.push(this.message(message));
    for (const pending of session.pending) {
      const bubble = this.bubble("customer", pending.text);
      bubble.classList.add("waiting");
      shown.push(bubble);
      if (pending.failed) shown.push(this.failed());
    }
    if (session.writing) shown.push(this.bubble("ai", session.writing));
    this.log.replaceChildren(...shown);
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
    const offline = session.pending.length > 0 && !session.online;
    this.notice.textContent = offline
      ? this.texts.offline
      : session.typing && !session.writing
        ? this.texts.typing
        : "";
  }

  private message(message: Message): HTMLElement {
    const bubble = this.bubble(message.author, message.text);
    bubble.dataset["id"] = message.id;
    for (const citation of message.citations) {
      const source = `${this.texts.sources}: ${citation.title}`;
      const summary = element("summary", { dir: "auto" }, source);
      const quote = element("blockquote", { dir: "auto" }, citation.quote);
      bubble.append(element("details", { className: "citation" }, summary, quote));
    }
    return bubble;
  }

  private bubble(author: string, text: string): HTMLElement {
    return element("div", { className: `message ${author}` }, ...paragraphs(text));
  }

  private failed(): HTMLElement {
    const again = element("button", { className: "failed", type: "button" }, this.texts.failed);
    again.onclick = () => void this.session?.retry();
    return again;
  }

  private makeInput(): HTMLTextAreaElement {
    const input = element("textarea", {
      rows: 1,
      dir: "auto",
      maxLength: LONGEST_MESSAGE,
      placeholder: this.texts.placeholder,
    });
    input.setAttribute("aria-label", this.texts.placeholder);
    input.onkeydown = (event) => {
      // While a letter is being composed, Enter belongs to the keyboard.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    };
    return input;
  }

  private makePanel(): HTMLElement {
    const close = element("button", { type: "button", title: this.texts.close }, "×");
    close.setAttribute("aria-label", this.texts.close);
    close.onclick = () => {
      this.show(false);
    };
    const name = this.info.assistant_name || this.info.name;
    const head = element("header", {}, element("strong", { dir: "auto" }, name), close);
    const send = element("button", { type: "submit" }, this.texts.send);
    const form = element("form", {}, this.input, send);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    const panel = element("section", { className: "panel", hidden: true });
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", name);
    panel.onkeydown = (event) => {
      if (event.key === "Escape") this.show(false);
    };
    panel.append(head, this.log, this.notice, form);
    return panel;
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.input.focus();
    this.log.scrollTop = this.log.scrollHeight;
    void this.session?.say(text);
  }
}
