import type { Template } from './template.ts';

/** Appends a line of text for each incident and notice. */
export const sink: Template = {
  does: 'Appends a line for each incident and notice to a text file.',
  plugin: (name) => `import { appendFileSync } from 'node:fs';
import { changeTime, defineSink, formatTime, OutputError, summaryOf } from 'unackd';
import type { Incident, Notice } from 'unackd';

export default defineSink({
  api: 1,
  name: '${name}',
  doc: 'Appends a line for each incident and notice to a text file.',
  reads: ['incident', 'notice'],
  options: {
    path: { type: 'path', default: '${name}.txt', doc: 'file to append to' },
  },
  create({ path }) {
    const lines: string[] = [];
    const put = (message: Incident | Notice): void => {
      lines.push(\`\${formatTime(changeTime(message))} \${summaryOf(message)}\\n\`);
    };
    return {
      incident: put,
      notice: put,
      // After each batch of packets: written together, and by then on the disk.
      flush() {
        if (lines.length === 0) return;
        try {
          appendFileSync(path, lines.splice(0).join(''));
        } catch (error) {
          throw new OutputError(74, \`\${path}: \${(error as Error).message}\`);
        }
      },
    };
  },
});
`,
  test: (name) => `import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { incident, START, trySink } from 'unackd/testing';
import plugin from './${name}.ts';

describe('${name}', () => {
  it('appends a line for each incident and notice', async () => {
    const folder = mkdtempSync(join(tmpdir(), '${name}-'));
    try {
      const sink = trySink(plugin, { path: 'out.txt' }, folder);
      sink.incident?.(incident());
      sink.incident?.(incident({ lasts: 60 }));
      sink.notice?.({ type: 'notice', code: 'test', time: START, text: 'all is well' });
      await sink.flush?.();
      const text = readFileSync(join(folder, 'out.txt'), 'utf8');
      assert.deepEqual(text.trimEnd().split('\\n'), [
        '2026-09-21T14:13:25.000000Z black-hole at 10.1.0.1:8000 since 2026-09-21T14:13:20.000000Z',
        '2026-09-21T14:14:20.000000Z resolved: black-hole at 10.1.0.1:8000 since 2026-09-21T14:13:20.000000Z until 2026-09-21T14:14:20.000000Z',
        '2026-09-21T14:13:20.000000Z test: all is well',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
`,
  options: [['path', '${name}.txt', 'file to append to']],
  configuration: (name) => `sources:
  capture: { use: pcap, path: handshakes.pcap }
sinks:
  mine:
    use: ./${name}
    path: ${name}.txt
    from: [incidents, notices]
    permissions: { write: [.] }
`,
};
