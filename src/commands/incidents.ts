import { Command, Flags } from '@oclif/core';
import { databaseFlags, listFlags } from '../history/flags.ts';

export default class Incidents extends Command {
  static override summary = 'Show incidents out of the database, oldest first.';
  static override description = `The sqlite sink writes it (\`from: [incidents, ...]\`). An incident is told as it
stands: its last state. \`unackd explain ID\` tells the story of one.

Times are UTC; --since and --until take 2026-09-21T14:13:20Z, 2026-09-21 14:13,
2026-09-21, or how long ago: 2h.`;
  static override flags = {
    ...databaseFlags,
    state: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: ['firing', 'resolved'],
      description: 'only those in this state',
    }),
    kind: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: ['black-hole', 'partial-black-hole', 'refusing', 'rejecting', 'reply-loss'],
      description: 'only those of this kind',
    }),
    server: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ADDRESS',
      description: 'only those that this address or network (10.1.0.0/24) has a part in',
    }),
    port: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PORT',
      description: 'only this port, or a range (8000-8100); hosts and networks have all ports',
    }),
    since: Flags.string({ helpValue: 'TIME', description: 'that lasted until this time or later' }),
    until: Flags.string({ helpValue: 'TIME', description: 'that started before this time' }),
    ...listFlags,
  };
  static override examples = [
    '<%= config.bin %> incidents --db unackd.db --state firing',
    '<%= config.bin %> incidents --config unackd.yaml --kind black-hole --since 2026-09-21',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Incidents);
    const { showIncidents } = await import('../history/incidents.ts');
    showIncidents({
      db: flags.db,
      config: flags.config,
      states: flags.state ?? [],
      kinds: flags.kind ?? [],
      servers: flags.server ?? [],
      ports: flags.port ?? [],
      since: flags.since,
      until: flags.until,
      limit: flags.limit,
      format: flags.format as 'text' | 'jsonl',
    });
  }
}
