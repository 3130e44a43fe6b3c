"""Serves the VAE explorer: python app.py, then open the address that it prints."""

# ruff: noqa: E402

import argparse
import os
import sys
from pathlib import Path

# Before gradio is imported, so that it never asks an outside host for anything, and leaves to us
# what the other two say: it refuses an IPv6 address, and a port that is no number is a traceback.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
HOST = os.environ.pop("GRADIO_SERVER_NAME", "127.0.0.1")
PORT = os.environ.pop("GRADIO_SERVER_PORT", "7860")
# Nor can it be imported where the environment names a SOCKS proxy.
os.environ |= {
    name: ""
    for name, value in os.environ.items()
    if name.lower().endswith("_proxy") and value.startswith("socks")
}

from vae.checkpoints import WEIGHTS, open_zoo
from vae.training.presets import PRESETS
from vae.ui import build, launch
from vae.ui.arenas import share_arenas
from vae.ui.network import address, check_port


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--host",
        type=lambda host: host.strip("[]"),
        default=HOST,
        help="0.0.0.0 for everybody in the room, :: by IPv6 (or $GRADIO_SERVER_NAME)",
    )
    parser.add_argument("--port", type=int, default=PORT, help="or $GRADIO_SERVER_PORT")
    parser.add_argument(
        "--root-path",
        metavar="PATH",
        type=_root_path,
        default=os.environ.get("GRADIO_ROOT_PATH", ""),
        help="where a proxy has the page, such as /vae (or $GRADIO_ROOT_PATH)",
    )
    parser.add_argument("--weights", metavar="DIR", type=Path, default=WEIGHTS)
    parser.add_argument("--share", action="store_true", help="a public link, by way of gradio")
    return parser.parse_args(arguments)


def _root_path(text: str) -> str:
    if text and not text.startswith(("/", "http://", "https://")):
        raise argparse.ArgumentTypeError(f"expected a path that begins with /, got {text!r}")
    return text.rstrip("/")


def main() -> int:
    options = parse()
    where = (options.host, options.port, options.root_path)
    share_arenas()
    try:
        check_port(options.host, options.port)
        zoo = open_zoo(options.weights, first=[*PRESETS])
        for reason in zoo.left_out.values():
            print(f"app.py: left out {reason}", file=sys.stderr)
        for reason in zoo.damaged.values():
            print(f"app.py: {reason}", file=sys.stderr)
        page = build(zoo, options.host)
        launch(page, zoo, *where, share=options.share)
    except ValueError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    print(f"Open {address(*where)} in a browser. Ctrl+C ends it.", flush=True)
    page.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main())
