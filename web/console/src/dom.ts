// Making elements. Text only ever becomes text nodes.

type Child = Node | string | null | undefined | false;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

export function field(label: string, input: HTMLElement): HTMLElement {
  return element("label", {}, label, input);
}

export function button(label: string, action: () => unknown, className = ""): HTMLButtonElement {
  const made = element("button", { type: "button", className }, label);
  made.onclick = () => void action();
  return made;
}

/// A form that says what went wrong and cannot be sent twice.
export function form(
  submitLabel: string,
  submit: () => Promise<unknown>,
  ...children: HTMLElement[]
): HTMLFormElement {
  const problem = element("p", { className: "bad" });
  problem.setAttribute("role", "alert");
  const send = element("button", { type: "submit" }, submitLabel);
  const made = element("form", {}, ...children, problem, send);
  made.onsubmit = (event) => {
    event.preventDefault();
    problem.textContent = "";
    send.disabled = true;
    submit()
      .catch((error: unknown) => {
        problem.textContent = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        send.disabled = false;
      });
  };
  return made;
}

export function paragraphs(text: string): HTMLElement[] {
  return text.split(/\n{2,}/).map((part) => element("p", { dir: "auto" }, part));
}
