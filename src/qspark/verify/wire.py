"""Length-prefixed JSON over a stream socket: how the pool and its servers talk.

A job's test does not travel in the message but as a file's descriptor: a server that never reads it
cannot leave it in the memory that the candidate's process is forked from.
"""

import json
import socket
import struct
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


def send_with_file(sock: socket.socket, message: dict[str, Any], descriptor: int) -> None:
    """Send one message with a copy of a descriptor; raises OSError when the other end has gone."""
    socket.send_fds(sock, [b"F"], [descriptor])
    send(sock, message)


def receive_with_file(sock: socket.socket) -> tuple[dict[str, Any], int]:
    """Wait for one message and its descriptor, which is the receiver's to close; raises Hangup."""
    mark, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
    if mark != b"F" or len(descriptors) != 1:
        raise Hangup("the stream ended")
    return receive(sock), descriptors[0]


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(size - len(parts))
        if not part:
            raise Hangup("the stream ended")
        parts += part
    return bytes(parts)
