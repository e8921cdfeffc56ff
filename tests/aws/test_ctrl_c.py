"""Ctrl-C that falls where Python drops it: into the end of an answer that is thrown away."""

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import pytest

from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Event
from myclothes.aws.ctrl_c import CtrlC
from myclothes.aws.destroy import standing
from myclothes.aws.progress import Tally
from myclothes.cli import main
from tests.aws import drawn
from tests.aws.moto_change_sets import holding
from tests.aws.small_shop import deploy, shop


class Answer(io.IOBase):
    """As those of urllib3; Ctrl-C is pressed while it goes."""

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.kill(os.getpid(), signal.SIGINT)


def press_unheard() -> None:
    answer = Answer()
    del answer


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_python_drops_it_there() -> None:
    press_unheard()
    time.sleep(0.01)


def test_the_next_pause_has_it() -> None:
    with CtrlC() as ctrl_c:
        ctrl_c.sleep(0)
        press_unheard()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.sleep(0)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_pause_is_cut_short() -> None:
    with CtrlC() as ctrl_c:
        Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.sleep(60)


def test_what_is_under_way_is_finished_first() -> None:
    """An exception between a lock and its `with` would leave it locked."""
    with CtrlC() as ctrl_c:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            ctrl_c.sleep(0)


def test_what_takes_too_long_or_is_asked_twice_is_not() -> None:
    with CtrlC():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            time.sleep(60)
    with CtrlC():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_who_is_deaf_to_it_stays_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with CtrlC() as ctrl_c:
        os.kill(os.getpid(), signal.SIGINT)
        ctrl_c.sleep(0)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def once(act: Callable[[], None]) -> Callable[[Tally, Event], None]:
    """In place of `Tally.tell`."""
    left = [act]

    def tell(_tally: Tally, _event: Event) -> None:
        if left:
            left.pop()()

    return tell


def test_a_deployment_and_a_destruction_that_are_watched_stop_at_it(
    cloud: Cloud, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assembly = shop(tmp_path, name, Held=drawn.queue(f"{name}-held"))
    monkeypatch.setattr("myclothes.aws.commands._drawn_up", lambda *_: assembly)
    monkeypatch.setattr("myclothes.aws.commands.media", lambda _wheel: [])
    common = ["ephemeral", "--wheel", str(tmp_path)]
    with holding("Held"), monkeypatch.context() as patched:
        patched.setattr(Tally, "tell", once(press_unheard))
        assert main(["aws", "deploy", *common]) == 1
        assert f"Stopped watching {name}-data" in capsys.readouterr().err
    deploy(cloud, assembly)
    with holding("Queue"), monkeypatch.context() as patched:
        patched.setattr(Tally, "tell", once(press_unheard))
        assert main(["aws", "destroy", *common, "--yes"]) == 1
        assert f"Stopped watching {name}-web" in capsys.readouterr().err
    assert main(["aws", "destroy", *common, "--yes"]) == 0
    assert standing(cloud, assembly) == []
