import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/needs.ts';
import { readRecords } from '../support/read-records.ts';

const FOLDER = join(import.meta.dirname, '../../config/examples/captures');

interface Told {
  readonly attempts: string[];
  readonly notices: string[];
}

/** Outcome, family and giving up of each attempt, codes of the notices. */
async function told(context: Mocha.Context, name: string): Promise<Told> {
  const file = join(FOLDER, name);
  needs(context, existsSync(file), `no ${name}`);
  const { attempts, notices } = await readRecords(file);
  return {
    attempts: attempts.map((a) => `${String(a['outcome'])} ${JSON.stringify(a['schedule'])}`),
    notices: notices.map((n) => String(n['code'])),
  };
}

describe('analysers: the bundled captures through the engine', () => {
  it('DROP: seven SYNs of a Linux that gave up', async function () {
    assert.deepEqual(await told(this, 'drop.pcap'), {
      attempts: ['unanswered {"family":"linux-exponential","gave_up":true}'],
      notices: [],
    });
  });

  it('REJECT behind a port filter: a hidden refusal is suspected', async function () {
    assert.deepEqual(await told(this, 'reject-hidden.pcap'), {
      attempts: ['unanswered {"family":"linux-exponential","gave_up":false}'],
      notices: ['hidden-refusal-suspected'],
    });
  });

  it('a black hole with one impatient client: no refusal is suspected', async function () {
    const { notices } = await told(this, 'black-hole.pcap');
    assert.ok(!notices.includes('hidden-refusal-suspected'));
  });

  it('REJECT in full: nothing to suspect', async function () {
    assert.deepEqual(await told(this, 'reject.pcap'), {
      attempts: ['rejected {"family":"linux-exponential","gave_up":false}'],
      notices: [],
    });
  });
});
