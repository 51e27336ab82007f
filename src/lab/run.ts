/** One experiment, from two empty hosts to none. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../model/endpoint.ts';
import type { LadderHandshake } from '../face/ladder-types.ts';
import { CLOSED, OPEN, PORT, REJECTED, REJECTED_RULE } from './experiments.ts';
import type { Experiment } from './experiments.ts';
import type { Reporter } from './findings.ts';
import { Firewall } from './firewall.ts';
import { ANY, Hosts, INTERFACE, IPV4, IPV6 } from './hosts.ts';
import type { Addresses } from './hosts.ts';
import { Member } from './member.ts';
import type { Part, Result, Target, Told } from './messages.ts';
import type { FirewallTool } from './system.ts';

/** Answers that make a port one that used to answer. */
const BEFORE_MS = 4000;
/** An incident is over when answers have kept coming for 5 s, and connections that were tried meanwhile got theirs. */
const AFTER_MS = 12_000;
/** Without an incident: for the clients to see that the port answers again. */
const AFTER_NOTHING_MS = 2000;
const LOOK_MS = 50;

/** Attempts a second at the ports beside that refuse. */
const BESIDE_RATE = 1;

export interface RunOptions {
  readonly experiment: Experiment;
  readonly v6: boolean;
  /** Where unackd captures: at either host's interface, or at the server on all. */
  readonly at: 'client' | 'server' | 'any';
  /** Seconds that the fault lasts. */
  readonly lasts: number;
  /** Attempts a second at each port that answers. */
  readonly rate: number;
  readonly tool: FirewallTool;
  /** Folder to keep packets in. */
  readonly packets: string | null;
  /** Whether the hosts stand until Ctrl-C. */
  readonly keep: boolean;
}

export class Run {
  readonly #options: RunOptions;
  readonly #reporter: Reporter;
  readonly #hosts = new Hosts();
  readonly #addresses: Addresses;
  readonly #results: Result[] = [];
  readonly #firing = new Set<string>();
  readonly #endpoints: Endpoint[] = [];
  readonly #handshakes: LadderHandshake[] = [];
  #givesUp = 0;

  constructor(options: RunOptions, reporter: Reporter) {
    this.#options = options;
    this.#reporter = reporter;
    this.#addresses = options.v6 ? IPV6 : IPV4;
  }

