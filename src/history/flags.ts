/** Options that all commands share that ask a database. */
import { Flags } from '@oclif/core';

/** Which database. */
export const databaseFlags = {
  db: Flags.string({ helpValue: 'FILE', description: 'the database' }),
  config: Flags.string({
    char: 'c',
    helpValue: 'FILE',
    description: 'a configuration: the database of its first sqlite sink',
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
