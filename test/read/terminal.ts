import type { Result, RunOptions } from '../support/unackd.ts';
import { shell } from '../support/unackd.ts';

/** Runs a command with the given streams on a terminal of so many columns, and gives what that showed. */
const ON_TERMINAL = `
import fcntl, os, pty, signal, struct, subprocess, sys, termios, threading
columns, streams, stop_after, *command = sys.argv[1:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(columns), 0, 0))
def stream(name):
    return slave if name in streams.split(',') else subprocess.DEVNULL
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream('stdout'), stderr=stream('stderr'))
os.close(slave)
if float(stop_after) > 0:
    threading.Timer(float(stop_after), lambda: child.send_signal(signal.SIGINT)).start()
shown = b''
while True:
    try: data = os.read(master, 65536)
    except OSError: break
    if not data: break
    shown += data
sys.stdout.buffer.write(shown.replace(b'\\r\\n', b'\\n'))
code = child.wait()
sys.exit(code if code >= 0 else 128 - code)
`;

export interface Terminal extends RunOptions {
  readonly columns: number;
  /** Which streams are the terminal's; the others are nobody's. */
  readonly streams: 'stdout' | 'stderr' | 'stdout,stderr';
  /** Sends Ctrl-C after so many seconds. */
  readonly stopAfter?: number;
}

/** `unackd ARGS` on a terminal; `stdout` is what it showed. */
export function onTerminal(args: readonly string[], options: Terminal): Result {
  const { columns, streams, stopAfter = 0 } = options;
  return shell(
    'python3 -c "$1" "$2" "$3" "$4" "$U" "${@:5}"',
    [ON_TERMINAL, String(columns), streams, String(stopAfter), ...args],
    options,
  );
}
