/** The keys of a configuration, each declared once: for reading, for the schema and for suggestions. */
import { TABLE_DEFAULT } from '../flow/rules.ts';
import type { OptionSpecs } from '../plugin/options.ts';

export const SECTIONS = ['sources', 'analysers', 'sinks'] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_DOCS: Readonly<Record<Section, string>> = {
  sources: 'Where packets come from: an id of your own to a plugin and its options.',
  analysers:
    'What is made of the attempts, each analyser reading the one before unless `from` says otherwise. Left out: the standard chain.',
  sinks: 'Where results go. Left out, `from` is [incidents, notices].',
};

export const KEEP_DOC =
  'Keeps the packets that matter to handshakes in a ring of files, for `unackd export`.';
/** Of a source. */
export const KEEP_SETTINGS = {
  path: { type: 'path', doc: 'Folder for the files; made where it is not there.' },
  size: {
    type: 'size',
    default: '100MiB',
    // Eight files of two writes' size.
    min: '1MiB',
    max: '1024GiB',
    doc: 'Of all files together; the oldest goes first.',
  },
} as const satisfies OptionSpecs;

export const USE_DOC =
  'The plugin: a name, or the path of a .ts or .mjs file, or of a folder with package.json.';

export const PERMISSIONS_DOC =
  'What a plugin from outside may do, besides reading its own files: nothing unless it stands here.';
export const PERMISSIONS_SETTINGS = {
  read: { type: 'list', of: 'path', default: [], doc: 'Files and folders that it may read.' },
  write: {
    type: 'list',
    of: 'path',
    default: [],
    doc: 'Files and folders that it may write; reading them stands under `read`.',
  },
  env: {
    type: 'list',
    of: 'string',
    default: [],
    doc: 'Environment variables that it gets, by name.',
  },
} as const satisfies OptionSpecs;
export const NET_DOC =
  "Where it may connect to, through the daemon: host and port, such as 'example.org:443', '10.1.0.0/16:8086', '[2001:db8::1]:443', or '*:443' for all public addresses. true: real sockets, to and from anywhere that this machine reaches. false: none.";
export const OUTSIDE_SETTINGS = {
  memory: {
    type: 'size',
    default: '256MiB',
    // Node alone takes some 60 MiB.
    min: '96MiB',
    max: '64GiB',
    doc: 'Of a plugin from outside: memory (RSS) over which it is ended and started again.',
  },
} as const satisfies OptionSpecs;
export const FROM_DOC =
  'What it reads: ids of sources and analysers, or a topic of the whole pipeline (segments, attempts, endpoints, incidents, notices).';
export const FLOW_DOC = "The engine's own table of attempts, behind each source.";
export const NAMES_DOC =
  'What people call an endpoint: 10.1.0.1:443, [2001:db8::1]:443 or an address alone, to a name.';

export const SILENCES_DOC =
  'What people are not told of: an id of your own to which incidents, and when.';

/** Which incidents, and when; `from` and `until`, or `cron` and `for`. */
export const SILENCE_SETTINGS = {
  networks: {
    type: 'list',
    of: 'string',
    default: [],
    doc: 'Addresses and networks (10.1.0.0/24); all of an incident must lie in one of them.',
  },
  ports: {
    type: 'list',
    of: 'string',
    default: [],
    doc: "Ports and ranges ('443', '8000-8100'); only incidents of a single port have one.",
  },
  kinds: { type: 'list', of: 'string', default: [], doc: 'Kinds of incidents: black-hole, ...' },
  scopes: { type: 'list', of: 'string', default: [], doc: 'port, host, network' },
  sources: { type: 'list', of: 'string', default: [], doc: 'Ids of sources.' },
  from: { type: 'string', optional: true, doc: 'When it begins: 2026-10-01T20:00:00Z' },
  until: { type: 'string', optional: true, doc: 'When it ends: 2026-10-01T22:00:00+02:00' },
  cron: {
    type: 'string',
    optional: true,
    doc: 'When it begins, each time: minute, hour, day of the month, month, day of the week',
  },
  for: {
    type: 'duration',
    optional: true,
    min: '1m',
    // A week of minutes is looked through for the last beginning, in 0.2 s.
    max: '7d',
    doc: 'How long it lasts each time.',
  },
  timezone: {
    type: 'string',
    optional: true,
    doc: "Whose clock `cron` is by: 'Europe/Berlin'; left out, UTC.",
  },
  comment: { type: 'string', default: '', doc: 'Why, for people.' },
} as const satisfies OptionSpecs;

