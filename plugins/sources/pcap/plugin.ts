import { defineSource } from 'unackd';
import { CaptureFiles } from './files.ts';
import { PacedSource } from './pace.ts';

export default defineSource({
  api: 1,
  name: 'pcap',
  doc: 'Reads capture files: pcap and pcapng, also compressed with gzip or zstd.',
  options: {
    path: {
      type: 'list',
      of: 'path',
      reads: true,
      doc: 'Files to read, in time order; wildcards * ? [] ** are allowed, - is standard input.',
    },
    vantage: {
      type: 'enum',
      values: ['auto', 'client', 'server', 'both', 'middle', 'unknown'],
      default: 'auto',
      doc: 'Where the capture was taken; auto tells it from the packets.',
    },
    speed: {
      type: 'number',
      min: 0,
      default: 0,
      doc: '0 reads as fast as it goes, 1 as it was recorded, 20 twenty times as fast.',
    },
  },
  create({ path, speed }, host) {
    const files = new CaptureFiles(path, host);
    return speed > 0 ? new PacedSource(files, speed) : files;
  },
});
