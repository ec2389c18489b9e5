"""A local web server that serves files with ETags and ranges, and with the faults that a test asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream:
    """A file server whose files, ETags and faults a test sets. Keys of `files` are paths with their query."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut_after: int | None = None
        self.announced_length: int | None = None
        self.requests: list[dict[str, str]] = []
        self.url = ""

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(dict(handler.headers))
        body = self.files.get(handler.path.strip("/"))
        if body is None:
            handler.send_error(404)
            return
        etag = f'"{hash(body)}"'
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.end_headers()
            return
        start = self._start(handler, etag)
        handler.send_response(206 if start else 200)
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(self.announced_length or len(body) - start))
        handler.end_headers()
        end, self.cut_after = (self.cut_after, None) if self.cut_after else (len(body), None)
        handler.wfile.write(body[start:end])

    def _start(self, handler: BaseHTTPRequestHandler, etag: str) -> int:
        asked = handler.headers.get("Range", "")
        return int(asked[6:-1]) if asked and handler.headers.get("If-Range") == etag else 0


@contextmanager
def serving() -> Iterator[Upstream]:
    """A running server with no files yet."""
    state = Upstream()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.reply(self)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
