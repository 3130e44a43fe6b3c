"""Below a proxy, the app may be at a path: /vae/ for everybody, / for itself."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """An ASGI middleware below which every path begins with the root path, as ASGI has it, whether
    the proxy in front takes it away or not. Without it, Starlette looks for the files of a folder
    at the wrong end of the path. A root path may also be a whole address: its path counts."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            root = urlsplit(scope.get("root_path", "")).path.rstrip("/")
            path = scope["path"]
            whole = path if f"{path}/".startswith(f"{root}/") else root + path
            scope = {**scope, "root_path": root, "path": whole}
        await self.app(scope, receive, send)


def local_path(scope: Scope) -> str:
    """The path of a request without the root path: what the routes are named after."""
    return scope["path"].removeprefix(scope.get("root_path", "")) or "/"
