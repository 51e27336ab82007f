import assert from 'node:assert/strict';
import { parseCommandLine } from '../../src/cli/command-line.ts';

const ids = ['read', 'run', 'plugin:new', 'plugin:list'];

describe('command line', () => {
  const cases: Readonly<Record<string, object>> = {
    '': { kind: 'overview' },
    '--help': { kind: 'overview' },
    '-h': { kind: 'overview' },
    help: { kind: 'overview' },
    'read x.pcap --top 3': { kind: 'run', id: 'read', argv: ['x.pcap', '--top', '3'] },
    'read -': { kind: 'run', id: 'read', argv: ['-'] },
    'read --help': { kind: 'help', id: 'read' },
    'read x -h': { kind: 'help', id: 'read' },
    'help read': { kind: 'help', id: 'read' },
    'help plugin new': { kind: 'help', id: 'plugin:new' },
    'read -- --help': { kind: 'run', id: 'read', argv: ['--', '--help'] },
    'plugin new x': { kind: 'run', id: 'plugin:new', argv: ['x'] },
    'plugin new --help': { kind: 'help', id: 'plugin:new' },
    plugin: { kind: 'topic', ids: ['plugin:new', 'plugin:list'] },
    'plugin --help': { kind: 'topic', ids: ['plugin:new', 'plugin:list'] },
    'plugin nwe': { kind: 'unknown', words: 'plugin nwe' },
    'raed x': { kind: 'unknown', words: 'raed' },
    'help raed': { kind: 'unknown', words: 'raed' },
    '--verbose read': { kind: 'unknown', words: '--verbose' },
    '-- read': { kind: 'unknown', words: '--' },
    toString: { kind: 'unknown', words: 'toString' },
  };
  for (const [line, expected] of Object.entries(cases)) {
    it(`\`unackd ${line}\``, () => {
      assert.deepEqual(parseCommandLine(line === '' ? [] : line.split(' '), ids), expected);
    });
  }
});
