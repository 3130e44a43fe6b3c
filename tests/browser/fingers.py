"""Real touches, by the browser's own protocol."""

from driving import settle
from playwright.sync_api import Page


class Fingers:
    """Real touches on a page, each with its place at every step."""

    def __init__(self, page: Page):
        self.page = page
        self._client = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self._client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
        self.page.wait_for_timeout(16)

    def swipe(self, start: tuple[float, float], way: tuple[float, float], steps: int = 12) -> None:
        (x, y), (dx, dy) = start, way
        self.send("touchStart", (x, y))
        for step in range(1, steps + 1):
            self.send("touchMove", (x + dx * step / steps, y + dy * step / steps))
        self.send("touchEnd")
        settle(self.page)

    def pinch(self, middle: tuple[float, float], begin: float, end: float, steps: int = 12) -> None:
        """Two fingers one above the other, apart by `begin` and then by `end` pixels."""
        x, y = middle
        self.send("touchStart", (x, y - begin / 2))
        self.send("touchStart", (x, y - begin / 2), (x, y + begin / 2))
        for step in range(1, steps + 1):
            half = (begin + (end - begin) * step / steps) / 2
            self.send("touchMove", (x, y - half), (x, y + half))
        self.send("touchEnd")
        settle(self.page)
