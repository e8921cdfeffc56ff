"""What a fresh web instance does at its first start, as shell commands: install this release, then let systemd run it.

    boot_commands(config, release, settings="/myclothes/settings")

A failed command ends the script; the instance never turns ready then, and the refresh that made it is taken back.
Nothing secret is in here: `myclothes.aws.start` fetches what the shop needs, at each start, by the instance's role.
"""

import json
import shlex
from dataclasses import dataclass

from myclothes.aws.config import SHOP_PORT, Config

HOME = "/opt/myclothes"
BIN = f"{HOME}/venv/bin"
LOGS = "/var/log/myclothes"
PYTHON = "python3.11"
CERTIFICATES = f"{HOME}/rds.pem"
"""Of the authorities that vouch for databases on RDS."""
IN_FLIGHT_SECONDS = 15
"""How long requests that are being answered may take when an instance stops; `myclothes serve` keeps to it."""
SPARE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Release:
    """Where a release lies: a wheel of the project, and the hashed list of what it needs."""

    bucket: str
    wheel: str
    """Key in the bucket."""
    wheel_name: str
    """File name of the wheel, which pip reads name and version from."""
    requirements: str
    """Key in the bucket."""


def boot_commands(config: Config, release: Release, settings: str) -> list[str]:
    """`settings` is the name of the parameter that `myclothes.aws.start` reads."""
    return [
        "set -euo pipefail",
        *_packages(),
        *_user(),
        *_install(config, release),
        *_units(config, settings),
        *_logging(config),
        "systemctl daemon-reload",
        "systemctl enable --now myclothes-farewell.service",
        # The first instance of a release migrates; it holds a lock meanwhile, and the others find nothing left to do.
        "systemctl enable --now myclothes-migrate.service",
        "systemctl enable --now myclothes-web.service myclothes-relay.service",
    ]


def _packages() -> list[str]:
    return [_tried_again(f"dnf install -y {PYTHON} amazon-cloudwatch-agent logrotate")]


def _user() -> list[str]:
    return [
        "useradd --system --home-dir /var/lib/myclothes --shell /sbin/nologin myclothes",
        f"install -d -m 0755 {HOME} {HOME}/release",
        f"install -d -m 0750 -o myclothes -g myclothes /var/lib/myclothes {LOGS}",
    ]


def _install(config: Config, release: Release) -> list[str]:
    def fetch(key: str, file: str) -> str:
        return _tried_again(f"aws s3 cp --only-show-errors --region {config.region} s3://{release.bucket}/{key} {file}")

    wheel = f"{HOME}/release/{release.wheel_name}"
    requirements = f"{HOME}/release/requirements.txt"
    bundle = f"https://truststore.pki.rds.amazonaws.com/{config.region}/{config.region}-bundle.pem"
    pip = f"{BIN}/python -m pip --disable-pip-version-check --quiet install"
    return [
        fetch(release.wheel, wheel),
        fetch(release.requirements, requirements),
        f"curl --fail --silent --show-error --retry 5 --output {CERTIFICATES} {bundle}",
        f"{PYTHON} -m venv {HOME}/venv",
        _tried_again(f"{pip} --require-hashes --only-binary :all: --requirement {requirements}"),
        f"{pip} --no-deps --no-index {wheel}",
    ]


def _units(config: Config, settings: str) -> list[str]:
    start = f"{BIN}/python -m myclothes.aws.start {settings} --region {config.region}"
    # Longer than `serve` takes at most: it says "not ready", waits, and lets the last requests finish.
    stop_seconds = round(config.drain_seconds) + IN_FLIGHT_SECONDS + SPARE_SECONDS
    web = _service(
        "MyClothes, the shop",
        f"{start} serve",
        log="web",
        more=["RuntimeDirectory=myclothes", "LimitNOFILE=65536", f"TimeoutStopSec={stop_seconds}"],
    )
    relay = _service(
        "MyClothes, what is done after the answer", f"{start} relay", log="relay", more=["TimeoutStopSec=30"]
    )
    migrate = _unit(
        "MyClothes, database up to date",
        service=[
            "Type=oneshot",
            "RemainAfterExit=yes",
            "User=myclothes",
            f"ExecStart={start} migrate",
            *_log("migrate"),
        ],
    )
    farewell = _unit(
        "MyClothes, leaves gently when the group lets this instance go",
        service=[
            f"ExecStart={BIN}/python -m myclothes.aws.farewell --region {config.region}",
            "Restart=always",
            "RestartSec=5",
            *_log("farewell"),
        ],
    )
    units = {"web": web, "relay": relay, "migrate": migrate, "farewell": farewell}
    return [_file(f"/etc/systemd/system/myclothes-{name}.service", text) for name, text in units.items()]


