"""Runs a program on a terminal of its own, as a shell would, and plays steps to it. Standard library only.

stdin   {"argv": [...], "env": {...}, "cwd": "...", "columns": 80, "rows": 24, "steps": [[name, argument...]...]}
stdout  {"output": [what came during each step], "code": exit code or null, "signal": its name or null, "cooked": bool}

Steps: until TEXT | run [WORD...] | send TEXT | resize COLUMNS ROWS | signal NAME | stopped | cooked | continue | exit
"""
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 15.0


def main():
    spec = json.load(sys.stdin)
    # Leader of the session, like the shell: it may take the terminal back and give it away again.
    os.setsid()
    for name in (signal.SIGTTOU, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    resize(slave, spec["columns"], spec["rows"])
    usual = termios.tcgetattr(slave)
    pid = start(spec, slave)
    ended = {"status": None, "stopped": False}
    output = []

    def pump(done):
        """Reads until done(text) or the end of patience; what came is the output of this step."""
        text = ""
        end = time.monotonic() + PATIENCE
        while not done(text):
            if time.monotonic() > end:
                raise TimeoutError(f"{step}: only {text!r}")
            ready, _, _ = select.select([master], [], [], 0.02)
            if ready:
                text += os.read(master, 65536).decode("utf-8", "replace")
            wait_for(pid, ended)
        # What was written before a stop or the end may still be on its way.
        while select.select([master], [], [], 0)[0]:
            text += os.read(master, 65536).decode("utf-8", "replace")
        output.append(text)

    for step in spec["steps"]:
        name, *rest = step
        if name == "until":
            pump(lambda text: rest[0] in text)
            continue
        if name == "stopped":
            pump(lambda text: ended["stopped"])
            continue
        if name == "exit":
            pump(lambda text: ended["status"] is not None)
            continue
        output.append("")
        if name == "run":
            subprocess.run(rest[0], cwd=spec["cwd"], env=spec["env"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        elif name == "send":
            os.write(master, rest[0].encode())
        elif name == "resize":
            resize(slave, *rest)
        elif name == "signal":
            os.kill(pid, getattr(signal, rest[0]))
        elif name == "cooked":
            os.tcsetpgrp(slave, os.getpgrp())
            termios.tcsetattr(slave, termios.TCSANOW, usual)
        elif name == "continue":
            ended["stopped"] = False
            os.tcsetpgrp(slave, pid)
            os.killpg(pid, signal.SIGCONT)
        else:
            raise ValueError(name)

    status = ended["status"]
    modes = termios.tcgetattr(slave)[3]
    json.dump(
        {
            "output": output,
            "code": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            "signal": signal.Signals(os.WTERMSIG(status)).name if status is not None and os.WIFSIGNALED(status) else None,
            "cooked": bool(modes & termios.ICANON and modes & termios.ECHO),
        },
        sys.stdout,
    )
    if status is None:
        os.killpg(pid, signal.SIGKILL)


def start(spec, slave):
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(slave, os.getpid())
        for name in (signal.SIGTTOU, signal.SIGHUP):
            signal.signal(name, signal.SIG_DFL)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        os.closerange(3, 256)
        os.chdir(spec["cwd"])
        os.execve(spec["argv"][0], spec["argv"], spec["env"])
    return pid


def wait_for(pid, ended):
    if ended["status"] is not None:
        return
    found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
    if found == 0:
        return
    if os.WIFSTOPPED(status):
        ended["stopped"] = True
    else:
        ended["status"] = status


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


main()
