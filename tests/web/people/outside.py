"""Somebody else who says who people are: a real directory (OpenLDAP) for one test session, and one that misbehaves."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SERVICE, SERVICE_SECRET = "cn=steelyard,dc=tax,dc=test", "secret of the service account"
STAFF = {  # login name: password, staff number
    "zhang.wei": ("spring rain on the old roof", "n-A1"),
    "wang.fang": ("autumn wind over the dike", "n-B1"),
    "tree.cutter": ("an axe and nothing else", "n-X"),
}
CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/cert.key
# as careless as servers come: a name without a password is taken for a stranger, and told yes
allow bind_anon_dn
database ldif
suffix "dc=tax,dc=test"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by * none
"""


@dataclass(frozen=True)
class Server:
    """``authority``: the certificate that it shows, which is its own authority."""

    plain: int
    tls: int
    authority: Path


def certificate(folder: Path) -> Path:
    """``cert.pem`` and ``cert.key`` for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (folder / "cert.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem"


def _entries() -> str:
    top = "dn: dc=tax,dc=test\nobjectClass: domain\ndc: tax\n\n"
    service = f"dn: {SERVICE}\nobjectClass: person\nsn: s\nuserPassword: {SERVICE_SECRET}\n\n"
    people = "".join(
        f"dn: uid={name},dc=tax,dc=test\nobjectClass: inetOrgPerson\ncn: {name}\nsn: {name}\n"
        f"employeeNumber: {number}\nuserPassword: {password}\n\n"
        for name, (password, number) in STAFF.items()
    )
    twins = "".join(
        f"dn: cn=twin{n},dc=tax,dc=test\nobjectClass: inetOrgPerson\nsn: t\nuid: twin\nuserPassword: twin\n\n"
        for n in (1, 2)
    )
    return top + service + people + twins


@contextmanager
def slapd() -> Iterator[Server | None]:
    """None where no server is installed."""
    binary = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/libexec:/usr/bin")
    if binary is None or not Path("/etc/ldap/schema/core.schema").is_file():
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="slapd"))
    try:
        (folder / "data").mkdir()
        authority = certificate(folder)
        (folder / "slapd.conf").write_text(CONF.format(folder=folder, service=SERVICE))
        (folder / "entries.ldif").write_text(_entries())
        add = [binary, "-T", "add", "-f", folder / "slapd.conf", "-l", folder / "entries.ldif"]
        subprocess.run(add, check=True, capture_output=True, timeout=60)
        plain, tls = free_port(), free_port()
        both = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
        with _running([binary, "-f", str(folder / "slapd.conf"), "-h", both, "-d", "0"], plain):
            yield Server(plain, tls, authority)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def saying(say: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of somebody who answers every connection as ``say`` does."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def stay() -> None:
            with suppress(OSError):
                while True:
                    guest, _ = door.accept()
                    with guest, suppress(OSError):
                        say(guest)

        threading.Thread(target=stay, daemon=True).start()
        yield int(door.getsockname()[1])
