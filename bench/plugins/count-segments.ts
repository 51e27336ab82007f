/** Counts segments by kind and by port, as an analyser of one's own may begin. */
import { defineAnalyser, TCP_FLAGS } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: 'count-segments',
  doc: 'Counts segments.',
  reads: ['segment'],
  emits: ['notice'],
  options: {},
  create: (_, _host, emit) => {
    let segments = 0;
    let syns = 0;
    let bytes = 0;
    const ports = new Uint32Array(65_536);
    return {
      segment(s) {
        segments++;
        const { flags } = s;
        if ((flags & (TCP_FLAGS.syn | TCP_FLAGS.ack)) === TCP_FLAGS.syn) {
          syns++;
          ports[s.to_port]++;
        }
        bytes += s.payload;
      },
      end(now) {
        const busiest = ports.indexOf(Math.max(...ports));
        const text = `${segments} segments, ${syns} SYNs, most to port ${busiest}, ${bytes} bytes`;
        emit({ type: 'notice', code: 'counted', time: now, text });
      },
    };
  },
});
