"""The command ``trtmigrate verify``."""

from __future__ import annotations

import ast
import json
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from trtmigrate.verify.options import Options

IDENTICAL, DIFFERENT, NOT_VERIFIED = 0, 1, 2  # exit codes

_ARGS = "trtmigrate.verify.args"


class _NotVerifiedError(click.ClickException):
    """Why nothing could be verified."""

    exit_code = NOT_VERIFIED


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
@click.option(
    "--after-python",
    metavar="PYTHON",
    multiple=True,
    default=[sys.executable],
    help="Runs AFTER; several, of several releases, can be given.",
)
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
    "--sim-after",
    metavar="RELEASE",
    multiple=True,
    help="Release for AFTER; several can be given.  [default: 8.6 and the target]",
)
@click.option(
    "--stdout",
    type=click.Choice(["exact", "numbers", "off"]),
    default="numbers",
    show_default=True,
    help="What counts of what the programs print: every line, values that differ, nothing.",
)
@click.option("--atol", type=click.FloatRange(min=0), default=0.0, help="Absolute tolerance.")
@click.option("--rtol", type=click.FloatRange(min=0), default=0.0, help="Relative tolerance.")
@click.option("--rebuild", is_flag=True, help="AFTER builds its own engines.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=600.0, show_default=True, metavar="SECONDS"
)
@click.option(
    "--target",
    metavar="RELEASE",
    default="10",
    show_default=True,
    help="Release that AFTER is for: simulated, and the target of a migration.",
)
@click.option(
    "--root",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to copy whole, where a program needs more than its own.",
)
@click.option("--copy-limit", type=click.IntRange(min=1), default=4096, metavar="MIB")
@click.option(
    "--record-limit",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    metavar="MIB",
    help="Stop a program that prints more, or whose executions need a longer record.",
)
@click.option(
    "--keep", type=click.IntRange(min=0), default=16, metavar="MIB", help="Tensors kept whole."
)
@click.option(
    "--stub-missing",
    is_flag=True,
    help="Modules that are not installed and data files that are missing are stand-ins with "
    "made-up values, the same on both sides.",
)
@click.option(
    "--engine",
    metavar="SPEC",
    multiple=True,
    help="Stands in for a missing plan or ONNX file on the simulator: "
    "'images:1x3x640x640:float32 -> output0:1x84x8400:float32', FILE=... for one file, a "
    "description that --describe wrote, or 'guess' for a guess from the shapes in BEFORE.",
)
@click.option(
    "--call",
    metavar="CALL",
    help="For a library: MODULE:FUNCTION, or an expression over the names of the program and of "
    "array, arrays, image and np: \"Model('m.plan').infer(array)\".",
)
@click.option(
    "--lean-runtime",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="libnvinfer_lean of BEFORE's release, where AFTER has another major one.",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--html", metavar="FILE.html", type=click.Path(path_type=Path), help="Write a page too."
)
@click.option(
    "--describe",
    is_flag=True,
    help="BEFORE is a plan file: write its inputs and outputs.",
)
@click.pass_context
def verify(ctx: click.Context, /, before: Path, after: Path | None, **flags: Any) -> int:
    """Run a program and its migration and compare every output.

    This RUNS both programs, with your rights, in copies of their folder; it runs nothing else. With
    AFTER left out, BEFORE and the files that it imports from its folder are migrated as one run,
    and the result is run. What follows -- goes to both programs.

    Exit code 0: identical. 1: different. 2: could not be verified.
    """
    try:
        import numpy  # noqa: F401
    except ModuleNotFoundError:
        raise click.UsageError(
            f"verify needs NumPy: {sys.executable} -m pip install 'trtmigrate[verify]'"
        ) from None
    try:
        if flags["describe"]:
            return _describe(before, flags["before_python"])
        return _verify(before, after, ctx.meta[_ARGS], flags)
    except (click.ClickException, click.Abort, BrokenPipeError):
        raise
    except Exception as error:  # exit code 1 is for programs that differ, not for our errors
        raise _NotVerifiedError(
            f"{traceback.format_exc()}\nan error of trtmigrate, please report it: {error}"
        ) from error


