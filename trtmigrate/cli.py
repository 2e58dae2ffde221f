"""The command line: arguments in, exit code out. The commands import what is slow to load."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trtmigrate import __version__, interrupt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from trtmigrate.batch import Outcome
    from trtmigrate.findings import FileResult
    from trtmigrate.options import Options
    from trtmigrate.output import Output
    from trtmigrate.rules.base import Rule
    from trtmigrate.sources.cache import Cache

ALL_DONE, TO_DO, FAILED = 0, 1, 2  # exit codes
PIPE_CLOSED = 141  # as a shell reports SIGPIPE

_DEFAULT = "migrate"
_OF_THE_GROUP = ("--help", "-h", "--version", "-V")
# Commands of modules that are imported only when they are asked for: where, and a line of help.
_LAZY = {
    "verify": (
        "trtmigrate.verify.command",
        "verify",
        "Run a program and its migration and compare every output.",
    ),
    "lsp": ("trtmigrate.lsp.command", "lsp", "Serve an editor: findings and quick fixes."),
}


class _UnnamedContext(click.Context):
    """The context of a command that nobody names: its usage errors do not name it either."""

    @property
    def command_path(self) -> str:
        return self.parent.command_path if self.parent is not None else super().command_path


class _UnnamedCommand(click.Command):
    context_class = _UnnamedContext


class _Group(click.Group):
    """A group whose first argument may be a path: then the command is `migrate`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.list_commands(ctx), *_OF_THE_GROUP):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise _PipeClosed from None  # click would make exit code 1 of it, which says "to do"
        return code

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_LAZY]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _LAZY:
            return super().get_command(ctx, name)
        module, attribute, _ = _LAZY[name]
        interrupt.raise_on_signals()  # its own clean-up takes more than files and processes
        import importlib

        try:
            command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            from trtmigrate.run_options import Failure

            raise Failure(f"'{name}' cannot be used here: {error}") from None
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands by name, and what the default command takes: options and files."""
        from click.shell_completion import CompletionItem

        named = [name for name in self.list_commands(ctx) if name != _DEFAULT]
        found = [CompletionItem(name) for name in named if name.startswith(incomplete)]
        found += click.Command.shell_complete(self, ctx, incomplete)
        default = self.commands[_DEFAULT]
        with default.context_class(default, parent=ctx, resilient_parsing=True) as inner:
            if incomplete.startswith("-"):
                found += default.shell_complete(inner, incomplete)
            else:
                found += default.params[0].shell_complete(inner, incomplete)
        return list({item.value + item.type: item for item in found}.values())

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of the default command, and the others by name."""
        default = self.commands[_DEFAULT]
        formatter.write_usage(ctx.command_path, "[OPTIONS] PATH...")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="       ")
        default.format_help_text(ctx, formatter)
        with default.context_class(default, parent=ctx) as inner:
            default.format_options(inner, formatter)
        lazy = {name: text for name, (_, _, text) in _LAZY.items()}
        eager = {name: c.get_short_help_str(200) for name, c in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(n, t) for n, t in (eager | lazy).items() if n != _DEFAULT])
        formatter.write_paragraph()
        formatter.write_text(
            "Exit code 0: nothing to do, or everything done. 1: something to do, or left for a "
            "person. 2: a file could not be processed, or wrong usage."
        )


class _PipeClosed(Exception):
    """Whoever read the output has seen enough."""


