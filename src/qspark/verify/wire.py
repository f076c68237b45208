"""Length-prefixed JSON over a stream socket: how the pool and its servers talk.

A job's program and test do not travel in the message but as descriptors of files, and what a test
says comes back sealed: a server that cannot read them cannot leave them in the memory that later
candidates' processes are forked from.
"""

import hashlib
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

_HEADER = struct.Struct("!I")
_LARGEST = 64 << 20


class Hangup(Exception):
    """The other end has gone, or has said something that is not a frame."""


def send(sock: socket.socket, message: dict[str, Any]) -> None:
    """Send one message; raises OSError when the other end has gone."""
    body = json.dumps(message).encode()
    sock.sendall(_HEADER.pack(len(body)) + body)


def receive(sock: socket.socket) -> dict[str, Any]:
    """Wait for one message, for as long as the socket's timeout allows.

    Raises Hangup at the end of the stream or on a frame over 64 MiB, and TimeoutError.
    """
    (size,) = _HEADER.unpack(_exactly(sock, _HEADER.size))
    if size > _LARGEST:
        raise Hangup(f"a frame of {size} bytes")
    return json.loads(_exactly(sock, size))


def send_with_files(sock: socket.socket, message: dict[str, Any], files: Sequence[int]) -> None:
    """Send one message with copies of descriptors; raises OSError when the other end has gone."""
    socket.send_fds(sock, [b"F"], files)
    send(sock, message)


def receive_with_files(sock: socket.socket, count: int) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message and its descriptors, the receiver's to close; raises Hangup."""
    mark, descriptors, _, _ = socket.recv_fds(sock, 1, count)
    if mark != b"F" or len(descriptors) != count:
        raise Hangup("the stream ended")
    return receive(sock), descriptors


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(size - len(parts))
        if not part:
            raise Hangup("the stream ended")
        parts += part
    return bytes(parts)


def seal(text: str, key: str) -> str:
    """The text as hexadecimal digits that only the holder of the one-time key can read."""
    return _masked(text.encode(), key).hex()


def unseal(sealed: str, key: str) -> str:
    """What `seal` was given; raises ValueError on anything else."""
    return _masked(bytes.fromhex(sealed), key).decode()


def _masked(data: bytes, key: str) -> bytes:
    mask = hashlib.shake_256(key.encode()).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, mask, strict=True))
