import type { JsonRecord } from '../../support/read-records.ts';

/**
 * What differs from what is expected, a line each. Only what is listed is
 * compared: keys of objects, the first elements of arrays of objects. Other
 * arrays are compared whole. `/.../` is a regular expression.
 */
export function differences(expected: unknown, got: unknown, path = ''): string[] {
  if (typeof expected === 'string' && /^\/.*\/$/s.test(expected)) {
    const matches = typeof got === 'string' && new RegExp(expected.slice(1, -1), 's').test(got);
    return matches ? [] : [different(path, expected, got)];
  }
  if (Array.isArray(expected) && Array.isArray(got)) {
    const objects = expected.length > 0 && typeof expected[0] === 'object';
    if (objects ? got.length < expected.length : got.length !== expected.length) {
      return [different(path, expected, got)];
    }
    return expected.flatMap((e, i) => differences(e, got[i], `${path}[${i}]`));
  }
  if (isObject(expected) && isObject(got)) {
    return Object.entries(expected).flatMap(([key, e]) =>
      differences(e, got[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return Object.is(expected, got) ? [] : [different(path, expected, got)];
}

function different(path: string, expected: unknown, got: unknown): string {
  return `${path}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`;
}

function isObject(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
