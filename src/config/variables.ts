/** `${NAME}` and `${NAME:-default}` in text; `$${` stands for a literal `${`. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableFault {
  readonly code: 'unset-variable' | 'bad-variable';
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

/** In turn: the escape; a whole variable; the beginning of something else. */
const VARIABLE =
  /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}|\$\{[^}]{0,40}\}?/g;

function lookUp(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** As in a shell, `:-` also takes the default where the variable is set to nothing. */
export function fillIn(text: string, environment: Environment): Filled {
  if (!text.includes('${')) return { text, changed: false, faults: [] };
  const faults: VariableFault[] = [];
  let changed = false;
  const filled = text.replace(VARIABLE, (match: string, name?: string, fallback?: string) => {
    if (match === '$${') return '${';
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
  });
  return { text: filled, changed, faults };
}
