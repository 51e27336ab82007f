/** On a machine of its own: ports that go silent, somebody who asks them, and a webhook that is told. */
import type { Machine } from './machine.ts';
import type { JsonRecord } from './read-records.ts';
import { parseLines } from './unackd.ts';

/** Where the machine sees the checkout. */
export const HERE = '/opt/unackd';
export const NODE = `${HERE}/node_modules/.bin/node`;
const PEER = `${NODE} ${HERE}/test/live/peer.ts`;

/** The machine itself, as the other host knows it. */
export const SERVER = '10.97.0.1';
export const HOOK_URL = 'http://127.0.0.1:8099/';

/** A cable to another host, which is a network namespace of the machine's. */
const NETWORK = `set -e
ip netns add peer
ip link add srv0 type veth peer name eth0 netns peer
ip addr add ${SERVER}/24 dev srv0
ip link set srv0 up
ip -n peer addr add 10.97.0.2/24 dev eth0
ip -n peer link set eth0 up
ip -n peer link set lo up
nft add table inet lab
nft 'add chain inet lab input { type filter hook input priority 0; }'`;

/** Bodies of webhooks, a line each; with the signature that the secret makes. */
const HOOK = `import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const signed = request.headers['webhook-signature'] !== undefined;
    appendFileSync('/run/hooks.jsonl', JSON.stringify({ signed, id: request.headers['webhook-id'], ...JSON.parse(body) }) + '\\n');
    response.end();
  });
}).listen(8099, '127.0.0.1');
`;

/** Lays the cable, has the ports answer and the webhook listen. @param machine which sees the checkout at {@link HERE} */
export function serve(machine: Machine, ports: readonly number[]): void {
  machine.must(NETWORK);
  machine.put('/run/hook.mjs', HOOK);
  machine.put('/run/hooks.jsonl', '');
  machine.beside('hook', `${NODE} /run/hook.mjs`);
  machine.beside('server', `${PEER} serve ${ports.join(' ')}`);
}

/** The other host asks each port five times a second, to the end. */
export function askFor(machine: Machine, ports: readonly number[]): void {
  const targets = ports.map((port) => `'${SERVER} ${port}'`).join(' ');
  machine.beside('client', `ip netns exec peer ${PEER} ask 200 ${targets}`);
}

export function drop(machine: Machine, port: number): void {
  machine.must(`nft add rule inet lab input tcp dport ${port} drop`);
}

export function answerAgain(machine: Machine): void {
  machine.must('nft flush chain inet lab input');
}

/** What was sent to the webhook, in order. */
export function hooksOf(machine: Machine): JsonRecord[] {
  return parseLines(machine.must('cat /run/hooks.jsonl'));
}
