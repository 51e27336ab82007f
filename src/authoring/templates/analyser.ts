import type { Template } from './template.ts';

/** Tells ports that take several SYNs to answer. */
export const analyser: Template = {
  does: 'Tells ports that answer only after several SYNs.',
  plugin: (name) => `import { defineAnalyser } from 'unackd';

export default defineAnalyser({
  api: 1,
  name: '${name}',
  doc: 'Tells ports that answer only after several SYNs.',
  // What it is given, and what it tells: attempts in, notices out.
  reads: ['attempt'],
  emits: ['notice'],
  options: {
    limit: { type: 'int', default: 1, min: 1, doc: 'SYNs that an answer may take' },
  },
  // Once for each capture. The only clock is the packets' own: attempt.at.
  create: ({ limit }, host, emit) => ({
    attempt(attempt) {
      if (!attempt.final || attempt.outcome !== 'established' || attempt.syns <= limit) return;
      const { ip, port } = attempt.server;
      emit({
        type: 'notice',
        code: '${name}',
        time: attempt.at,
        text: \`\${ip} port \${port} answered after \${attempt.syns} SYNs\`,
      });
    },
  }),
});
`,
  test: (name) =>
    `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attempt, tryAnalyser } from 'unackd/testing';
import plugin from './${name}.ts';

describe('${name}', () => {
  it('tells a port that answered the second SYN', () => {
    const trial = tryAnalyser(plugin);
    trial.attempt(attempt({ syn_offsets: [0, 1.02] }));
    assert.deepEqual(
      trial.notices.map(({ code, text }) => \`\${code}: \${text}\`),
      ['${name}: 10.1.0.1 port 8000 answered after 2 SYNs'],
    );
  });

  it('says nothing of ports that answer at once, or never', () => {
    const trial = tryAnalyser(plugin);
    trial.attempt(attempt());
    trial.attempt(attempt({ outcome: 'unanswered', syn_offsets: [0, 1, 3, 7] }));
    assert.deepEqual(trial.notices, []);
  });

  it('allows as many SYNs as \\\`limit\\\` says', () => {
    const trial = tryAnalyser(plugin, { limit: 2 });
    trial.attempt(attempt({ syn_offsets: [0, 1.02] }));
    assert.deepEqual(trial.notices, []);
  });
});
`.replaceAll('\\`', '`'),
  options: [['limit', '1', 'SYNs that an answer may take']],
  configuration: (name) => `sources:
  capture: { use: pcap, path: handshakes.pcap }
analysers:
  mine: { use: ./${name}, from: [capture], limit: 1 }
sinks:
  lines: { use: jsonl, path: '-', from: [mine] }
`,
};
