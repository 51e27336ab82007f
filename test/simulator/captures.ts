/** The captures that `npm start` runs over, made afresh: file name to bytes. */
import type { ClientSpec, Scenario } from './scenario.ts';
import { DROP, REJECT, REJECT_HIDDEN, seedCapture } from './seed-captures.ts';
import { simulate } from './simulate.ts';
import type { StackName } from './stacks.ts';

const SERVER = '10.1.0.1';

/** Small segments and few of them: the file is for reading, not for load. */
const CONVERSATION = {
  requestBytes: 90,
  responseBytes: 300,
  service: 0,
  close: 'server',
} as const;

function client(stack: StackName, ip: string, more: Partial<ClientSpec> = {}): ClientSpec {
  return {
    addresses: [ip],
    stack,
    targets: [`${SERVER}:8000`, `${SERVER}:8002`, `${SERVER}:443`],
    rate: 0.43,
    conversation: CONVERSATION,
    ...more,
  };
}

/**
 * Six clients, three ports, about one attempt a second and port, captured on
 * the clients' side. Port 8000 swallows everything from 60 s to 165 s.
 */
export const BLACK_HOLE: Scenario = {
  seed: 'black-hole.pcap',
  duration: 240,
  path: {
    lossToServer: { kind: 'random', rate: 0.003 },
    lossToClient: { kind: 'random', rate: 0.003 },
  },
  clients: [
    client('linux-exponential', '10.2.0.1'),
    client('linux-linear', '10.2.0.2'),
    client('linux-linear', '10.2.0.3', { impatient: 1, timeout: [2, 5] }),
    client('windows', '10.2.1.1'),
    client('macos', '10.2.1.2'),
    client('lwip', '10.2.1.3'),
  ],
  endpoints: [
    {
      ip: SERVER,
      port: 8000,
      phases: [{ from: 60, until: 165, behaviour: { kind: 'drop' } }],
    },
    { ip: SERVER, port: 8002 },
    { ip: SERVER, port: 443 },
  ],
  capture: { snapLength: 80 },
};

const MANIFEST = `drop.pcap
  A telnet to 127.0.0.1:8000 behind "iptables -j DROP": seven SYNs of one
  attempt over 65 s (Linux, exponential back-off), no answer of any kind.

reject-hidden.pcap
  The same behind "iptables -j REJECT", captured with the filter "port 8000":
  two SYNs one second apart and nothing else. The ICMP errors that ended the
  attempt carry no TCP port of their own, so the filter hid them.

reject.pcap
  The same without the port in the filter: each SYN is followed by ICMP
  destination unreachable, port unreachable (3/3), which quotes the SYN.

black-hole.pcap
  Simulated. Four minutes, six clients of five stacks, 10.1.0.1 with ports 443,
  8000 and 8002, about one attempt a second and port, captured on the clients'
  side (80 bytes of each frame). Port 8000 swallows everything from 14:14:20
  to 14:16:05 UTC (60 s to 165 s); the other two keep answering.

All four are made by scripts/make-captures.ts; drop, reject and reject-hidden
are tcpdump listings turned back into packets.
`;

export function bundledCaptures(): Map<string, Uint8Array> {
  return new Map([
    ['drop.pcap', seedCapture(DROP)],
    ['reject-hidden.pcap', seedCapture(REJECT_HIDDEN)],
    ['reject.pcap', seedCapture(REJECT)],
    ['black-hole.pcap', simulate(BLACK_HOLE).capture],
    ['MANIFEST', new TextEncoder().encode(MANIFEST)],
  ]);
}
