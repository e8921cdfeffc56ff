"""Static files and pictures reach their bucket before any instance that names them, once, and stay there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from myclothes.aws.assembly import Assembly
from myclothes.aws.cloud import Cloud
from myclothes.aws.cloudformation import Stack
from myclothes.aws.deploy import Deployment
from myclothes.aws.errors import AwsError, Interrupted
from myclothes.aws.media import Medium
from myclothes.aws.progress import Progress
from tests.aws import drawn
from tests.aws.asked import recording

YEAR = "public, max-age=31536000, immutable"
OLD = [Medium("/static/0ld/shop.css", "text/css; charset=utf-8", lambda: b"old")]
NEW = [
    Medium("/static/new/shop.css", "text/css; charset=utf-8", lambda: b"a {}"),
    Medium("/static/new/js/shop.js", "text/javascript; charset=utf-8", lambda: b"say();"),
    *(Medium(f"/pictures/drawn/{n}.svg", "image/svg+xml", lambda: b"<svg/>") for n in range(30)),
]
KEYS = {medium.key for medium in NEW}


@pytest.fixture
def shop(tmp_path: Path, name: str) -> Assembly:
    """A bucket in one stack, and a second one with what would be replaced."""
    made = {
        f"{name}-media": {
            "Resources": {"Bucket": drawn.bucket(f"{name}-media")},
            "Outputs": {"MediaBucket": {"Value": {"Ref": "Bucket"}}},
        },
        f"{name}-web": {"Resources": {"Queue": drawn.queue(f"{name}-q")}},
    }
    return drawn.assembly(tmp_path, made, needs={f"{name}-web": [f"{name}-media"]})


def deploy(cloud: Cloud, shop: Assembly, media: list[Medium], progress: Progress | None = None) -> None:
    Deployment(cloud, progress or Progress(), pause=0.02).run(shop, media)


def keys(cloud: Cloud, name: str) -> set[str]:
    return {found["Key"] for found in cloud.s3.list_objects_v2(Bucket=f"{name}-media").get("Contents", [])}


class Watching(Progress):
    """Calls something at each file that was sent."""

    def __init__(self, at_each: Callable[[int], None]) -> None:
        super().__init__()
        self._at_each = at_each

    @contextmanager
    def files(self, doing: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, _of: self._at_each(done) if "pictures" in doing else None


def test_each_comes_with_its_type_and_holds_for_a_year(cloud: Cloud, shop: Assembly, name: str) -> None:
    deploy(cloud, shop, NEW)
    assert keys(cloud, name) == KEYS
    for medium in NEW[:3]:
        found = cloud.s3.get_object(Bucket=f"{name}-media", Key=medium.key)
        assert found["Body"].read() == medium.body()
        assert (found["ContentType"], found["CacheControl"]) == (medium.kind, YEAR)
        assert "ContentEncoding" not in found


def test_they_are_there_before_anything_is_done_to_the_instances(cloud: Cloud, shop: Assembly, name: str) -> None:
    seen: list[str] = []
    deploy(cloud, shop, NEW, Watching(lambda _done: seen.append(Stack(cloud, f"{name}-web").status())))
    assert seen == [""] * len(NEW)
    assert Stack(cloud, f"{name}-web").status() == "CREATE_COMPLETE"


def test_what_is_there_is_not_sent_again_and_what_is_old_stays(
    cloud: Cloud, shop: Assembly, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(cloud, shop, OLD)
    deploy(cloud, shop, NEW)
    assert "Static files and pictures: 32 sent, 0 were there" in capsys.readouterr().out
    with recording() as asked:
        deploy(cloud, shop, NEW)
    assert "Static files and pictures: unchanged" in capsys.readouterr().out
    assert not [one for one in asked if one.action.startswith("s3:Put")]
    assert keys(cloud, name) == KEYS | {"static/0ld/shop.css"}


def test_a_file_that_cannot_be_sent_stops_everything_before_the_instances(
    cloud: Cloud, shop: Assembly, name: str
) -> None:
    def gone() -> bytes:
        cloud.s3.delete_bucket(Bucket=f"{name}-media")
        return b""

    with pytest.raises(AwsError) as error:
        deploy(cloud, shop, [Medium("/static/new/shop.css", "text/css", gone)])
    assert error.value.message.startswith(f"static/new/shop.css did not get into the bucket {name}-media. AWS refused")
    assert "The specified bucket does not exist" in error.value.message
    assert error.value.advice.startswith("No instance was replaced")
    assert Stack(cloud, f"{name}-web").status() == ""
    with pytest.raises(AwsError, match="Nobody can say what is in the bucket"):
        deploy(cloud, shop, NEW)


def test_who_is_interrupted_goes_on_with_the_rest(
    cloud: Cloud, shop: Assembly, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        deploy(cloud, shop, NEW, Watching(interrupt))
    assert "deploy` sends the rest" in stopped.value.advice
    assert Stack(cloud, f"{name}-web").status() == ""
    there = len(keys(cloud, name))
    assert 3 <= there < len(NEW)
    capsys.readouterr()
    deploy(cloud, shop, NEW)
    assert f"{len(NEW) - there} sent, {there} were there" in capsys.readouterr().out
    assert keys(cloud, name) == KEYS
