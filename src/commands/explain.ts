import { Command, Flags } from '@oclif/core';
import { KIND_WORDS } from '../face/incident-words.ts';
import { wordList } from '../face/word-list.ts';
import { databaseFlagsAnd, incidentArgs } from '../history/flags.ts';

export default class Explain extends Command {
  static override summary = 'Tell the whole story of one incident.';
  static override description = `A timeline of the attempts before, meanwhile and afterwards, the evidence in
numbers, the causes with their reasons, what would settle the doubt, the other
endpoints of the host and network, and a few typical attempts packet by packet.

The database must hold attempts and incidents (\`from: [attempts, incidents]\`).

${wordList('Kinds of incidents', KIND_WORDS)}`;
  static override args = incidentArgs;
  static override flags = {
    ...databaseFlagsAnd(', and its names'),
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people; or the records: the incident, then its attempts',
    }),
  };
  static override examples = ['<%= config.bin %> explain 5af4 --config unackd.yaml'];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const { explain } = await import('../history/explain.ts');
    explain({
      id: args.id,
      db: flags.db,
      config: flags.config,
      format: flags.format as 'text' | 'jsonl',
    });
  }
}