def main() -> None:
    """Run the command line and exit with its code."""
    interrupt.exit_on_signals()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a source may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(prog_name="trtmigrate", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = interrupt.exit_code()
    except _PipeClosed:
        # Without this, Python would complain when it flushes the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    sys.exit(code)


@click.group(
    cls=_Group,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="trtmigrate %(version)s")
def cli() -> None:
    """Move Python code from TensorRT's binding API to named tensors."""


@cli.command(_DEFAULT, cls=_UnnamedCommand, hidden=True)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--write", is_flag=True, help="Apply the edits to the files.")
@click.option(
    "-i", "--interactive", is_flag=True, help="Ask about each edit; write those that you want."
)
@click.option("--diff", is_flag=True, help="Show the unified diff as well.")
@click.option("--check", is_flag=True, help="For CI: change nothing, leave advice out.")
@click.option(
    "--target",
    metavar="RELEASE",
    help="8.6, 10, 11, a full release, or auto: what is required.  [default: 10]",
)
@click.option("--select", multiple=True, metavar="CODES", help="Only these codes or prefixes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="All but these codes or prefixes.")
@click.option("--only-safe", is_flag=True, help="No edit that rests on an assumption.")
@click.option(
    "--drop-old", is_flag=True, help="Remove what only releases before the target reach (TRT012)."
)
@click.option("--docs", is_flag=True, help="Also the code in documents and docstrings.")
@click.option("--todo", is_flag=True, help="Write a comment at what is left for a person.")
@click.option(
    "--add-ignores", is_flag=True, help="Write a comment there that suppresses it from then on."
)
@click.option(
    "--no-requirements", is_flag=True, help="Leave files alone that install TensorRT (TRT8)."
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out, as in .gitignore.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "concise", "json", "sarif", "github"]),
    default="text",
    show_default=True,
)
@click.option("--statistics", is_flag=True, help="Count the findings by code; list none.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="auto: on a terminal; NO_COLOR and FORCE_COLOR count.  [default: auto]",
)
@click.option(
    "--exit-code",
    type=click.Choice(["simple", "detailed"]),
    default="simple",
    help="detailed: 1 edits to apply, 4 left for a person, 5 both.  [default: simple]",
)
@click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(1), help="Processes.  [default: one a core]"
)
@click.option(
    "--file-timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    help="Give a file up that takes longer.  [default: 60]",
)
@click.option(
    "--file-memory",
    metavar="MIB",
    type=click.IntRange(min=1),
    help="Give a file up that takes more memory.  [default: 1024]",
)
@click.option("--no-cache", is_flag=True, help="Remember nothing from run to run.")
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write a page too.")
@click.option("--stdin-filename", metavar="NAME", help="What to call the source read from '-'.")
@click.option("--config", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--no-config", is_flag=True, help="Read no pyproject.toml and no settings of formatters."
)
@click.option("--show-config", is_flag=True, help="Show what is set for each PATH, and end.")
@click.option("-q", "--quiet", count=True, help="No report but errors, and the diff if asked for.")
@click.option("-v", "--verbose", count=True, help="Name every file.")
@click.pass_context
def migrate(ctx: click.Context, /, paths: tuple[str, ...], **flags: Any) -> int:
    """Move Python code from TensorRT's binding API to named tensors.

    Reports what would change and what is left for a person, and changes nothing without --write.
    PATH is a file, a folder, or '-' for standard input, whose result goes to standard output.
    """
    from trtmigrate.run_options import refuse_contradictions

    refuse_contradictions(paths, flags)
    if paths == ("-",):
        return _migrate_stdin(flags)
    return _migrate_paths([Path(path) for path in paths], flags)


@cli.command()
@click.argument("codes", nargs=-1, metavar="[CODE...]")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
def rules(codes: tuple[str, ...], output_format: str) -> int:
    """List the rules and the members that each answers for; only those of CODE, or its prefix."""
    from trtmigrate.report import rules as listing

    wanted = tuple(code.upper() for code in codes)
    chosen = [rule for rule in _all_rules() if not codes or rule.code.startswith(wanted)]
    if not chosen:
        raise click.UsageError(f"no rule has the code {' or '.join(map(repr, codes))}")
    render = listing.render_json if output_format == "json" else listing.render_text
    click.echo(render(chosen), nl=False)
    return ALL_DONE


def _all_rules() -> Sequence[Rule]:
    from trtmigrate.rules import all_rules
    from trtmigrate.rules.plugins import PluginError
    from trtmigrate.run_options import Failure

    try:
        return all_rules()
    except PluginError as error:
        raise Failure(str(error)) from None


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="CODE|MEMBER...")
def explain(names: tuple[str, ...]) -> int:
    """Say what a rule does, or what becomes of a member of the TensorRT API."""
    texts = [text for name in names for text in _explanations(name)]
    click.echo("\n".join(dict.fromkeys(texts)), nl=False)
    return ALL_DONE


