/** Traffic from which V8 learns what of the program runs often. */
import { MIXED, MIXED_TARGETS, people, WEB } from '../../test/simulator/cast.ts';
import { simulate } from '../../test/simulator/simulate.ts';

/**
 * A capture of all that a reader meets most: some 22,000 attempts, answered or not,
 * with their retries, the data of connections, and a flood of spoofed SYNs.
 * Always the same, as the binary is.
 */
export function trainingCapture(): Uint8Array {
  const loss = { kind: 'random', rate: 0.01 } as const;
  const { capture } = simulate({
    seed: 'training',
    duration: 40,
    clients: [
      ...people(150, MIXED_TARGETS, { conversation: { requests: 8, think: 0.05 } }),
      {
        addresses: 'random',
        stack: 'masscan',
        targets: [WEB],
        rate: 4000,
        from: 10,
        until: 14,
      },
    ],
    endpoints: MIXED,
    path: { lossToServer: loss, lossToClient: loss },
    capture: { snapLength: 96 },
  });
  return capture;
}
