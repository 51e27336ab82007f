/** What an installation is made of: files and commands, in order. */

export type Step = FolderStep | FileStep | RemoveStep;

export interface FolderStep {
  readonly kind: 'folder';
  readonly path: string;
  /** Of a folder that is made; one that is there stays as it is. */
  readonly mode: number;
}

export interface FileStep {
  readonly kind: 'file';
  readonly path: string;
  readonly mode: number;
  readonly text: string;
  /** One that is there already is the user's, and stays. */
  readonly once: boolean;
}

/** A file, or a folder with all that is in it, that is of no use any more. */
export interface RemoveStep {
  readonly kind: 'remove';
  readonly path: string;
}

export type Outcome = 'unchanged' | 'kept' | 'written' | 'replaced' | 'removed';

/** Faults that a person can mend; `exitCode` as in sysexits.h. */
export class ServiceError extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
