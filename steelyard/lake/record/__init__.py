"""The record of facts: immutable files, and a ledger that says which of them count.

record/ledger.sqlite            one row a batch, chained by hash; what it does not name does not exist
record/raw/ab/abcd…             every file as it came, named by its SHA-256
record/facts/<table>/           accepted rows of each batch, Parquet
record/findings/<table>/        rejected, warned and repaired cells of each batch, Parquet
record/superseded/<table>/      which rows later batches replaced, Parquet, cumulative
record/prepared/                facts once more, ready to be read fast; may be deleted
record/temp/                    work in progress; anything here may be deleted
"""

from steelyard.lake.record.arrivals import Arrivals, arrivals
from steelyard.lake.record.batch import Batch, Counts, StoredFile
from steelyard.lake.record.ledger import Ledger
from steelyard.lake.record.snapshot import Snapshot, TableSource, snapshot
from steelyard.lake.record.verify import verify

__all__ = [
    "Arrivals", "Batch", "Counts", "Ledger", "Snapshot", "StoredFile", "TableSource", "arrivals", "snapshot", "verify",
]  # fmt: skip
