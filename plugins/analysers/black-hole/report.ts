import { formatTime } from 'unackd';
import type { CaptureFacts, Explanation, Incident, Micros, Missing } from 'unackd';
import type { Case } from './case.ts';
import { scopeOf } from './case.ts';
import { causesOf } from './causes.ts';
import type { Judge } from './judge.ts';
import { partingOf } from './parting.ts';
import { Host, Network, Port } from './places.ts';
import { troubleOf } from './scope.ts';
import type { Run } from './run.ts';

/** Ports and endpoints named at most. */
const NAMED = 16;

/** The record of a case as it stands; evidence is gathered when it fires. */
export function incidentOf(c: Case, judge: Judge, capture: CaptureFacts, now: Micros): Incident {
  if (c.state === 'firing') gather(c, judge);
  const resolved = c.resolved === null ? {} : { outage_seconds: seconds(c.resolved - c.since) };
  const silent =
    c.kind === 'black-hole' || c.kind === 'partial-black-hole' || c.kind === 'reply-loss';
  return {
    type: 'incident',
    id: c.id,
    kind: c.kind,
    state: c.state === 'resolved' ? 'resolved' : 'firing',
    scope: scopeOf(c.place),
    started_at: c.started,
    detected_at: Number.isNaN(c.detected) ? now : c.detected,
    resolved_at: c.resolved,
    confidence: c.confidence,
    causes: silent ? causesOf(c, ownWord(c, capture)) : [],
    evidence: { ...c.evidence, ...unseen(capture.missing(c.since)), ...resolved },
    superseded_by: c.supersededBy,
  };
}

/** What the machine that captures says to it, where it is its own port, or host, that is silent. */
function ownWord({ place, members, since }: Case, { own }: CaptureFacts): Explanation | null {
  if (own === undefined || !(place instanceof Port || place instanceof Host)) return null;
  const words = [...members]
    .slice(0, NAMED)
    .flatMap(({ host, port }) => own.explain({ ip: host.ip, port }, since) ?? []);
  // Of a host the port that most was found about.
  const told = words.toSorted((a, b) => strengthOf(b) - strengthOf(a));
  return told[0] ?? null;
}

function strengthOf({ findings }: Explanation): number {
  return Math.max(0, ...findings.map(({ strength }) => strength));
}

/** What speaks less for it than it seems. */
function unseen({ packets, answers, blind }: Missing): Record<string, number> {
  return {
    ...(packets > 0 ? { capture_dropped: packets } : {}),
    ...(answers > 0 ? { capture_loss: round(answers) } : {}),
    ...(blind > 0 ? { blind_seconds: seconds(blind) } : {}),
  };
}

function seconds(time: Micros): number {
  return Math.round(time / 1e3) / 1e3;
}

function round(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}

function gather(c: Case, judge: Judge): void {
  const members = [...c.members];
  const [one] = members;
  let syns = 0;
  let attempts = 0;
  const clients = new Set<unknown>();
  let logLikelihood = 0;
  let answers = 0;
  let last = c.since;
  const tally = (t: { syns: number; attempts: number; clients: ReadonlySet<unknown> }): void => {
    syns += t.syns;
    attempts += t.attempts;
    for (const client of t.clients) clients.add(client);
  };
  for (const port of members) {
    answers += port.answers;
    const trouble = c.kind === 'partial-black-hole' ? null : troubleOf(port, c.kind);
    if (trouble !== null) last = Math.max(last, trouble.last);
    if (c.kind === 'black-hole' && port.run !== null) {
      tally(port.run);
      logLikelihood += judge.silence(port, port.run);
    } else if (c.kind === 'reply-loss') {
      const run: Run | null = port.replies;
      if (run !== null && 'cases' in c.place) {
        tally(run);
        logLikelihood += judge.replyLoss(port, run);
      }
    } else if (c.kind === 'partial-black-hole' && port.partial !== null) {
      tally(port.partial);
      logLikelihood += port.partial.score;
    } else if (port.refusals !== null) {
      tally(port.refusals);
      logLikelihood += port.refusals.attempts * 8;
    }
  }
  if (!('cases' in c.place) && c.place.replies !== null) {
    tally(c.place.replies);
    last = c.place.replies.last;
    logLikelihood = judge.replyLoss(c.place, c.place.replies);
  }
  c.logLikelihood = logLikelihood;
  c.confidence = one === undefined ? 0 : judge.confidence(one, logLikelihood);
  c.evidence = {
    syns,
    attempts,
    clients: clients.size,
    since: formatTime(c.since),
    last: formatTime(last),
    answered_before: answers,
    loss_rate: round(Math.max(...members.map((port) => port.loss.rate))),
    log_likelihood: round(logLikelihood),
    threshold: one === undefined ? 0 : round(judge.threshold(one)),
    answering: stillAnswering(c),
    ...(members.length > 1
      ? { endpoints: members.slice(0, NAMED).map((p) => p.name), endpoints_in_all: members.length }
      : {}),
    ...(c.kind === 'reply-loss' ? { side: sideOf(one) } : {}),
    ...(c.kind === 'partial-black-hole' ? partialEvidence(c) : {}),
    ...(c.kind === 'rejecting' && one?.refusals?.icmp != null ? { icmp: one.refusals.icmp } : {}),
    ...(c.flaps > 0 ? { flaps: c.flaps } : {}),
  };
}

/** Where answers were seen to be lost: on their way from the capture, or at the client itself. */
function sideOf(port: Port | undefined): string {
  if (port === undefined) return 'unknown';
  return port.vantage === 'both' ? 'client' : port.vantage;
}

/** What else has answered since: ports of the same host, hosts of the same network. */
function stillAnswering(c: Case): { ports: number[]; hosts: number } {
  const ports: number[] = [];
  let hosts = 0;
  const { place } = c;
  if (place instanceof Port) {
    for (const other of place.host.ports.values()) {
      if (other !== place && other.lastBack > c.since && ports.length < NAMED)
        ports.push(other.port);
    }
  }
  if ('cases' in place) {
    const network = place instanceof Network ? place : place.network;
    const own = place instanceof Port ? place.host : place instanceof Host ? place : null;
    for (const host of network.hosts.values()) {
      if (host !== own && [...host.ports.values()].some((p) => p.lastBack > c.since)) hosts++;
    }
  }
  return { ports: ports.toSorted((a, b) => a - b), hosts };
}

function partialEvidence(c: Case): Record<string, unknown> {
  const partial = c.place instanceof Port ? c.place.partial : null;
  if (partial === null) return {};
  const good = partial.good.filter((sample) => sample.at >= partial.first);
  const parting = partingOf([...partial.dead.values()], good);
  return {
    failing_flows: partial.dead.size,
    working_flows: good.length,
    share: round(partial.share),
    parted_by: parting.field,
    parted_value: parting.value,
  };
}
