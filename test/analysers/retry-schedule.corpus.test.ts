import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fitSchedule } from '../../plugins/analysers/retry-schedule/fit.ts';
import { needs } from '../support/needs.ts';

const expected = new URL('../../../shared/corpus/expected.jsonl', import.meta.url);

interface Expected {
  readonly file: string;
  readonly accept: readonly string[];
  readonly syns: number;
  readonly syn_offsets: readonly number[];
}

function retried(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(expected, 'utf8').split('\n')) {
    if (line === '') continue;
    const attempt = JSON.parse(line) as Expected;
    const { family } = fitSchedule(attempt.syn_offsets);
    if (family === null) continue;
    const refused = attempt.accept.includes('refused') ? ' refused' : '';
    const key = `${attempt.file} ${family}${refused}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('retry-schedule: real captures', () => {
  it('finds the stack of every retried attempt, and none for duplicates', function () {
    needs(this, existsSync(expected), 'no ../shared/corpus');
    assert.deepEqual(Object.fromEntries(retried()), {
      // After RSTs: timing alone knows no family; the analyser, which sees the outcome, does.
      'zeek-pop3.pcap unknown refused': 2,
      'zeek-pop3.pcap windows-3s': 1,
      'zeek-ssh-client-side-half-duplex.pcap unknown': 1,
      // One lone retry after 8 s explains nothing; one answered retry; 6 SYNs.
      'ndpi-ocs-rawip.pcap unknown': 1,
      'ndpi-ocs-rawip.pcap linux-exponential': 2,
      'ndpi-gnutella.pcap windows-3s': 70,
      'ndpi-gnutella.pcap unknown refused': 7,
      'ndpi-alexa-app.pcapng linux-exponential': 9,
      'kholia-msdp.pcap unknown': 9,
    });
  });
});
