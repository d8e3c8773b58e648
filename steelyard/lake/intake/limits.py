"""How much one file may ask of us. Reaching a limit is a refusal with its figure, never a slow death."""

from __future__ import annotations

from steelyard.lake.record.batch import Entry

MIB = 1 << 20
GIB = 1 << 30


class Limits(Entry):
    """Bytes, counts and seconds; the defaults fit a province's year on a small machine.

    ``memory`` and ``workbook_memory`` bound the address space of the cage. ``seconds`` is for any file,
    ``seconds_per_mib`` comes on top, because an honest file of 2 GiB takes minutes.
    """

    file_bytes: int = 8 * GIB
    workbook_bytes: int = 256 * MIB
    unpacked_bytes: int = GIB
    ratio: int = 200
    members: int = 2_000
    rows: int = 200_000_000
    workbook_rows: int = 1_048_576
    columns: int = 1_000
    cell_characters: int = 32_767
    record_bytes: int = MIB
    xml_depth: int = 64
    seconds: int = 30
    seconds_per_mib: float = 0.25
    memory: int = 6 * GIB
    workbook_memory: int = 2 * GIB
    open_files: int = 128
    written_bytes: int = 16 * GIB
