import { Command, Flags } from '@oclif/core';
import { databaseFlagsAnd, incidentArgs } from '../history/flags.ts';

export default class Export extends Command {
  static override summary = 'Write the packets of one incident as a small capture.';
  static override description = `Takes them from where they still are: the captures that the configuration's
sources read, or those that --from names.

Each attempt at the incident's scope is written whole, with its answers and the
ICMP errors about it, if it began between --around before the incident's start
and --around after its end; of connections that stand, no data. Frames stay as
they were captured: link type, time, length.

The file is pcapng, or pcap where its name ends in .pcap.`;
  static override args = incidentArgs;
  static override flags = {
    ...databaseFlagsAnd(', and its sources'),
    from: Flags.string({
      multiple: true,
      helpValue: 'CAPTURE',
      description: "captures to take them from, in place of the configuration's sources",
    }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'left out, standard output, unless that is a terminal',
    }),
    force: Flags.boolean({ description: 'replace FILE if it is there' }),
    around: Flags.string({
      default: '30s',
      helpValue: 'DURATION',
      description: 'so much before the start and after the end',
    }),
  };
  static override examples = [
    '<%= config.bin %> export 5af4 --config unackd.yaml -o 5af4.pcapng',
    '<%= config.bin %> export 5af4 --db unackd.db --from monday.pcap -o 5af4.pcap',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Export);
    const { exportIncident } = await import('../export/export.ts');
    await exportIncident({
      id: args.id,
      db: flags.db,
      config: flags.config,
      from: flags.from ?? [],
      output: flags.output,
      force: flags.force,
      around: flags.around,
    });
  }
}
