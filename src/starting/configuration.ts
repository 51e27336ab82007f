/** The configuration that a machine starts with: commented YAML that `check` finds no fault with. */
import { stringify } from 'yaml';
import { PLURALS, STANDARD_CHAIN } from '../config/resolved.ts';
import type { ChosenInterface } from './interfaces.ts';

/** The database's id. */
const HISTORY = 'history';

/** An option's value, as it is to stand in the file. */
export type StartingValue = string | number | boolean | readonly string[];

export interface StartingSink {
  /** As records and the log name it. */
  readonly id: string;
  /** The plugin. */
  readonly use: string;
  readonly options: Readonly<Record<string, StartingValue>>;
}

/** A port that must answer. */
export interface ExpectedPort {
  /** `10.1.0.1:443`, `[2001:db8::1]:443`. */
  readonly endpoint: string;
  /** What people call it; `null` for nothing. */
  readonly name: string | null;
}

export interface Starting {
  /** Who wrote it, and what to do after a change: comment lines, without their signs. */
  readonly preamble: readonly string[];
  /** Each is captured on; with none, all at once (`any`). */
  readonly interfaces: readonly ChosenInterface[];
  /** Others that could be, with the reason why they are not: shown as comments. */
  readonly others: readonly ChosenInterface[];
  /** The database's path. */
  readonly database: string;
  /** How long attempts stay there, such as `30d`; `null` for ever. */
  readonly retention: string | null;
  /** Size from which on the oldest attempts go, such as `2GiB`; `null` for none. */
  readonly maxSize: string | null;
  /** Who is told, besides. */
  readonly sinks: readonly StartingSink[];
  /** Told even if they never answered. */
  readonly expected: readonly ExpectedPort[];
  /** Where the daemon can be asked: `unix:/run/unackd/admin.sock`; `null` for nowhere. */
  readonly admin: string | null;
  /** How a secret is best written here: `${credential:secret_NAME}`, `${NAME}`. */
  readonly secret: string;
}

/** A value on one line, quoted where YAML would take it for something else. */
export function yamlValue(value: StartingValue): string {
  const text = stringify(value, {
    collectionStyle: 'flow',
    singleQuote: true,
    lineWidth: 0,
    flowCollectionPadding: false,
  }).trimEnd();
  // A text over several lines, which a quoted one can be without them.
  return text.includes('\n') ? JSON.stringify(value) : text;
}

/** Ids that mean something else already. */
const TAKEN = [...PLURALS.keys(), ...STANDARD_CHAIN, HISTORY];

/** Ids for interfaces: their names, with `-` for what an id can't hold; none twice. */
function idsFor(names: readonly string[], sinks: readonly StartingSink[]): string[] {
  const taken = new Set([...TAKEN, ...sinks.map(({ id }) => id)]);
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9_.@:-]/gu, '-').replace(/^[^A-Za-z0-9_]/u, '_');
    let id = plain;
    for (let n = 2; taken.has(id); n++) id = `${plain}-${n}`;
    taken.add(id);
    return id;
  });
}

function sourceLines({ interfaces, others, sinks }: Starting): string[] {
  const all = [...interfaces, ...others];
  const ids = idsFor(
    all.map(({ name }) => name),
    sinks,
  );
  const sources = all.map(
    ({ name }, i) => `${yamlValue(ids[i])}: { use: live, interface: ${yamlValue(name)} }`,
  );
  const lines = interfaces.flatMap(({ about }, i) => [`  # ${about}`, `  ${sources[i]}`]);
  if (interfaces.length === 0) lines.push('  all: { use: live, interface: any }');
  if (others.length > 0) lines.push('  # Not captured on:');
  others.forEach(({ about }, i) => {
    lines.push(`  # ${sources[interfaces.length + i]} # ${about}`);
  });
  return lines;
}

function sinkLines({ database, retention, maxSize, sinks, secret }: Starting): string[] {
  const lines = [
    '  # A database, to look things up in: `unackd incidents --config` this file.',
    `  ${HISTORY}:`,
    '    use: sqlite',
    `    path: ${yamlValue(database)}`,
    ...(retention === null
      ? []
      : [`    retention: ${yamlValue(retention)} # of attempts; incidents stay`]),
    ...(maxSize === null ? [] : [`    max_size: ${yamlValue(maxSize)}`]),
    '    from: [attempts, endpoints, incidents, notices]',
  ];
  for (const { id, use, options } of sinks) {
    lines.push(`  ${yamlValue(id)}:`, `    use: ${yamlValue(use)}`);
    for (const [key, value] of Object.entries(options))
      lines.push(`    ${key}: ${yamlValue(value)}`);
  }
  if (sinks.length > 0) return lines;
  return [
    ...lines,
    '  # Who is told. Take the comment signs away from what fits.',
    '  #',
    '  # siem: { use: syslog, transport: udp, host: 127.0.0.1 }',
    '  #',
    '  # ops:',
    '  #   use: webhook',
    "  #   url: 'https://example.org/hook' # preset: slack, alertmanager or pagerduty for those",
    `  #   secret: ${yamlValue(secret)} # never the secret itself: this file can be read by all`,
  ];
}

/** The standard chain written out, as only that has a place for `expect`. */
function chainLines(expected: readonly string[]): string[] {
  return [
    'analysers:',
    ...STANDARD_CHAIN.map((name) => {
      const expect = name === 'black-hole' ? `, expect: ${yamlValue(expected)}` : '';
      return `  ${name}: { use: ${name}${expect} }`;
    }),
  ];
}

function commented(lines: readonly string[]): string[] {
  return ['#', ...lines.map((line) => `# ${line}`)];
}

function expectedLines({ expected }: Starting): string[] {
  const endpoints = expected.map(({ endpoint }) => endpoint);
  return [
    '# Ports that must answer: told even if they never did.',
    ...(endpoints.length > 0 ? chainLines(endpoints) : commented(chainLines(['10.1.0.1:443']))),
  ];
}

function nameLines({ expected }: Starting): string[] {
  const named = expected.flatMap(({ endpoint, name }) =>
    name === null ? [] : [`  ${yamlValue(endpoint)}: ${yamlValue(name)}`],
  );
  return [
    '# What people call an endpoint.',
    ...(named.length > 0 ? ['names:', ...named] : commented(['names:', '  10.1.0.1:443: shop'])),
  ];
}

/** The file's text. */
export function startingConfiguration(starting: Starting): string {
  const { preamble, admin } = starting;
  return [
    ...preamble.map((line) => `# ${line}`.trimEnd()),
    '',
    '# Where packets come from. `unackd interfaces` lists what there is; one that is',
    '# not there is waited for.',
    'sources:',
    ...sourceLines(starting),
    '',
    '# Where results go. `from`, left out, is what people are told: incidents and notices.',
    'sinks:',
    ...sinkLines(starting),
    '',
    ...(admin === null
      ? []
      : [
          '# Where `unackd status` asks; also /healthz, /readyz and /metrics.',
          'admin:',
          `  listen: ${yamlValue(admin)}`,
          '',
        ]),
    ...expectedLines(starting),
    '',
    ...nameLines(starting),
    '',
  ].join('\n');
}