def _verify(before: Path, after: Path | None, args: list[str], flags: dict[str, Any]) -> int:
    # These need NumPy.
    from trtmigrate import __version__
    from trtmigrate.report.color import wants_color
    from trtmigrate.verify.compare import Verdict
    from trtmigrate.verify.destination import objection_to, write_report
    from trtmigrate.verify.html import render_html
    from trtmigrate.verify.report import render_json, render_text
    from trtmigrate.verify.result import overall
    from trtmigrate.verify.run import VerifyError
    from trtmigrate.verify.verification import verify_releases

    try:
        options = _options(before, flags)
    except VerifyError as error:
        raise click.UsageError(str(error)) from None
    page: Path | None = flags["html"]
    objection = objection_to(page) if page else None
    if objection:
        raise click.UsageError(f"--html: {objection}")
    results = verify_releases(
        before, after, args, options, flags["after_python"], _sim_releases(flags)
    )
    if flags["output_format"] == "json":
        click.echo(render_json(results, __version__))
    else:
        color = wants_color(sys.stdout)
        click.echo(render_text(results, color=color), nl=False, color=True)
    if page:
        try:
            write_report(page, render_html(results, __version__))
        except OSError as error:
            raise _NotVerifiedError(f"--html: {page} cannot be written: {error}") from error
    verdict = overall(results)
    if verdict is Verdict.NOT_VERIFIED:
        return NOT_VERIFIED
    return DIFFERENT if verdict is Verdict.DIFFERENT else IDENTICAL


def _checked_call(text: str | None) -> str | None:
    """Return what --call gives. Raise UsageError if it is neither of its two forms."""
    if text is None or re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", text.strip()):
        return text
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise click.UsageError(
            f"--call {text!r}: neither MODULE:FUNCTION nor an expression: {error.msg}"
        ) from None
    return text


def _options(before: Path, flags: dict[str, Any]) -> Options:
    from trtmigrate.verify.difference import Tolerance  # needs NumPy
    from trtmigrate.verify.guessed_engine import guess_engine
    from trtmigrate.verify.options import MIB, Options
    from trtmigrate.verify.stand_in_engine import parse_engine

    return Options(
        before_python=flags["before_python"],
        after_python=flags["after_python"][0],
        backend=flags["backend"],
        tolerance=Tolerance(flags["atol"], flags["rtol"]),
        stdout=flags["stdout"],
        rebuild=flags["rebuild"],
        timeout=flags["timeout"],
        lean_runtime=flags["lean_runtime"],
        roots=flags["root"],
        copy_limit=flags["copy_limit"] * MIB,
        record_limit=flags["record_limit"] * MIB,
        keep_whole=flags["keep"] * MIB,
        target=flags["target"],
        stub_missing=flags["stub_missing"],
        engines=tuple(
            guess_engine(before) if text == "guess" else parse_engine(text)
            for text in flags["engine"]
        ),
        call=_checked_call(flags["call"]),
    )


def _sim_releases(flags: dict[str, Any]) -> list[str]:
    """Return the releases to simulate, BEFORE first. Raise UsageError for an unknown release."""
    from trtmigrate import api

    try:
        target = api.Release.parse(flags["target"])
    except ValueError as error:
        raise click.UsageError(f"--target: {error}") from None
    afters = list(flags["sim_after"]) or ["8.6"]
    if not flags["sim_after"] and target.major > 8:
        afters.append(flags["target"])
    for release in (flags["sim_before"], *afters):
        try:
            api.Release.parse(release)
        except ValueError as error:
            raise click.UsageError(
                f"no release to simulate: {error}. The simulator plays 8.5 and newer; on 8.5 and "
                "8.6 the binding API is as it was before"
            ) from None
    return [flags["sim_before"], *afters]


def _describe(plan: Path, python: str) -> int:
    from trtmigrate.verify.run import VerifyError, ask

    if not plan.is_file():
        raise click.UsageError(f"{plan}: no such file")
    try:
        description = ask(python, "--describe", str(plan.resolve()), environment={})
    except VerifyError as error:
        raise _NotVerifiedError(
            f"{error}. Describe a plan on a machine that can open it, with --before-python if "
            "another interpreter has TensorRT"
        ) from None
    target = plan.with_name(f"{plan.name}.io.json")
    try:
        target.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise _NotVerifiedError(f"{target} cannot be written: {error.strerror}") from error
    click.echo(f"{target}: {len(description['tensors'])} tensors")
    return IDENTICAL
