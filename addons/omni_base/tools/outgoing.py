"""Requests that this server makes to an address that a visitor named.

They reach the public internet alone, whatever the name of the host resolves to, and nobody's slowness is ours: all of
it together, from the name to the answer, has one deadline.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

import requests.certs

UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given out; what carries an IPv4 address is elsewhere,
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")  # but for this
MOST_HEAD = 4096  # bytes of an answer in which its status must be


class InnerAddress(OSError):
    """The host is no place of the public internet."""


def post(url, body, headers, seconds):
    """Send ``body`` to an https address, without following where it points to; return the status of the answer.

    :raises InnerAddress: before connecting
    :raises OSError: it could not be reached, or not within so many ``seconds``
    :raises ValueError: no address, or an answer that cannot be understood
    """
    deadline = time.monotonic() + seconds
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("An https address is expected")
    with _connect(parts.hostname, parts.port or 443, deadline) as connection:
        request = http.client.HTTPConnection(parts.hostname, parts.port)
        request.sock = _Until(connection, deadline)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            request.request("POST", path, body, {"Host": parts.netloc, "Connection": "close"} | headers)
        except http.client.HTTPException as error:
            raise ValueError("This cannot be sent") from error
        return _status(request.sock)


def is_public(address):
    """Whether an address belongs to the public internet, and carries no other address that may not."""
    known = ipaddress.ip_address(address)
    if not known.is_global or known.is_multicast:
        return False
    return known.version == 4 or (known in UNICAST and known not in SIX_TO_FOUR)


def _connect(host, port, deadline):
    """Return an encrypted connection to the very address that was looked at; its certificate is that of ``host``."""
    context = ssl.create_default_context(cafile=requests.certs.where())
    context.set_alpn_protocols(["http/1.1"])
    failed, addresses = None, _addresses(host, port, deadline)
    for others, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        try:  # one that does not answer leaves time for the others
            plain = socket.create_connection((address, port), _left(deadline) / others)
        except OSError as error:
            failed = error
            continue
        try:
            plain.settimeout(_left(deadline))
            return context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
    raise failed or OSError(f"{host} has no address")


def _addresses(host, port, deadline):
    """Return the addresses of ``host``, all of them public. Who is asked for them may be slow: nobody waits for longer
    than until the ``deadline``.
    """
    found = []

    def ask():
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_left(deadline))
    if not found:
        raise TimeoutError(f"{host} was not found in time")
    if isinstance(found[0], Exception):
        raise OSError(f"{host} was not found") from found[0]
    addresses = list(dict.fromkeys(row[4][0] for row in found[0]))
    if not all(map(is_public, addresses)):
        raise InnerAddress(f"{host} is no place of the public internet")
    return addresses


def _left(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("No answer in time")
    return left


class _Until:
    """A connection that waits for nothing longer than until its deadline, however little comes at a time."""

    def __init__(self, connection, deadline):
        self.connection, self.deadline = connection, deadline

    def sendall(self, data):
        rest = memoryview(data)
        while rest:
            self.connection.settimeout(_left(self.deadline))
            rest = rest[self.connection.send(rest) :]

    def recv(self, size):
        self.connection.settimeout(_left(self.deadline))
        return self.connection.recv(size)

    def close(self):
        self.connection.close()


def _status(connection):
    head = b""
    while b"\n" not in head:
        more = connection.recv(MOST_HEAD - len(head))
        if not more:
            raise ValueError("The answer cannot be understood")
        head += more
    version, status, *_reason = head.split(b"\n", 1)[0].split(None, 2)
    if not version.startswith(b"HTTP/") or len(status) != 3 or not status.isdigit():
        raise ValueError("The answer cannot be understood")
    return int(status)
