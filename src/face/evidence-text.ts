/** An incident's evidence in sentences. */
import type { Incident } from '../model/incident.ts';
import { counted } from './count.ts';
import { formatDuration } from './duration.ts';

type Evidence = Incident['evidence'];

/** Ports and endpoints named at most. */
const NAMED = 8;

/** What one or several keys of the evidence say together; `null` where they are not there. */
type Sentence = readonly [keys: readonly string[], say: (evidence: Evidence) => string | null];

function numberAt(evidence: Evidence, key: string): number | null {
  const value = evidence[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function clock(value: unknown): string {
  const time = typeof value === 'string' ? /T(\d\d:\d\d:\d\d\.\d{3})/u.exec(value)?.[1] : undefined;
  return time ?? '?';
}

function share(value: number): string {
  return `${Math.round(value * 1000) / 10} %`;
}

function list(value: unknown, all: number | null): string {
  const items = Array.isArray(value) ? value.map(String) : [];
  const rest = Math.max(all ?? 0, items.length) - Math.min(items.length, NAMED);
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `${items.slice(0, NAMED).join(', ')}${more}`;
}

/** The bundled analysers' keys; what others tell is shown as it is. */
const SENTENCES: readonly Sentence[] = [
  [
    ['syns', 'attempts', 'clients', 'since', 'last'],
    (e) => {
      const [syns, attempts, clients] = ['syns', 'attempts', 'clients'].map((k) => numberAt(e, k));
      if (syns === null || attempts === null || clients === null) return null;
      const who = `${counted(syns, 'SYN')} of ${counted(attempts, 'attempt')} by ${counted(clients, 'client')}`;
      return `when it was told: ${who}, from ${clock(e['since'])} to ${clock(e['last'])}`;
    },
  ],
  [
    ['answered_before'],
    (e) => `answered before: ${counted(numberAt(e, 'answered_before') ?? 0, 'time')}`,
  ],
  [
    ['log_likelihood', 'threshold', 'loss_rate'],
    (e) => {
      const [score, threshold, loss] = ['log_likelihood', 'threshold', 'loss_rate'].map((k) =>
        numberAt(e, k),
      );
      if (score === null || threshold === null) return null;
      const learnt = loss === null ? '' : `; loss learnt here: ${share(loss)}`;
      return `log-likelihood of this against mere loss: ${score.toFixed(1)} (a port by itself is told from ${threshold.toFixed(1)} on)${learnt}`;
    },
  ],
  [
    ['answering'],
    (e) => {
      const { ports, hosts } = (e['answering'] ?? {}) as { ports?: unknown; hosts?: unknown };
      const parts: string[] = [];
      if (Array.isArray(ports) && ports.length > 0) {
        parts.push(`${ports.length === 1 ? 'port' : 'ports'} ${list(ports, null)} of the host`);
      }
      if (typeof hosts === 'number' && hosts > 0) {
        parts.push(`${counted(hosts, 'other host')} of the network`);
      }
      return parts.length === 0 ? null : `still answered meanwhile: ${parts.join(', ')}`;
    },
  ],
  [
    ['endpoints', 'endpoints_in_all'],
    (e) => `silent together: ${list(e['endpoints'], numberAt(e, 'endpoints_in_all'))}`,
  ],
  [
    ['failing_flows', 'working_flows', 'share'],
    (e) => {
      const [failing, working, part] = ['failing_flows', 'working_flows', 'share'].map((k) =>
        numberAt(e, k),
      );
      if (failing === null || working === null) return null;
      const so = part === null ? '' : ` (${share(part)} fail)`;
      return `${counted(failing, 'flow')} failed beside ${counted(working, 'flow')} that worked${so}`;
    },
  ],
  [
    ['parted_by', 'parted_value'],
    (e) => {
      const value = e['parted_value'];
      const which = value === null || value === undefined ? '' : `: ${plain(value)}`;
      return `what parts failing flows from working ones: ${plain(e['parted_by'])}${which}`;
    },
  ],
  [['side'], (e) => `answers were seen at the ${plain(e['side'])} side of the loss`],
  [
    ['icmp'],
    (e) => {
      const icmp = (e['icmp'] ?? {}) as Record<string, unknown>;
      return `by ICMP ${plain(icmp['name'])} (${plain(icmp['type'])}/${plain(icmp['code'])}) from ${plain(icmp['from'])}`;
    },
  ],
  [['flaps'], (e) => `it came back ${counted(numberAt(e, 'flaps') ?? 0, 'time')}: it flaps`],
  [
    ['capture_dropped'],
    (e) =>
      `meanwhile ${counted(numberAt(e, 'capture_dropped') ?? 0, 'packet')} were dropped in capturing: silence proves less`,
  ],
  [
    ['capture_loss'],
    (e) =>
      `the capture loses packets: of ${share(numberAt(e, 'capture_loss') ?? 0)} of the handshakes that worked it holds no SYN-ACK`,
  ],
  [
    ['blind_seconds'],
    (e) => `a source was blind for ${formatDuration(numberAt(e, 'blind_seconds') ?? 0)} of it`,
  ],
  [['withdrawn'], (e) => `its end was not seen: ${plain(e['withdrawn'])} by a reload`],
  [['outage_seconds'], () => null],
];

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '?');
}

/** A sentence without a full stop for each thing that the evidence tells. */
export function evidenceSentences(evidence: Evidence): string[] {
  const told = new Set<string>();
  const sentences: string[] = [];
  for (const [keys, say] of SENTENCES) {
    if (!Object.hasOwn(evidence, keys[0])) continue;
    const sentence = say(evidence);
    if (sentence !== null) sentences.push(sentence);
    if (sentence !== null || keys.length === 1) for (const key of keys) told.add(key);
  }
  for (const [key, value] of Object.entries(evidence)) {
    if (!told.has(key)) sentences.push(`${key}: ${plain(value)}`);
  }
  return sentences;
}
