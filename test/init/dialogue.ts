/** A command on a terminal of its own, and somebody who answers it. */
import { shell } from '../support/unackd.ts';
import type { Result, RunOptions } from '../support/unackd.ts';

/**
 * Waits until the terminal shows a text, then types. What it shows goes to
 * standard output, the exit code is the command's; one killed has 128 and the signal.
 */
const TALK = `
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time
columns, turns, *command = sys.argv[1:]
turns = json.loads(turns)
pid, master = pty.fork()
if pid == 0: os.execvp(command[0], command)
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 40, int(columns), 0, 0))
shown, seen, end = b'', 0, time.monotonic() + 12
def plain(data): return re.sub(rb'\\x1b\\[[0-9;?]*[A-Za-z]', b'', data)
while True:
    ready, _, _ = select.select([master], [], [], max(0, end - time.monotonic()))
    if not ready:
        os.kill(pid, signal.SIGKILL); sys.stderr.write('no answer to: ' + str(turns)); break
    try: data = os.read(master, 65536)
    except OSError: break
    if not data: break
    shown += data
    while turns and turns[0][0].encode() in plain(shown[seen:]):
        seen = len(shown)
        keys = turns.pop(0)[1]
        if keys == 'SIGTERM': os.kill(pid, signal.SIGTERM)
        else: os.write(master, keys.encode())
sys.stdout.buffer.write(shown.replace(b'\\r\\n', b'\\n'))
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

export const ENTER = '\r';
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
/** Takes away what stands in a field. */
export const CLEAR = '\u0015';

/** What it shows, and what is typed then. */
export type Turn = readonly [shown: string, typed: string];

export function talk(
  args: readonly string[],
  turns: readonly Turn[],
  { columns = 80, ...options }: RunOptions & { readonly columns?: number } = {},
): Result {
  return shell(
    'python3 -c "$1" "$2" "$3" "$U" "${@:4}"',
    [TALK, String(columns), JSON.stringify(turns), ...args],
    { ...options, env: { TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', ...options.env } },
  );
}
