"""Stand-ins for files that a program reads and that are not there."""

from __future__ import annotations

import builtins
import glob
import io
import os
from collections.abc import Sequence
from typing import Any

from ..record import Record
from .content import DATA, MODELS, PLANS, content_of, ending
from .installed import is_installed


class MissingFiles:
    """Writes the stand-in for a missing file when the program first asks for it.

    `endings` are the names that can have one, `shape` is the shape of arrays.
    """

    def __init__(self, record: Record, endings: Sequence[str], shape: Sequence[int]) -> None:
        self._record, self._endings, self._shape = record, endings, shape
        self._folder = os.path.join(record.folder, "stand-ins")
        self._made: dict[str, str] = {}  # path that the program uses -> the stand-in
        os.makedirs(self._folder)
        self._stat, self._open = os.stat, io.open

    def instead_of(self, path: Any) -> Any:
        """Return the path of a stand-in for a file that is missing, else the path itself."""
        if not isinstance(path, (str, os.PathLike)) or isinstance(path, bytes):
            return path
        name = os.fspath(path)
        if not isinstance(name, str) or ending(name) not in self._endings:
            return path
        if name.startswith(self._record.folder) or is_installed(name):
            return path  # not a file of the program
        try:
            self._stat(name)
            return path  # the program may have written it by now
        except FileNotFoundError:
            return self._stand_in(os.path.normpath(name))
        except OSError:
            return path

    def _stand_in(self, name: str) -> str:
        if name not in self._made:
            data, text = content_of(name, self._shape)
            path = os.path.join(self._folder, f"{len(self._made)}{ending(name)}")
            self._made[name] = path  # before the event, which may look for files
            with self._open(path, "wb") as file:
                file.write(data)
            self._record.event("stand_in", what="file", name=name, content=text)
        return self._made[name]

    # -- what the program calls

    def stat(self, path: Any, *args: Any, **kwargs: Any) -> Any:
        return self._stat(self.instead_of(path), *args, **kwargs)

    def open(self, file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if not set(mode) & set("wax+"):
            file = self.instead_of(file)
        return self._open(file, mode, *args, **kwargs)

    def fromfile(self, original: Any, file: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self.instead_of(file), *args, **kwargs)

    def glob(self, original: Any, pathname: str, *args: Any, **kwargs: Any) -> list[str]:
        """Return what matches; if nothing does, two files with a name that would.

        Their names are long numbers, as in data sets, because programs take labels from them.
        """
        found: list[str] = original(pathname, *args, **kwargs)
        if not found and "*" in pathname and ending(pathname) in self._endings:
            found = [pathname.replace("**", "0").replace("*", f"{i:012}") for i in range(2)]
        return found


def stand_in_for_files(record: Record, engines: list[dict[str, Any]], data: bool) -> None:
    """Let missing plans and models be stand-ins if there are engines, and data files if asked."""
    endings = (*(DATA if data else ()), *((*PLANS, *MODELS) if engines else ()))
    files = MissingFiles(record, endings, input_shape(engines))
    os.stat = files.stat
    builtins.open = io.open = files.open
    original = glob.glob
    glob.glob = lambda *args, **kwargs: files.glob(original, *args, **kwargs)  # type: ignore
    patch_numpy(files)


def patch_numpy(files: MissingFiles) -> None:
    """Let numpy.fromfile find the stand-ins; it opens files without Python."""
    from .values import import_numpy

    np = import_numpy()
    original = np.fromfile
    np.fromfile = lambda *args, **kwargs: files.fromfile(original, *args, **kwargs)


def input_shape(engines: list[dict[str, Any]]) -> Sequence[int]:
    """Return the shape of the first input of the engines, or that of an image."""
    for engine in engines:
        for tensor in engine["tensors"]:
            if tensor["mode"] == "input":
                best = engine["profiles"][0].get(tensor["name"])
                return list(best[1]) if best else list(tensor["shape"])
    return [1, 3, 224, 224]
