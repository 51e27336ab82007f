import assert from 'node:assert/strict';
import { statusText } from '../../src/daemon/status-text.ts';

const AT = '2026-09-21T14:13:20.000Z';

describe('status: what people read', () => {
  it('has every digit, in groups of three, and one of a thing as one', () => {
    const outcomes = { 'half-open': 0, refused: 0, rejected: 0, unresolved: 0 };
    const source = {
      plugin: 'live',
      state: 'reading',
      attempts: { established: 12_000, unanswered: 345, ...outcomes },
      dropped: { kernel: 65_536, interface: 1, since: null },
      last_packet: AT,
      table: { used: 1024, capacity: 1_000_000 },
    } as const;
    const text = statusText(
      {
        version: '0.1.0',
        pid: 12_345,
        configuration: 'unackd.yaml',
        started_at: AT,
        state: 'running',
        reload: null,
        sources: [
          { ...source, id: 'eth0', packets: 1_234_567 },
          { ...source, id: 'eth1', packets: 1, table: null, dropped: null },
        ],
        sinks: [{ id: 'ops', plugin: 'webhook', failing: true, waiting: 4321, lost: 1 }],
        incidents: { firing: 0, list: [] },
        silences: 0,
        notices: { 'capture-loss': 1000 },
      },
      Date.parse(AT) + 60_000,
    );
    const lines = text.split('\n');
    assert.equal(
      lines[2],
      '  eth0 (live): reading, 1,234,567 packets, 12,345 attempts (12,000 established, 345 unanswered); 1,024 of 1,000,000 places taken; 65,537 dropped in capturing (65,536 by the kernel, 1 by the interface)',
    );
    assert.match(lines[3], /^ {2}eth1 \(live\): reading, 1 packet, 12,345 attempts/u);
    assert.match(lines[5], /^ {2}ops \(webhook\): failing, 4,321 waiting, 1 record lost$/u);
    assert.equal(lines.at(-1), 'notices: 1,000 capture-loss');
    assert.match(lines[0], /pid 12345: running for 1 min /u, 'a process has a name, no count');
  });
});
