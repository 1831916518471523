"""What only a real process shows: streams, pipes, locales."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RUN
from tests.towns import Towns, environment

MAIN = "from migrate.cli import main; raise SystemExit(main())"


def migrate(*arguments: object, code: str = MAIN, **changes: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, env=environment(**changes), capture_output=True, check=False, timeout=60)


def test_exit_code_and_streams(towns: Towns, tmp_path: Path) -> None:
    done = migrate(*RUN, "--input", towns.town(60).inputs, "--out", tmp_path / "out", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["verdict"] in ("pass", "conditional")
    done = migrate(*RUN, "--input", tmp_path / "none", "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"U-FOLDER-MISSING" in done.stderr
    assert b"Traceback" not in done.stderr


def test_help_does_not_load_what_commands_stand_on() -> None:
    code = "import sys; from migrate.cli import main; code = main(['--help']); "
    code += "print(code, sorted({'polars', 'numpy', 'pandera', 'pyarrow'} & sys.modules.keys()))"
    assert migrate(code=code).stdout.splitlines()[-1] == b"0 []"


def test_what_libraries_write_to_stderr_is_not_shown() -> None:
    panic = (
        "import os, sys, warnings, migrate.spec.library as library\n"
        "def systems(self):\n"
        "    os.write(2, b'thread panicked: [\"123456789018\"]'); warnings.warn('123456789018')\n"
        "    raise RuntimeError('123456789018')\n"
        "library.Library.systems = systems\n"
        "sys.argv = ['migrate', 'layouts']\n"
    )
    done = migrate(code=panic + MAIN)
    assert done.returncode == 4
    assert b"X-INTERNAL-ERROR" in done.stderr
    assert b"123456789018" not in done.stderr + done.stdout


def test_a_pipe_that_is_closed() -> None:
    command = [sys.executable, "-c", MAIN, "show", "juki.jumin"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


def test_the_exit_code_stands_where_nobody_can_be_told() -> None:
    """stderr is closed, or its disk is full."""
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "show", "juki.jumn"], env=environment(), stderr=writes, timeout=60
    )
    os.close(writes)
    assert done.returncode == 2


@pytest.mark.parametrize(("closed", "name", "code"), [(">&-", "juki.jumin", 0), ("<&- >&- 2>&-", "juki.jumn", 2)])
def test_streams_that_were_never_open(closed: str, name: str, code: int) -> None:
    """As a scheduler may start it: the exit code says all, and no traceback does."""
    shell = ["sh", "-c", f'exec "$0" -c "$1" show {name} {closed}', sys.executable, MAIN]
    done = subprocess.run(shell, env=environment(), capture_output=True, check=False, timeout=60)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_an_interruption_before_anything_began() -> None:
    """Ctrl-C while the program is still loading."""
    stopped = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from migrate.__main__ import main\n"
        "raise SystemExit(main())"
    )
    done = migrate(code=stopped)
    assert (done.returncode, done.stdout) == (130, b"")
    assert "E-INTERRUPTED" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_terminal_without_the_letters() -> None:
    done = migrate("show", "juki.jumin", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"atenabango" in done.stdout
    done = migrate("show", "juki.jumin", PYTHONIOENCODING="cp932")
    assert "宛名番号" in done.stdout.decode("cp932")
