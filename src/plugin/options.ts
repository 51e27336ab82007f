/**
 * One declaration per option feeds decoding, checking, the JSON Schema,
 * `unackd list` and the README tables.
 */
interface Doc<T> {
  /** One line: what it does. */
  readonly doc: string;
  /** Taken when the option is left out. Without it the option is required, unless `optional`. */
  readonly default?: T;
  /** May be left out; the plugin then gets `undefined`. */
  readonly optional?: true;
}

interface Reads {
  /** Of a path: names files that are read, with wildcards where there is no file called so. `unackd check` warns of what is not there. */
  readonly reads?: true;
}

interface Secret {
  /**
   * Holds a secret: `unackd check` warns where one is written into the file, and
   * nothing shows it. Of a `url` and of a list (headers, say) that is only what
   * looks like one.
   */
  readonly secret?: true;
}

export type OptionSpec =
  | ({
      readonly type: 'int' | 'number';
      readonly min?: number;
      readonly max?: number;
    } & Doc<number>)
  | ({ readonly type: 'string' } & Secret & Doc<string>)
  | ({ readonly type: 'path' } & Reads & Doc<string>)
  /** `https://...` or `http://...` with a host, checked with the configuration; the plugin gets it as written. */
  | ({ readonly type: 'url' } & Secret & Doc<string>)
  | ({ readonly type: 'bool' } & Doc<boolean>)
  /** Written `250ms`, `3.5s`, `10m`, `1h`, `7d`; the plugin gets microseconds. */
  | ({ readonly type: 'duration'; readonly min?: string; readonly max?: string } & Doc<string>)
  /** Written `512`, `64KiB`, `10MiB`, `2GiB` (or KB, MB, GB); the plugin gets bytes. */
  | ({ readonly type: 'size'; readonly min?: string; readonly max?: string } & Doc<string>)
  | ({ readonly type: 'enum'; readonly values: readonly string[] } & Doc<string>)
  /** One value may stand for a list of one. */
  | ({ readonly type: 'list'; readonly of: 'string' | 'path' | 'int' } & Reads &
      Secret &
      Doc<readonly string[]>);

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a plugin has to say of an option's value, beyond its declaration. */
export interface OptionFault {
  readonly option: string;
  /** Of a list: which item, from 0. */
  readonly item?: number;
  /** A warning is of this machine as it is by now: only `unackd check` tells it. */
  readonly severity: 'error' | 'warning';
  /** One sentence without a full stop. */
  readonly message: string;
  /** What would settle it. */
  readonly hint?: string;
}

type Plain<S extends OptionSpec> = S extends { type: 'int' | 'number' | 'duration' | 'size' }
  ? number
  : S extends { type: 'bool' }
    ? boolean
    : S extends { type: 'enum'; values: readonly (infer V)[] }
      ? V
      : S extends { type: 'list'; of: 'int' }
        ? readonly number[]
        : S extends { type: 'list' }
          ? readonly string[]
          : string;

/** What `create` gets for a declaration of options: decoded, checked, defaults filled in; paths absolute. */
export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K] extends { optional: true } ? Plain<O[K]> | undefined : Plain<O[K]>;
};
