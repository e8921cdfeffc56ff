"""A machine of its own, as far as the kernel makes one: a root with nothing but the host's /usr, and its own network.

Real are bash, useradd, Python, pip, the file system, the users and the loopback network. `COMMANDS` are stand-ins for
what only the cloud has; no systemd runs, so its stand-in starts what the units say, as the user they say.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_NEW_NETWORK = 0x40000000
LOCAL_COMMANDS = Path("/stand-ins")

DNF = """#!/bin/bash
# The packages of Amazon Linux; Python is there already.
echo "dnf $*" >> /stand-ins.log
"""
AWS = """#!{python}
# The AWS command line, of which only `aws s3 cp` is wanted: the same request, by the library.
import sys
import boto3
assert sys.argv[1:4] == ["s3", "cp", "--only-show-errors"] and sys.argv[4] == "--region", sys.argv
bucket, _, key = sys.argv[6].removeprefix("s3://").partition("/")
boto3.client("s3", region_name=sys.argv[5]).download_file(bucket, key, sys.argv[7])
"""
CURL = """#!/bin/bash
# Only the authorities of RDS are fetched: here those that vouch for the stand-in of RDS.
[[ "${@: -1}" == https://truststore.pki.rds.amazonaws.com/* ]] || { echo "unexpected: $*" >&2; exit 2; }
while [ "$1" != --output ]; do shift; done
cp /etc/ssl/certs/ca-certificates.crt "$2"
"""
SYSTEMCTL = """#!/bin/bash
# Starts what a unit's ExecStart says, as its User and with its folders and log; sandboxing is systemd's, not ours.
set -eu
echo "systemctl $*" >> /stand-ins.log
[ "$1" = daemon-reload ] && exit 0
[ "$1 $2" = "enable --now" ] || { echo "unexpected: $*" >&2; exit 2; }
shift 2
for unit in "$@"; do
  file=/etc/systemd/system/$unit
  of() { sed -n "s/^$1=//p" "$file" | head -1; }
  user=$(of User); log=$(of StandardOutput); log=${log#append:}
  folder=$(of RuntimeDirectory)
  [ -z "$folder" ] || install -d -o "$user" -g "$user" "/run/$folder"
  as=(setpriv --reuid "${user:-root}" --regid "${user:-root}" --clear-groups --inh-caps=-all --no-new-privs)
  [ -n "$user" ] || as=()
  if [ "$(of Type)" = oneshot ]; then
    "${as[@]}" $(of ExecStart) >> "$log" 2>&1
  else
    "${as[@]}" setsid $(of ExecStart) >> "$log" 2>&1 < /dev/null &
  fi
done
"""
AGENT = """#!/bin/bash
# The CloudWatch agent reads its file.
python3 -m json.tool "${@: -1:1}" > /dev/null 2>&1 || python3 -m json.tool "$(sed 's/.*file://' <<< "$*")" > /dev/null
echo "agent $*" >> /stand-ins.log
"""
COMMANDS = {"dnf": DNF, "aws": AWS, "curl": CURL, "systemctl": SYSTEMCTL}
AGENT_PATH = "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"

_SET_UP = """
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$ROOT/tmp"  # before what is bound below: the project may lie in /tmp
for path in $READ_ONLY; do
  mkdir -p "$ROOT$path"
  mount --bind "$path" "$ROOT$path"
  mount -o remount,bind,ro "$ROOT$path"
done
mount -t proc proc "$ROOT/proc"
mount --bind /dev "$ROOT/dev"
ip link set lo up
ip address add 169.254.169.254/32 dev lo
echo ready
exec sleep infinity
"""


def refused() -> str | None:
    """Why there can be no clean root here; None if there can."""
    if os.geteuid() != 0:
        return "only root may make one"
    missing = [name for name in ("unshare", "nsenter", "ip", "setpriv", "useradd", "openssl") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} missing"
    try_it = "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && ip link set lo up"
    tried = subprocess.run(
        ["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", try_it], capture_output=True, text=True
    )
    return tried.stderr.strip() or "the kernel refuses" if tried.returncode else None


class CleanRoot:
    """`names` are host names and their addresses in its network."""

    def __init__(self, folder: Path, names: Mapping[str, str], authority: str) -> None:
        self.path = folder
        self._names = names
        self._authority = authority
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._fill()
        suite = {sys.prefix, sys.base_prefix} - {"/usr"}
        outer = {
            "PATH": os.environ["PATH"],
            "ROOT": str(self.path),
            "READ_ONLY": " ".join(["/usr", *sorted(suite)]),
        }
        self._process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", _SET_UP],
            stdout=subprocess.PIPE,
            text=True,
            env=outer,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the clean root could not be made"

    def stop(self) -> None:
        """Everything in it ends with it."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            if self._process.stdout:
                self._process.stdout.close()
            time.sleep(0.1)

    def run(
        self, command: list[str], environment: Mapping[str, str], seconds: float
    ) -> "subprocess.CompletedProcess[str]":
        """As root, in the clean root, with this environment and no other."""
        inside = ["nsenter", f"--target={self._first}", "--mount", "--net", "--pid", "chroot", str(self.path)]
        env = ["/usr/bin/env", "-i", f"PATH={LOCAL_COMMANDS}:/usr/sbin:/usr/bin", "HOME=/root", "LANG=C.UTF-8"]
        env += [f"{name}={value}" for name, value in environment.items()]
        return subprocess.run([*inside, *env, *command], capture_output=True, text=True, timeout=seconds, check=False)

    @property
    def network(self) -> str:
        return f"/proc/{self._first}/ns/net"

    def in_network(self, make: Callable[[], T]) -> T:
        """What `make` returns, called in this network: sockets stay in the network that they were made in."""
        result: list[Any] = []

        def enter_and_make() -> None:
            try:
                handle = os.open(self.network, os.O_RDONLY)
                if ctypes.CDLL(None, use_errno=True).setns(handle, _NEW_NETWORK):
                    raise OSError(ctypes.get_errno(), "setns")
                result.append(make())
            except BaseException as error:
                result.append(error)

        thread = Thread(target=enter_and_make)  # the thread ends here, and leaves the network with that
        thread.start()
        thread.join(10)
        if isinstance(result[0], BaseException):
            raise result[0]
        made: T = result[0]
        return made

    def listening(self, address: str, port: int) -> socket.socket:
        return self.in_network(lambda: socket.create_server((address, port)))

    @property
    def _first(self) -> int:
        """Process 1 of the clean root, by the number that we see."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0])

    def _fill(self) -> None:
        root = self.path
        root.chmod(0o755)
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / name).symlink_to(f"usr/{name}")
        for name in (
            "proc",
            "dev",
            "tmp",
            "run",
            "root",
            "opt",
            "var/lib",
            "var/log",
            "etc/ssl/certs",
            "etc/systemd/system",
        ):
            (root / name).mkdir(parents=True)
        (root / "etc/logrotate.d").mkdir()
        files = {
            "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
            "etc/group": "root:x:0:\n",
            "etc/login.defs": "USERGROUPS_ENAB yes\nSYS_UID_MIN 201\nSYS_GID_MIN 201\n",  # as Amazon Linux has it
            "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
            "etc/hosts": "127.0.0.1 localhost\n" + "".join(f"{a} {n}\n" for n, a in self._names.items()),
            "etc/ssl/certs/ca-certificates.crt": self._authority,
        }
        for name, text in files.items():
            (root / name).write_text(text)
        shutil.copy("/etc/ld.so.cache", root / "etc/ld.so.cache")
        stand_ins = root / LOCAL_COMMANDS.relative_to("/")
        stand_ins.mkdir()
        for name, text in COMMANDS.items():
            _program(stand_ins / name, text.replace("{python}", sys.executable))
        _program(root / AGENT_PATH, AGENT)
        if not shutil.which("python3.11", path="/usr/bin"):
            (stand_ins / "python3.11").symlink_to(Path(sys.executable).resolve())


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
