/** Checks what a plugin's process says that its file declares. */
import type { OptionFault, OptionSpecs, PluginDefinition, Topic } from '../plugin/api.ts';
import { clean } from '../face/clean.ts';
import { declarationFaults } from '../plugin/conformance/definition.ts';
import { OutsideError } from './files.ts';

const DOC_MOST = 500;

/** What was declared, sound by itself. */
export interface Declared {
  readonly kind: PluginDefinition['kind'];
  readonly name: string;
  readonly doc: string;
  readonly options: OptionSpecs;
  readonly reads: readonly Topic[];
  readonly emits: readonly Topic[];
  readonly remembers: number | null;
  readonly live: boolean;
  readonly checks: boolean;
  /** Absolute. */
  readonly files: readonly string[];
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function line(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new OutsideError(`${what} is to be a line of text`);
  return clean(value, true).slice(0, DOC_MOST);
}

/**
 * @param inside files count where this says so of their absolute path
 * @throws OutsideError
 */
export function checkDescription(given: unknown, inside: (path: string) => boolean): Declared {
  if (!isPlain(given)) throw new OutsideError('what it declares makes no sense');
  const [first, ...more] = declarationFaults(given);
  if (first !== undefined) {
    const hint = more.length === 0 ? null : `'unackd plugin check' tells all that is wrong with it`;
    throw new OutsideError(clean(first.text, true), hint);
  }
  if (given['creates'] !== true) {
    throw new OutsideError("'create' is missing: a function that makes an instance");
  }
  // What was checked is what it says it is.
  const { kind, name, reads, emits, remembers } = given as unknown as Declared;
  const options = given['options'] as OptionSpecs;
  const specs = Object.entries(options).map(([key, spec]) => [
    key,
    { ...spec, doc: line(spec.doc, 'doc') },
  ]);
  const files = Array.isArray(given['files']) ? given['files'].map(String) : [];
  return {
    kind,
    name,
    doc: line(given['doc'], 'doc'),
    options: Object.fromEntries(specs) as OptionSpecs,
    reads,
    emits,
    remembers,
    live: given['live'] === true,
    checks: given['checks'] === true,
    files: files.filter((path) => inside(path)),
  };
}

/** What a plugin says of its options, as far as it makes sense. */
export function checkFaults(given: unknown, options: OptionSpecs): readonly OptionFault[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((fault: unknown): OptionFault[] => {
    if (!isPlain(fault) || typeof fault['option'] !== 'string') return [];
    const { option, item, severity, message, hint } = fault;
    if (!Object.hasOwn(options, option)) return [];
    return [
      {
        option,
        ...(Number.isSafeInteger(item) ? { item: item as number } : {}),
        severity: severity === 'warning' ? 'warning' : 'error',
        message: line(message, 'a fault'),
        ...(typeof hint === 'string' ? { hint: line(hint, 'a hint') } : {}),
      },
    ];
  });
}
