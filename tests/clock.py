"""A clock for what is timed."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
