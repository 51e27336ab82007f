/** Options that all commands share that ask a database. */
import { Args, Flags } from '@oclif/core';

/** Which database. @param besides what else of a configuration is used: `, and its names` */
export function databaseFlagsAnd(besides: string) {
  return {
    db: Flags.string({ helpValue: 'FILE', description: 'the database' }),
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: `a configuration: the database of its first sqlite sink${besides}`,
    }),
  };
}

export const databaseFlags = databaseFlagsAnd('');

/** Which incident. */
export const incidentArgs = {
  id: Args.string({
    description: "the incident's id, or its beginning, as `unackd incidents` shows it",
    required: true,
    ignoreStdin: true,
  }),
};

/** How much of a list, and in what form. */
export const listFlags = {
  limit: Flags.integer({
    min: 0,
    helpValue: 'N',
    description: 'the newest so many; 0 shows all',
  }),
  format: Flags.string({
    options: ['text', 'jsonl'],
    default: 'text',
    description: 'for people, or a JSON record a line',
  }),
};
