/** Carries steps out, below a root. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../starting/whole-file.ts';
import { ServiceError } from './step.ts';
import type { Outcome, Step } from './step.ts';

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

/** @throws ServiceError naming the path */
export function carryOut(step: Step, root: string): Outcome {
  const path = join(root, step.path);
  try {
    const outcome = foresee(step, root);
    if (outcome === 'unchanged' || outcome === 'kept') return outcome;
    if (step.kind === 'remove') rmSync(path, { recursive: true });
    else if (step.kind === 'file') {
      mkdirSync(dirname(path), { recursive: true });
      writeWhole(path, { ...step, replace: true });
    } else {
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
