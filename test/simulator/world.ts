import type { Agenda } from './agenda.ts';
import type { Packet } from './attempt.ts';
import type { Random } from './random.ts';

/** What every host shares. */
export interface World {
  readonly agenda: Agenda;
  readonly random: Random;
  /** Puts a packet on its attempt's path. `lost`: on a way that swallows it. */
  send(packet: Packet, lost?: boolean): void;
}
