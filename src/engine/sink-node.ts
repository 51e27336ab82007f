import type { Endpoint } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';
import type { Attempt } from '../model/attempt.ts';
import type { Sink } from '../plugin/api.ts';

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

/** A sink in its place; what it throws is told with its id. */
export class SinkNode {
  readonly id: string;
  private readonly sink: Sink;

  constructor(id: string, sink: Sink) {
    this.id = id;
    this.sink = sink;
  }

  get finalOnly(): boolean {
    return this.sink.finalOnly === true;
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
    this.guard(() => this.sink.incident?.(incident));
  }

  notice(notice: Notice): void {
    this.guard(() => this.sink.notice?.(notice));
  }

  async flush(): Promise<void> {
    try {
      await this.sink.flush?.();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.sink.close?.();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }

  private guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      throw new ComponentError(this.id, error);
    }
  }
}
