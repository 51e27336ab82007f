import type { Address, Explanation, Finding, HostProbe, Micros } from 'unackd';
import { Addresses, isLoopback } from './addresses.ts';
import { DropReasons } from './drop-reasons.ts';
import { Firewall } from './firewall.ts';
import type { FirewallLook } from './firewall.ts';
import { findingsOf, standingFindings } from './findings.ts';
import { takeReading } from './readings.ts';
import type { Reading } from './readings.ts';
import { ruleFindings } from './rule-findings.ts';
import { matches } from './rule.ts';
import { Series } from './series.ts';
import { SilentPorts } from './silent-ports.ts';

/** A source that captures on this machine. */
export interface Onlooker {
  /** Names of its interfaces; `any` is all of them. */
  readonly interfaces: readonly string[];
  /** It takes TCP packets by a filter of the user's: answers may be hidden. */
  readonly filtered: boolean;
  /** The firewall's rules may be read. */
  readonly firewall: boolean;
  /** Tells people something, once for each `code`. */
  readonly say: (code: string, text: string) => void;
}

/** Milliseconds between two readings at least. */
const APART = 1000;
/** The firewall's tools may take this share of the time at most: one part in so many. 3,000 rules take some 0.4 s. */
const FIREWALL_SHARE = 8;
/** Milliseconds until they are tried again once they failed: a busy machine's may come back, rights won't. */
const REFUSED = 60_000;
/** Milliseconds without an unanswered SYN after which readings from before are no more compared with. */
const FORGOTTEN = 60_000;

/** A finding this strong is reason enough. */
const ENOUGH = 0.5;

const ARRIVED = 'the SYNs did arrive at this machine';

/**
 * The machine that this process runs on, however many sources capture there.
 * It is looked into only while SYNs at its own addresses stay unanswered.
 */
export class Machine implements HostProbe {
  readonly #addresses = new Addresses();
  readonly #onlookers = new Set<Onlooker>();
  readonly #ports = new SilentPorts();
  readonly #readings = new Series<Reading>();
  readonly #looks = new Series<FirewallLook>();
  readonly #firewall = new Firewall();
  readonly #said = new Set<string>();
  /** Wall clock, milliseconds. */
  #lastUnanswered = Number.NEGATIVE_INFINITY;
  #lastReading = Number.NEGATIVE_INFINITY;
  #nextLook = Number.NEGATIVE_INFINITY;
  /** SYNs that came after the last reading, and the last look at the firewall. */
  #unread = false;
  #unlooked = false;
  #looking = false;
  #reasons: DropReasons | null = null;

  /** @returns how to leave again */
  join(onlooker: Onlooker): () => void {
    this.#onlookers.add(onlooker);
    return () => {
      this.#onlookers.delete(onlooker);
      if (this.#onlookers.size > 0) return;
      this.#said.clear();
      this.#reasons?.close();
      this.#reasons = null;
    };
  }

  /** Has the kernel's reasons traced, too, until the last source leaves. To be called while still root. */
  traceDrops(): void {
    try {
      this.#reasons ??= new DropReasons();
    } catch (error) {
      this.#cannot(
        'reasons of the kernel',
        `${textOf(error)}; 'drop_reasons' takes a start as root`,
      );
    }
  }

  addresses(): readonly string[] {
    return this.#addresses.all;
  }

