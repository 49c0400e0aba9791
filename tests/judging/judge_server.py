"""A server that speaks the chat completions protocol and fails as real ones do.

What it does with a request is decided by a script: a list of faults for each answer to be
rated, in the order in which requests about it come. After its faults, an answer gets the
reply that ``reply_to`` makes.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEYS = ("language", "fluency", "helpfulness", "accuracy", "coherence", "harmlessness")
_BETWEEN_MARKS = re.compile(r"=== (\w+) Answer ===\n(.*?)\n\n=== \1 ===", re.DOTALL)


def answer_in(body: dict[str, Any]) -> str:
    """The answer to be rated that a request holds."""
    found = _BETWEEN_MARKS.search(body["messages"][-1]["content"])
    assert found is not None, body["messages"][-1]["content"]
    return found[2]


def rating(value: int = 2, reason: str = "fine", **others: object) -> str:
    """A whole reply, all criteria alike but for those named."""
    flags = {"wrong_answer": False, "invented_link": False}
    return json.dumps({"reason": reason, **dict.fromkeys(KEYS, value), **flags, **others})


def completion(text: str | None, finish_reason: str = "stop", tokens: int = 40) -> dict[str, Any]:
    """The body of a response with one choice."""
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": tokens, "total_tokens": 100 + tokens},
    }


class JudgeServer:
    """What the requests were, and what is answered to them."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        """By the answer to be rated: what goes wrong, request by request."""
        self.reply_to: Callable[[dict[str, Any]], str] = lambda body: rating()
        self.refuse: Callable[[dict[str, Any]], str | None] = lambda body: None
        """What is complained about with status 400."""
        self.key = ""
        """What a request must bring along; none is needed if empty."""
        self.models: set[str] | None = None
        """The models that there are; any if None."""
        self.delay = 0.0
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.seen: Counter[str] = Counter()
        """Requests by the answer to be rated."""
        self.lock = threading.Lock()
        self.url = ""

    def fault_of(self, body: dict[str, Any]) -> str | None:
        """What goes wrong with this request."""
        answer = answer_in(body) if self.faults else ""
        with self.lock:
            turn = self.seen[answer]
            self.seen[answer] += 1
        script = self.faults.get(answer, [])
        return script[turn] if turn < len(script) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Header and body leave together; sent apart, each response would wait for an ACK.
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        judge = self.server.judge
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with judge.lock:
            judge.bodies.append(body)
            judge.headers.append({name.lower(): value for name, value in self.headers.items()})
        time.sleep(judge.delay)
        if judge.key and self.headers["Authorization"] != f"Bearer {judge.key}":
            self._send(401, {"error": {"message": "no valid key"}})
            return
        if judge.models is not None and body["model"] not in judge.models:
            self._send(404, {"error": {"message": f"there is no model {body['model']}"}})
            return
        complaint = judge.refuse(body)
        if complaint is not None:
            self._send(400, {"error": {"message": complaint}})
            return
        fault = judge.fault_of(body)
        if fault is None:
            self._send(200, completion(judge.reply_to(body)))
        else:
            self._fail(fault, body)

    def _fail(self, fault: str, body: dict[str, Any]) -> None:
        good = rating()
        bodies: dict[str, object] = {
            "half": completion(good[: len(good) // 2]),
            "cut": completion(good[: len(good) // 2], "length"),
            "wrong keys": completion(json.dumps({"score": 2, "rating": "good"})),
            "out of range": completion(rating(accuracy=3, fluency=-1)),
            "stars": completion(rating(accuracy="***")),
            "empty": completion(""),
            "null": completion(None),
            "prose": completion("The answer is fine, I would give it two points."),
            "error": {"error": {"message": "overloaded", "code": 529}},
            "no choices": {"choices": [], "usage": None},
            "list": [],
        }
        if fault in bodies:
            self._send(200, bodies[fault])
        elif fault.isdigit():
            self._send(int(fault), {"error": {"message": f"status {fault}"}})
        elif fault.startswith("wait "):
            self._send(429, {"error": {"message": "slow down"}}, {"Retry-After": fault[5:]})
        elif fault == "hang":
            self.server.hang()
        elif fault == "trickle":
            self._trickle()
        elif fault == "not json":
            self._raw(b"<html>Bad gateway</html>")
        elif fault == "half body":
            self._raw(json.dumps(completion(rating())).encode()[:90])
        elif fault == "reset":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            raise AssertionError(f"no such fault: {fault}")

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        self._raw(json.dumps(body).encode(), status, headers)

    def _raw(
        self, content: bytes, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _trickle(self) -> None:
        """A body that never ends, a byte now and then: each within any read time-out."""
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not self.server.ended.wait(0.02):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, judge: JudgeServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.judge = judge
        self.ended = threading.Event()

    def hang(self) -> None:
        """Answer nothing for as long as the server runs."""
        self.ended.wait()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that gave up are no news."""


@contextmanager
def judge_server() -> Iterator[JudgeServer]:
    """A running server with its address."""
    judge = JudgeServer()
    server = _Server(judge)
    judge.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield judge
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
