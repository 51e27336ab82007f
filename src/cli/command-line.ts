/** What the words of a command line ask for, before any command is loaded. */
export type Request =
  | { readonly kind: 'overview' }
  | { readonly kind: 'help'; readonly id: string }
  | { readonly kind: 'topic'; readonly ids: readonly string[] }
  | { readonly kind: 'run'; readonly id: string; readonly argv: readonly string[] }
  | { readonly kind: 'unknown'; readonly words: string };

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

/** Words up to the first option or `--`. */
function leadingWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return end === -1 ? argv : argv.slice(0, end);
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => isHelp(word));
}

/**
 * @param argv without the interpreter and the script
 * @param ids  of all commands: `read`, `plugin:new`
 */
export function parseCommandLine(argv: readonly string[], ids: readonly string[]): Request {
  const help = argv[0] === 'help' && !ids.includes('help');
  const rest = help ? argv.slice(1) : argv;
  const words = leadingWords(rest);
  if (words.length === 0)
    return rest.length === 0 || asksForHelp(rest)
      ? { kind: 'overview' }
      : { kind: 'unknown', words: rest[0] };
  for (let length = Math.min(words.length, 2); length > 0; length--) {
    const id = words.slice(0, length).join(':');
    const argvOfIt = rest.slice(length);
    if (ids.includes(id))
      return help || asksForHelp(argvOfIt)
        ? { kind: 'help', id }
        : { kind: 'run', id, argv: argvOfIt };
  }
  const below = ids.filter((id) => id.startsWith(`${words[0]}:`));
  if (below.length === 0) return { kind: 'unknown', words: words[0] };
  return words.length === 1
    ? { kind: 'topic', ids: below }
    : { kind: 'unknown', words: words.slice(0, 2).join(' ') };
}
