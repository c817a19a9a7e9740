import datetime
import socket
import ssl
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from odoo.tests import BaseCase

from ..tools import outgoing

HOST = "push.example.org"
SECONDS, PATIENCE = 1.0, 4  # the deadline of a request, and what a busy machine may add to it


class TestOutgoing(BaseCase):
    """Against a real server of this machine, which the look at addresses lets pass in these tests alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        day = datetime.datetime(2020, 1, 1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(day)
            .not_valid_after(day.replace(year=2120))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        cls.certificate, cls.key = cls.folder / "certificate.pem", cls.folder / "key.pem"
        cls.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        cls.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def setUp(self):
        super().setUp()
        self.resolved = []
        self.inner = "127.0.0.1"
        self.patch(outgoing.socket, "getaddrinfo", self._resolve)
        self.patch(outgoing.requests.certs, "where", lambda: str(self.certificate))

    def _resolve(self, host, port, *_kind, **_type):
        if host != self.inner:  # to connect to an address asks for it, too
            self.resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self.inner, port))]

    @contextmanager
    def _server(self, serve, encrypted=True):
        """Run ``serve(connection)`` for each who connects; gives the port."""
        stopped = threading.Event()

        def work(listener):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key)
            with suppress(OSError):  # who asked has gone
                connection, _address = listener.accept()
                with context.wrap_socket(connection, server_side=True) if encrypted else connection as connection:
                    serve(connection, stopped)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=work, args=[listener], daemon=True)
            thread.start()
            with patch.object(outgoing, "is_public", lambda _address: True):
                yield listener.getsockname()[1]
            stopped.set()
        thread.join(PATIENCE)

    def _post(self, port, host=HOST, body=b"x"):
        return outgoing.post(f"https://{host}:{port}/v2/one?a=1", body, {"TTL": "60"}, SECONDS)

    @contextmanager
    def _in_time(self):
        start = time.monotonic()
        with self.assertRaises(OSError):
            yield
        self.assertLess(time.monotonic() - start, SECONDS + PATIENCE)

    def test_status_is_read_and_nothing_followed(self):
        """given a service that points elsewhere, when a message is sent, then it comes whole and its answer is 302"""
        seen = []

        def serve(connection, _stopped):
            seen.append(connection.recv(4096) + connection.recv(4096))
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://other.example.org/\r\n\r\n")

        with self._server(serve) as port:
            self.assertEqual(self._post(port, body=b"words"), 302)
        head, body = seen[0].split(b"\r\n\r\n")
        self.assertEqual((head.split(b"\r\n")[0], body), (b"POST /v2/one?a=1 HTTP/1.1", b"words"))
        for line in (b"TTL: 60", b"Content-Length: 5", f"Host: {HOST}:{port}".encode()):
            self.assertIn(line, head)
        self.assertEqual(self.resolved, [HOST], "asked once: what was looked at is what was connected to")

    def test_answer_that_comes_byte_by_byte(self):
        def serve(connection, stopped):
            for sign in b"HTTP/1.1 201 " + b"x" * 1000:
                connection.sendall(bytes([sign]))
                if stopped.wait(0.1):
                    return

        with self._server(serve) as port, self._in_time():
            self._post(port)

    def test_answer_without_end(self):
        def serve(connection, stopped):
            while not stopped.is_set():
                connection.sendall(b"x" * 1000)

        with self._server(serve) as port, self.assertRaises((ValueError, OSError)):
            self._post(port)

    def test_who_says_nothing(self):
        with self._server(lambda _connection, stopped: stopped.wait(30), encrypted=False) as port, self._in_time():
            self._post(port)

    def test_who_does_not_read(self):
        with self._server(lambda _connection, stopped: stopped.wait(30)) as port, self._in_time():
            self._post(port, body=b"x" * 50_000_000)

    def test_name_that_is_slow_to_resolve(self):
        with patch.object(outgoing.socket, "getaddrinfo", lambda *_args, **_kind: time.sleep(SECONDS + PATIENCE + 1)):
            with self._in_time():
                self._post(443)

    def test_certificate_is_of_the_name(self):
        with self._server(lambda _connection, _stopped: None) as port, self.assertRaises(ssl.SSLCertVerificationError):
            self._post(port, host="other.example.org")

    def test_inner_addresses_are_refused_before_connecting(self):
        inner = """0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1 192.168.1.1 192.0.2.1
            224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1
            64:ff9b::8.8.8.8 64:ff9b:1::1 2001::1 2001:db8::1 2002:7f00:1:: fc00::1 fd12::1 fe80::1 fec0::1 ff02::1"""
        with patch.object(outgoing.socket, "create_connection", self.fail):
            for self.inner in inner.split():
                with self.assertRaises(outgoing.InnerAddress, msg=self.inner):
                    self._post(443)
        for address in ("8.8.8.8", "142.250.74.78", "2a00:1450:4007:80c::200a", "2606:4700::6810:84e5"):
            self.assertTrue(outgoing.is_public(address), address)

    def test_one_inner_address_among_others(self):
        rows = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
        with patch.object(outgoing.socket, "getaddrinfo", lambda *_args, **_kind: rows):
            with (
                patch.object(outgoing.socket, "create_connection", self.fail),
                self.assertRaises(outgoing.InnerAddress),
            ):
                self._post(443)

    def test_what_is_no_address(self):
        for url in ("", "http://push.example.org/", "https:///x", "push.example.org", "ftp://push.example.org/"):
            with self.assertRaises(ValueError):
                outgoing.post(url, b"", {}, SECONDS)
        self.assertFalse(self.resolved)
