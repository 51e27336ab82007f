"""Runs a command on a terminal of its own and plays a script on it.

Arguments: columns, rows, script, command... A script is a list of steps, as JSON:
["wait", text] until the screen showed it, ["sleep", seconds], ["type", keys],
["size", columns, rows], ["signal", name], ["stopped"] until it is stopped,
["rename", from, to], ["mark"]. Prints JSON: what was shown between marks, the exit code, and whether
the terminal is as it was before.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

columns, rows, script, command = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4:]

def size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

# This end of the terminal stays open, so that it can be asked to the last.
master, slave = pty.openpty()
size(master, columns, rows)
before = termios.tcgetattr(slave)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.execvp(command[0], command)
parts, shown = [], b''

def read(seconds):
    global shown
    until = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([master], [], [], max(0, until - time.monotonic()))
        if not ready:
            return True
        try:
            data = os.read(master, 65536)
        except OSError:
            return False
        if not data:
            return False
        shown += data
        if time.monotonic() >= until:
            return True

problem = None
for step, *args in script:
    if step == 'wait':
        end = time.monotonic() + 10
        while args[0].encode() not in shown:
            if time.monotonic() > end or not read(0.05):
                problem = 'never shown: ' + args[0]
                break
    elif step == 'sleep':
        read(args[0])
    elif step == 'type':
        os.write(master, args[0].encode())
    elif step == 'size':
        size(master, *args)
    elif step == 'signal':
        os.kill(pid, getattr(signal, args[0]))
    elif step == 'stopped':
        end = time.monotonic() + 5
        while open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()[0] != 'T':
            read(0.05)
            if time.monotonic() > end:
                problem = 'was not stopped'
                break
        # What it wrote before that may still be on its way.
        read(0.05)
        parts.append({'shown': shown.decode('utf8', 'replace'), 'restored': termios.tcgetattr(slave) == before})
        shown = b''
    elif step == 'rename':
        os.rename(*args)
    elif step == 'mark':
        parts.append({'shown': shown.decode('utf8', 'replace')})
        shown = b''
    if problem:
        break
end = time.monotonic() + 5
code = None
while code is None and time.monotonic() < end:
    read(0.05)
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        code = os.waitstatus_to_exitcode(status)
read(0.05)
restored = termios.tcgetattr(slave)
if code is None:
    os.kill(pid, signal.SIGKILL)
    problem = problem or 'did not end'
parts.append({'shown': shown.decode('utf8', 'replace')})
print(json.dumps({'parts': parts, 'code': code, 'restored': restored == before, 'problem': problem}))