export const GROUPING_DOC =
  'Which incidents people are told of together. Left out: each by itself, at once.';
export const GROUPING_SETTINGS = {
  by: {
    type: 'list',
    of: 'string',
    default: ['network'],
    doc: 'What incidents of a group have in common: network, host, source, kind; [] for one group of all.',
  },
  wait: {
    type: 'duration',
    default: '10s',
    min: '0s',
    max: '1h',
    doc: 'How long a group gathers, from its first incident on.',
  },
} as const satisfies OptionSpecs;

/** Single settings of the whole daemon. */
export const SETTINGS = {
  state: {
    type: 'path',
    optional: true,
    doc: 'Database of what is still to be delivered, where no sqlite sink is configured.',
  },
  blind_after: {
    type: 'duration',
    // Shorter than a person needs to look, longer than a quiet network is silent by day.
    default: '60s',
    min: '0s',
    max: '7d',
    doc: 'How long a live source that brought packets may bring none before it counts as blind; 0s for ever.',
  },
  plugin_dirs: { type: 'list', of: 'path', default: [], doc: 'Folders with plugins of your own.' },
} as const satisfies OptionSpecs;

export const FLOW_SETTINGS = {
  table: {
    type: 'int',
    // 1M outstanding attempts take 110 MiB (IPv4) to 173 MiB (IPv6); a flood fills any table.
    default: TABLE_DEFAULT,
    min: 16,
    // At 64 bytes a slot, 1 GiB: more is a typing error.
    max: 16_777_216,
    doc: 'Outstanding attempts at most; over that, lone SYNs go first and a notice says so.',
  },
} as const satisfies OptionSpecs;

export const ADMIN_DOC =
  'Where the running daemon can be asked: /healthz, /readyz, /metrics and /status. Left out: nowhere.';
export const ADMIN_SETTINGS = {
  listen: {
    type: 'string',
    doc: 'unix:PATH, or a loopback address and port: 127.0.0.1:9477, [::1]:9477',
  },
} as const satisfies OptionSpecs;

export const LOG_DOC = "The daemon's own log, on standard error.";
export const LOG_SETTINGS = {
  level: {
    type: 'enum',
    values: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    doc: 'The least that is written.',
  },
  format: {
    type: 'enum',
    values: ['text', 'json'],
    default: 'text',
    doc: 'Lines for people, or a JSON object a line.',
  },
} as const satisfies OptionSpecs;

/** Maps of settings at the top. */
export const GROUPS = {
  flow: { doc: FLOW_DOC, settings: FLOW_SETTINGS, example: '{ table: 1000000 }' },
  admin: {
    doc: ADMIN_DOC,
    settings: ADMIN_SETTINGS,
    example: '{ listen: unix:/run/unackd/admin.sock }',
  },
  log: { doc: LOG_DOC, settings: LOG_SETTINGS, example: '{ level: info }' },
  grouping: {
    doc: GROUPING_DOC,
    settings: GROUPING_SETTINGS,
    example: '{ by: [network], wait: 10s }',
  },
} as const;

export const TOP_KEYS: readonly string[] = [
  ...SECTIONS,
  ...Object.keys(SETTINGS),
  ...Object.keys(GROUPS),
  'names',
  'silences',
];

/** Ids appear on log lines, in records and in file names of state. */
export const ID_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,63}$';
