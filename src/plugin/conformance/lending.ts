/** An attempt or a segment was read after the call that brought it had returned. */
export class KeptError extends Error {
  constructor(property: string, what: string) {
    const [one, copy] =
      what === 'segment' ? ['a segment', 'keepSegment'] : ['an attempt', 'keepAttempt'];
    super(
      `'${property}' of ${one} was read after the call that brought it: keep a copy instead, with ${copy}(${what})`,
    );
    this.name = 'KeptError';
  }
}

/**
 * Something that is lent for a call: once that is over, reading anything of it
 * throws. The engine itself hands out one view for all attempts: what is kept of
 * it shows another attempt later, and nobody notices.
 */
export function lend<T extends { readonly type: string }>(
  value: T,
): { readonly lent: T; end(): void } {
  let over = false;
  const wrap = (inner: object, path: string): object =>
    new Proxy(inner, {
      get(target, property) {
        const name = `${path}${String(property)}`;
        if (over) throw new KeptError(name, value.type);
        // Getters and private fields are the view's own.
        const found: unknown = Reflect.get(target, property, target);
        return typeof found === 'object' && found !== null && !Object.isFrozen(found)
          ? wrap(found, `${name}.`)
          : found;
      },
    });
  return {
    lent: wrap(value, '') as T,
    end: () => {
      over = true;
    },
  };
}
