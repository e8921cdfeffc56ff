"""What can go wrong on the way to AWS."""

from myclothes.engines.errors import EngineError


class AwsError(EngineError):
    """`message` says what happened, `advice` what to do about it."""


class Interrupted(AwsError):
    """Ctrl-C while AWS was at work. AWS goes on; nothing is lost."""
