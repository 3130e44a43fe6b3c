"""Where the app listens, and at which address a browser finds it."""

import os
import socket
from urllib.request import getproxies

# Every address of this machine, as a server says it, with its own one and an address for examples:
# to ask for the way there sends nothing, and tells which address this machine has for others.
ANY = {"0.0.0.0": ("127.0.0.1", "192.0.2.1"), "::": ("::1", "2001:db8::1")}


def check_port(host: str, port: int) -> None:
    """Raises ValueError, in a sentence, when nothing can listen there."""
    if not 0 <= port <= 65535:
        raise ValueError(f"cannot listen on port {port}: expected --port from 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, place in found:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
    except (OSError, UnicodeError) as error:
        raise ValueError(
            f"cannot listen on port {port} of {host} ({error}): choose another port with --port, "
            "or another address with --host"
        ) from error


def host_for_others(host: str) -> str | None:
    """By what host another machine finds a server that listens on `host`, or None where it does
    not: the server is there for this machine alone, or has no network."""
    if host in ANY:
        return _own_address(host)
    alone = host in ("localhost", "::1") or host.startswith("127.")
    return None if alone else host


def address(host: str, port: int, root_path: str = "") -> str:
    """What to open in a browser: in others' where they find it, else in one on this machine."""
    if "://" in root_path:
        return f"{root_path}/"
    seen = host_for_others(host) or ANY.get(host, (host,))[0]
    return f"http://{bracketed(seen)}:{port}{root_path}/"


def bracketed(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def without_proxy(host: str) -> None:
    """Has this process ask its own server directly, and not through the proxy that the environment
    may name: gradio does so when it starts."""
    exempt = {*getproxies().get("no", "").split(","), host, "localhost", "127.0.0.1", "::1"}
    os.environ["no_proxy"] = ",".join(sorted(exempt - {""}))


def _own_address(host: str) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((ANY[host][1], 9))
            return probe.getsockname()[0]
    except OSError:
        return None
