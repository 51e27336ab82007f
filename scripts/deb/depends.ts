/** Which packages of Debian a program needs, from what its ELF files ask the loader for. */
import { spawnSync } from 'node:child_process';

/** A library by its SONAME: its package, and how its symbol versions tell the oldest that serves. */
interface Library {
  readonly package: string;
  /** Names of symbol versions, without the number. */
  readonly symbols: string;
  /** The package's version for a symbol version; left out, they are the same. */
  readonly since?: Readonly<Record<string, string>>;
}

const LIBC: Library = { package: 'libc6', symbols: 'GLIBC' };

/** https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html: which GCC brought which. */
const GCC_OF_GLIBCXX: Readonly<Record<string, string>> = {
  '3.4.19': '4.8.1',
  '3.4.20': '4.9',
  '3.4.21': '5.1',
  '3.4.22': '6.1',
  '3.4.23': '7.1',
  '3.4.24': '7.2',
  '3.4.25': '8.1',
  '3.4.26': '9.1',
  '3.4.27': '9.2',
  '3.4.28': '9.3',
  '3.4.29': '11.1',
  '3.4.30': '12.1',
  '3.4.31': '13.1',
  '3.4.32': '13.2',
  '3.4.33': '14.1',
  '3.4.34': '15.1',
};

const LIBRARIES: Readonly<Record<string, Library>> = {
  'libc.so.6': LIBC,
  'libm.so.6': LIBC,
  'libdl.so.2': LIBC,
  'libpthread.so.0': LIBC,
  'librt.so.1': LIBC,
  'ld-linux-x86-64.so.2': LIBC,
  'ld-linux-aarch64.so.1': LIBC,
  'libstdc++.so.6': { package: 'libstdc++6', symbols: 'GLIBCXX', since: GCC_OF_GLIBCXX },
  'libgcc_s.so.1': { package: 'libgcc-s1', symbols: 'GCC' },
  // GCC 4.8 brought the library, and version 1.0 of its symbols.
  'libatomic.so.1': { package: 'libatomic1', symbols: 'LIBATOMIC', since: { '1.0': '4.8' } },
};

/** Opened while it runs, for live capture only: no ELF file names it. Renamed in Debian 13 for 64-bit time. */
const LIBPCAP = 'libpcap0.8 | libpcap0.8t64';

function readelf(option: string, path: string): string {
  const { status, stdout, stderr, error } = spawnSync('readelf', [option, '--wide', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined)
    throw new Error(`readelf: ${error.message}; it comes with the package binutils`);
  if (status !== 0) throw new Error(`readelf ${option} ${path}: ${stderr.trim()}`);
  return stdout;
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Package to the oldest version that serves, of one file. */
function needsOf(path: string): Map<string, string> {
  const needs = new Map<string, string>();
  const names = [...readelf('--dynamic', path).matchAll(/\(NEEDED\).*\[(?<name>[^\]]+)\]/gu)];
  const symbols = readelf('--version-info', path);
  for (const name of names.map(({ groups }) => groups!.name)) {
    const library = LIBRARIES[name];
    if (library === undefined) throw new Error(`${path} needs ${name}: which package has it?`);
    const wanted = [...symbols.matchAll(new RegExp(`\\b${library.symbols}_(?<v>[\\d.]+)`, 'gu'))]
      .map(({ groups }) => groups!.v)
      .map((version) => library.since?.[version] ?? (library.since === undefined ? version : '0'));
    needs.set(library.package, wanted.toSorted(compareVersions).at(-1) ?? '0');
  }
  return needs;
}

/**
 * The field `Depends`, sorted.
 * @param paths ELF files: the program, and what it loads out of itself
 */
export function dependsOf(paths: readonly string[]): string {
  const oldest = new Map<string, string>();
  for (const [name, version] of paths.flatMap((path) => [...needsOf(path)])) {
    const known = oldest.get(name);
    if (known === undefined || compareVersions(known, version) < 0) oldest.set(name, version);
  }
  const libraries = [...oldest].map(([name, version]) =>
    version === '0' ? name : `${name} (>= ${version})`,
  );
  return [...libraries, LIBPCAP].toSorted().join(', ');
}

/** Debian's name of the processor that an ELF file is for. */
export function architectureOf(path: string): 'amd64' | 'arm64' {
  const machine = /^ *Machine: +(?<name>.*)$/mu.exec(readelf('--file-header', path))?.groups?.name;
  if (machine?.includes('X86-64') === true) return 'amd64';
  if (machine?.includes('AArch64') === true) return 'arm64';
  throw new Error(`${path} is for ${machine}: not amd64, not arm64`);
}
