/**
 * Plays a case through a teller. `events.txt`, a line each: time, what, id of
 * the incident, and for a first firing its place and, where it is no
 * black-hole, its kind:
 *
 *     03:00:00 firing a 10.1.0.1:8000
 *     03:10:00 acknowledge a
 *     03:20:00 resolved a
 *     04:00:00 end
 *
 * What comes of it is a line for each time that people are told (`people`) or
 * that a record is written (`record`).
 */
import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/read.ts';
import { bundled } from '../../src/engine/registry.ts';
import type { Incident, IncidentKind, Scope } from '../../src/model/incident.ts';
import { Ledger } from '../../src/telling/ledger.ts';
import { Teller } from '../../src/telling/teller.ts';
import { formatTime } from 'unackd';
import type { Memory } from 'unackd';

/** A Sunday. */
const DAY = '2026-09-27';

const AROUND = `
sources: { eth0: { use: pcap, path: a.pcap }, eth1: { use: pcap, path: b.pcap } }
sinks: { out: { use: jsonl, path: '-' } }
`;

function scopeOf(place: string): Scope {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/u.exec(place) ?? [];
  if (host !== undefined) return { kind: 'port', ip: host, port: Number(port), prefix: null };
  if (place.includes('/')) return { kind: 'network', ip: null, port: null, prefix: place };
  return { kind: 'host', ip: place, port: null, prefix: null };
}

/** A time of the day, or a date and time. */
export function micros(time: string): number {
  return Date.parse(time.includes('T') ? `${time}Z` : `${DAY}T${time}Z`) * 1000;
}

function clock(time: number): string {
  const text = formatTime(time);
  return text.startsWith(DAY) ? text.slice(11, 19) : text.slice(0, 19);
}

export class Play {
  readonly lines: string[] = [];
  readonly ledger: Ledger;
  readonly teller: Teller;
  readonly #incidents = new Map<string, Incident>();
  #now = Number.NEGATIVE_INFINITY;

  constructor(config: string, ledger = new Ledger(null), source = 'eth0', memory?: Memory) {
    this.ledger = ledger;
    const { config: read, faults } = readConfig(config + AROUND, 'config.yaml', bundled, {});
    assert.ok(read !== null, faults.map(({ message }) => message).join());
    this.teller = new Teller(source, () => {});
    this.teller.configure({ ...read, ledger, memory });
    const hear = (who: string) => ({
      incident: ({ id, state, silenced_by: by }: Incident) =>
        this.lines.push(
          `${clock(this.#now)} ${who} ${state} ${id}${by === undefined ? '' : ` silenced by ${by}`}`,
        ),
    });
    this.teller.connect('holes', hear('people'), true);
    this.teller.connect('holes', hear('record'), false);
  }

  /** Capture time goes on; what falls due meanwhile does so at its own time. */
  advance(to: number): void {
    while (this.teller.wake <= to) {
      this.#now = Math.max(this.#now, this.teller.wake);
      this.teller.advance(this.#now);
    }
    this.#now = to;
  }

  event(line: string): void {
    const [time, what, id, place, kind = 'black-hole'] = line.trim().split(/\s+/u);
    const now = micros(time);
    this.advance(now);
    switch (what) {
      case 'firing':
      case 'resolved':
        this.#tell(id, what, now, place, kind as IncidentKind);
        break;
      case 'acknowledge':
        this.ledger.acknowledge({ incident: id, by: 'ana', comment: '', at: now });
        break;
      case 'end':
        this.teller.end(now);
        break;
      default:
        // Time alone goes on.
        assert.equal(what, undefined, line);
    }
  }

  #tell(
    id: string,
    state: Incident['state'],
    now: number,
    place: string,
    kind: IncidentKind,
  ): void {
    const before = this.#incidents.get(id);
    const incident: Incident = {
      type: 'incident',
      id,
      kind,
      scope: scopeOf(place ?? '10.1.0.1:8000'),
      started_at: now - 2_000_000,
      confidence: 0.9999,
      causes: [],
      evidence: {},
      superseded_by: null,
      ...before,
      state,
      detected_at: state === 'firing' ? now : (before?.detected_at ?? now),
      resolved_at: state === 'resolved' ? now : null,
    };
    this.#incidents.set(id, incident);
    this.teller.desk('holes').incident?.(incident);
    this.teller.register('holes').incident?.(incident);
  }
}
