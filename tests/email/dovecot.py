"""A Dovecot of the tests' own: an ordinary process at free ports of this machine."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from cxloop.up.home import free_port
from tests.machine import find_dovecot
from tests.services import wait_until

USER, PASSWORD = "care@shop.example", 'se"cret pass\\wörd'

CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
auth_verbose = yes
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
imap_capability = {capability}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
{more}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user}
}}
service auth-worker {{
  user = {user}
}}
"""
OAUTH2 = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""
OAUTH2_CONF = """
introspection_mode = post
introspection_url = {introspection}
username_attribute = username
active_attribute = active
active_value = true
force_introspection = yes
"""


@dataclass
class Dovecot:
    folder: Path
    introspection: str = ""
    capability: str = ""
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = find_dovecot()
        assert program is not None
        self._furnish()
        command = [program, "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, start_new_session=True)
        wait_until(self.answers, seconds=60)

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        with suppress(OSError), self.line():
            return True
        return False

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, number)
            self.process.wait(20)
            self.process = None
            # Those that serve end a moment after it, and hold the port.
            wait_until(self.is_silent, seconds=60)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its processes answer nobody, and their lines stand."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def is_silent(self) -> bool:
        with suppress(OSError), self.line():
            return False
        return True

    @contextmanager
    def line(self) -> Iterator[IMAPClient]:
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10) as client:
            yield client

    @contextmanager
    def signed_in(self) -> Iterator[IMAPClient]:
        with self.line() as client:
            client.plain_login(USER, PASSWORD)
            yield client

    def deliver(self, *contents: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        with self.signed_in() as client:
            for content in contents:
                client.append(folder, content, msg_time=at)

    def number_anew(self) -> None:
        """As when a mailbox was restored: the same messages, another UIDVALIDITY."""
        self.stop()
        for path in (self.folder / "mail" / USER).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # its validity is the second in which it begins
        self.start()

    def _furnish(self) -> None:
        user, group = _unprivileged()
        uid, gid = pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid
        as_root = os.getuid() == 0
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir(exist_ok=True)
            if as_root and name in ("mail", "home"):
                os.chown(self.folder / name, uid, gid)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        certify(self.folder)
        facts = {"folder": self.folder, "introspection": self.introspection}
        (self.folder / "oauth2.conf").write_text(OAUTH2_CONF.format(**facts))
        conf = CONF.format(
            **facts,
            user=user,
            group=group,
            login_user=user,
            uid=uid,
            gid=gid,
            port=self.port,
            tls_port=self.tls_port,
            capability=self.capability,
            mechanisms="xoauth2" if self.introspection else "",
            more=OAUTH2.format(**facts) if self.introspection else "",
        )
        (self.folder / "dovecot.conf").write_text(conf)


def _unprivileged() -> tuple[str, str]:
    """Dovecot lets nobody read mail as root."""
    name = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    return name, grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name


@contextmanager
def dovecot(**facts: str) -> Iterator[Dovecot]:
    """In a folder whose path is short enough for its sockets, and that its users may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dove-"))
    folder.chmod(0o755)
    server = Dovecot(folder, **facts)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def certify(folder: Path) -> None:
    """A certificate of this machine that signs itself."""
    if (folder / "cert.pem").exists():
        return
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
