"""The memory that the server's threads take pictures apart in."""

import ctypes

# mallopt(3).
ARENA_MAX = -8


def share_arenas(most: int = 2) -> None:
    """Lets all threads of this process allocate from so many arenas.

    glibc gives nearly every thread an arena of its own, and what a picture leaves free in one is
    of no use in another: a server with many threads grows by the largest picture of each. Other C
    libraries keep no arenas, and are left alone.
    """
    try:
        ctypes.CDLL(None).mallopt(ARENA_MAX, most)
    except (AttributeError, OSError, TypeError):
        return
