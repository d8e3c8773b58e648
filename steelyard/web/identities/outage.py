"""Somebody who should be asked does not answer, or not as agreed: users get a sentence, operators the reason."""

from __future__ import annotations

import ssl


class NoAnswer(Exception):
    """``reason``: for the operator's log, in both languages; never shown to who signs in."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def reason_of(error: Exception) -> str:
    """What an error of network or TLS comes to."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"证书不可信 the certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "没有及时应答 no answer in time"
    return f"连接失败 the connection failed: {error}"
