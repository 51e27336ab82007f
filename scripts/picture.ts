/** README's picture: what a real run shows on a terminal, as SVG. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Run as it stands, in the checkout; the picture says it. */
const COMMAND =
  'tcpdump -r config/examples/captures/black-hole.pcap -c 2000 -w - | bin/unackd read -';

/** Terminal columns that are drawn for; the table is narrower. */
const COLUMNS = 86;

/** A character's width and a line's height; 0.6 em is what monospaced fonts have. */
const SIZE = 13;
const WIDTH = 0.6 * SIZE;
const LINE = 18;
const MARGIN = 16;

/** GitHub's dark theme: readable on its light pages, too, as the panel brings its own ground. Contrast on it 5:1 and more (WCAG 2, AA). */
const INK = {
  ground: '#0d1117',
  edge: '#30363d',
  text: '#e6edf3',
  faint: '#9198a1',
  red: '#ff7b72',
  yellow: '#d29922',
  green: '#3fb950',
} as const;

/** SGR parameters (ECMA-48, 8.3.117) that src/face/sgr.ts writes. */
const RENDITIONS: Readonly<Record<string, string>> = {
  '31': INK.red,
  '32': INK.green,
  '33': INK.yellow,
  '2': INK.faint,
  '39': INK.text,
  '22': INK.text,
};

interface Run {
  readonly column: number;
  readonly text: string;
  readonly ink: string;
}

/** What a line shows, cut where its ink changes and at wide gaps. Of control sequences only SGR is heeded. */
function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let ink: string = INK.text;
  let column = 0;
  for (const [i, part] of line.split('\u001b[').entries()) {
    const [sign, parameter, final] = (i > 0 && /^\??(\d*)([A-Za-z])/u.exec(part)) || ['', '', ''];
    if (final === 'm') ink = RENDITIONS[parameter] ?? INK.text;
    const text = part.slice(sign.length);
    // Pieces keep their places whatever font is there.
    for (const { 0: piece, index } of text.matchAll(/\S+(?: \S+)*/gu)) {
      runs.push({ column: column + index, text: piece, ink });
    }
    column += text.length;
  }
  return runs;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function rounded(x: number): string {
  return String(Math.round(x * 100) / 100);
}

/** A rule of box-drawing signs is a line: fonts leave gaps between such signs. */
function drawn({ column, text, ink }: Run, row: number): string {
  const x = MARGIN + column * WIDTH;
  const y = MARGIN + row * LINE;
  const length = text.length * WIDTH;
  if (/^─+$/u.test(text)) {
    const middle = y + LINE / 2;
    return `<path d="M${rounded(x)} ${middle}h${rounded(length)}" stroke="${INK.edge}"/>`;
  }
  const fill = ink === INK.text ? '' : ` fill="${ink}"`;
  return `<text x="${rounded(x)}" y="${y + SIZE}" textLength="${rounded(length)}"${fill}>${escaped(text)}</text>`;
}

/** @param shown lines of a terminal, with colours */
function svgOf(shown: readonly string[]): string {
  const lines = [`\u001b[2m$ ${COMMAND}\u001b[22m`, ...shown];
  const width = Math.round(2 * MARGIN + COLUMNS * WIDTH);
  const height = 2 * MARGIN + lines.length * LINE;
  const body = lines.flatMap((line, row) => runsOf(line).map((run) => drawn(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>unackd read, on a terminal</title>',
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${INK.ground}" stroke="${INK.edge}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="${INK.text}">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/**
 * The picture, from a real run of what `npm run build` made.
 * @throws Error where tcpdump or script is missing, or the run fails
 */
export function pictureText(): string {
  const { NO_COLOR: _, ...env } = process.env;
  const command = `stty cols ${COLUMNS} rows 40; ${COMMAND.replace(' |', ' 2>/dev/null |')}`;
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
  });
  if (status !== 0) throw new Error(`\`${COMMAND}\` ends with ${status}: ${stdout}`);
  const shown = stdout.replaceAll('\r\n', '\n').trimEnd();
  return svgOf(shown.split('\n'));
}
