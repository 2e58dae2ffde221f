"""The command ``trtmigrate verify``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

IDENTICAL, DIFFERENT, NOT_VERIFIED = 0, 1, 2  # exit codes

_ARGS = "trtmigrate.verify.args"


class _Command(click.Command):
    """A command that leaves what follows ``--`` to the programs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, theirs = args, list[str]()
        if "--" in args:
            own, theirs = args[: args.index("--")], args[args.index("--") + 1 :]
        ctx.meta[_ARGS] = theirs
        return super().parse_args(ctx, own)


@click.command("verify", cls=_Command)
@click.argument("before", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("after", required=False, type=click.Path(path_type=Path))
@click.option("--before-python", metavar="PYTHON", default=sys.executable, help="Runs BEFORE.")
@click.option("--after-python", metavar="PYTHON", default=sys.executable, help="Runs AFTER.")
@click.option(
    "--backend",
    type=click.Choice(["gpu", "sim", "auto"]),
    default="auto",
    show_default=True,
    help="A GPU, the simulator, or the GPU where TensorRT and a device work.",
)
@click.option(
    "--sim-before",
    metavar="RELEASE",
    default="8.6",
    show_default=True,
    help="Release for BEFORE.",
)
@click.option(
    "--sim-after", metavar="RELEASE", default="8.6", show_default=True, help="Release for AFTER."
)
@click.option("--atol", type=click.FloatRange(min=0), default=0.0, help="Absolute tolerance.")
@click.option("--rtol", type=click.FloatRange(min=0), default=0.0, help="Relative tolerance.")
@click.option("--rebuild", is_flag=True, help="AFTER builds its own engines.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=600.0, show_default=True, metavar="SECONDS"
)
@click.option("--target", metavar="RELEASE", default="10", help="Of the migration of BEFORE alone.")
@click.option(
    "--root",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to copy whole, where a program needs more than its own.",
)
@click.option("--copy-limit", type=click.IntRange(min=1), default=4096, metavar="MIB")
@click.option(
    "--keep", type=click.IntRange(min=0), default=16, metavar="MIB", help="Tensors kept whole."
)
@click.option(
    "--lean-runtime",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="libnvinfer_lean of BEFORE's release, where AFTER has another major one.",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--describe",
    is_flag=True,
    help="BEFORE is a plan file: write its inputs and outputs.",
)
@click.pass_context
def verify(ctx: click.Context, /, before: Path, after: Path | None, **flags: Any) -> int:
    """Run a program and its migration and compare every output.

    This RUNS both programs, with your rights, in copies of their folder; it runs nothing else. With
    AFTER left out, the migration of BEFORE is made and run. What follows -- goes to both programs.

    Exit code 0: identical. 1: different. 2: could not be verified.
    """
    try:
        import numpy  # noqa: F401
    except ModuleNotFoundError:
        raise click.UsageError(
            "verify needs NumPy: pip install 'trtmigrate[gpu]' or 'trtmigrate[onnx]'"
        ) from None
    if flags["describe"]:
        return _describe(before, flags["before_python"])
    return _verify(before, after, ctx.meta[_ARGS], flags)


def _verify(before: Path, after: Path | None, args: list[str], flags: dict[str, Any]) -> int:
    from trtmigrate import __version__
    from trtmigrate.verify.compare import Verdict
    from trtmigrate.verify.difference import Tolerance
    from trtmigrate.verify.report import render_json, render_text
    from trtmigrate.verify.verification import MIB, Options
    from trtmigrate.verify.verification import verify as verify_programs

    options = Options(
        before_python=flags["before_python"],
        after_python=flags["after_python"],
        backend=flags["backend"],
        sim_releases=(flags["sim_before"], flags["sim_after"]),
        tolerance=Tolerance(flags["atol"], flags["rtol"]),
        rebuild=flags["rebuild"],
        timeout=flags["timeout"],
        lean_runtime=flags["lean_runtime"],
        roots=flags["root"],
        copy_limit=flags["copy_limit"] * MIB,
        keep_whole=flags["keep"] * MIB,
        target=flags["target"],
    )
    result = verify_programs(before, after, args, options)
    if flags["output_format"] == "json":
        click.echo(render_json(result, __version__))
    else:
        color = sys.stdout.isatty()
        click.echo(render_text(result, color=color), nl=False, color=True)
    if flags["html"]:
        from trtmigrate.verify.html import render_html

        flags["html"].write_text(render_html(result, __version__), encoding="utf-8")
    if result.verdict is Verdict.NOT_VERIFIED:
        return NOT_VERIFIED
    return DIFFERENT if result.verdict is Verdict.DIFFERENT else IDENTICAL


def _describe(plan: Path, python: str) -> int:
    import json

    from trtmigrate.verify.run import VerifyError, ask

    try:
        description = ask(python, "--describe", str(plan.resolve()), environment={})
    except VerifyError as error:
        raise click.ClickException(str(error)) from None
    target = plan.with_name(f"{plan.name}.io.json")
    target.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{target}: {len(description['tensors'])} tensors")
    return IDENTICAL