  /** @throws AbortError when the signal comes */
  async perform(signal: AbortSignal): Promise<void> {
    const { experiment, lasts, keep } = this.#options;
    await this.#hosts.build();
    const fault = this.#prepare();
    const { at, packets } = this.#options;
    const captured = at === 'any' ? ANY : INTERFACE;
    const { backlog, fault: done, outcome } = experiment;
    const address = this.#addresses.server;
    // An application that hangs takes no other port with it.
    const ports = 'hangs' in done ? [[PORT], [OPEN]] : [[PORT, OPEN]];
    // Two watch: one goes on after the other has said how everything stands.
    const [watch, judge, application] = await Promise.all([
      this.#start(at, { part: 'watch', interface: captured, keep: packets }),
      this.#start(at, { part: 'judge', interface: captured, port: PORT, outcome }),
      ...ports.map((some) =>
        this.#start('server', { part: 'server', address, ports: some, backlog }),
      ),
    ]);
    const client = await this.#start('client', {
      part: 'client',
      server: this.#addresses.server,
      targets: this.#targets(),
      patience: lasts,
    });
    this.#sayBegun();
    // At no particular moment of the clients' rhythm.
    const rhythm = 1000 / this.#options.rate;
    await sleep(BEFORE_MS + Math.random() * rhythm, undefined, { signal });

    const faultAt = Date.now();
    this.#reporter.say('fault', fault.begin(application));
    await sleep(lasts * 1000, undefined, { signal });
    await judge.end();

    this.#reporter.say('cleared', fault.end(application));
    const cleared = Date.now();
    await this.#settled(signal);

    await client.end();
    await watch.end();
    this.#reporter.say('ended', 'the clients stop');
    this.#reporter.findings({
      server: this.#addresses.server,
      fault: faultAt,
      cleared,
      results: this.#results,
      endpoints: this.#endpoints,
      handshakes: this.#handshakes,
    });
    if (!keep) return;
    const { client: one, server: other } = this.#hosts;
    this.#reporter.say(
      null,
      `the hosts stay until Ctrl-C, its servers too; look around with \`ip netns exec ${one} sh\` and \`ip netns exec ${other} sh\``,
    );
    await sleep(2 ** 31 - 1, undefined, { signal });
  }

  /** The hosts and all that runs in them. */
  remove(): void {
    this.#hosts.remove();
  }

  /** Firewalls as they are before; what begins and ends the fault, and says so. */
  #prepare(): { begin(application: Member): string; end(application: Member): string } {
    const { experiment, tool, v6 } = this.#options;
    const { fault } = experiment;
    const server = new Firewall(this.#hosts, this.#hosts.server, tool, v6);
    if (this.#rejectsBeside) server.add(REJECTED_RULE);
    if ('hangs' in fault) {
      return {
        begin(application) {
          application.signal('SIGSTOP');
          return `the application at port ${PORT} hangs (SIGSTOP); ${experiment.backlog + 1} connections may wait for it`;
        },
        end(application) {
          application.signal('SIGCONT');
          return `the application at port ${PORT} goes on (SIGCONT)`;
        },
      };
    }
    const there =
      fault.host === 'server' ? server : new Firewall(this.#hosts, this.#hosts.client, tool, v6);
    return {
      begin: () => `at the ${fault.host}: ${there.add(fault.rule)}`,
      end: () => `at the ${fault.host}: ${there.remove(fault.rule)}`,
    };
  }

  /** Refusals share the kernel's budget of ICMP errors: one port at a time spends it. */
  get #rejectsBeside(): boolean {
    return !this.#options.experiment.name.startsWith('reject');
  }

  #targets(): readonly Target[] {
    const { rate } = this.#options;
    return [
      { port: PORT, rate },
      { port: OPEN, rate },
      { port: CLOSED, rate: BESIDE_RATE },
      ...(this.#rejectsBeside ? [{ port: REJECTED, rate: BESIDE_RATE }] : []),
    ];
  }

  async #start(at: RunOptions['at'], part: Part): Promise<Member> {
    const { client, server } = this.#hosts;
    const there = at === 'client' ? client : server;
    const member = new Member(this.#hosts, there, part, (told) => this.#hear(told));
    await member.ready();
    return member;
  }

  #hear(told: Told): void {
    switch (told.type) {
      case 'result':
        this.#results.push(told);
        break;
      case 'gives-up':
        this.#givesUp = told.seconds;
        break;
      case 'endpoint':
        this.#endpoints.push(told);
        break;
      case 'ladder':
        this.#handshakes.push(told.handshake);
        break;
      case 'incident':
        if (told.state === 'firing') this.#firing.add(told.id);
        else this.#firing.delete(told.id);
        this.#reporter.incident(told);
        break;
      case 'notice':
        this.#reporter.notice(told);
        break;
      default:
    }
  }

  #sayBegun(): void {
    const { at, rate } = this.#options;
    const { client, server } = this.#addresses;
    const where = at === 'any' ? 'at the server, on all interfaces' : `at the ${at}`;
    this.#reporter.say(
      'begun',
      `client ${client}, server ${server}, unackd captures ${where}; ${rate} connections a second to port ${PORT} and as many to ${OPEN} beside it; the client's kernel gives up after ${this.#givesUp} s`,
    );
  }

  /** Until every incident is over. */
  async #settled(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const longest = this.#firing.size > 0 ? AFTER_MS : AFTER_NOTHING_MS;
    while (performance.now() - began < longest) {
      await sleep(LOOK_MS, undefined, { signal });
      if (longest === AFTER_MS && this.#firing.size === 0) return;
    }
  }
}
