"""佐证材料 as files: what may be one, and keeping it whole below the media folder. Nothing here opens them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from steelyard.engine.problems import CATALOGUE, NOWHERE, Problem, refuse

CATALOGUE.add(
    {
        "file-kind-refused": (
            "“{name}”不是可以作为佐证的文件；可用：{allowed}",
            "'{name}' is no kind of file that can be evidence; there are: {allowed}",
        ),
        "file-content-other": (
            "“{name}”的内容与扩展名不符；请用原来的程序另存后再上传",
            "what is in '{name}' is not what its name says; save it again with its own program",
        ),
        "file-size": (
            "“{name}”有 {found} MB，超过 {most} MB；请分开或压缩后再上传",
            "'{name}' has {found} MB, more than {most} MB; split or compress it",
        ),
        "file-none": ("请选择文件", "choose a file"),
    }
)
MOST = 50 * 2**20
KINDS = {
    ".pdf": (b"%PDF-",), ".png": (b"\x89PNG\r\n",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",), ".xlsx": (b"PK\x03\x04",), ".csv": (), ".txt": (),
}  # fmt: skip
"""How files of each kind begin. They are kept and handed out as they are, never opened here."""


def unfit(file: UploadedFile[bytes], name: str) -> Iterator[Problem]:
    """All that speaks against it as evidence."""
    begins = KINDS.get(Path(name).suffix.lower())
    if begins is None:
        yield Problem("file-kind-refused", NOWHERE, {"name": name, "allowed": "、".join(KINDS)})
        return
    head = file.read(16)
    file.seek(0)
    if not head:
        yield Problem("upload-empty", NOWHERE, {"file": name})
    elif (begins and not head.startswith(begins)) or (not begins and b"\0" in head):
        yield Problem("file-content-other", NOWHERE, {"name": name})
    if (file.size or 0) > MOST:
        params = {"name": name, "found": (file.size or 0) >> 20, "most": MOST >> 20}
        yield Problem("file-size", NOWHERE, params)


def kept(file: UploadedFile[bytes], path: Path) -> str:
    """Written whole and to the disk before anybody hears of it; its digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with path.open("xb") as out:
            for chunk in file.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise refuse("upload-disk", file=path.name, reason=error.strerror or "") from error
    return digest.hexdigest()
