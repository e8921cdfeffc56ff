"""The estimate: more shoppers need more and cost more, and each limit can be the first."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from myclothes.aws.config import Config
from myclothes.aws.cost import costs, tiered
from myclothes.aws.errors import AwsError
from myclothes.aws.figures import figures
from myclothes.aws.presets import PRESETS
from myclothes.aws.sizing import Sizing, Traffic
from myclothes.cli import main

LESSON = Config.preset("lesson")


def sizing(shoppers: int, config: Config = LESSON, **traffic: float) -> Sizing:
    return Sizing(config, Traffic(shoppers=shoppers, **traffic), figures("measured"), figures("prices"))


def total(of: Sizing) -> float:
    return sum(cost.dollars for cost in costs(of))


def test_what_was_measured_stands_in_the_benchmarks() -> None:
    measured = figures("measured")["measured"]
    page = (Path(__file__).parents[2] / measured["source"]).read_text()
    assert measured["commit"] in page
    for number in ("page", "add", "orders", "cart_operations", "page_bytes"):
        assert re.search(rf"\b{measured[number]:,}\b", page), number


def test_the_prices_have_a_date_and_a_source() -> None:
    prices = figures("prices")
    assert prices["date"].year >= 2026
    assert prices["source"]
    assert prices["region"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_a_price_and_a_first_limit(preset: str) -> None:
    found = sizing(1_000, Config.preset(preset))
    assert total(found) > 20
    assert all(limit.shoppers >= 0 for limit in found.limits())


def test_more_shoppers_need_more_and_cost_more() -> None:
    few, many = sizing(10_000), sizing(1_000_000)
    assert many.web_instances > few.web_instances >= LESSON.web_min
    assert many.cart_shards >= few.cart_shards
    assert many.replicas >= few.replicas
    assert total(many) > 10 * total(few)


def test_the_web_tier_is_as_busy_as_its_target_says() -> None:
    found = sizing(500_000)
    busy = found.traffic.requests / (found.web_instances * found.per_instance(LESSON.web_instance))
    assert 0.4 < busy <= LESSON.web_cpu / 100


def test_a_core_answers_what_was_measured_where_all_is_one_kind() -> None:
    measured = figures("measured")["measured"]
    assert sizing(1, adds=0, orders=0).per_core == pytest.approx(measured["page"])
    assert sizing(1, adds=1, orders=0).per_core == pytest.approx(measured["add"])


def test_limits_come_nearest_first_and_what_raises_one_moves_it() -> None:
    found = sizing(10_000).limits()
    assert [limit.shoppers for limit in found] == sorted(limit.shoppers for limit in found)
    more = Config.preset("lesson", web_max=600)

    def at(config: Config) -> float:
        return next(x.shoppers for x in sizing(10_000, config).limits() if "web instances are fully busy" in x.what)

    assert at(more) == pytest.approx(100 * at(LESSON))


@pytest.mark.parametrize(
    ("traffic", "config", "first"),
    [
        ({}, {"cart_cache_node": "cache.r7g.large"}, "vCPUs"),
        ({"orders": 0.9}, {}, "orders a second"),
        ({}, {"web_max": 3, "web_min": 3, "web_instance": "t4g.micro"}, "3 web instances"),
        ({}, {"cart_cache_node": "cache.t4g.micro", "durability": "disabled"}, "of carts"),
    ],
)
def test_each_tier_can_be_the_first_to_give_way(traffic: dict[str, float], config: dict[str, Any], first: str) -> None:
    found = sizing(10_000, Config.preset("lesson", **config), **traffic)
    if first != "vCPUs":
        found.prices["quotas"]["web_vcpus"] = 10**6
    assert first in found.limits()[0].what


def test_carts_in_dynamodb_are_paid_by_request_and_meet_its_quota() -> None:
    found = sizing(100_000, replace(LESSON, carts="dynamodb"))
    assert any(cost.what == "DynamoDB" and cost.dollars > 0 for cost in costs(found))
    assert any("new table" in limit.what for limit in found.limits())
    assert not any("of carts" in limit.what for limit in found.limits())


def test_more_data_is_cheaper_by_the_gigabyte() -> None:
    tiers = [[10.0, 0.09], [float("inf"), 0.05]]
    assert tiered(10, tiers) == pytest.approx(0.9)
    assert tiered(20, tiers) == pytest.approx(0.9 + 0.5)


def test_a_machine_without_a_price_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match=r"no db\.x9g\.large"):
        total(sizing(1, Config.preset("lesson", database_instance="db.x9g.large")))
    with pytest.raises(AwsError, match="cannot be read"):
        figures("prices", tmp_path / "none.toml")


def test_the_command_shows_needs_costs_and_the_first_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws", "plan", "large", "--shoppers", "1000000"]) == 0
    said = capsys.readouterr().out
    for part in ("50,000 requests a second", "Needed", "Costs a month", "Limits, the nearest first", "The first limit"):
        assert part in said


def test_the_command_answers_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws", "plan", "--shoppers", "1000000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["monthly_total"] == pytest.approx(sum(item["dollars"] for item in found["monthly"]), abs=1)
    assert found["first_limit"] == found["limits"][0]["what"]
    assert {need["setting"]: need["met"] for need in found["needs"]}["web_max"] is False


@pytest.mark.parametrize("wrong", [["--shoppers", "none"], ["--shoppers", "5", "--adds", "2"], []])
def test_a_wrong_question_is_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["aws", "plan", *wrong])
    assert refused.value.code == 2
