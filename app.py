"""Serves the VAE explorer: python app.py, then open the address that it prints."""

import argparse
import os
import socket
import sys
from pathlib import Path

# Before gradio is imported, so that it never asks an outside host for anything.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from vae.checkpoints import WEIGHTS, open_zoo
from vae.training.presets import PRESETS
from vae.ui import build, launch


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 for everybody in the room")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--weights", metavar="DIR", type=Path, default=WEIGHTS)
    parser.add_argument("--share", action="store_true", help="a public link, by way of gradio")
    return parser.parse_args(arguments)


def check_port(host: str, port: int) -> None:
    """Raises ValueError when nothing can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise ValueError(
                f"cannot listen on port {port} of {host} ({error}): choose another with --port"
            ) from error


def main() -> int:
    options = parse()
    try:
        check_port(options.host, options.port)
        zoo = open_zoo(options.weights, first=[*PRESETS])
        for reason in zoo.left_out.values():
            print(f"app.py: left out {reason}", file=sys.stderr)
        page = build(zoo)
    except ValueError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    launch(page, zoo, server_name=options.host, server_port=options.port, share=options.share)
    return 0


if __name__ == "__main__":
    sys.exit(main())
