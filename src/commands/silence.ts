import { Command, Flags } from '@oclif/core';
import { daemonFlags, formatFlag, loginName, voiceFlags, WHICH_DAEMON } from '../daemon/flags.ts';
import type { SilenceAnswer } from '../daemon/orders.ts';
import { INCIDENT_KINDS, SCOPE_KINDS } from '../model/incident.ts';

export default class Silence extends Command {
  static override summary =
    'Have the running daemon not tell people of some incidents for a while.';
  static override description = `Incidents that fit are recorded, but not sent to webhooks and syslog. What still
fires when the silence ends is told then; what has ended within is never told.
What was told before is told to its end.

An incident fits that lies within one of the servers (a silence on a host does
not hold for the network around it), and fits every other option given. It
survives restarts of the daemon. \`unackd silence list\` shows silences,
\`unackd silence end ID\` ends one. Those that come again belong in the
configuration, under \`silences\`.

Times are those of the packets: of live sources the clock's own. A source that
reads captures has the time of its capture: give --from and --until in that.`;
  static override usage =
    'silence [-c FILE | --admin ADDRESS] [--all | [--server ADDRESS...] [--port PORT...] [--kind KIND...] [--scope SCOPE...] [--source ID...]] [--from TIME] [--until TIME | --for DURATION] [--comment TEXT] [--by NAME] [--format text|json]';
  static override flags = {
    ...daemonFlags,
    server: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ADDRESS',
      description: 'incidents within this address or network (10.1.0.0/24)',
    }),
    port: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PORT',
      description: 'incidents of this port alone, or of a range (8000-8100)',
    }),
    kind: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: [...INCIDENT_KINDS],
      description: 'incidents of this kind',
    }),
    scope: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: [...SCOPE_KINDS],
      description: 'incidents this wide',
    }),
    source: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      description: 'incidents of this source',
    }),
    all: Flags.boolean({
      exclusive: ['server', 'port', 'kind', 'scope', 'source'],
      description: 'all incidents',
    }),
    for: Flags.string({ helpValue: 'DURATION', description: 'how long: 90s, 30m, 2h, 1d' }),
    from: Flags.string({ helpValue: 'TIME', description: 'when it begins; left out, now' }),
    until: Flags.string({
      helpValue: 'TIME',
      exclusive: ['for'],
      description: 'when it ends: 2026-10-01T22:00:00Z',
    }),
    ...voiceFlags,
    ...formatFlag,
  };
  static override examples = [
    "<%= config.bin %> silence -c unackd.yaml --server 10.1.0.0/24 --for 2h --comment 'switch replaced'",
    '<%= config.bin %> silence list -c unackd.yaml',
    '<%= config.bin %> silence end -c unackd.yaml 5af49251',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Silence);
    if (flags.config === undefined && flags.admin === undefined) this.error(WHICH_DAEMON);
    const { server = [], port = [], kind = [], scope = [], source = [] } = flags;
    const narrowed = [server, port, kind, scope, source].some((list) => list.length > 0);
    if (!narrowed && !flags.all) {
      this.error('say which incidents: --server, --port, --kind, --scope, --source, or --all');
    }
    const { foldedForOutput } = await import('../read/page-of-output.ts');
    const { spanOf } = await import('../daemon/silence-span.ts');
    const span = spanOf(flags, Date.now() * 1000);
    const { addressOf, ask } = await import('../daemon/ask.ts');
    const { answerText } = await import('../daemon/silence-text.ts');
    const answer = (await ask(await addressOf(flags.config, flags.admin), '/silences', {
      networks: server,
      ports: port,
      kinds: kind,
      scopes: scope,
      sources: source,
      ...span,
      comment: flags.comment,
      by: flags.by ?? loginName(process.env),
    })) as SilenceAnswer;
    if (flags.format === 'json') this.log(JSON.stringify(answer, null, 2));
    else this.log(foldedForOutput(answerText(answer)));
  }
}
