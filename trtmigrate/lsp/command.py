"""The command `lsp`."""

from __future__ import annotations

import click

from trtmigrate.run_options import Failure


@click.command()
@click.option(
    "--target", metavar="RELEASE", help="For all documents.  [default: what each project sets]"
)
def lsp(target: str | None) -> int:
    """Serve an editor over standard input and output, by the Language Server Protocol."""
    try:
        from trtmigrate.lsp.server import make_server  # lazily: the help needs no pygls
    except ModuleNotFoundError as error:
        raise Failure(f"{error}; pip install 'trtmigrate[lsp]' brings it") from None

    make_server(target).start_io()
    return 0
