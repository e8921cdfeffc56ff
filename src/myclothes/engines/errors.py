"""What can go wrong with an engine, said so that the reader knows what to do next."""


class EngineError(Exception):
    """`message` says what happened, `advice` what to do about it. Both are whole sentences."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.message = message
        self.advice = advice
