import type { AnalyserHost, Attempt, Emit, IncidentKind, Memory, Micros } from 'unackd';
import { Agenda } from './agenda.ts';
import { Alarms } from './alarms.ts';
import { forgetSilence } from './blind.ts';
import { Cases } from './cases.ts';
import type { Life } from './cases.ts';
import { Clients } from './clients.ts';
import type { Client } from './clients.ts';
import { Flows, lastSyn } from './flows.ts';
import type { Flow } from './flows.ts';
import { Capture, Judge } from './judge.ts';
import { SlotCounts } from './loss.ts';
import { Partial } from './partial.ts';
import { Places } from './places.ts';
import type { PlaceRules, Port } from './places.ts';
import { Refusals } from './refusals.ts';
import { Replies } from './replies.ts';
import { recall } from './learnt.ts';
import type { Learnt } from './learnt.ts';
import { incidentOf } from './report.ts';
import { BURST, CAPTURE_DUPLICATE, REJECTED_LATELY } from './rules.ts';
import { Run } from './run.ts';
import type { Fail } from './run.ts';
import { openCase } from './scope.ts';

export interface Settings {
  readonly falseAlarms: number;
  readonly life: Life;
  readonly places: PlaceRules;
  readonly expects: boolean;
  readonly clients: number;
  readonly flows: number;
}

/** What a flow that comes through says against two classes of them, after it had failed for good: natural logarithm. */
const REVIVED = 3.2;

/** Kinds that end when a handshake works again. */
const CLEARED_BY_ANSWER: readonly IncidentKind[] = ['black-hole', 'refusing', 'rejecting'];

/** Hears attempts, keeps what speaks for and against each port, raises incidents. */
export class Detector {
  readonly places: Places;
  readonly clients: Clients;
  readonly flows: Flows;
  readonly #capture = new Capture();
  readonly #agenda = new Agenda();
  readonly #cases: Cases;
  readonly #alarms: Alarms;
  readonly #replies: Replies;
  readonly #host: AnalyserHost;
  readonly #expects: boolean;
  /** `null` where nothing is kept over a restart. */
  readonly #learnt: Learnt | null;
  readonly #emit: Emit;
  #toldFull = false;

  constructor(settings: Settings, host: AnalyserHost, emit: Emit) {
    this.#host = host;
    this.#emit = emit;
    this.#expects = settings.expects;
    this.places = new Places(settings.places);
    this.flows = new Flows(settings.flows);
    this.clients = new Clients(settings.clients, () => this.flows.clients());
    const judge = new Judge(this.#capture, settings.falseAlarms);
    this.#cases = new Cases(settings.life, this.#agenda, (c, now) => {
      emit(incidentOf(c, judge, host.capture, now));
    });
    this.#alarms = new Alarms(judge, this.#cases, this.#agenda);
    this.#replies = new Replies(this.#alarms);
    const { places, clients } = this;
    const parts = { places, clients, cases: this.#cases, capture: this.#capture };
    this.#learnt = recall(host, parts, this.#alarms.source);
  }

  save(memory: Memory, all: boolean): void {
    this.#learnt?.save(memory, all);
  }

  syn(a: Attempt): void {
    const port = this.places.find(a) ?? this.#newPort(a);
    if (port === undefined || port.muted) return;
    if (a.syns === 1) {
      const client = this.clients.find(a);
      if (client === undefined) return;
      this.#await(this.flows.open(a, port, client), 0);
    } else {
      this.#repeated(a, port);
    }
    this.#wake();
  }

  /** Ports are known by their answers; before one, only where it is expected or does not arrive. */
  #newPort(a: Attempt): Port | undefined {
    if (a.syns > 1 && a.answered_after !== null) return this.places.know(a);
    if (!this.#expects) return undefined;
    return this.places.expects(a) ? this.places.know(a) : undefined;
  }

