import { Command, Flags } from '@oclif/core';

export default class Interfaces extends Command {
  static override summary = 'List the interfaces that can be captured on, and why not.';
  static override description = `Opens each of them for a moment. An interface that is down can be named in a
configuration all the same: it is waited for.`;
  static override flags = {
    format: Flags.string({
      options: ['text', 'json'],
      default: 'text',
      description: 'text for people, json for programs',
    }),
  };
  static override examples = ['<%= config.bin %> interfaces'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Interfaces);
    const { reportInterfaces } = await import('../engine/registry.ts');
    const { interfaceLines } = await import('../face/interface-table.ts');
    const { pageOf } = await import('../read/page.ts');
    const report = reportInterfaces();
    if (flags.format === 'json') {
      this.log(JSON.stringify(report, null, 2));
      return;
    }
    const page = pageOf(process.stdout, process.env);
    this.log(interfaceLines(report.interfaces, page).join('\n'));
    this.log(`\nlibpcap ${report.libpcap}`);
    if (report.denied !== null) this.log(report.denied);
  }
}
