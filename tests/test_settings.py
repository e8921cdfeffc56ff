from pathlib import Path

import pytest

from myclothes.settings import Settings, SettingsError

WORKING = {
    "MYCLOTHES_DATABASE": "postgresql://shop@127.0.0.1:5432/shop",
    "MYCLOTHES_DURABLE": "unix:///run/shop/valkey.sock",
    "MYCLOTHES_CACHE": "valkey://127.0.0.1:6379/0",
    "MYCLOTHES_SECRETS": "k" * 32,
}


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_env(
        WORKING | {"MYCLOTHES_CARTS": "sql", "MYCLOTHES_RUNTIME_DIR": "/run/shop", "HOME": "/x"}
    )
    assert settings.carts == "sql"
    assert settings.runtime_dir == Path("/run/shop")
    assert not settings.secure_cookies


def test_all_mistakes_are_listed_at_once() -> None:
    wrong = {
        "MYCLOTHES_PORT": "eighty",
        "MYCLOTHES_CARTS": "redis",
        "MYCLOTHES_SECRETS": "short",
        "MYCLOTHES_PROT": "1",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(wrong)
    text = str(caught.value)
    for variable in ["DATABASE", "DURABLE", "CACHE", "PORT", "CARTS", "SECRETS", "PROT"]:
        assert f"MYCLOTHES_{variable} " in text
    assert len(caught.value.mistakes) == 7


def test_settings_survive_the_way_to_another_process() -> None:
    settings = Settings.from_env(WORKING | {"MYCLOTHES_WORKERS": "2", "MYCLOTHES_LOG_JSON": "false"})
    assert Settings.from_env(settings.to_env()) == settings


def test_secrets_do_not_show_in_a_traceback_or_log() -> None:
    assert "kkkk" not in repr(Settings.from_env(WORKING))


def test_trusted_proxies_are_addresses_or_networks() -> None:
    settings = Settings.from_env(WORKING | {"MYCLOTHES_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,fd00::/8"})
    assert settings.trusted_proxies == ("10.0.0.0/8", "192.0.2.7", "fd00::/8")
    assert Settings.from_env(settings.to_env()) == settings
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES must be addresses or networks"):
        Settings.from_env(WORKING | {"MYCLOTHES_TRUSTED_PROXIES": "everybody"})


def test_stripe_needs_all_its_keys() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(WORKING | {"MYCLOTHES_PAYMENT": "stripe", "MYCLOTHES_STRIPE_SECRET_KEY": "sk_test_1"})
    assert len(caught.value.mistakes) == 2
    assert "MYCLOTHES_STRIPE_PUBLISHABLE_KEY" in str(caught.value)
    assert "MYCLOTHES_STRIPE_WEBHOOK_SECRET" in str(caught.value)


def test_a_wrong_key_of_stripe_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(WORKING | {"MYCLOTHES_STRIPE_SECRET_KEY": "pk_test_mixed_up"})
    assert "mixed_up" not in str(caught.value)


def test_the_keys_of_stripe_show_in_no_log() -> None:
    stripe = {"PAYMENT": "stripe", "STRIPE_SECRET_KEY": "sk_live_hush", "STRIPE_WEBHOOK_SECRET": "whsec_hush"}
    named = {f"MYCLOTHES_{name}": value for name, value in stripe.items()}
    settings = Settings.from_env(WORKING | named | {"MYCLOTHES_STRIPE_PUBLISHABLE_KEY": "pk_live_1"})
    assert "hush" not in repr(settings)
    assert Settings.from_env(settings.to_env()) == settings


@pytest.mark.parametrize("mail", ["inbox:", "smtp://mail.example", "smtp://shop:word@127.0.0.1:25?tls=none"])
def test_mail_goes_to_the_inbox_or_to_a_server(mail: str) -> None:
    assert Settings.from_env(WORKING | {"MYCLOTHES_MAIL": mail}).mail == mail


def test_without_a_place_to_go_mail_is_shown_to_nobody() -> None:
    assert Settings.from_env(WORKING).mail == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"MYCLOTHES_MAIL": "inbox"},
        {"MYCLOTHES_MAIL": "smtp://mail.example?tls=perhaps"},
        {"MYCLOTHES_MAIL_FROM": "shop@example.com"},
        {"MYCLOTHES_MAIL_FROM": "Shop <shop@example.com>\r\nBcc: victim@example.com"},
        {"MYCLOTHES_SELLER_NAME": "two\nlines"},
    ],
)
def test_mail_settings_that_make_no_sense_are_named(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings.from_env(WORKING | wrong)


def test_the_password_of_the_mail_server_does_not_show() -> None:
    settings = Settings.from_env(WORKING | {"MYCLOTHES_MAIL": "smtp://shop:hunter2@mail.example"})
    assert "hunter2" not in repr(settings)


def test_replicas_are_named_by_zone_and_reach_the_next_process() -> None:
    one, two = "a=postgresql://shop:pw@db-a:5432/shop?sslmode=disable", "b=postgresql://shop:pw@db-b:5432/shop"
    settings = Settings.from_env({**WORKING, "MYCLOTHES_REPLICAS": f"{one}, {two}", "MYCLOTHES_REPLICA_LAG": "1.5"})
    assert settings.replica_places == [("a", one.partition("=")[2]), ("b", two.partition("=")[2])]
    assert Settings.from_env(settings.to_env()) == settings
    assert "pw@db-a" not in repr(settings)
    assert settings.on_primary().replicas == ()
    assert settings.on_primary().database == settings.database


@pytest.mark.parametrize(
    "wrong", ["postgresql://db-a/shop", "a=mysql://db/shop", "a=postgresql://db-a/shop,", "=postgresql://x/y"]
)
def test_replicas_that_make_no_sense_are_named(wrong: str) -> None:
    with pytest.raises(SettingsError, match="MYCLOTHES_REPLICAS must be zone=postgresql"):
        Settings.from_env({**WORKING, "MYCLOTHES_REPLICAS": wrong})
