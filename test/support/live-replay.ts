/** A capture file told as if it were live: no end to wait for, and what is learnt is kept. */
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { defaultOptions } from '../../src/config/defaults.ts';
import type { SourceComponent } from '../../src/config/resolved.ts';
import type { FrameBatch, SourceDefinition } from 'unackd';

/** Leaves only the frames of these times in a batch. */
function narrow(batch: FrameBatch, from: number, until: number): void {
  let kept = 0;
  for (let i = 0; i < batch.count; i++) {
    if (batch.time[i] < from || batch.time[i] >= until) continue;
    for (const column of [batch.offset, batch.captured, batch.wire, batch.time, batch.iface]) {
      column[kept] = column[i];
    }
    kept++;
  }
  batch.count = kept;
}

export interface Stretch {
  /** Capture time of the first frame, and of the first one that is no longer there; microseconds. */
  readonly from?: number;
  readonly until?: number;
}

export function liveReplay(id: string, path: string, stretch: Stretch = {}): SourceComponent {
  const { from = -Infinity, until = Infinity } = stretch;
  const definition: SourceDefinition = {
    ...pcap,
    name: 'live-replay',
    live: true,
    create: (options, host) => {
      const source = pcap.create(options, host);
      return {
        get interfaces() {
          return source.interfaces;
        },
        async read(batch) {
          const more = await source.read(batch);
          narrow(batch, from, until);
          return more;
        },
        close: () => source.close?.(),
      };
    },
  };
  const options = { ...defaultOptions(pcap.options), path: [path], vantage: 'auto' };
  return { id, kind: 'source', definition, options, inputs: [] };
}
