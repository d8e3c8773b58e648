"""A connection to the host of a channel and to nothing else: its name is looked up once, every address that it has is
judged, and the one that was judged is gone to. One limit of time holds for all that is said."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Timer

from steelyard.web.channels.naming import Channel
from steelyard.web.identities.outage import NoAnswer, reason_of

Address = IPv4Address | IPv6Address


def may_go_to(address: str, inside: bool) -> bool:
    """Of the bureau's network where the channel says so, else of the open net: never both. What only looks like
    another address - a mapped one, one that a tunnel leads to - is judged as that."""
    found: Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            return may_go_to(str(inner), inside)
    if found.is_multicast or found.is_link_local or found.is_unspecified:
        return False
    if found.is_reserved and not found.is_loopback:  # ::1 stands in a reserved block
        return False
    return inside != found.is_global


def place_of(channel: Channel) -> tuple[socket.AddressFamily, str]:
    """Where it is. Raises `NoAnswer` where none of its addresses may be gone to."""
    try:
        found = socket.getaddrinfo(channel.host, channel.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer(f"主机名查不到 the name of the host is not known: {error}") from error
    for family, _, _, _, where in found:
        if may_go_to(str(where[0]), channel.inside):
            return family, str(where[0])
    wanted = "内网 the bureau's network" if channel.inside else "公网 the open net（内网主机须写 inside = true）"
    raise NoAnswer(f"{channel.host} 的地址不在{wanted}：{'、'.join(sorted({str(one[4][0]) for one in found}))}")


def connected(channel: Channel) -> socket.socket:
    """Encrypted where its address says so, the certificate checked for the name that site.toml gives. Raises
    `NoAnswer`."""
    family, address = place_of(channel)
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.settimeout(channel.seconds)
        found.connect((address, channel.port))
        return secured(channel, found) if channel.tls else found
    except OSError as error:
        found.close()
        raise NoAnswer(reason_of(error)) from error


def secured(channel: Channel, plain: socket.socket) -> ssl.SSLSocket:
    """From here on nobody else listens."""
    context = ssl.create_default_context(cafile=channel.authority)
    found = context.wrap_socket(plain, server_hostname=channel.host, do_handshake_on_connect=False)
    with in_time(channel, found):
        found.do_handshake()
    return found


@contextmanager
def in_time(channel: Channel, open_socket: socket.socket) -> Iterator[None]:
    """A host that sends one sign a second would keep us for ever, whatever the limit of each wait."""
    ends = Timer(channel.seconds, _cut, [open_socket])
    ends.daemon = True
    ends.start()
    try:
        yield
    finally:
        ends.cancel()


def _cut(open_socket: socket.socket) -> None:
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)
