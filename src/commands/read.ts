import { Args, Command, Flags } from '@oclif/core';
import { attemptFlags } from '../cli/attempt-flags.ts';
import { didYouMean } from '../config/spelling.ts';
import { CAUSE_WORDS, OUTCOME_WORDS, VERDICT_WORDS } from '../face/verdict-words.ts';
import { wordList } from '../face/word-list.ts';
import { OUTCOMES, VANTAGES } from '../model/attempt.ts';
import { VERDICTS } from '../model/endpoint.ts';
import { read } from '../read/read.ts';

/** What a shell sees; see sysexits.h. */
const EXIT_CODES = {
  0: 'done, also where a file is damaged midway or the reader of the output has gone',
  1: 'found what --fail-on asks for',
  2: 'the command line is wrong',
  65: 'not a capture file, or of an unknown link type',
  66: 'no such file',
  74: 'the output could not be written',
  77: 'no permission',
};

const FINDINGS: readonly string[] = [...new Set([...OUTCOMES, ...VERDICTS])];

export default class Read extends Command {
  static override summary = 'Read capture files and tell the fate of every handshake.';
  static override description = `Reads pcap and pcapng files, plain or compressed with gzip or zstd, and
prints the endpoints found in them, worst first: which ports answer, which
refuse (RST, ICMP) and which swallow SYNs in silence, and why that may be.

Several files are read as one capture, in order of time, whatever order they are
named in. In records, \`source\` is the file's name, \`stdin\` or \`files\`.

${wordList('Outcomes of attempts', OUTCOME_WORDS)}

${wordList('Verdicts on endpoints', VERDICT_WORDS)}

${wordList('Causes of silence', CAUSE_WORDS)}

${wordList('Exit codes', EXIT_CODES)}`;
  static override usage = 'read FILES... [OPTION...]';
  static override strict = false;
  static override args = {
    files: Args.string({
      description: "capture files; '-' is standard input, wildcards in quotes are allowed",
      required: true,
      // Names, that is: oclif would read them from there.
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ladder: Flags.boolean({ description: 'draw typical handshakes, packet by packet' }),
    format: Flags.string({
      options: ['text', 'json', 'jsonl'],
      default: 'text',
      description: 'for people, one JSON document, or a JSON record a line',
    }),
    summary: Flags.boolean({ description: 'endpoints and totals only' }),
    ...attemptFlags(', and endpoints that have some'),
    vantage: Flags.string({
      options: ['auto', ...VANTAGES],
      default: 'auto',
      description: 'where the capture was taken; auto tells it from the packets',
    }),
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: "a configuration, whose 'names' the table shows",
    }),
    limit: Flags.integer({
      min: 0,
      helpValue: 'N',
      description: 'rows of the table (50), or handshakes drawn (10); 0 shows all endpoints',
    }),
    'fail-on': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'WORD',
      description: 'exit with 1 if any attempt or endpoint shown came to this outcome or verdict',
    }),
    'no-progress': Flags.boolean({ description: 'no progress bar, not even on a terminal' }),
  };
  static override examples = [
    '<%= config.bin %> read capture.pcap',
    '<%= config.bin %> read --ladder --port 8000 capture.pcapng.gz',
    "<%= config.bin %> read --format jsonl --outcome unanswered 'captures/*.pcap' | jq .server",
    "tcpdump -i eth0 -w - 'tcp or icmp or icmp6' | <%= config.bin %> read -",
  ];

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Read);
    if (argv.includes('')) this.error('a file name is empty; is a variable not set?');
    for (const word of flags['fail-on'] ?? []) {
      if (FINDINGS.includes(word)) continue;
      this.error(`--fail-on can't be '${word}'; ${didYouMean(word, FINDINGS, 'it is one of')}`);
    }
    const { failOn, noProgress } = { failOn: flags['fail-on'], noProgress: flags['no-progress'] };
    process.exitCode = await read({
      files: argv.map(String),
      ladder: flags.ladder,
      format: flags.format as 'text' | 'json' | 'jsonl',
      summary: flags.summary,
      servers: flags.server ?? [],
      ports: flags.port ?? [],
      outcomes: flags.outcome ?? [],
      vantage: flags.vantage,
      limit: flags.limit,
      failOn: failOn ?? [],
      progress: !noProgress,
      config: flags.config,
    });
  }
}
