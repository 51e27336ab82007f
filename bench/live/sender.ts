/**
 * Sends frames on an interface as fast as is asked for, and says how many went
 * out. Runs in a network namespace of its own:
 *
 *     ip netns exec NAME node bench/live/sender.ts eth0 MAC syn|bulk RATE SECONDS [FIRST]
 *
 * The SYNs are a flood's: each from another address and port of 10.0.0.0/8 at
 * one port of the peer, beginning with the FIRSTth (0). Bulk is data of a thousand connections that stand.
 */
import { Sockets } from './sockets.ts';
import { bulk, FRAME_MOST, syn } from './made-frames.ts';

/** Frames handed to the kernel in one call; UIO_MAXIOV is 1024. */
const AT_ONCE = 512;

/** What is said at the end, on one line. */
export interface Sent {
  readonly frames: number;
  readonly seconds: number;
  /** Seconds of processor time, user and system: the kernel's work up to the receiver's ring is in it. */
  readonly cpu: number;
}

const [name, mac, what, rate, seconds, first = '0'] = process.argv.slice(2);
const make = what === 'bulk' ? bulk : syn;
const wanted = Number(rate) * Number(seconds);
const sockets = new Sockets(name, AT_ONCE, FRAME_MOST);
const nap = new Int32Array(new SharedArrayBuffer(4));

for (let i = 0; i < AT_ONCE; i++) sockets.resize(i, make.fill(sockets.frame(i), mac, i));

const began = performance.now();
const used = process.cpuUsage();
let frames = 0;
while (frames < wanted) {
  // As many as are due by now: after a pause some more, so that the rate holds.
  const due = Math.min(wanted, Math.floor(((performance.now() - began) / 1000) * Number(rate)));
  const count = Math.min(AT_ONCE, due - frames);
  if (count === 0) {
    Atomics.wait(nap, 0, 0, 0.5);
    continue;
  }
  if (make.change !== undefined) {
    for (let i = 0; i < count; i++) make.change(sockets.frame(i), Number(first) + frames + i);
  }
  frames += sockets.send(count);
}
const { user, system } = process.cpuUsage(used);
const sent: Sent = {
  frames,
  seconds: (performance.now() - began) / 1000,
  cpu: (user + system) / 1e6,
};
process.stdout.write(`${JSON.stringify(sent)}\n`);
sockets.close();
