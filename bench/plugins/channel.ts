/**
 * The way of segments into a plugin's process by itself: rows are written, sent,
 * read and counted there; nothing is captured or decoded. `channel.js PLUGIN SEGMENTS`
 * prints seconds, from the first segment to the answer to the last.
 */
import { hostOf } from '../../src/engine/hosts.ts';
import { isAfar } from '../../src/engine/afar.ts';
import { installed } from '../../src/engine/registry.ts';
import { NO_GRANTS } from '../../src/outside/grants.ts';
import type { AnalyserDefinition, AnalyserHost } from '../../src/plugin/api.ts';
import { KIND_TCP, Segment, TCP_ACK, TCP_SYN } from '../../src/wire/segment.ts';

/** As a batch of frames, and as many of these as a file goes on before it waits. */
const AT_ONCE = 1024;
const BATCHES = 4;
/** 2026-09-21T14:13:20Z */
const START = 1_790_000_000e6;

const [plugin, count] = process.argv.slice(2);
const segments = Number(count);
const opened = installed.outside?.open(plugin);
if (opened === undefined || !('granted' in opened)) throw new Error(JSON.stringify(opened));
const definition = opened.granted(NO_GRANTS) as AnalyserDefinition;
const host: AnalyserHost = {
  ...hostOf('test', () => undefined),
  id: 'counter',
  log: () => undefined,
  remembered: null,
  wakeAt: () => undefined,
  capture: {
    icmpSeen: false,
    filters: [],
    finite: true,
    missing: () => ({ packets: 0, answers: 0, blind: 0 }),
  },
};
let told = '';
const analyser = definition.create({}, host, (message) => {
  if (message.type === 'notice') told = message.text;
});
if (!isAfar(analyser)) throw new Error('it is to run in a process of its own');
const far = analyser;
far.places(0, 'made-up', ['eth0']);
far.send(START);
await far.settled(false);

const segment = new Segment();
segment.kind = KIND_TCP;
segment.srcPort = 40_000;
segment.dstPort = 443;
segment.ttl = 64;
const times = new Float64Array(AT_ONCE);
const before = process.cpuUsage();
const start = performance.now();
for (let i = 0, batch = 0; i < segments; batch++) {
  for (let n = 0; n < AT_ONCE && i < segments; n++, i++) {
    times[n] = START + i;
    segment.src0 = i;
    segment.flags = (i & 1) === 0 ? TCP_SYN : TCP_SYN | TCP_ACK;
    far.row(segment, times, n, 0, false);
  }
  if (batch % BATCHES < BATCHES - 1) continue;
  far.send(START + i);
  await far.settled(false);
}
far.end?.(START + segments);
await far.settled(false);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
far.collect(
  () => undefined,
  () => undefined,
);
analyser.close?.();
process.stdout.write(`${JSON.stringify({ seconds, cpu: (user + system) / 1e6, told })}\n`);
