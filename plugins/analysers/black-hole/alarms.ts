import type { IncidentKind, Micros } from 'unackd';
import type { Agenda } from './agenda.ts';
import type { Cases } from './cases.ts';
import type { Client } from './clients.ts';
import type { Judge } from './judge.ts';
import type { Partial } from './partial.ts';
import type { Port } from './places.ts';
import {
  BURST,
  HEARD_LATELY,
  HOLD,
  POOLED_BURST,
  ROW_FLOWS,
  ROW_SPAN,
  SILENT_SPAN,
  SILENT_SYNS,
} from './rules.ts';
import type { Run } from './run.ts';
import { openCase, troubleOf, widen } from './scope.ts';

/** Kinds that a full black hole puts an end to. */
const OVERTAKEN: readonly IncidentKind[] = ['refusing', 'rejecting', 'partial-black-hole'];

/** From evidence to incidents: whether it is enough, and how wide they are. */
export class Alarms {
  readonly cases: Cases;
  /** Id of the source, for the incidents' ids; `live` for live ones. */
  source = 'live';
  readonly #judge: Judge;
  readonly #agenda: Agenda;

  constructor(judge: Judge, cases: Cases, agenda: Agenda) {
    this.#judge = judge;
    this.cases = cases;
    this.#agenda = agenda;
  }

  /** A SYN failed: is the port silent, or one whose alarm waits? */
  silence(port: Port, now: Micros): void {
    const { run, network } = port;
    const open = openCase(port, 'black-hole');
    if (run !== null && (open === undefined || !Number.isNaN(open.recovering))) {
      const enough = this.#judge.silence(port, run) >= this.#judge.threshold(port);
      if (enough && this.#judge.outlasts(port, run)) {
        if (open !== undefined) this.cases.relapsed(open, run.first);
        else if (!this.#mayBeARow(port, run, now)) this.raise(port, 'black-hole', now, false);
      } else if (open === undefined && network.silent.size > 1) {
        this.#judgeTogether(port, run, now);
      }
    }
    for (const [held, kind] of network.held) if (held !== port) this.raise(held, kind, now, false);
  }

  /** A few flows that fail one after the other may all have taken a bad path by chance: another one may show it soon. */
  #mayBeARow(port: Port, run: Run, now: Micros): boolean {
    const until = run.first + ROW_SPAN;
    if (run.attempts >= ROW_FLOWS || now >= until) return false;
    if (!run.awaited) {
      run.awaited = true;
      this.#agenda.at(until, (then) => {
        if (port.run === run) this.silence(port, then);
      });
    }
    return true;
  }

  /** Ports none of which has enough against it alone, all silent. */
  #judgeTogether(port: Port, run: Run, now: Micros): void {
    if (port.muted || !Number.isNaN(run.heldSince)) return;
    if (run.syns < SILENT_SYNS || run.span < SILENT_SPAN) return;
    const decision = widen(port, 'black-hole', run.first, true);
    if (decision === null || decision.place === port) return;
    // Beside a port that is told already, each other one needs evidence of its own.
    if (decision.members.some((member) => openCase(member, 'black-hole') !== undefined)) return;
    const runs = decision.members.flatMap((member) => member.run ?? []);
    const first = Math.min(...runs.map((r) => r.first));
    const last = Math.max(...runs.map((r) => r.last));
    if (!this.#judge.outlasts(port, run, last - first, POOLED_BURST)) return;
    const threshold = this.#judge.threshold(port) + Math.log(runs.length);
    if (!this.#judge.pooled(decision.members, threshold)) return;
    for (const member of decision.members) member.network.held.delete(member);
    this.cases.raise(this.source, 'black-hole', decision.place, decision.members, first, now);
  }

  /** A port's evidence suffices: how wide is it? */
  raise(port: Port, kind: IncidentKind, now: Micros, waited: boolean): void {
    const { host, network } = port;
    const trouble = troubleOf(port, kind);
    if (trouble === null || openCase(port, kind) !== undefined) {
      network.held.delete(port);
      return;
    }
    const wide = network.cases.get(kind) ?? host.cases.get(kind);
    if (wide !== undefined && Number.isNaN(wide.recovering)) {
      wide.members.add(port);
      network.held.delete(port);
      return;
    }
    const decision = widen(port, kind, trouble.first, waited);
    if (decision === null) {
      if (!Number.isNaN(trouble.heldSince)) return;
      trouble.heldSince = now;
      network.held.set(port, kind);
      this.#agenda.at(now + HOLD, (then) => {
        if (network.held.has(port)) this.raise(port, kind, then, true);
      });
      return;
    }
    network.held.delete(port);
    const { place, members } = decision;
    let started = trouble.first;
    for (const member of members) {
      network.held.delete(member);
      started = Math.min(started, troubleOf(member, kind)?.first ?? started);
    }
    if (kind === 'black-hole') {
      for (const other of OVERTAKEN)
        for (const member of members) this.overtake(member, other, now);
    }
    this.cases.raise(this.source, kind, place, members, started, now);
  }

  /** Another kind has taken its place: it is over, in its way. */
  overtake(port: Port, kind: IncidentKind, now: Micros): void {
    const c = openCase(port, kind);
    if (c !== undefined) this.cases.end(c, now, now, null);
  }

  /** An answer did not reach its client: is that the port's doing, or the client network's? */
  replies(port: Port, client: Client, now: Micros): void {
    const threshold = this.#judge.threshold(port);
    const { replies } = port;
    const ofClients = client.network.replies;
    const enough = (run: Run, place: Port | Client['network']): boolean =>
      run.span >= BURST && this.#judge.replyLoss(place, run) >= threshold;
    if (ofClients !== null && this.cases.of(client.network, 'reply-loss') === undefined) {
      // Where all clients of the ports fail, it is the ports' matter.
      if (enough(ofClients, client.network)) {
        const ports = new Set(ofClients.fails.map((fail) => fail.flow.port));
        const { first } = ofClients;
        this.cases.raise(this.source, 'reply-loss', client.network, ports, first, now);
      }
    }
    if (replies === null || openCase(port, 'reply-loss') !== undefined) return;
    const networks = new Set([...replies.clients].map((c) => c.network));
    const known = [...networks].every((n) => this.cases.of(n, 'reply-loss') !== undefined);
    // One network alone fails where others got through lately: the port is not to blame so far.
    const alone = networks.size === 1 && port.heardByOthers(client.network, now - HEARD_LATELY);
    if (!known && !alone && enough(replies, port)) this.raise(port, 'reply-loss', now, false);
  }

  /** A flow failed beside others that work: an open incident goes on, or there may be one. */
  beside(port: Port, partial: Partial, again: boolean, now: Micros): void {
    const open = this.cases.of(port, 'partial-black-hole');
    if (open !== undefined) {
      // One SYN is easily lost; a flow that loses two may be on the bad path.
      if (again) this.cases.failsStill(open);
      return;
    }
    this.parted(port, partial, now);
  }

  /** Whether flows that fail and flows that work are two classes. */
  parted(port: Port, partial: Partial, now: Micros): void {
    if (this.#judge.capture.oneWay) return;
    if (partial.score < this.#judge.threshold(port) || !partial.bimodal) return;
    const full = openCase(port, 'black-hole');
    if (full !== undefined && full.place !== port) return;
    const started = Math.min(partial.first, full?.since ?? partial.first);
    const c = this.cases.raise(this.source, 'partial-black-hole', port, [port], started, now);
    c.cleared = 0;
    // What looked like a full one was a row of flows on the bad path.
    if (full !== undefined) this.cases.end(full, now, now, c.id);
  }
}
