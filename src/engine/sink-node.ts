import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Delivery, Recipient } from '../delivery/delivery.ts';
import type { Sink, SinkHealth } from '../plugin/api.ts';

/** Something went wrong inside a component: says which. */
export class ComponentError extends Error {
  readonly id: string;
  /** As the cause has it: see InputError and OutputError. */
  readonly exitCode: unknown;

  constructor(id: string, cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause);
    super(`${id}: ${text}`, { cause });
    this.name = 'ComponentError';
    this.id = id;
    this.exitCode = (cause as { readonly exitCode?: unknown } | null)?.exitCode;
  }
}

/** What may wait for a sink that does not say: months of incidents. */
const QUEUE_DEFAULT = { messages: 100_000, bytes: 64 * 1024 * 1024 };

/** A sink in its place; what it throws is told with its id. */
export class SinkNode {
  readonly id: string;
  /** Set where any sink of the configuration delivers. */
  delivery: Delivery | undefined;
  private readonly sink: Sink;

  constructor(id: string, sink: Sink) {
    this.id = id;
    this.sink = sink;
  }

  get finalOnly(): boolean {
    return this.sink.finalOnly === true;
  }

  get delivers(): boolean {
    return this.sink.deliver !== undefined;
  }

  /** As the delivery knows a sink whose receiver may be away; `null` for others. */
  get recipient(): Recipient | null {
    const { id, sink } = this;
    if (sink.deliver === undefined) return null;
    const bound = sink.queue ?? QUEUE_DEFAULT;
    return { id, bound, deliver: (message, delivery) => sink.deliver!(message, delivery) };
  }

  /** `null` for a sink that does not say. */
  get health(): SinkHealth | null {
    return this.sink.health?.() ?? null;
  }

  get skipsLone(): boolean {
    return this.sink.skipsLone === true;
  }

  attempt(attempt: Attempt): void {
    try {
      this.sink.attempt?.(attempt);
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }

  endpoint(endpoint: Endpoint): void {
    this.guard(() => this.sink.endpoint?.(endpoint));
  }

  incident(incident: Incident): void {
    if (this.passesOn(incident)) return;
    this.guard(() => this.sink.incident?.(incident));
  }

  notice(notice: Notice): void {
    if (this.passesOn(notice)) return;
    this.guard(() => this.sink.notice?.(notice));
  }

  async flush(): Promise<void> {
    try {
      await this.sink.flush?.();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }

  /** Begins anew what was given up in another process. @returns whether anything was */
  retry(): boolean {
    return (
      'retry' in this.sink && typeof this.sink.retry === 'function' && this.sink.retry() === true
    );
  }

  /** Somebody may have moved its files away. */
  reopen(): void {
    this.guard(() => this.sink.reopen?.());
  }

  async close(): Promise<void> {
    try {
      await this.sink.close?.();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }

  /**
   * True for a sink that delivers: the message is in the outbox. Others are told
   * only after it is on disk: those that deliver were asked before.
   */
  private passesOn(message: Incident | Notice): boolean {
    if (this.delivery === undefined) return false;
    if (this.sink.deliver === undefined) {
      this.delivery.commit();
      return false;
    }
    this.delivery.stage(this.id, message);
    return true;
  }

  private guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }
}
