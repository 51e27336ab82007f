import { Command, Flags } from '@oclif/core';

export default class Doctor extends Command {
  static override summary = 'Look for what is wrong, and say how to mend it.';
  static override description = `Looks at the program, libpcap, the right to capture, interfaces and the clock,
and captures a handshake and a refusal over loopback. With --config also at the
configuration, its database, plugins and sinks. One line each: ok, warn or fail.
Run it as the user that the daemon runs as. Exits with 1 where something fails.`;
  static override usage = 'doctor [-c FILE [--send]] [--format text|json]';
  static override flags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'a configuration to look at as well',
    }),
    send: Flags.boolean({
      description: 'send a test alert, and its end, through each of its sinks',
      dependsOn: ['config'],
    }),
    format: Flags.string({
      options: ['text', 'json'],
      default: 'text',
      description: 'text for people, json for programs',
    }),
  };
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --config /etc/unackd/unackd.yaml --send',
  ];

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { examine } = await import('../doctor/doctor.ts');
    const { findingText } = await import('../face/finding-text.ts');
    const { pageOf } = await import('../read/page.ts');
    const page = pageOf(process.stdout, process.env);
    const findings = [];
    for await (const finding of examine({ config: flags.config, send: flags.send })) {
      findings.push(finding);
      if (flags.format === 'text') this.log(findingText(finding, page));
    }
    if (flags.format === 'json') this.log(JSON.stringify(findings, null, 2));
    if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
  }
}
