import { Args, Command, Flags } from '@oclif/core';
import { bundled } from '../engine/registry.ts';
import { pluginLines, pluginPage } from '../cli/plugin-list.ts';
import { didYouMean } from '../config/spelling.ts';

export default class List extends Command {
  static override summary = 'List the plugins that come with unackd, or the options of one.';
  static override args = {
    plugin: Args.string({ description: 'whose options to list', ignoreStdin: true }),
  };
  static override flags = {
    format: Flags.string({
      options: ['text', 'json'],
      default: 'text',
      description: 'text for people, json for programs',
    }),
  };
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list pcap',
    '<%= config.bin %> list --format json',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    const all = (['source', 'analyser', 'sink'] as const).flatMap((kind) =>
      bundled.names(kind).flatMap((name) => bundled.find(kind, name) ?? []),
    );
    const chosen = args.plugin === undefined ? all : all.filter(({ name }) => name === args.plugin);
    if (chosen.length === 0) {
      const names = all.map(({ name }) => name);
      this.error(
        `no plugin '${args.plugin}'; ${didYouMean(args.plugin ?? '', names, 'there are')}`,
      );
    }
    if (flags.format === 'json') this.log(JSON.stringify(chosen, null, 2));
    else if (args.plugin === undefined) this.log(pluginLines(all).join('\n'));
    else this.log(chosen.map((plugin) => pluginPage(plugin).join('\n')).join('\n\n'));
  }
}
