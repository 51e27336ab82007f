/** Runs a scenario: a capture file, and the truth about every attempt in it. */
import type { Micros } from '../../src/model/attempt.ts';
import { endpointText, parseEndpoint } from './addresses.ts';
import { Agenda } from './agenda.ts';
import { Attempt, type Packet } from './attempt.ts';
import { Client } from './client.ts';
import { CALM_PATH, Path, type PathSpec } from './network.ts';
import { Random } from './random.ts';
import { CAPTURE, CONVERSATION, START, type ClientSpec, type Scenario } from './scenario.ts';
import { Server } from './server.ts';
import { Endpoint, IcmpLimiter, type Behaviour } from './servers.ts';
import { STACKS } from './stacks.ts';
import { Tap } from './tap.ts';
import { truthOf, type Truth } from './truth.ts';
import type { World } from './world.ts';

/** A phase of an endpoint, in capture time. */
export interface Outage {
  readonly server: { readonly ip: string; readonly port: number };
  readonly kind: Behaviour['kind'];
  readonly from: Micros;
  readonly until: Micros;
}

export interface Simulation {
  readonly capture: Uint8Array;
  /** By time of the first captured SYN. */
  readonly truth: Truth[];
  readonly outages: Outage[];
  /** Captured. */
  readonly packets: number;
}

/** A source port that is used again rests this long after its connection. */
const PORT_REST_US = 500_000;

export function simulate(scenario: Scenario): Simulation {
  return new Run(scenario).result();
}

class Run {
  readonly #scenario: Scenario;
  readonly #agenda = new Agenda();
  readonly #random: Random;
  readonly #start: number;
  readonly #tap: Tap;
  readonly #world: World;
  readonly #path: Path;
  readonly #limiter = new IcmpLimiter();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #elsewhere: Endpoint;
  readonly #attempts: Attempt[] = [];
  readonly #clients = new Map<Attempt, Client>();
  readonly #servers = new Map<Attempt, Server>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = new Random(scenario.seed);
    this.#start = scenario.start ?? START;
    const random = new Random(`${scenario.seed}/capture`);
    this.#tap = new Tap({ ...CAPTURE, ...scenario.capture }, this.#agenda, random, this.#start);
    this.#world = {
      agenda: this.#agenda,
      random: this.#random,
      send: (packet, lost) => packet.attempt.path.carry(packet, lost),
    };
    this.#path = this.#newPath({});
    this.#elsewhere = new Endpoint({
      ip: '0.0.0.0',
      port: 0,
      behaviour: scenario.elsewhere ?? { kind: 'drop' },
    });
    for (const spec of scenario.endpoints) {
      this.#endpoints.set(endpointText(spec), new Endpoint(spec));
    }
  }

  result(): Simulation {
    const { clients, duration, endpoints } = this.#scenario;
    for (const spec of clients) this.#startClients(spec);
    this.#agenda.run(duration * 1e6);
    const { point, direction, loss } = { ...CAPTURE, ...this.#scenario.capture };
    const truth: Truth[] = [];
    for (const attempt of this.#attempts) {
      const line = truthOf(attempt, {
        start: this.#start,
        end: this.#tap.end,
        point,
        hops: attempt.path.spec.hops,
        oneWay: direction !== 'both',
        lossy: loss > 0,
      });
      if (line !== null) truth.push(line);
    }
    truth.sort((a, b) => a.time - b.time);
    const outages = endpoints.flatMap(({ ip, port, phases = [] }) =>
      phases.map(({ from, until, behaviour }) => ({
        server: { ip, port },
        kind: behaviour.kind,
        from: this.#start + from * 1e6,
        until: this.#start + until * 1e6,
      })),
    );
    return { capture: this.#tap.finish(), truth, outages, packets: this.#tap.packets };
  }

  #newPath(spec: Partial<PathSpec>): Path {
    return new Path(
      { ...CALM_PATH, ...this.#scenario.path, ...spec },
      {
        agenda: this.#agenda,
        random: this.#random,
        point: this.#scenario.capture?.point ?? CAPTURE.point,
        captured: (packet, hops) => this.#tap.captured(packet, hops),
        arrived: (packet) => this.#arrived(packet),
      },
    );
  }

  #arrived(packet: Packet): void {
    if (packet.toServer) this.#servers.get(packet.attempt)?.receive(packet);
    else this.#clients.get(packet.attempt)?.receive(packet);
  }

  #startClients(spec: ClientSpec): void {
    const path = spec.path === undefined ? this.#path : this.#newPath(spec.path);
    const ports = new Ports(spec, this.#random);
    const until = Math.min(spec.until ?? Infinity, this.#scenario.duration) * 1e6;
    const next = (after: number): void => {
      const at = after + 1e6 * this.#random.exponential(1 / spec.rate);
      if (at >= until) return;
      this.#agenda.at(at, () => {
        this.#openOne(spec, path, ports);
        next(at);
      });
    };
    next((spec.from ?? 0) * 1e6);
  }

  #openOne(spec: ClientSpec, path: Path, ports: Ports): void {
    const random = this.#random;
    const ip = spec.addresses === 'random' ? randomAddress(random) : random.pick(spec.addresses);
    const server = parseEndpoint(random.pick(spec.targets));
    const isn = random.uint32();
    const port = ports.next(ip, this.#agenda.now);
    if (port === null) return;
    const stack = STACKS[spec.stack];
    const attempt = new Attempt({
      client: { ip, port },
      server,
      isn,
      stack,
      path,
      vlans: spec.vlans ?? [],
      started: this.#agenda.now,
    });
    ports.uses(ip, attempt);
    const conversation = { ...CONVERSATION, ...spec.conversation };
    const impatient = random.chance(spec.impatient ?? 0);
    const client = new Client(this.#world, {
      attempt,
      conversation,
      timeout: impatient ? random.between(...(spec.timeout ?? [1, 5])) : Infinity,
      blocking: random.chance(spec.blocking ?? 0.5),
      deaf: spec.deaf ?? false,
      ecn: random.chance(stack.ecn),
    });
    const endpoint = this.#endpoints.get(endpointText(server)) ?? this.#elsewhere;
    this.#attempts.push(attempt);
    this.#clients.set(attempt, client);
    this.#servers.set(
      attempt,
      new Server(this.#world, endpoint, this.#limiter, attempt, conversation),
    );
    client.open();
  }
}

