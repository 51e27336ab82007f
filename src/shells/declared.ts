/** Commands as oclif.manifest.json has them: what completion and man pages are made of. */
import manifest from '../../oclif.manifest.json' with { type: 'json' };

export interface DeclaredFlag {
  readonly name: string;
  readonly char?: string;
  readonly description?: string;
  /** A boolean takes no value. */
  readonly type: 'boolean' | 'option';
  readonly options?: readonly string[];
  readonly helpValue?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly default?: string | number;
  readonly exclusive?: readonly string[];
  readonly dependsOn?: readonly string[];
}

export interface DeclaredArg {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly required?: boolean;
}

export interface DeclaredCommand {
  /** As typed: `plugin new`. */
  readonly name: string;
  readonly summary: string;
  /** '' where the summary says all. */
  readonly description: string;
  /** Without `unackd`; '' where it follows from arguments and options. */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly args: readonly DeclaredArg[];
  readonly flags: readonly DeclaredFlag[];
  /** The last argument may be given again. */
  readonly repeats: boolean;
}

interface ManifestCommand {
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, DeclaredArg>>;
  readonly flags: Readonly<Record<string, DeclaredFlag>>;
  readonly strict: boolean;
  readonly hidden?: boolean;
}

/** Those that people type, by name. */
export function declaredCommands(): readonly DeclaredCommand[] {
  const all = manifest.commands as unknown as Readonly<Record<string, ManifestCommand>>;
  return Object.entries(all)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([id, command]) => ({
      name: id.replaceAll(':', ' '),
      summary: command.summary ?? '',
      description: command.description ?? '',
      usage: command.usage ?? '',
      examples: (command.examples ?? []).map((line) =>
        line.replaceAll('<%= config.bin %>', 'unackd'),
      ),
      args: Object.values(command.args),
      flags: Object.values(command.flags),
      repeats: !command.strict,
    }));
}
