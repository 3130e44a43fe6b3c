"""Training against the clock: as far as a run comes in so many processor seconds."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from vae.data import Examples
from vae.training import loop
from vae.training.trainer import Progress, Trainer


class Stopwatch:
    """Processor seconds of this process since it was made, its pauses left out."""

    def __init__(self, clock: Callable[[], float] = time.process_time):
        self._clock, self._start = clock, clock()

    @property
    def seconds(self) -> float:
        return self._clock() - self._start

    @contextmanager
    def paused(self) -> Iterator[None]:
        since = self._clock()
        try:
            yield
        finally:
            self._start += self._clock() - since


class _TimeIsUpError(Exception):
    pass


def moments(seconds: float, count: int) -> list[float]:
    """When to look at a run of that many seconds: at its end, at half of it, at a quarter..."""
    return [round(seconds / 2**k, 3) for k in reversed(range(count))]


def train_for(
    trainer: Trainer,
    digits: Examples,
    times: Sequence[float],
    stopwatch: Stopwatch,
    look: Callable[[float, float], None],
) -> float:
    """Trains until the last of the `times`, in seconds, whatever the recipe's epochs; at each of
    them, after the batch in which it falls, calls look(seconds, epochs). Gives the epochs.

    The stopwatch stands still during a look. Raises TrainingError when a loss is not finite.
    """
    remaining, images = list(times), 0

    def report(progress: Progress) -> None:
        nonlocal images
        images += progress.images
        while remaining and stopwatch.seconds >= remaining[0]:
            with stopwatch.paused():
                look(remaining.pop(0), images / len(digits))
        if not remaining:
            raise _TimeIsUpError

    with suppress(_TimeIsUpError):
        while True:
            losses = loop.run_epoch(trainer, digits, report)
            losses = {f"train_{name}": value for name, value in losses.items()}
            seconds = round(stopwatch.seconds, 2)
            trainer.history.append({"epoch": trainer.epoch + 1, "seconds": seconds, **losses})
    return images / len(digits)
