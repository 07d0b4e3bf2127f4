import { WebSocket } from 'ws';
import { ownClaim, underClaim } from '../client/claim.js';
import type { ClientConfig, EventJson } from '../client/index.js';

const pongMaxMs = 15_000;
const longestPauseMs = 10_000;
/** No more is under way than even a small budget lets through before the pong is due. */
const underWayMax = 250;

/**
 * Sends events over one socket without making anybody wait. The server answers a ping only when everything before it is
 * stored: events are kept until then, and sent again after a break. Their ids make repeats harmless.
 */
export class EventOutbox {
  private unsent: EventJson[] = [];
  private unconfirmed: EventJson[] = [];
  private socket: WebSocket | null = null;
  private pinged: { count: number; timer: NodeJS.Timeout } | null = null;
  private planned = false;
  private failures = 0;
  /** When the server last had a good word for us. */
  private confirmedAt = 0;
  private reconnect: NodeJS.Timeout | null = null;
  private idle: (() => void)[] = [];

  constructor(private readonly config: ClientConfig) {}

  add(event: EventJson): void {
    this.unsent.push(event);
    if (this.planned) return;
    this.planned = true;
    setImmediate(() => this.pump());
  }

  /** Whether all is stored within the time. */
  flush(ms: number): Promise<boolean> {
    if (this.isIdle()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.idle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /** Whether events still arrive, however slowly. */
  movedSince(time: number): boolean {
    return this.confirmedAt >= time;
  }

  /** Ends the connection and hands out what is not confirmed. */
  close(): EventJson[] {
    const left = [...this.unconfirmed, ...this.unsent];
    this.unsent = [];
    this.unconfirmed = [];
    if (this.reconnect) clearTimeout(this.reconnect);
    this.reconnect = null;
    this.failures = 0;
    this.forgetPing();
    const socket = this.socket;
    this.socket = null;
    if (socket?.readyState === WebSocket.OPEN) socket.close();
    else socket?.terminate();
    return left;
  }

  private isIdle(): boolean {
    return this.unsent.length + this.unconfirmed.length === 0;
  }

  private pump(): void {
    this.planned = false;
    if (this.unsent.length === 0 || this.reconnect) return;
    if (!this.socket) return this.connect();
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const batch = this.unsent.splice(0, Math.max(0, underWayMax - this.unconfirmed.length));
    for (const event of batch) this.socket.send(JSON.stringify(event));
    this.unconfirmed.push(...batch);
    this.ping();
  }

  private connect(): void {
    const { apiUrl, apiKey } = this.config;
    const headers = { ...(apiKey && { authorization: `bearer ${apiKey}` }), ...underClaim(ownClaim()) };
    const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/events/in`, {
      headers,
      handshakeTimeout: 10_000,
      perMessageDeflate: false,
    });
    this.socket = socket;
    socket.on('open', () => this.pump());
    socket.on('pong', () => socket === this.socket && this.confirmed());
    socket.on('error', () => undefined);
    socket.on('close', () => socket === this.socket && this.broken());
  }

  private ping(): void {
    if (this.pinged || !this.socket) return;
    const socket = this.socket;
    this.pinged = { count: this.unconfirmed.length, timer: setTimeout(() => socket.terminate(), pongMaxMs) };
    socket.ping();
  }

  private confirmed(): void {
    const count = this.pinged?.count ?? 0;
    this.forgetPing();
    this.failures = 0;
    this.unconfirmed.splice(0, count);
    this.confirmedAt = Date.now();
    if (this.unsent.length > 0) return this.pump();
    if (this.unconfirmed.length > 0) return this.ping();
    if (this.isIdle()) for (const tell of this.idle.splice(0)) tell();
  }

  /** The first reconnect comes soon, the later ones ever slower. */
  private broken(): void {
    this.forgetPing();
    this.socket = null;
    this.unsent = [...this.unconfirmed, ...this.unsent];
    this.unconfirmed = [];
    if (this.unsent.length === 0) return;
    const pause = Math.min(100 * 2 ** this.failures++, longestPauseMs);
    this.reconnect = setTimeout(() => {
      this.reconnect = null;
      this.pump();
    }, pause);
  }

  private forgetPing(): void {
    clearTimeout(this.pinged?.timer);
    this.pinged = null;
  }
}