def _explanations(what: str) -> list[str]:
    from trtmigrate import api
    from trtmigrate.report import rules as listing

    rules, gone = _all_rules(), api.missing_in(api.releases()[-1])
    texts = [listing.explain(rule, gone, what) for rule in listing.find_rules(rules, what)]
    texts = texts or [listing.explain_member(entry) for entry in listing.find_members(gone, what)]
    texts += [listing.explain_present(rules, path) for path in listing.find_present(what)]
    if not texts:
        near = listing.find_similar(rules, gone, what)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"{what!r} is neither a code nor a member of TensorRT{hint}")
    return texts


def _migrate_paths(paths: Sequence[Path], flags: dict[str, Any]) -> int:
    from trtmigrate.batch import collect, folder_of, migrate_files, remove_leftovers, write
    from trtmigrate.output import Output
    from trtmigrate.report.progress import Progress
    from trtmigrate.run_options import RunOptions

    options = RunOptions(flags)
    if flags["show_config"]:
        folders = dict.fromkeys(map(folder_of, paths))
        click.echo("\n\n".join("\n".join(options.shown(folder)) for folder in folders))
        return ALL_DONE
    jobs, results = collect(paths, options.of)
    used = [job.options for job in jobs] or [options.of(folder_of(path)) for path in paths]
    targets = {one.target for one in used}
    if len(targets) > 1:
        raise click.UsageError(f"the paths have several targets ({', '.join(sorted(targets))})")
    progress = Progress(sys.stderr)
    written = flags["write"] or flags["interactive"]
    output = Output(flags, used, written=written, before_printing=progress.hide)
    if written:
        remove_leftovers(jobs)
    more: dict[str, Any] = {"finish": write} if flags["write"] else {}
    more["cache"] = _cache_of(paths, flags, used, len(jobs))
    outcomes = migrate_files(jobs, workers=flags["jobs"], progress=progress, **more)
    try:
        if flags["interactive"]:
            from trtmigrate.interactive import asked_about

            # As a list: no process of ours waits for an answer.
            results += asked_about(list(outcomes), output.tell, flags["color"])
        for outcome in outcomes:
            output.tell(outcome.result)
            results.append(outcome.result)
    finally:
        progress.hide()
    return _end(output, targets.pop(), results)


def _cache_of(
    paths: Sequence[Path], flags: dict[str, Any], used: Sequence[Options], files: int
) -> Cache:
    from trtmigrate.sources.cache import Cache, open_cache

    # It knows nothing of rules of other packages, nor of names of the project's own.
    if flags["no_cache"] or any(one.gate or one.renames for one in used):
        return Cache()
    return open_cache(paths, used[0].target, files)


def _migrate_stdin(flags: dict[str, Any]) -> int:
    from trtmigrate.batch import Outcome, migrate_alone
    from trtmigrate.output import Output
    from trtmigrate.run_options import RunOptions

    path = Path(flags["stdin_filename"] or "<stdin>")
    options = RunOptions(flags).of(path.parent)
    data = sys.stdin.buffer.read()
    outcome = Outcome(migrate_alone(data, path, options), data)
    filtering = not (flags["diff"] or flags["check"])
    if filtering and outcome.result.error is None:
        sys.stdout.buffer.write(_result_bytes(outcome))
        sys.stdout.buffer.flush()
    output = Output(flags, [options], written=filtering, stdin=True)
    output.tell(outcome.result)
    return _end(output, options.target, [outcome.result])


def _end(output: Output, target: str, results: Sequence[FileResult]) -> int:
    from trtmigrate.findings import Report
    from trtmigrate.run_options import Failure

    try:
        return output.end(Report(target, tuple(results)))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Failure(f"{error.filename or 'standard output'}: {error.strerror}") from None


def _result_bytes(outcome: Outcome) -> bytes:
    from trtmigrate.sources.encoding import decode, encode

    assert outcome.data is not None
    if not outcome.result.changed or outcome.result.after is None:
        return outcome.data
    return encode(outcome.result.after, decode(outcome.data))


if __name__ == "__main__":
    main()
