"""Read TOML on every supported Python."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trtmigrate.sources.plain_file import read_plain


class TomlError(ValueError):
    """Why a file is no TOML; the message does not name the file."""


def read_toml(path: Path) -> Mapping[str, Any]:
    """Return the table of a file. Raises OSError and TomlError."""
    if sys.version_info >= (3, 11):  # lazily: most runs read no configuration
        import tomllib
    else:
        import tomli as tomllib

    try:
        return tomllib.loads(read_plain(path).decode("utf-8"))
    except UnicodeDecodeError:
        raise TomlError("is not UTF-8") from None
    except RecursionError:
        raise TomlError("is nested too deeply") from None
    except ValueError as error:  # no TOML, or a number of very many digits
        raise TomlError(str(error)) from None
