import type { Micros } from '../model/attempt.ts';
import type { Neighbours } from './causes.ts';
import type { EndpointStats } from './endpoint-stats.ts';

const NONE: Neighbours = { answeringPorts: [], silentPorts: 0, silentHosts: 0, answeringHosts: 0 };

/** Ports named, and hosts counted, at most: scans have tens of thousands. */
const PORTS_NAMED = 8;
const HOSTS_COUNTED = 256;

interface Host {
  readonly endpoints: EndpointStats[];
  /** Those that ever answered, newest answer first; filled by `rank`. */
  answering: EndpointStats[];
  silent: number;
}

interface Network {
  readonly hosts: Host[];
  /** Hosts that ever answered, newest answer first; filled by `rank`. */
  answering: Host[];
  silent: number;
}

function isSilent(s: EndpointStats): boolean {
  return s.run !== null || (s.lastAnswer === -Infinity && s.count('unanswered') > s.loneUnanswered);
}

/** A neighbour that answered so shortly before a port was first asked was up then, too. */
const SHORTLY: Micros = 60_000_000;

/** From when on a neighbour's answer tells something; infinite for an endpoint that does not fail. */
function failingSince(s: EndpointStats): Micros {
  if (s.run !== null && s.lastAnswer > -Infinity) return s.run.start;
  return s.count('unanswered') > 0 ? s.first - SHORTLY : Number.POSITIVE_INFINITY;
}

function newest(host: Host): Micros {
  return host.answering.length === 0 ? -Infinity : host.answering[0].lastAnswer;
}

function rank(network: Network): void {
  for (const host of network.hosts) {
    host.answering = host.endpoints
      .filter((s) => s.lastAnswer > -Infinity)
      .toSorted((a, b) => b.lastAnswer - a.lastAnswer || a.port - b.port);
    host.silent = host.endpoints.filter((s) => isSilent(s)).length;
  }
  network.answering = network.hosts
    .filter((host) => host.answering.length > 0)
    .toSorted((a, b) => newest(b) - newest(a));
  network.silent = network.hosts.filter((host) => isDown(host)).length;
}

/** Nothing that ever answered there does so still. */
function isDown(host: Host): boolean {
  return host.silent > 0 && host.answering.every((s) => isSilent(s));
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Looks up what is around each endpoint: its host's other ports, its network's (/24, /64) other hosts. */
export function neighboursOf(all: readonly EndpointStats[]): (s: EndpointStats) => Neighbours {
  const hosts = new Map<string, Host>();
  const networks = new Map<string, Network>();
  const places = new Map<EndpointStats, { host: Host; network: Network }>();
  for (const s of all) {
    const prefix = s.v6 ? `6 ${s.words[0]} ${s.words[1]}` : `4 ${s.words[0] & ~0xff}`;
    const network = entry(networks, prefix, () => ({ hosts: [], answering: [], silent: 0 }));
    const host = entry(hosts, `${s.v6 ? 6 : 4} ${s.words.join(' ')}`, () => {
      const made: Host = { endpoints: [], answering: [], silent: 0 };
      network.hosts.push(made);
      return made;
    });
    host.endpoints.push(s);
    places.set(s, { host, network });
  }
  for (const network of networks.values()) rank(network);
  return (s) => {
    const since = failingSince(s);
    const place = places.get(s);
    if (place === undefined || since === Number.POSITIVE_INFINITY) return NONE;
    const { host, network } = place;
    const answeringPorts: number[] = [];
    for (const other of host.answering) {
      if (other.lastAnswer < since || answeringPorts.length === PORTS_NAMED) break;
      if (other !== s) answeringPorts.push(other.port);
    }
    let answeringHosts = 0;
    for (const other of network.answering) {
      if (newest(other) < since || answeringHosts === HOSTS_COUNTED) break;
      if (other !== host) answeringHosts++;
    }
    return {
      answeringPorts,
      silentPorts: host.silent - (isSilent(s) ? 1 : 0),
      answeringHosts,
      silentHosts: network.silent - (isDown(host) ? 1 : 0),
    };
  };
}
