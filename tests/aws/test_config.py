"""Every choice is checked before anything is made, and every mistake is said at once."""

from typing import Any

import pytest

from myclothes.aws.config import Config, ConfigError, changed, read
from myclothes.aws.presets import PRESETS
from tests.aws.conftest import DOMAIN


@pytest.mark.parametrize("preset", list(PRESETS))
def test_presets_are_right(preset: str) -> None:
    config = Config.preset(preset)
    assert config.web_min >= len(config.zones)
    assert config.replicas <= 15


@pytest.mark.parametrize("replicas", [0, 1, 5, 15])
def test_up_to_fifteen_replicas(replicas: int) -> None:
    assert Config(replicas=replicas).replicas == replicas


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"replicas": 16}, "replicas must be from 0 to 15, not 16."),
    ({"replicas": -1}, "replicas must be from 0 to 15, not -1."),
    ({"name": "My Shop"}, "name must be 3 to 20 small letters, digits and hyphens, not 'My Shop'."),
    ({"region": "Frankfurt"}, "region must be a region such as eu-central-1, not 'Frankfurt'."),
    ({"zones": ("a",)}, "zones must be two or three different ones"),
    ({"zones": ("a", "a")}, "zones must be two or three different ones"),
    ({"zones": ("a", "1")}, "zones must be letters from a to f."),
    ({"domain": "shop.example.com"}, "domain and hosted_zone_id go together"),
    ({**DOMAIN, "hosted_zone": "example.org"}, "domain shop.example.com is not in the hosted_zone example.org."),
    ({"cdn": False}, "cdn must be on where there is no domain"),
    ({"carts": "paper"}, "carts must be one of valkey, sql, cookie, memory, dynamodb, not 'paper'."),
    ({"carts": "memory"}, "sticky must be on with carts in memory"),
    ({"web_min": 2}, "web_min must be at least one instance a zone"),
    ({"web_max": 2}, "web_max must be from web_min (3) to 1000, not 2."),
    ({"web_days": 30}, "web_days (30) must be less than rotation_days (30)"),
    ({"database_kind": "cluster"}, "database_instance of a cluster must have disks of its own"),
    ({"cart_cache_mode": "single"}, "durability sync needs cart_cache_mode cluster."),
    ({"cart_cache_node": "cache.t4g.micro"}, "durability sync is not to be had on cache.t4g.micro"),
    ({"cart_cache_shards": 40}, "cart_cache_shards and cart_cache_replicas make more than 90 nodes."),
    ({"cart_cache_replicas": 0}, "cart_cache_replicas must be from 1 to 5, not 0."),
    ({"page_cache_mode": "single", "page_cache_shards": 2}, "page_cache_shards must be 1 without cluster mode, not 2."),
    ({"log_days": 91}, "log_days must be one of those that CloudWatch knows, not 91."),
    ({"deregistration_seconds": 5}, "deregistration_seconds must be from 20 to 3600, not 5."),
    ({"alarm_mail": "me"}, "alarm_mail must be a mail address, not 'me'."),
]


@pytest.mark.parametrize(("changes", "mistake"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_a_mistake_is_one_sentence(changes: dict[str, Any], mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(**changes)
    [sentence] = caught.value.mistakes
    assert sentence.startswith(mistake)
    assert sentence.endswith(".")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config(replicas=16, carts="paper", budget=0)
    assert len(caught.value.mistakes) == 3


def test_a_preset_is_changed_by_text() -> None:
    config = read("lesson", {"replicas": "5", "zones": "a,b", "sticky": "yes", "cart-cache-node": "cache.r7g.large"})
    assert (config.replicas, config.zones, config.sticky) == (5, ("a", "b"), True)
    assert config.cart_cache_node == "cache.r7g.large"


@pytest.mark.parametrize(
    ("overrides", "mistake"),
    [
        ({"replica": "5"}, "replica is not a setting; is it misspelt?"),
        ({"replicas": "many"}, "replicas must be a whole number, not 'many'."),
        ({"sticky": "perhaps"}, "sticky must be true or false, not 'perhaps'."),
    ],
)
def test_text_that_makes_no_sense(overrides: dict[str, str], mistake: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read("lesson", overrides)
    assert caught.value.mistakes == [mistake]


def test_a_preset_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match="There is no preset 'huge': take one of lesson, small, large, ephemeral"):
        read("huge", {})


def test_what_follows_from_the_choices() -> None:
    config = Config.preset("lesson", **DOMAIN)
    assert config.availability_zones == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    assert (config.origin_domain, config.cdn_region) == ("origin.shop.example.com", "us-east-1")
    assert changed(config, cdn=False).origin_domain == "shop.example.com"
    assert (config.architecture, changed(config, web_instance="m6i.large").architecture) == ("arm64", "x86_64")
    sizes = ("c7g.medium", "t4g.small", "c7g.large", "c7g.xlarge", "c7g.4xlarge")
    assert [changed(config, web_instance=size).vcpus for size in sizes] == [1, 2, 2, 4, 16]
    assert (config.durable_replicas, changed(config, durability="disabled").durable_replicas) == (0, 1)


def test_any_other_choice_is_another_fingerprint() -> None:
    assert Config().fingerprint == Config().fingerprint != Config(replicas=3).fingerprint
