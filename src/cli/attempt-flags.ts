/** Options that all commands share that choose attempts. */
import { Flags } from '@oclif/core';
import { OUTCOMES } from '../model/attempt.ts';

/** Several, but each with its option: what follows may be a file. */
const several = { multiple: true, multipleNonGreedy: true } as const;

/** @param besides what else is chosen by an outcome: `, and endpoints that have some` */
export function attemptFlags(besides = '') {
  return {
    server: Flags.string({
      ...several,
      helpValue: 'ADDRESS',
      description: 'only servers of this address or network (10.1.0.0/24)',
    }),
    port: Flags.string({
      ...several,
      helpValue: 'PORT',
      description: 'only this server port, or a range (8000-8100)',
    }),
    outcome: Flags.string({
      ...several,
      helpValue: 'OUTCOME',
      options: [...OUTCOMES],
      description: `only attempts that came to this${besides}`,
    }),
  };
}
