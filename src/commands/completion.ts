import { Args, Command } from '@oclif/core';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export default class Completion extends Command {
  static override summary = 'Print what makes a shell complete unackd on its command line.';
  static override description = `Commands, options, their values, files and interfaces. The Debian package brings
all three; without it, once:

- bash: a line in ~/.bashrc: source <(unackd completion bash)
- zsh: in ~/.zshrc, after compinit: source <(unackd completion zsh)
- fish: unackd completion fish >~/.config/fish/completions/unackd.fish`;
  static override args = {
    shell: Args.string({
      description: 'whose script to print',
      options: [...SHELLS],
      required: true,
      ignoreStdin: true,
    }),
  };
  static override examples = ['source <(<%= config.bin %> completion bash)'];

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const { completionFor } = await import('../shells/scripts.ts');
    process.stdout.write(completionFor(args.shell as (typeof SHELLS)[number]));
  }
}
