/**
 * `npm run audit`: known vulnerabilities of all packages in package-lock.json, as
 * npm's registry tells them. Ends with 1 where there is one; where the registry
 * can't be asked (many mirrors answer no such question), it says so and ends with 0.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.ts';
import { npm } from './npm.ts';

/** What the registry says of one package: GitHub's advisory. */
interface Advisory {
  readonly source: number;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  /** Versions, as npm writes them. */
  readonly range: string;
}

interface Vulnerable {
  readonly name: string;
  /** Advisories, and names of packages that are vulnerable through theirs. */
  readonly via: readonly (Advisory | string)[];
  /** Packages that bring it. */
  readonly effects: readonly string[];
  /** Paths in the lockfile. */
  readonly nodes: readonly string[];
}

/** https://docs.npmjs.com/cli/v11/commands/npm-audit: what `--json` prints, version 2. */
interface Report {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerable>>;
  readonly metadata?: { readonly dependencies: { readonly total: number } };
  /** Instead of a report. */
  readonly message?: string;
  readonly error?: { readonly code?: string; readonly summary: string };
}

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly version: string; readonly dev?: boolean } | undefined>
  >;
}

function say(text: string): void {
  process.stderr.write(`audit: ${text}\n`);
}

function lockfile(): Lockfile {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
}

function reportOf(): Report {
  const { stdout, stderr } = npm(
    'audit',
    '--json',
    '--package-lock-only',
    '--include=dev',
    '--include=optional',
    // A machine without a network is to know that soon.
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--fetch-timeout=20000',
  );
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    throw new Error(`npm audit printed no JSON: ${stderr.trim()}`);
  }
}

/** Two lines for each advisory. */
function linesOf({ name, via, effects, nodes }: Vulnerable, { packages }: Lockfile): string[] {
  const locked = nodes.map((path) => packages[path]);
  const versions = [...new Set(locked.map((one) => one?.version ?? '?'))].join(', ');
  const where = locked.every((one) => one?.dev === true) ? 'for development only' : 'at run time';
  const from = effects.length === 0 ? '' : `; brought by ${effects.join(', ')}`;
  return via
    .filter((one) => typeof one !== 'string')
    .flatMap(({ severity, range, title, url }) => [
      `${severity}: ${name} ${versions} (${range}): ${title}`,
      `  ${where}${from}; ${url}`,
    ]);
}

function audit(): number {
  const { auditReportVersion, vulnerabilities = {}, metadata, message, error } = reportOf();
  if (auditReportVersion === undefined) {
    // npm names its own errors, such as a lockfile that is not there, by a code.
    if (message === undefined || error?.code !== undefined)
      throw new Error(`npm audit: ${error?.summary ?? 'no report'}`);
    say(`skipped: the registry can't be asked for advisories: ${message}`);
    return 0;
  }
  const all = Object.values(vulnerabilities);
  const asked = metadata?.dependencies.total ?? 0;
  if (auditReportVersion !== 2 || asked === 0)
    throw new Error(`npm audit: a report of version ${auditReportVersion} on ${asked} packages`);
  const lock = lockfile();
  for (const line of all.flatMap((one) => linesOf(one, lock))) say(line);
  say(all.length === 0 ? `nothing known of ${asked} packages` : `of ${asked} packages`);
  return all.length === 0 ? 0 : 1;
}

try {
  process.exitCode = audit();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
