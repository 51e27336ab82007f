/** What would settle the doubt about an incident's cause: the next thing to do, as a command where there is one. */
import type { Vantage } from '../model/attempt.ts';
import type { CauseName } from '../model/endpoint.ts';
import type { Incident } from '../model/incident.ts';

/** The doubt is over from here on. */
const CERTAIN = 0.9;

/** A refusal that the capture's filter hid is looked for first from here on: it costs one capture. */
const HIDDEN_FIRST = 0.2;

/** What tcpdump is told to catch: `host 10.1.0.1 and tcp port 8000`. */
function filterOf({ scope }: Incident, icmp: boolean): string {
  const { ip, port, prefix } = scope;
  const where = ip === null ? `net ${prefix ?? '0.0.0.0/0'}` : `host ${ip}`;
  const tcp = port === null ? 'tcp' : `tcp port ${port}`;
  const protocol = (ip ?? prefix ?? '').includes(':') ? 'icmp6' : 'icmp';
  return `'${where} and ${icmp ? `(${tcp} or ${protocol})` : tcp}'`;
}

function portText(port: number | null): string {
  return port === null ? 'its ports' : `port ${port}`;
}

/** @param clients the scope is a network of clients */
export function settleOf(incident: Incident, vantage: Vantage, clients: boolean): string[] {
  const [first, ...others] = stepsOf(incident, vantage, clients);
  if (first === undefined) return [];
  return [incident.resolved_at === null ? first : `should it come back: ${first}`, ...others];
}

function stepsOf(incident: Incident, vantage: Vantage, clients: boolean): string[] {
  const { kind, scope, causes } = incident;
  const server = scope.ip ?? `a host of ${scope.prefix ?? 'the network'}`;
  if (kind === 'refusing') {
    return [
      `on ${server}: ss -ltnp shows whether anything listens at ${portText(scope.port)}; if it does, a firewall resets (nft list ruleset), and its RST has another TTL than the server's SYN-ACKs`,
    ];
  }
  if (kind === 'rejecting') {
    return [
      "who sent the ICMP error (see the evidence) has the rule: nft list ruleset there, or the router's access list",
    ];
  }
  const [likeliest] = causes;
  if (likeliest === undefined) return [];
  const hidden = causes.find(({ cause }) => cause === 'refusal-hidden');
  const steps: string[] = [];
  if (hidden !== undefined && hidden.probability >= HIDDEN_FIRST) {
    steps.push(`capture again with ICMP: tcpdump -ni any ${filterOf(incident, true)}`);
  }
  if (likeliest.probability >= CERTAIN && kind !== 'reply-loss') return steps;
  return [...steps, ...stepsFor(likeliest.cause, incident, vantage, { server, clients })];
}

function stepsFor(
  cause: CauseName,
  incident: Incident,
  vantage: Vantage,
  { server, clients }: { readonly server: string; readonly clients: boolean },
): string[] {
  const filter = filterOf(incident, false);
  const { port } = incident.scope;
  if (incident.kind === 'reply-loss') {
    const where = clients ? `at a client of ${incident.scope.prefix ?? 'theirs'}` : 'at a client';
    if (vantage === 'client' || vantage === 'both') {
      return [
        "on the client: its own firewall's counters (nft list ruleset) move with each SYN-ACK if it drops them; rp_filter does (nstat -az TcpExtIPReversePathFilter)",
      ];
    }
    return [
      `capture ${where} (tcpdump -ni any ${filter}): a SYN-ACK there, the client drops it; none, it is lost on the way back`,
    ];
  }
  if (incident.kind === 'partial-black-hole') {
    return [
      `from a failing client: tracepath or mtr --tcp --port ${port ?? 443} ${server} with several source ports shows where one of the equal-cost paths ends; a stale entry of a NAT or of conntrack shows with conntrack -L`,
    ];
  }
  if (cause === 'host-down') {
    const v6 = server.includes(':');
    return [
      `on the network of ${server}: does it answer ${v6 ? `a neighbour solicitation (ndisc6 ${server} eth0)` : `ARP (arping -c 3 ${server})`}?`,
    ];
  }
  if (vantage === 'server' || vantage === 'both') {
    return [
      `on ${server}: nstat -az TcpExtListenOverflows moves with the SYNs if the accept queue of ${portText(port)} is full (ss -ltnm shows which); else the counters of its firewall's rules do (nft list ruleset)`,
    ];
  }
  const step = `capture on ${server}, too (tcpdump -ni any ${filter}): no SYN there, it was lost before; a SYN and no SYN-ACK, the server drops it; a SYN-ACK, the answer is lost`;
  return [step];
}
