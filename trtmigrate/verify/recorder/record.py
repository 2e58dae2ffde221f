"""Write the record: events as JSON lines, tensors as files named by their digest."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from typing import Any

MOST_KEPT = 4 << 30  # bytes of tensors; beyond them, digests and statistics are recorded


class Record:
    """The file record.jsonl with one event a line, and the folder tensors/ with raw bytes."""

    def __init__(self, folder: str, keep_whole: int) -> None:
        self.folder, self.keep_whole, self.pid = folder, keep_whole, os.getpid()
        os.makedirs(os.path.join(folder, "tensors"), exist_ok=True)
        self._file = open(  # noqa: SIM115  (closed by the end of the process)
            os.path.join(folder, "record.jsonl"), "w", encoding="utf-8"
        )
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()
        self._statistics: dict[str, dict[str, Any]] = {}  # by digest, because loops repeat tensors
        self._kept = 0  # bytes of tensors that are files
        self.seconds = 0.0  # time that recording itself took

    def event(self, kind: str, **fields: Any) -> None:
        """Write one event."""
        line = json.dumps({"event": kind, **fields}, default=str)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def not_covered(self, what: str, reason: str) -> None:
        """Write, once, that something is not in the record."""
        if (what, reason) not in self._told:
            self._told.add((what, reason))
            self.event("not_covered", what=what, reason=reason)

    def content(self, data: bytes, dtype: str) -> dict[str, Any]:
        """Return the fields that describe the bytes of a tensor; keep small tensors whole."""
        digest = hashlib.sha256(data).hexdigest()
        fields: dict[str, Any] = {"nbytes": len(data), "sha256": digest, "data": None}
        name = f"tensors/{digest[:32]}.bin"
        path = os.path.join(self.folder, name)
        is_kept = os.path.exists(path)
        if is_kept or (len(data) <= self.keep_whole and self._kept + len(data) <= MOST_KEPT):
            if not is_kept:
                self._kept += len(data)
                with open(f"{path}.{threading.get_ident()}", "wb") as file:
                    file.write(data)
                os.replace(f"{path}.{threading.get_ident()}", path)
            fields["data"] = name
        else:
            if digest not in self._statistics:
                self._statistics[digest] = compute_statistics(data, dtype)
            fields["stats"] = self._statistics[digest]
        return fields


def compute_statistics(data: bytes, dtype: str) -> dict[str, Any]:
    """Return minimum, maximum and mean of the finite values, and the number of finite values."""
    import numpy as np  # only needed for tensors that are too large to be kept

    try:
        values = np.frombuffer(data, dtype=dtype)
    except TypeError:
        return {}
    finite = values[np.isfinite(values)].astype(np.float64)
    found: dict[str, Any] = {"elements": int(values.size), "finite": int(finite.size)}
    if finite.size:
        found.update(min=float(finite.min()), max=float(finite.max()), mean=float(finite.mean()))
    return found
