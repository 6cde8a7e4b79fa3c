// The conversation: who we are, what was said, what is still to be sent. It survives reloads and
// broken connections; a message is shown once however often it arrives.

import { Api, ApiError } from "./api";
import type { Frame, Message } from "./types";

export interface Pending {
  clientId: string;
  text: string;
  failed: boolean;
}

interface Stored {
  token: string;
  pending: Pending[];
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const POLL_EVERY = 3000;
const PING_EVERY = 25_000;
/// After this many sockets that never opened we poll instead: some networks forbid them.
const SOCKETS_BEFORE_POLLING = 2;

export class Session {
  readonly messages: Message[] = [];
  pending: Pending[] = [];
  /// The reply while it is written.
  writing: string | null = null;
  typing = false;
  online = false;
  private token = "";
  private socket: WebSocket | null = null;
  private pause = FIRST_PAUSE;
  private refused = 0;
  private ping: number | undefined;

  constructor(
    private readonly api: Api,
    private readonly changed: () => void,
  ) {}

  async begin(): Promise<void> {
    const stored = this.read();
    this.token = stored?.token ?? "";
    this.pending = stored?.pending ?? [];
    if (this.token) await this.connect();
  }

  /// Shows the message at once and sends it as soon as that is possible.
  async say(text: string): Promise<void> {
    this.pending.push({ clientId: crypto.randomUUID(), text, failed: false });
    this.store();
    this.changed();
    if (!this.token) await this.connect();
    else await this.flush();
  }

  async retry(): Promise<void> {
    for (const pending of this.pending) pending.failed = false;
    await this.flush();
  }

  private async connect(): Promise<void> {
    try {
      if (!this.token) {
        this.token = (await this.api.visit()).token;
        this.store();
      }
    } catch {
      this.later(() => this.connect());
      return;
    }
    if (this.refused >= SOCKETS_BEFORE_POLLING) await this.poll();
    else this.open();
    await this.flush();
  }

  private open(): void {
    const socket = this.api.socket(this.token, this.messages.at(-1)?.id ?? null);
    this.socket = socket;
    socket.onopen = () => {
      this.refused = 0;
      this.pause = FIRST_PAUSE;
      this.setOnline(true);
      window.clearInterval(this.ping);
      this.ping = window.setInterval(() => {
        socket.send('{"type":"ping"}');
      }, PING_EVERY);
      void this.flush();
    };
    socket.onmessage = (event) => {
      this.take(JSON.parse(String(event.data)) as Frame);
    };
    socket.onclose = () => {
      window.clearInterval(this.ping);
      if (this.socket !== socket) return;
      this.socket = null;
      if (!this.online) this.refused += 1;
      this.setOnline(false);
      this.later(() => this.resume());
    };
  }

  /// Before the next socket: is the token still good, and what was missed.
  private async resume(): Promise<void> {
    try {
      await this.catchUp();
      await this.connect();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.forget();
      this.later(() => this.connect());
    }
  }

  private async poll(): Promise<void> {
    try {
      await this.catchUp();
      this.pause = FIRST_PAUSE;
      this.setOnline(true);
      window.setTimeout(() => void this.poll(), POLL_EVERY);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.forget();
      this.setOnline(false);
      this.later(() => this.connect());
    }
  }

  private async catchUp(): Promise<void> {
    const missed = await this.api.messages(this.token, this.messages.at(-1)?.id ?? null);
    for (const message of missed) this.add(message);
    if (missed.length > 0) this.changed();
  }

  private take(frame: Frame): void {
    switch (frame.type) {
      case "message":
        this.add(frame.message);
        break;
      case "delta":
        this.writing = frame.text;
        this.typing = true;
        break;
      case "typing":
        this.typing = true;
        break;
      case "error":
      case "accepted":
      case "pong":
      case "ready":
        break;
    }
    this.changed();
  }

  private add(message: Message): void {
    if (this.messages.some((known) => known.id === message.id)) return;
    this.messages.push(message);
    if (message.author === "customer") {
      this.pending = this.pending.filter((pending) => pending.clientId !== message.client_id);
      this.store();
    } else {
      this.writing = null;
      this.typing = false;
    }
  }

  private flushing = false;

  /// Sends what waits, in order. A repeat changes nothing at the other end.
  private async flush(): Promise<void> {
    if (this.flushing || !this.token) return;
    this.flushing = true;
    for (const pending of [...this.pending]) {
      if (pending.failed) continue;
      try {
        await this.api.send(this.token, pending.clientId, pending.text);
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          this.forget();
          this.later(() => this.connect());
        } else if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
          pending.failed = true;
        } else {
          this.later(() => this.flush());
        }
        break;
      }
    }
    this.flushing = false;
    this.changed();
  }

  private later(what: () => Promise<void>): void {
    // Scattered, so that a restart of the server is not met by everybody at once.
    window.setTimeout(() => void what(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  private setOnline(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    this.changed();
  }

  private forget(): void {
    this.token = "";
    this.messages.length = 0;
    this.store();
  }

  private get key(): string {
    return `xin-widget-${this.api.channel}`;
  }

  private read(): Stored | null {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null") as Stored | null;
    } catch {
      return null;
    }
  }

  private store(): void {
    try {
      const stored: Stored = { token: this.token, pending: this.pending };
      localStorage.setItem(this.key, JSON.stringify(stored));
    } catch {
      // A browser that keeps nothing still has a conversation until the page is left.
    }
  }
}
