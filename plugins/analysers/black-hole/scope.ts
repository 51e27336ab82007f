import type { IncidentKind, Micros } from 'unackd';
import type { Case } from './case.ts';
import type { Host, Network, Port } from './places.ts';
import { NETWORK_HOSTS, SECOND, SILENT_SPAN, SILENT_SYNS } from './rules.ts';

/** What an incident's kind looks at. */
export interface Trouble {
  readonly first: Micros;
  readonly last: Micros;
  readonly span: Micros;
  readonly syns: number;
  readonly attempts: number;
  heldSince: Micros;
}

export function troubleOf(port: Port, kind: IncidentKind): Trouble | null {
  switch (kind) {
    case 'black-hole':
      return port.run;
    case 'reply-loss':
      return port.replies;
    case 'refusing':
    case 'rejecting':
      return port.refusals?.kind === kind ? port.refusals : null;
    case 'partial-black-hole':
      return null;
  }
}

/** The open incident of this kind that a port is part of, the widest. */
export function openCase(port: Port, kind: IncidentKind): Case | undefined {
  for (const place of [port.network, port.host, port]) {
    const found = place.cases.get(kind);
    if (found?.members.has(port) === true || (found !== undefined && place === port)) return found;
  }
  return undefined;
}

type State = 'failing' | 'undecided' | 'answering' | 'idle';

/** Ports and hosts looked at: more do not change the picture. */
const LOOKED_AT = 512;

/** A neighbour's state since `since`, when the alarmed port fell silent. */
function stateOf(port: Port, kind: IncidentKind, since: Micros): State {
  if (!port.hasBaseline || port.muted) return 'idle';
  const good = kind === 'reply-loss' ? port.lastThrough : port.lastOk;
  const trouble = troubleOf(port, kind);
  if (trouble === null) return good > since ? 'answering' : 'idle';
  if (openCase(port, kind) !== undefined) return 'failing';
  // It answered long after the other fell silent: its own evidence must convict it.
  if (good > since + SECOND) return 'answering';
  const lasts = trouble.syns >= SILENT_SYNS && trouble.span >= SILENT_SPAN;
  return lasts ? 'failing' : 'undecided';
}

interface Tally {
  readonly failing: Port[];
  undecided: number;
  answering: number;
}

function tallyHost(host: Host, kind: IncidentKind, self: Port, since: Micros): Tally {
  const tally: Tally = { failing: [], undecided: 0, answering: 0 };
  let looked = 0;
  for (const port of host.ports.values()) {
    if (++looked > LOOKED_AT) break;
    const state = port === self ? 'failing' : stateOf(port, kind, since);
    if (state === 'failing') tally.failing.push(port);
    else if (state === 'undecided') tally.undecided++;
    else if (state === 'answering') tally.answering++;
  }
  return tally;
}

export interface Decision {
  readonly place: Port | Host | Network;
  readonly members: readonly Port[];
}

/**
 * How wide a port's alarm is: `null` while neighbours are about to follow.
 * @param waited it has waited for them long enough
 */
export function widen(
  port: Port,
  kind: IncidentKind,
  since: Micros,
  waited: boolean,
): Decision | null {
  const own = tallyHost(port.host, kind, port, since);
  const members: Port[] = [];
  let failing = 0;
  let undecided = 0;
  let answering = 0;
  let looked = 0;
  for (const host of port.network.hosts.values()) {
    if (++looked > LOOKED_AT) break;
    const tally = host === port.host ? own : tallyHost(host, kind, port, since);
    if (tally.answering > 0) answering++;
    else if (tally.failing.length > 0) {
      failing++;
      members.push(...tally.failing);
    } else if (tally.undecided > 0) undecided++;
  }
  if (failing >= NETWORK_HOSTS && failing > answering) return { place: port.network, members };
  const mayGrow = failing + undecided >= NETWORK_HOSTS && failing + undecided > answering;
  if (mayGrow && undecided > 0 && !waited) return null;
  if (own.answering === 0 && own.failing.length + own.undecided >= 2) {
    if (own.undecided > 0 && !waited) return null;
    if (own.failing.length >= 2) return { place: port.host, members: own.failing };
  }
  return { place: port, members: [port] };
}
