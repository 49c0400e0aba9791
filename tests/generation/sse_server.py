"""A server that streams chat completions as server-sent events, and fails as real ones do."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


def chunk(text: str | None = None, reason: str | None = None, **more: Any) -> Body:
    """One event of a stream."""
    delta = {} if text is None else {"content": text}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        **more,
    }


def usage(tokens: int) -> Body:
    """The event that counts, which has no choices."""
    counts = {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 7 + tokens}
    return {**chunk(), "choices": [], "usage": counts}


class ChatServer:
    """What is answered to requests, and what these were."""

    def __init__(self) -> None:
        self.words = ["Le ", "renard ", "est ", "roux."]
        self.end: list[Body | str] = [chunk(reason="stop"), usage(5), "[DONE]"]
        """Events behind the words, as JSON or as they are."""
        self.pause = 0.0
        """Seconds before each event."""
        self.hang_after: int | None = None
        """Number of events after which nothing comes any more."""
        self.break_after: int | None = None
        """Number of events after which the connection is cut."""
        self.refuse: Callable[[Body], tuple[int, Any] | None] = lambda body: None
        """Status and body of a refusal."""
        self.bodies: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.left = threading.Event()
        """Set when a client hung up in mid-stream."""
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        chat = self.server.chat
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat.bodies.append(body)
        chat.headers.append({name.lower(): value for name, value in self.headers.items()})
        refusal = chat.refuse(body)
        if refusal is not None:
            self._refuse(*refusal)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._stream([*map(chunk, chat.words), *chat.end])
        except (BrokenPipeError, ConnectionResetError):
            chat.left.set()

    def _stream(self, events: list[Body | str]) -> None:
        chat = self.server.chat
        for number, event in enumerate(events):
            if number == chat.hang_after:
                self._hang()
                return
            if number == chat.break_after:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            time.sleep(chat.pause)
            text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
            self._write(f"data: {text}\n\n".encode())
        self._write(b"")

    def _hang(self) -> None:
        """Say nothing until the client leaves or the server ends."""
        self.connection.settimeout(0.02)
        while not self.server.ended.is_set():
            try:
                gone = self.connection.recv(1) == b""
            except TimeoutError:
                continue
            if gone:
                self.server.chat.left.set()
                return

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _refuse(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, chat: ChatServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.chat = chat
        self.ended = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that gave up are no news."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A running server with its address."""
    chat = ChatServer()
    server = _Server(chat)
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield chat
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
