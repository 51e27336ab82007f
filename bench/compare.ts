import { type Capture, captureFile, steady } from './captures.ts';
import { collections, measure, measureInTurn, median, type Run } from './measure.ts';

/** tshark takes minutes for the whole of it: it gets a beginning, and its time is scaled. */
const TSHARK_PACKETS = 200_000;
const TSHARK_RUNS = 3;

/** What is aimed at: wall time against tcpdump's at most, and against tshark's at least that many times faster. */
export const goals = {
  wall: { acks: 0.8, bulk: 0.8, flood: 2.5 } as Readonly<Record<string, number>>,
  rss: 450,
  tshark: 100,
};

export interface Tools {
  readonly unackd: string;
  /** For counting collections: the program without its launcher. */
  readonly node: string;
  readonly program: string;
  readonly folder: string;
}

export interface Comparison {
  readonly capture: string;
  readonly about: string;
  readonly packets: number;
  readonly unackd: Run;
  readonly tcpdump: Run;
  /** unackd's wall time divided by tcpdump's. */
  readonly ratio: number;
  readonly ratioGoal: number;
  /** Seconds for the whole capture, scaled from a beginning, start-up counted once. */
  readonly tshark: number | null;
  /** tshark's wall time divided by unackd's. */
  readonly tsharkRatio: number | null;
}

function tsharkCommand(file: string): string[] {
  return ['tshark', '-n', '-r', file, '-Y', 'tcp.flags.syn==1', '-T', 'fields', '-e', 'ip.src'];
}

function tsharkTime(file: string): number {
  const command = tsharkCommand(file);
  return median(Array.from({ length: TSHARK_RUNS }, () => measure(command).wall));
}

/** What tshark would take for the whole capture; null where there is no tshark. */
function scaledTshark(capture: Capture, packets: number, folder: string): number | null {
  const beginning = Math.min(TSHARK_PACKETS, packets);
  const file = captureFile(capture, beginning, folder);
  const empty = captureFile(capture, 0, folder);
  try {
    const startUp = tsharkTime(empty);
    return startUp + ((tsharkTime(file) - startUp) * packets) / beginning;
  } catch (error) {
    process.stderr.write(`bench: without tshark: ${(error as Error).message}\n`);
    return null;
  }
}

/** Measures one capture with all tools; the page cache holds the file. */
export function compare(capture: Capture, packets: number, runs: number, tools: Tools): Comparison {
  const file = captureFile(capture, packets, tools.folder);
  measure(['cat', file]);
  const { unackd, tcpdump } = measureInTurn(
    {
      unackd: [tools.unackd, 'read', '--summary', file],
      tcpdump: ['tcpdump', '-nr', file, '-w', '/dev/null', 'tcp[13]&6!=0 or icmp'],
    },
    runs,
  );
  const tshark = scaledTshark(capture, packets, tools.folder);
  return {
    capture: capture.name,
    about: capture.about,
    packets,
    unackd,
    tcpdump,
    ratio: unackd.wall / tcpdump.wall,
    ratioGoal: goals.wall[capture.name],
    tshark,
    tsharkRatio: tshark === null ? null : tshark / unackd.wall,
  };
}

export interface Garbage {
  readonly packets: number;
  readonly young: number;
  readonly full: number;
}

/** Collections for a tenth of a capture and for the whole: alike, unless something is allocated for each packet. */
export function countGarbage(scale: number, tools: Tools): Garbage[] {
  return [steady.packets * scale * 0.1, steady.packets * scale].map((packets) => {
    const file = captureFile(steady, Math.round(packets), tools.folder);
    const { young, full } = collections(tools.node, [tools.program, 'read', '--summary', file]);
    return { packets, young, full };
  });
}
