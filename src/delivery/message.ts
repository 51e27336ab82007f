import { createHash } from 'node:crypto';
import type { Incident } from '../model/incident.ts';
import type { Notice } from '../model/notice.ts';

/** What a sink that delivers is told. */
export type Message = Incident | Notice;

/** Incidents whose turns are remembered: far more than are open at a time. */
const REMEMBERED = 10_000;

/**
 * Names messages. The name follows from what a message says, and for an
 * incident from how often it changed its state before: a replay gives the same
 * names, and one that fires again is not taken for its own double.
 */
export class Namer {
  readonly #turns = new Map<string, { state: string; turn: number }>();

  /** @param body the message as JSON */
  nameOf(message: Message, body: string): string {
    const turn = message.type === 'incident' ? this.#turnOf(message) : 0;
    const digest = createHash('sha256').update(`${turn}\n${body}`).digest('hex');
    // 128 bits: no two messages meet by accident.
    return `msg_${digest.slice(0, 32)}`;
  }

  #turnOf({ id, state }: Incident): number {
    const before = this.#turns.get(id);
    const turn = before === undefined ? 0 : before.turn + (before.state === state ? 0 : 1);
    this.#turns.delete(id);
    this.#turns.set(id, { state, turn });
    if (this.#turns.size > REMEMBERED) {
      const [oldest] = this.#turns.keys();
      this.#turns.delete(oldest);
    }
    return turn;
  }
}
