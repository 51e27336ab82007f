import type { OptionFault } from '../plugin/api.ts';

/** A wrong option, as `watch` was given it. */
export class WrongOption extends Error {
  readonly exitCode = 2;

  constructor({ message, hint }: Pick<OptionFault, 'message' | 'hint'>) {
    super(hint === undefined ? message : `${message}; ${hint}`);
    this.name = 'WrongOption';
  }
}
