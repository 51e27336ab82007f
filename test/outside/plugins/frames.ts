/** Hands over SYNs that nobody answers, from a client of its own; or what are no frames. */
import { defineSource } from 'unackd';

const TCP_SYN = [0x12, 0x34, 0x1f, 0x40, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0];
const IP = [0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 2, 0, 1, 10, 1, 0, 1];
const FRAME = Uint8Array.from([...IP, ...TCP_SYN]);
/** LINKTYPE_RAW: an IP packet. */
const RAW = 101;

export default defineSource({
  api: 1,
  name: 'frames',
  doc: 'SYNs that nobody answers.',
  options: { wrong: { type: 'string', default: '', doc: 'What to do wrong.' } },
  create: ({ wrong }) => {
    let read = 0;
    return {
      interfaces: [{ name: 'made', linkType: RAW, filter: null, snapLength: 0 }],
      read(batch) {
        if (wrong === 'throw' && read > 0) throw new RangeError('no more');
        batch.bytes = FRAME;
        batch.captured[0] = FRAME.length;
        batch.wire[0] = FRAME.length;
        batch.time[0] = (1_790_000_000 + 2 ** read) * 1e6;
        if (wrong === 'time') batch.time[0] = Number.POSITIVE_INFINITY;
        batch.iface[0] = wrong === 'iface' ? 7 : 0;
        batch.count = 1;
        return ++read < 6;
      },
    };
  },
});