  #repeated(a: Attempt, port: Port): void {
    if (a.outcome === 'refused' || a.outcome === 'rejected' || a.outcome === 'established') return;
    let flow = this.flows.find(a, port);
    if (flow === undefined) {
      if (a.at - a.time < CAPTURE_DUPLICATE) return;
      flow = this.flows.open(a, port, this.clients.know(a));
    } else {
      if (a.at - flow.sent[flow.sent.length - 1] < CAPTURE_DUPLICATE) return;
      if (a.answered_after === null) flow.sent.push(a.at);
    }
    port.seenAt(a.vantage);
    if (a.answered_after !== null) {
      this.#cameBack(port, flow, flow.first, a.at);
      this.#replies.unheard(flow, a, a.time + a.answered_after * 1e6);
      return;
    }
    const newest = flow.sent.length - 1;
    for (let i = 0; i < newest; i++) {
      const fail = flow.fails[i];
      if (fail === undefined && a.at - flow.sent[i] >= port.overdueAfter) {
        this.#failed(flow, i, a.at);
      } else if (fail !== undefined) {
        fail.proven = true;
      }
    }
    this.#alarms.silence(port, a.at);
    this.#await(flow, newest);
  }

  /** Looks again when the answer to a SYN is overdue. */
  #await(flow: Flow, index: number): void {
    this.#agenda.at(flow.sent[index] + flow.port.overdueAfter, (now) => {
      if (!flow.done && flow.fails[index] === undefined) {
        this.#failed(flow, index, now);
        this.#alarms.silence(flow.port, now);
      }
    });
  }

  #failed(flow: Flow, index: number, now: Micros): void {
    const { port, client } = flow;
    const { network } = port;
    if (!port.hasBaseline || this.#capture.oneWay) return;
    if (now - port.lastRejected < REJECTED_LATELY) return;
    const sent = flow.sent[index];
    const fail: Fail = { sent, client, flow, proven: index + 1 < flow.sent.length };
    flow.fails[index] = fail;
    const server = { ip: port.host.ip, port: port.port };
    this.#host.capture.own?.unanswered(server, client.ip, sent);
    network.recent.add(sent, false);
    this.#capture.failed(sent, network);
    if (client.lastFailAt?.host !== port.host) client.otherFail = client.lastFail;
    client.lastFailAt = port;
    client.lastFail = sent;
    port.failed ??= new SlotCounts();
    port.failed.add(sent);
    const open = openCase(port, 'black-hole');
    if (open !== undefined) this.#cases.failed(open, flow, sent);
    // A flow that failed while others were answered says nothing about the port as a whole.
    if (flow.first > port.lastBack) {
      port.run ??= new Run();
      port.run.add(fail);
      network.silent.add(port);
    }
    this.#beside(flow, index, now);
  }

  /** A SYN that failed while others at its port were answered. */
  #beside(flow: Flow, index: number, now: Micros): void {
    const { port } = flow;
    const sent = flow.sent[index];
    if (flow.first <= port.silentUntil) return;
    const near = port.network.recent.failing(sent, port.failed === null ? [] : [port.failed]);
    const chance = Math.max(near, port.loss.rate, flow.client.loss.rate);
    const partial = (port.partial ??= new Partial());
    partial.failed(flow, index, chance);
    this.#alarms.beside(port, partial, index > 0, now);
  }

  attempt(a: Attempt): void {
    this.#alarms.source = this.#host.capture.finite ? a.source : 'live';
    switch (a.outcome) {
      case 'established':
        this.#established(a);
        break;
      case 'half-open':
        if (!a.final) this.#halfOpen(a);
        break;
      case 'refused':
      case 'rejected':
        if (!a.final) this.#refused(a, a.outcome === 'refused' ? 'refusing' : 'rejecting');
        break;
      case 'unanswered':
      case 'unresolved':
        break;
    }
    if (a.final) {
      const port = this.places.find(a);
      const flow = port === undefined ? undefined : this.flows.find(a, port);
      if (flow !== undefined) this.flows.close(flow);
    }
    this.#tellFull(a.at);
    this.#wake();
  }

  /** Once: a bound was reached, and what that means. */
  #tellFull(now: Micros): void {
    const { forgotten } = this.places;
    const { untracked } = this.flows;
    if (this.#toldFull || forgotten + untracked + this.clients.forgotten === 0) return;
    this.#toldFull = true;
    const option = forgotten > 0 ? 'endpoints' : untracked > 0 ? 'waiting' : 'clients';
    this.#emit({
      type: 'notice',
      code: 'black-hole-table-full',
      time: now,
      text: `${this.#host.id}: more ${option === 'waiting' ? 'attempts wait for answers' : option} than are kept; the oldest are forgotten, and incidents about them may come late. Raise '${option}'`,
    });
  }

  #established(a: Attempt): void {
    this.#capture.learn(a.one_way);
    const port = this.places.know(a);
    const client = this.clients.know(a);
    const flow = this.flows.find(a, port);
    const sent = flow?.sent[flow.sent.length - 1] ?? lastSyn(a);
    const syns = flow?.sent.length ?? (sent > a.time ? a.syns : 1);
    port.seenAt(a.vantage);
    port.wentThrough(client.network, sent);
    client.network.lastThrough = Math.max(client.network.lastThrough, sent);
    client.lastOk = Math.max(client.lastOk, sent);
    const troubled = openCase(port, 'black-hole') !== undefined || (port.run?.syns ?? 0) > 20;
    const slow = port.isSlow(a.at - sent);
    if (syns === 1 || slow) port.learnAnswerTime(a.at - a.time);
    if (!troubled) {
      const taken = slow ? 1 : syns;
      port.loss.learn(taken);
      port.network.loss.learn(taken);
      client.loss.learn(taken);
      client.network.loss.learn(taken);
      // What a silence held back is no burst.
      if (taken > 1 && a.time > port.silentUntil) port.network.lossAgain.learn(taken - 1);
    }
    // Nobody has repeated it yet: the next retry may still be to come.
    const settled = !a.inferred || this.#learnt?.mayBeRetry(a) !== true;
    this.#replies.through(port, client, sent, settled ? a.at : null);
    const { partial } = port;
    if (partial !== null) this.#besideOk(port, partial, flow, a, client, syns);
    this.#cameBack(port, flow, sent, a.at);
    if (flow !== undefined) this.flows.close(flow);
  }

  #besideOk(
    port: Port,
    partial: Partial,
    flow: Flow | undefined,
    a: Attempt,
    client: Client,
    syns: number,
  ): void {
    const sample = { client, port: a.client.port, layout: a.syn_layout ?? 0, at: a.time };
    const revived = flow?.dead === true;
    const { share } = partial;
    partial.answered(flow, sample, lastSyn(a), syns);
    const c = this.#cases.of(port, 'partial-black-hole');
    if (c !== undefined)
      this.#cases.cleared(c, a.time, revived ? REVIVED : -Math.log(1 - Math.min(0.5, share)), a.at);
    else if (partial.idleAt(a.at)) port.partial = null;
    else this.#alarms.parted(port, partial, a.at);
    if (c !== undefined && c.state === 'resolved') port.partial = null;
  }

  #halfOpen(a: Attempt): void {
    const port = this.places.know(a);
    const flow = this.flows.find(a, port);
    this.#cameBack(port, flow, a.time, a.at);
    if (flow !== undefined) this.#replies.halfOpen(flow, a);
  }

  /** The server answered a SYN sent at `sent`, whether or not that arrived. */
  #cameBack(port: Port, flow: Flow | undefined, sent: Micros, now: Micros): void {
    port.answers++;
    if (Number.isNaN(port.firstOk)) port.firstOk = sent;
    port.lastOk = Math.max(port.lastOk, sent);
    port.refusals = null;
    for (const kind of CLEARED_BY_ANSWER) {
      const c = openCase(port, kind);
      if (c !== undefined) this.#cases.answered(c, sent, now);
    }
    this.#reachable(port, sent);
    if (flow !== undefined) flow.done = true;
    this.#learnt?.answered(port, now);
  }

  /** Something came back: the way there and back is open. */
  #reachable(port: Port, sent: Micros): void {
    const { network, run } = port;
    port.lastBack = Math.max(port.lastBack, sent);
    network.lastOk = Math.max(network.lastOk, sent);
    this.#capture.lastOk = Math.max(this.#capture.lastOk, sent);
    network.recent.add(sent, true);
    if (run === null) return;
    port.run = run.after(sent);
    if (port.run !== null) return;
    network.silent.delete(port);
    network.held.delete(port);
    if (run.attempts >= 4 && run.span >= BURST) {
      port.silentUntil = sent;
      if (this.#cases.of(port, 'partial-black-hole') === undefined) port.partial = null;
    }
    const healed = run.syns >= 3 && openCase(port, 'black-hole') === undefined;
    if (healed) network.healed(run.span, run.last);
  }

  #refused(a: Attempt, kind: 'refusing' | 'rejecting'): void {
    const port = this.places.find(a);
    if (port === undefined || port.muted) return;
    const flow = this.flows.find(a, port);
    if (flow !== undefined) this.flows.close(flow);
    if (kind === 'rejecting') port.lastRejected = a.at;
    this.#reachable(port, lastSyn(a));
    const silent = openCase(port, 'black-hole');
    if (silent !== undefined) this.#cases.answered(silent, lastSyn(a), a.at);
    if (!port.hasBaseline) return;
    if (port.refusals?.kind !== kind) port.refusals = new Refusals(kind);
    port.refusals.add(a);
    if (!port.refusals.lasting) return;
    const other = kind === 'refusing' ? 'rejecting' : 'refusing';
    this.#alarms.overtake(port, other, a.at);
    this.#alarms.raise(port, kind, a.at, false);
  }

  blind(since: Micros): void {
    forgetSilence(this.places, this.clients);
    this.#cases.blind(since);
  }

  advance(now: Micros): void {
    this.#agenda.run(now);
    this.#wake();
  }

  end(now: Micros): void {
    this.#agenda.run(now);
    // What recovers is left to recover where all goes on after a restart.
    if (this.#learnt === null) this.#cases.finish(now);
  }

  #wake(): void {
    const { next } = this.#agenda;
    if (next !== null) this.#host.wakeAt(next);
  }
}
