import { Args, Command, Flags } from '@oclif/core';
import { resolve } from 'node:path';
import type { PluginDefinition } from '../plugin/api.ts';
import { bundled, installed } from '../engine/registry.ts';
import { NO_GRANTS } from '../outside/grants.ts';
import { pluginLines, pluginPage } from '../cli/plugin-list.ts';
import { sheetOfOutput } from '../read/page-of-output.ts';
import { didYouMean } from '../config/spelling.ts';

export default class List extends Command {
  static override summary =
    'List the plugins that come with unackd, or the options of one: of your own, too.';
  static override args = {
    plugin: Args.string({
      description: 'whose options to list: its name, or the path of one of your own',
      ignoreStdin: true,
    }),
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
    '<%= config.bin %> list ./my-analyser.ts',
    '<%= config.bin %> list --format json',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    const all = (['source', 'analyser', 'sink'] as const).flatMap((kind) =>
      bundled.names(kind).flatMap((name) => bundled.find(kind, name) ?? []),
    );
    const chosen = args.plugin === undefined ? all : this.chosen(args.plugin, all);
    if (chosen.length === 0) {
      const names = all.map(({ name }) => name);
      this.error(
        `no plugin '${args.plugin}'; ${didYouMean(args.plugin ?? '', names, 'there are')}`,
      );
    }
    if (flags.format === 'json') this.log(JSON.stringify(chosen, null, 2));
    else if (args.plugin === undefined) this.log(pluginLines(all, sheetOfOutput()).join('\n'));
    else
      this.log(chosen.map((plugin) => pluginPage(plugin, sheetOfOutput()).join('\n')).join('\n\n'));
  }

  /** By its name, or by its path. */
  private chosen(plugin: string, all: readonly PluginDefinition[]): readonly PluginDefinition[] {
    if (!/[./]/u.test(plugin)) return all.filter(({ name }) => name === plugin);
    const opened = installed.outside?.open(resolve(plugin));
    if (opened === undefined) return [];
    if ('granted' in opened) return [opened.granted(NO_GRANTS)];
    const hint = opened.hint === null ? '' : `; ${opened.hint}`;
    this.error(`${plugin} can't be used as a plugin: ${opened.fault}${hint}`);
  }
}
