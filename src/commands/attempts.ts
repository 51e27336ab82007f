import { Command, Flags } from '@oclif/core';
import { attemptFlags } from '../cli/attempt-flags.ts';
import { databaseFlags, listFlags } from '../history/flags.ts';

export default class Attempts extends Command {
  static override summary = 'Show attempts out of the database, oldest first.';
  static override description = `The sqlite sink writes it (\`from: [attempts, ...]\`). --limit takes the newest
ones; people get 50 unless told otherwise, programs (jsonl) all of them.

Times are UTC; --since and --until take 2026-09-21T14:13:20Z, 2026-09-21 14:13,
2026-09-21, or how long ago: 2h.`;
  static override flags = {
    ...databaseFlags,
    ...attemptFlags(),
    source: Flags.string({ helpValue: 'ID', description: 'only attempts of this source' }),
    since: Flags.string({ helpValue: 'TIME', description: 'first SYN at this time or later' }),
    until: Flags.string({ helpValue: 'TIME', description: 'first SYN before this time' }),
    ...listFlags,
  };
  static override examples = [
    '<%= config.bin %> attempts --db unackd.db --outcome unanswered --limit 20',
    '<%= config.bin %> attempts --config unackd.yaml --server 10.1.0.1 --port 8000 --since 2h',
    '<%= config.bin %> attempts --db unackd.db --format jsonl | jq .schedule.family',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Attempts);
    const { showAttempts } = await import('../history/attempts.ts');
    showAttempts({
      db: flags.db,
      config: flags.config,
      servers: flags.server ?? [],
      ports: flags.port ?? [],
      outcomes: flags.outcome ?? [],
      source: flags.source,
      since: flags.since,
      until: flags.until,
      limit: flags.limit,
      format: flags.format as 'text' | 'jsonl',
    });
  }
}
