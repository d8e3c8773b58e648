"""Mail by SMTP, some letters on one connection; it goes to the address that was judged, and nothing is said before it
is encrypted."""

from __future__ import annotations

import socket
from contextlib import suppress
from email.message import EmailMessage
from smtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import cast

from steelyard.web.channels.letters import Note, Rejected
from steelyard.web.channels.naming import Mail
from steelyard.web.channels.reaching import connected, in_time, secured
from steelyard.web.identities.outage import NoAnswer, reason_of

CALLED = "steelyard"
"""How we greet the server: the name of the machine is nobody's business."""


class Mailer:
    def __init__(self, channel: Mail) -> None:
        self.channel = channel
        self._open: SMTP | None = None

    def send(self, note: Note) -> None:
        """Raises `NoAnswer`, `Rejected`."""
        try:
            server = self._server()
            with in_time(self.channel, cast(socket.socket, server.sock)):
                server.send_message(self.written(note), self.channel.sender, [note.to])
        except SMTPRecipientsRefused as refused:
            code, _ = next(iter(refused.recipients.values()))
            raise (Rejected if code >= 500 else NoAnswer)(f"SMTP {code}") from None
        except (SMTPDataError, SMTPSenderRefused) as error:
            self.close()
            raise NoAnswer(f"SMTP {error.smtp_code}") from None
        except (OSError, SMTPException) as error:
            self._lost()
            raise NoAnswer(_reason(error)) from None

    def _server(self) -> SMTP:
        if self._open is None:
            server = SMTP(local_hostname=CALLED, timeout=self.channel.seconds)
            try:
                self._greeted(server)
            except BaseException:
                server.close()
                raise
            self._open = server
        return self._open

    def _greeted(self, server: SMTP) -> None:
        """On a connection of ours: smtplib would look the name up for itself, and wait as long as signs come."""
        channel = self.channel
        server.sock = connected(channel)
        with in_time(channel, server.sock):
            _expect(220, *server.getreply())
            server.ehlo_or_helo_if_needed()
            if channel.starttls:
                _expect(220, *server.docmd("STARTTLS"))
        if channel.starttls:
            server.sock = secured(channel, server.sock)
            server.file = None
            with in_time(channel, server.sock):
                server.ehlo()
        if channel.account:
            with in_time(channel, server.sock):
                server.login(channel.account, channel.key())

    def written(self, note: Note) -> EmailMessage:
        """Its number makes a mail that comes twice one mail for most mailboxes."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.channel.sender, note.to, note.subject
        mail["Message-ID"] = f"<{note.reference}@{self.channel.sender.rpartition('@')[2]}>"
        mail["Date"] = note.at
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(note.text + "\n")
        return mail

    def close(self) -> None:
        if self._open is not None:
            with suppress(OSError, SMTPException):
                self._open.quit()
        self._lost()

    def _lost(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _expect(code: int, found: int, said: bytes) -> None:
    if found != code:
        raise SMTPResponseException(found, said)


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPAuthenticationError):
        return f"邮件服务器不认账号或口令 the server refuses account or password (SMTP {error.smtp_code})"
    return type(error).__name__ if isinstance(error, SMTPException) else reason_of(error)
