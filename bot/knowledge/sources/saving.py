"""An FAQ file is replaced at once: whoever reads it sees it before or after, never in between."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, new: bytes, before: bytes | None = None) -> bool:
    """Put ``new`` in the file's place, with its permissions and owner; a link stays one.

    False, and nothing is written, if the file no longer holds ``before``. Raises ``OSError``.
    """
    target = Path(os.path.realpath(path))
    status = target.stat() if target.exists() else None
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new)
            file.flush()
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode) if status else 0o666 & ~_umask())
            if status:
                with suppress(OSError):  # only root may give a file away
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fsync(file.fileno())
        if before is not None and target.read_bytes() != before:
            return False
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
