/** Carries steps out, below a root. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ServiceError } from './step.ts';
import type { FileStep, Outcome, Step } from './step.ts';

const NO_PERMISSION = 77;
const OUTPUT_FAILED = 74;

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isText(path: string, text: string): boolean {
  return isThere(path) && readFileSync(path, 'utf8') === text;
}

/** What would be done. @param root `/`, or the folder that stands for it */
export function foresee(step: Step, root: string): Outcome {
  const path = join(root, step.path);
  const there = isThere(path);
  switch (step.kind) {
    case 'folder':
      return there ? 'unchanged' : 'written';
    case 'remove':
      return there ? 'removed' : 'unchanged';
    case 'file':
      if (!there) return 'written';
      if (isText(path, step.text)) return 'unchanged';
      return step.once ? 'kept' : 'replaced';
  }
}

/** Whole, or not at all: whoever reads it meanwhile sees the old one. */
function writeWhole(path: string, { mode, text }: FileStep): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(beside, text, { mode, flush: true, flag: 'wx' });
    chmodSync(beside, mode);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** @throws ServiceError naming the path */
export function carryOut(step: Step, root: string): Outcome {
  const path = join(root, step.path);
  try {
    const outcome = foresee(step, root);
    if (outcome === 'unchanged' || outcome === 'kept') return outcome;
    if (step.kind === 'remove') rmSync(path);
    else if (step.kind === 'file') writeWhole(path, step);
    else {
      mkdirSync(path, { recursive: true });
      chmodSync(path, step.mode);
    }
    return outcome;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const denied = code === 'EACCES' || code === 'EPERM';
    const why = denied ? 'no permission; run it as root' : message.replace(/^E[A-Z]+: /u, '');
    throw new ServiceError(denied ? NO_PERMISSION : OUTPUT_FAILED, `${path}: ${why}`);
  }
}
