"""Start the recorder: ``PYTHON path/to/recorder ...``.

The folder is loaded as a package under a name of its own. The modules of the recorded program can
then have any name (``record``, ``patches``, ...) without getting a module of the recorder.
"""

from __future__ import annotations

import importlib.util
import os
import sys

PACKAGE = "_trtmigrate_recorder"


def load_package() -> None:
    """Import this folder as the package PACKAGE, without a search path for its modules."""
    folder = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load_package()
    importlib.import_module(PACKAGE + ".start").main(sys.argv[1:])