  unanswered(server: Address, client: string, sent: Micros): void {
    if (!this.#addresses.has(server.ip) || !this.#ports.add(server, client, sent)) return;
    const now = Date.now();
    if (now - this.#lastUnanswered > FORGOTTEN) {
      this.#readings.clear();
      this.#looks.clear();
    }
    this.#lastUnanswered = now;
    this.#unread = true;
    this.#unlooked = true;
    this.tend(now);
  }

  /** Looks, where that is due. To be called every second or so. @param now wall clock, milliseconds */
  tend(now: number): void {
    if (this.#unread && now - this.#lastReading >= APART) {
      this.#lastReading = now;
      this.#unread = false;
      this.#readings.add(takeReading(this.#reasons, (what, text) => this.#cannot(what, text)));
    }
    if (now - this.#lastUnanswered > FORGOTTEN) this.#reasons?.rest();
    if (this.#unlooked && now >= this.#nextLook && !this.#looking) {
      if ([...this.#onlookers].some(({ firewall }) => firewall)) void this.#look(now);
    }
  }

  explain(server: Address, since: Micros): Explanation | null {
    if (!this.#addresses.has(server.ip)) return null;
    const doubt = this.#doubt(server);
    const { findings, queueRuledOut } = this.#findings(server, since);
    const told =
      doubt === null ? ', and it sent no answer: all its interfaces are captured' : `; ${doubt}`;
    const hint = findings.some(({ strength }) => strength >= ENOUGH) ? '' : this.#hint;
    return {
      certain: doubt === null,
      because: `${ARRIVED}${told}${hint}`,
      findings,
      ruledOut: queueRuledOut ? ['accept-queue-full'] : [],
    };
  }

  /** How more would be known. */
  get #hint(): string {
    const reads = [...this.#onlookers].some(({ firewall }) => firewall);
    return reads ? '' : "; 'firewall: true' would name a rule of its firewall that drops them";
  }

  #findings(server: Address, since: Micros): { findings: Finding[]; queueRuledOut: boolean } {
    const port = this.#ports.get(server);
    const { latest } = this.#readings;
    if (port === undefined || latest === undefined) return { findings: [], queueRuledOut: false };
    const span = this.#readings.span(since);
    const counted = span === null ? null : findingsOf(port, span, this.#ports.others(port, span));
    const looks = this.#looks.span(since);
    const look = this.#looks.latest;
    const rules = look === undefined ? [] : ruleFindings(port, looks?.[0] ?? null, look);
    const findings = [...(counted?.own ?? []), ...rules];
    // What is known of this very port goes before what the whole machine counts.
    const explained = findings.some(({ strength }) => strength >= ENOUGH);
    if (!explained) findings.push(...(counted?.shared ?? []));
    const standing = standingFindings(port, latest).filter(
      ({ cause }) => !findings.some((one) => one.cause === cause && one.strength >= ENOUGH),
    );
    return {
      findings: [...findings, ...standing].toSorted((a, b) => b.strength - a.strength),
      queueRuledOut: counted?.queueRuledOut ?? false,
    };
  }

  /** Why an answer of its own might have passed unseen; `null` where none could. */
  #doubt({ ip }: Address): string | null {
    const clear = [...this.#onlookers].filter(({ filtered }) => !filtered);
    const captured = new Set(clear.flatMap(({ interfaces }) => interfaces));
    if (!captured.has('any')) {
      if (clear.length < this.#onlookers.size) {
        return "the source's 'filter' may hide its answers";
      }
      const ways = isLoopback(ip) ? ['lo'] : this.#addresses.ways;
      const missed = ways.filter((name) => !captured.has(name));
      if (missed.length > 0) {
        return `an answer may have left by ${missed.join(', ')}, not captured ('interface: any' is all)`;
      }
    }
    if (!this.#addresses.mayHandOn(ip)) return null;
    return 'it forwards packets, so that a port which it hands on to a container or another machine may be silent there';
  }

  async #look(now: number): Promise<void> {
    this.#looking = true;
    this.#unlooked = false;
    try {
      this.#looks.add(await this.#firewall.look((rule) => this.#isMeant(rule)));
      const took = Date.now() - now;
      this.#nextLook = now + Math.max(APART, FIREWALL_SHARE * took);
    } catch (error) {
      this.#nextLook = now + REFUSED;
      this.#cannot('firewall', `${textOf(error)}; ${REMEDY}`);
    } finally {
      this.#looking = false;
    }
  }

  #isMeant(rule: Parameters<typeof matches>[0]): boolean {
    return this.#ports.all.some(({ server, clients }) => matches(rule, server, clients) !== 'no');
  }

  /** Said once, as it is first wanted. */
  #cannot(what: string, text: string): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    const [onlooker] = this.#onlookers;
    onlooker?.say(
      'cause-not-read',
      `of why SYNs stay unanswered here, the ${what} can't be read: ${text}`,
    );
  }
}

const REMEDY =
  "'firewall' takes CAP_NET_ADMIN: systemd gives it with AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN; without it leave 'firewall' out";

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One a process, as its network namespace is one. */
export const machine = new Machine();
