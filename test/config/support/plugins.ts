/** Definitions with an option of each type, and topics of each kind; none is ever created. */
import { defineAnalyser, defineSink, defineSource } from '../../../src/plugin/api.ts';
import { formatOf } from '../../../plugins/sources/pcap/magic.ts';
import { registryOf } from '../../../src/config/registry.ts';

function never(): never {
  throw new Error('checking a configuration creates nothing');
}

const registry = registryOf(
  [
    defineSource({
      api: 1,
      name: 'pcap',
      doc: 'Capture files.',
      options: {
        path: {
          type: 'list',
          of: 'path',
          reads: true,
          doc: 'Files, globs, or - for standard input.',
        },
        vantage: {
          type: 'enum',
          values: ['client', 'server', 'both', 'middle', 'unknown'],
          default: 'unknown',
          doc: 'Where the capture was taken.',
        },
        speed: { type: 'number', default: 0, min: 0, max: 1000, doc: 'Times as fast as recorded.' },
      },
      create: never,
    }),
    defineSource({
      api: 1,
      name: 'live',
      doc: 'An interface.',
      options: {
        interface: { type: 'string', doc: 'Its name.' },
        ring: { type: 'size', default: '32MiB', min: '64KiB', max: '1GiB', doc: 'Kernel buffer.' },
        promiscuous: { type: 'bool', default: false, doc: 'Take frames for others too.' },
        filter: { type: 'list', of: 'string', optional: true, doc: 'What to take.' },
      },
      check: ({ interface: name, filter = [] }) => [
        ...filter.flatMap((text, item) =>
          text === 'prot'
            ? [
                {
                  option: 'filter',
                  item,
                  severity: 'error',
                  message: `'filter': no ${text}`,
                } as const,
              ]
            : [],
        ),
        ...(name === 'eht0'
          ? [
              {
                option: 'interface',
                severity: 'warning',
                message: 'no eht0',
                hint: 'wait for it',
              } as const,
            ]
          : []),
      ],
      create: never,
    }),
    defineAnalyser({
      api: 1,
      name: 'retry-schedule',
      doc: 'Names the timer.',
      reads: ['attempt'],
      emits: [],
      options: {
        retries: { type: 'int', default: 1, min: 0, max: 10, doc: 'Retries to wait for.' },
        late: {
          type: 'duration',
          default: '100ms',
          min: '1ms',
          max: '1h',
          doc: 'Slack of a timer.',
        },
      },
      create: never,
    }),
    defineAnalyser({
      api: 1,
      name: 'icmp-correlation',
      doc: 'Finds hidden refusals.',
      reads: ['attempt', 'notice'],
      emits: ['notice'],
      options: {},
      create: never,
    }),
    defineAnalyser({
      api: 1,
      name: 'black-hole',
      doc: 'Incidents.',
      reads: ['attempt'],
      emits: ['incident', 'notice'],
      options: {},
      create: never,
    }),
    defineAnalyser({
      api: 1,
      name: 'pager',
      doc: 'Reads incidents alone.',
      reads: ['incident'],
      emits: ['notice'],
      options: {
        ports: { type: 'list', of: 'int', default: ['443'], doc: 'Ports that wake somebody.' },
        url: { type: 'url', secret: true, optional: true, doc: 'Where to post to.' },
        secret: { type: 'string', secret: true, optional: true, doc: 'Key to sign with.' },
        headers: { type: 'list', of: 'string', secret: true, optional: true, doc: 'More headers.' },
      },
      create: never,
    }),
    defineSink({
      api: 1,
      name: 'sqlite',
      doc: 'A database.',
      reads: ['attempt', 'endpoint', 'incident', 'notice'],
      options: {
        path: { type: 'path', doc: 'The database file.' },
        batch: { type: 'int', default: 1000, min: 1, doc: 'Rows a transaction.' },
        keep: { type: 'duration', optional: true, doc: 'Age at which attempts are deleted.' },
      },
      create: never,
    }),
    defineSink({
      api: 1,
      name: 'jsonl',
      doc: 'JSON lines.',
      reads: ['attempt', 'endpoint', 'incident', 'notice'],
      options: { path: { type: 'path', doc: 'A file, or - for standard output.' } },
      create: never,
    }),
    defineSink({
      api: 1,
      name: 'counter',
      doc: 'Reads attempts alone.',
      reads: ['attempt'],
      options: { label: { type: 'string', default: 'n', doc: 'What to call the sum.' } },
      create: never,
    }),
  ],
  [
    {
      owner: 'retry-schedule',
      key: 'tries',
      since: '0.2.0',
      becomes: 'retries',
      form: 'retries: 3',
    },
    {
      owner: 'counter',
      key: 'colour',
      since: '0.3.0',
      becomes: null,
      form: 'a theme of the terminal',
    },
    {
      owner: 'the configuration',
      key: 'outputs',
      since: '0.2.0',
      becomes: 'sinks',
      form: 'sinks: { ... }',
    },
    { owner: 'flow', key: 'slots', since: '0.2.0', becomes: 'table', form: 'table: 1000000' },
  ],
);

export const plugins = { ...registry, captureFormat: formatOf };
