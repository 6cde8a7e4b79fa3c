// The widget's side of the API.

import type { Message, Visitor, WidgetInfo } from "./types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

export class Api {
  constructor(
    readonly origin: string,
    readonly channel: string,
  ) {}

  info(): Promise<WidgetInfo> {
    return this.ask<WidgetInfo>("GET", `/widget/${this.channel}`);
  }

  visit(): Promise<Visitor> {
    return this.ask<Visitor>("POST", `/widget/${this.channel}/visitors`, undefined, {});
  }

  async send(token: string, clientId: string, text: string): Promise<void> {
    await this.ask("POST", "/widget/messages", token, { client_id: clientId, text });
  }

  async messages(token: string, after: string | null): Promise<Message[]> {
    const query = after ? `?limit=100&after=${encodeURIComponent(after)}` : "?limit=100";
    const page = await this.ask<{ items: Message[] }>("GET", `/widget/messages${query}`, token);
    return page.items;
  }

  socket(token: string, after: string | null): WebSocket {
    const address = new URL("/api/v1/widget/socket", this.origin);
    address.protocol = address.protocol.replace("http", "ws");
    if (after) address.searchParams.set("after", after);
    // In the protocol header rather than the address, which proxies write into their logs.
    return new WebSocket(address, ["xin", token]);
  }

  private async ask<T>(method: string, path: string, token?: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {};
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) {
      const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
      throw new ApiError(answer.status, problem.detail ?? answer.statusText);
    }
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}