def _service(description: str, command: str, *, log: str, more: list[str]) -> str:
    """Runs for ever, as nobody in particular, and may write nothing but its own folders."""
    return _unit(
        description,
        before=["Requires=myclothes-migrate.service", "After=myclothes-migrate.service", "StartLimitIntervalSec=0"],
        service=[
            "User=myclothes",
            "Group=myclothes",
            f"ExecStart={command}",
            "Restart=always",
            "RestartSec=2",
            *more,
            *_log(log),
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "ProtectSystem=strict",
            f"ReadWritePaths={LOGS}",
            "ProtectHome=yes",
            "PrivateTmp=yes",
            "PrivateDevices=yes",
            "ProtectKernelTunables=yes",
            "ProtectControlGroups=yes",
            "RestrictSUIDSGID=yes",
            "UMask=0077",
        ],
    )


def _unit(description: str, *, service: list[str], before: list[str] | None = None) -> str:
    return "\n".join(
        [
            "[Unit]",
            f"Description={description}",
            "Wants=network-online.target",
            "After=network-online.target",
            *(before or []),
            "",
            "[Service]",
            *service,
            "",
            "[Install]",
            "WantedBy=multi-user.target",
        ]
    )


def _log(name: str) -> list[str]:
    return [f"StandardOutput=append:{LOGS}/{name}.log", f"StandardError=append:{LOGS}/{name}.log"]


def _logging(config: Config) -> list[str]:
    """Logs go to CloudWatch by the file; disk and memory of the instance as metrics of the group."""
    files = {
        **{name: f"{LOGS}/{name}.log" for name in ("web", "relay", "migrate", "farewell")},
        "boot": "/var/log/cloud-init-output.log",
    }
    agent = {
        "agent": {"region": config.region},
        "logs": {
            "logs_collected": {
                "files": {
                    "collect_list": [
                        {
                            "file_path": path,
                            "log_group_name": log_group(config, name),
                            "log_stream_name": "{instance_id}",
                        }
                        for name, path in files.items()
                    ]
                }
            }
        },
        "metrics": {
            "namespace": "MyClothes",
            "append_dimensions": {"AutoScalingGroupName": "${aws:AutoScalingGroupName}"},
            "aggregation_dimensions": [["AutoScalingGroupName"]],
            "metrics_collected": {
                "mem": {"measurement": ["mem_used_percent"]},
                "disk": {"measurement": ["disk_used_percent"], "resources": ["/"], "drop_device": True},
            },
        },
    }
    rotation = f"{LOGS}/*.log {{\n  daily\n  maxsize 200M\n  rotate 4\n  compress\n  missingok\n  notifempty\n  copytruncate\n  su root root\n}}"
    path = "/opt/aws/amazon-cloudwatch-agent/etc/myclothes.json"
    control = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
    return [
        "install -d -m 0755 /opt/aws/amazon-cloudwatch-agent/etc",
        _file(path, json.dumps(agent, indent=1)),
        _file("/etc/logrotate.d/myclothes", rotation),
        f"{control} -a fetch-config -m ec2 -s -c file:{path}",
    ]


def log_group(config: Config, name: str) -> str:
    return f"/{config.name}/{name}"


LOG_NAMES = ("web", "relay", "migrate", "farewell", "boot")


def _file(path: str, text: str) -> str:
    """Write a file whatever is in the text."""
    return f"cat > {shlex.quote(path)} <<'END_OF_FILE'\n{text}\nEND_OF_FILE"


def _tried_again(command: str) -> str:
    """What goes over a network may fail now and then."""
    return f"for try in 1 2 3 4 5; do {command} && break; [ $try -lt 5 ] || exit 1; sleep $((try * 3)); done"


def plain_settings(config: Config, *, base_url: str, table: str, network: str) -> dict[str, str]:
    """The settings of the shop that are no secret. `network` is the address range that balancers are in."""
    return {
        "MYCLOTHES_HOST": "0.0.0.0",  # noqa: S104  (the security group lets only the balancer in)
        "MYCLOTHES_PORT": str(SHOP_PORT),
        "MYCLOTHES_WORKERS": str(config.vcpus),
        "MYCLOTHES_RUNTIME_DIR": "/run/myclothes",
        "MYCLOTHES_BASE_URL": base_url,
        "MYCLOTHES_TRUSTED_PROXIES": network,
        "MYCLOTHES_CARTS": config.carts,
        "MYCLOTHES_DURABLE_REPLICAS": str(config.durable_replicas),
        "MYCLOTHES_DYNAMODB_TABLE": table,
        "MYCLOTHES_DYNAMODB_REGION": config.region,
        "MYCLOTHES_DRAIN_SECONDS": f"{config.drain_seconds:g}",
        "MYCLOTHES_MAIL_FROM": f"MyClothes <shop@{config.domain or 'myclothes.example'}>",
    }