/** Source ports: one after another from a random first, or always the same once it is free. */
class Ports {
  readonly #spec: ClientSpec;
  readonly #random: Random;
  readonly #used = new Map<string, { readonly first: number; count: number }>();
  readonly #last = new Map<string, { attempt: Attempt; freeAt: number }>();

  constructor(spec: ClientSpec, random: Random) {
    this.#spec = spec;
    this.#random = random;
  }

  next(ip: string, now: number): number | null {
    if (this.#spec.sourcePort !== undefined) {
      const last = this.#last.get(ip);
      if (last === undefined) return this.#spec.sourcePort;
      if (!last.attempt.over) return null;
      if (last.freeAt === 0) last.freeAt = now + PORT_REST_US;
      return now >= last.freeAt ? this.#spec.sourcePort : null;
    }
    const [low, count] = STACKS[this.#spec.stack].ports;
    if (this.#spec.addresses === 'random') return low + this.#random.below(count);
    let used = this.#used.get(ip);
    if (used === undefined) {
      used = { first: this.#random.below(count), count: 0 };
      this.#used.set(ip, used);
    }
    if (used.count >= count) throw new Error(`${ip} has used all its ${count} source ports`);
    // 7 has no factor in common with any stack's count, so no port comes twice.
    return low + ((used.first + 7 * used.count++) % count);
  }

  uses(ip: string, attempt: Attempt): void {
    if (this.#spec.sourcePort !== undefined) this.#last.set(ip, { attempt, freeAt: 0 });
  }
}

/** Unicast, and no real host's: 11.0.0.0 to 126.255.255.255. */
function randomAddress(random: Random): string {
  const byte = (): number => random.below(256);
  return `${11 + random.below(116)}.${byte()}.${byte()}.${byte()}`;
}
