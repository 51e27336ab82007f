import { Args, Command, Flags } from '@oclif/core';
import { pluginLines } from '../../cli/plugin-list.ts';
import { sheetOfOutput } from '../../read/page-of-output.ts';
import { bundled } from '../../engine/registry.ts';
import type { PluginDefinition } from '../../plugin/api.ts';

/** Those that come with unackd, by kind. */
function allBundled(): PluginDefinition[] {
  return (['source', 'analyser', 'sink'] as const).flatMap((kind) =>
    bundled.names(kind).flatMap((name) => bundled.find(kind, name) ?? []),
  );
}

export default class PluginList extends Command {
  static override summary = 'List plugins: those that come with unackd, or those of a folder.';
  static override args = {
    folder: Args.string({ ignoreStdin: true, description: 'where plugins of your own lie' }),
  };
  static override flags = {
    format: Flags.string({
      options: ['text', 'jsonl'],
      default: 'text',
      description: 'for people, or a JSON record a plugin',
    }),
  };
  static override examples = [
    '<%= config.bin %> plugin list',
    '<%= config.bin %> plugin list ./my-plugins',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginList);
    if (args.folder !== undefined) {
      const { folderLines } = await import('../../authoring/list.ts');
      this.log((await folderLines(args.folder, flags.format as 'text' | 'jsonl')).join('\n'));
      return;
    }
    const all = allBundled();
    if (flags.format === 'text') this.log(pluginLines(all, sheetOfOutput()).join('\n'));
    else {
      for (const { kind, name, doc } of all)
        this.log(JSON.stringify({ kind, name, doc, file: null }));
    }
  }
}
