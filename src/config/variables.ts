/**
 * `${NAME}` and `${NAME:-default}` in text, `${file:PATH}` and `${credential:NAME}`
 * for what a file holds; `$${` stands for a literal `${`.
 */
import { join } from 'node:path';
import type { ReadFile } from './secret-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableFault {
  readonly code: 'unset-variable' | 'bad-variable' | 'unreadable-file';
  readonly message: string;
  readonly hint: string;
  /** What to look for in the text as written, to show the place. */
  readonly needle: string;
}

export interface Filled {
  readonly text: string;
  /** A variable was filled in. */
  readonly changed: boolean;
  readonly faults: readonly VariableFault[];
}

/** In turn: the escape; a file; a whole variable; the beginning of something else. */
const VARIABLE =
  /\$\$\{|\$\{(file|credential):([^}]*)\}|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{[^}]{0,40}\}?/g;

function lookUp(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** systemd.exec(5), Credentials. */
const CREDENTIALS = 'CREDENTIALS_DIRECTORY';

function fileText(
  kind: string,
  name: string,
  match: string,
  environment: Environment,
  read: ReadFile,
): string | VariableFault {
  const folder = lookUp(environment, CREDENTIALS);
  if (name === '' || (kind === 'credential' && /^\.|\//u.test(name))) {
    return {
      code: 'bad-variable',
      message: `'${match}' names no ${kind}`,
      hint: 'write ${file:PATH}, or ${credential:NAME} for one of systemd',
      needle: match,
    };
  }
  if (kind === 'credential' && folder === undefined) {
    return {
      code: 'unset-variable',
      message: `${CREDENTIALS} is not set, so there is no credential '${name}'`,
      hint: `systemd sets it for a service with LoadCredential=${name}:PATH; elsewhere set it to the folder that holds ${name}`,
      needle: match,
    };
  }
  const found = read(kind === 'file' ? name : join(folder ?? '', name));
  if ('text' in found) return found.text;
  return {
    code: 'unreadable-file',
    message: `${match} can't be read: ${found.why}`,
    hint:
      kind === 'file'
        ? "a relative path starts at the configuration's folder"
        : `${CREDENTIALS} is ${folder}`,
    needle: match,
  };
}

/** As in a shell, `:-` also takes the default where the variable is set to nothing. */
export function fillIn(text: string, environment: Environment, read: ReadFile): Filled {
  if (!text.includes('${')) return { text, changed: false, faults: [] };
  const faults: VariableFault[] = [];
  let changed = false;
  const fill = (
    match: string,
    kind?: string,
    file?: string,
    name?: string,
    fallback?: string,
  ): string => {
    if (match === '$${') return '${';
    if (kind !== undefined) {
      changed = true;
      const found = fileText(kind, file ?? '', match, environment, read);
      if (typeof found === 'string') return found;
      faults.push(found);
      return '';
    }
    if (name === undefined) {
      faults.push({
        code: 'bad-variable',
        message: `'${match}' is not a variable`,
        hint: 'write ${NAME} or ${NAME:-default}, and $${ for a literal ${',
        needle: match,
      });
      return '';
    }
    changed = true;
    const value = lookUp(environment, name);
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value !== undefined) return value;
    faults.push({
      code: 'unset-variable',
      message: `the environment variable ${name} is not set`,
      hint: `set it, or give a default: \${${name}:-default}`,
      needle: match,
    });
    return '';
  };
  const filled = text.replace(VARIABLE, fill);
  return { text: filled, changed, faults };
}
