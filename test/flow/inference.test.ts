/** What silence after a SYN-ACK means where bare ACKs stay in the kernel, as live. */
import assert from 'node:assert/strict';
import { Engine } from '../../src/engine/engine.ts';
import { configOf, packet, START, SYN, taking, ticks } from '../support/scripted.ts';
import type { Step } from '../support/scripted.ts';

const SYN_ACK = 0x12;
const RST = 0x04;
const RST_ACK = 0x14;
const FIN_ACK = 0x11;
const PORT = 1024;

const client = (at: number, flags: number, port = PORT): Step => ({
  at,
  frame: packet({ flags, port }),
});
const server = (at: number, flags: number, port = PORT): Step => ({
  at,
  frame: packet({ flags, port, fromServer: true }),
});

interface Told {
  readonly outcome: string;
  readonly inferred: boolean;
  readonly after: number;
}

/** What is told of the attempts, in order. */
async function tell(steps: readonly Step[]): Promise<Told[]> {
  const told: Told[] = [];
  const sink = taking('out', {
    attempt: ({ outcome, inferred, at }) => {
      told.push({ outcome, inferred, after: (at - START) / 1e6 });
    },
  });
  const inOrder = steps.toSorted((a, b) => a.at - b.at);
  const last = inOrder[inOrder.length - 1].at;
  await new Engine(configOf([...inOrder, ...ticks(last + 0.3, last + 60)], [sink]), {
    log: () => {},
  }).run();
  return told;
}

describe('flow: without bare ACKs', () => {
  it('neither SYN nor SYN-ACK repeated for 1.5 s: established, inferred', async () => {
    assert.deepEqual(await tell([client(0, SYN), server(0.1, SYN_ACK)]), [
      { outcome: 'established', inferred: true, after: 1.6 },
    ]);
  });

  it('a FIN proves it', async () => {
    const steps = [client(0, SYN), server(0.1, SYN_ACK), client(0.4, FIN_ACK)];
    assert.deepEqual(await tell(steps), [{ outcome: 'established', inferred: false, after: 0.4 }]);
  });

  it('the SYN-ACK copied by the capture is no repeat', async () => {
    const steps = [client(0, SYN), server(0.1, SYN_ACK), server(0.101, SYN_ACK)];
    assert.deepEqual(await tell(steps), [{ outcome: 'established', inferred: true, after: 1.6 }]);
  });

  it('both repeated once, then no more: half-open, then established', async () => {
    const steps = [
      client(0, SYN),
      server(0.1, SYN_ACK),
      client(1, SYN),
      server(1.1, SYN_ACK),
      server(1.15, SYN_ACK),
    ];
    const told = await tell(steps);
    assert.deepEqual(
      told.map(({ outcome, inferred }) => [outcome, inferred]),
      [
        ['half-open', false],
        ['established', true],
      ],
    );
    // The SYN-ACK would have come again at 3.1 s, 12.5 % late at 3.35 s.
    assert.ok(told[1].after > 3.4 && told[1].after < 4.5, String(told[1].after));
  });

  it('repeated on and on until the server gives up: half-open', async () => {
    const times = [0.1, 1.1, 3.1, 7.1, 15.1, 31.1];
    const steps = [client(0, SYN), ...times.map((at) => server(at, SYN_ACK))];
    const told = await tell(steps);
    assert.deepEqual([...new Set(told.map(({ outcome }) => outcome))], ['half-open']);
  });

  it('the stack refuses the answer that a scanner asked for: half-open', async () => {
    const steps = [client(0, SYN), server(0.1, SYN_ACK), client(0.11, RST)];
    const told = await tell(steps);
    assert.deepEqual([...new Set(told.map(({ outcome }) => outcome))], ['half-open']);
  });

  it('an application closes the hard way: established', async () => {
    const steps = [client(0, SYN), server(0.1, SYN_ACK), client(0.2, RST_ACK)];
    assert.deepEqual(await tell(steps), [{ outcome: 'established', inferred: true, after: 0.2 }]);
  });

  it('the server breaks off at once: half-open', async () => {
    const steps = [client(0, SYN), server(0.1, SYN_ACK), server(0.2, RST)];
    const told = await tell(steps);
    assert.deepEqual([...new Set(told.map(({ outcome }) => outcome))], ['half-open']);
  });

  it('many answers and no end of a connection, as SYN cookies leave it: unresolved', async () => {
    const steps = Array.from({ length: 800 }, (_, i) => [
      client(i / 1000, SYN, 2000 + i),
      server(i / 1000 + 0.0001, SYN_ACK, 2000 + i),
    ]).flat();
    const told = await tell(steps);
    assert.deepEqual([...new Set(told.map(({ outcome }) => outcome))], ['unresolved']);
  });

  it('as many answers of a server whose connections come to their ends: established', async () => {
    const steps = Array.from({ length: 800 }, (_, i) => [
      client(i / 1000, SYN, 2000 + i),
      server(i / 1000 + 0.0001, SYN_ACK, 2000 + i),
      // Every fourth one ends soon.
      ...(i % 4 === 0 ? [client(i / 1000 + 0.05, FIN_ACK, 2000 + i)] : []),
    ]).flat();
    const told = await tell(steps);
    assert.deepEqual([...new Set(told.map(({ outcome }) => outcome))], ['established']);
  });
});
