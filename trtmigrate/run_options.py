"""The options of a run: the configuration of each project, and the command line on top."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from trtmigrate.options import Options, path_patterns
from trtmigrate.report.visible import visible
from trtmigrate.sources import config
from trtmigrate.sources.plugins import has_plugins

NO_FLAGS: dict[str, Any] = {
    **dict.fromkeys(("config", "target", "file_timeout", "file_memory")),
    **dict.fromkeys(
        ("no_config", "only_safe", "drop_old", "docs", "todo", "add_ignores", "interactive"), False
    ),
    **dict.fromkeys(("select", "ignore", "exclude"), ()),
    "no_requirements": False,
}


class Failure(click.ClickException):
    """A one-line error for a run that cannot go on."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


def refuse_contradictions(paths: tuple[str, ...], flags: dict[str, Any]) -> None:
    """Raise ClickException for options that do not go together."""
    if flags["check"] and flags["write"]:
        raise click.UsageError("--check changes nothing: it does not go with --write")
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("'-' does not go with other paths")
    if flags["todo"] and flags["add_ignores"]:
        raise click.UsageError("--todo does not go with --add-ignores: each is for what is left")
    if flags["config"] and flags["no_config"]:
        raise click.UsageError("--config does not go with --no-config")
    if flags["html"] and not flags["html"].endswith(".html"):
        raise click.UsageError("--html writes a page: its file has to end in .html")
    if flags["interactive"]:
        others = ("write", "check", "todo", "add_ignores")
        for other in (name for name in others if flags[name]):
            option = f"--{other.replace('_', '-')}"
            raise click.UsageError(
                f"--interactive writes what you apply; {option} is for all edits"
            )
        if "-" in paths or flags["output_format"] not in ("text", "concise"):
            raise click.UsageError("--interactive asks on the terminal about files")


class RunOptions:
    """What counts in each folder of a run; each configuration is read once."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self._flags = flags
        self._surroundings = config.Surroundings()
        self._loaded: dict[Path | None, Options] = {}
        self._by_folder: dict[Path, Options] = {}

    def of(self, folder: Path) -> Options:
        """Return the options of the files in a folder. Raises ClickException for what is wrong."""
        if folder not in self._by_folder:
            try:
                self._by_folder[folder] = self._resolved(folder)
            except config.ConfigError as error:
                raise Failure(str(error)) from None
        return self._by_folder[folder]

    def shown(self, folder: Path) -> Iterator[str]:
        """Yield the lines of a configuration that sets what counts in a folder."""
        import json  # lazily: few runs show their configuration

        file, options = self._file(folder), self.of(folder)
        yield f"# {'no configuration' if file is None else file}"
        yield "[tool.trtmigrate]"
        for key, value in config.as_table(options).items():
            yield f"{key} = {json.dumps(value)}"
        if options.per_file_ignores:
            yield "[tool.trtmigrate.per-file-ignores]"
            for pattern, codes in options.per_file_ignores:
                yield f"{json.dumps(pattern.pattern)} = {json.dumps(codes)}"
        if options.renames:
            yield "[tool.trtmigrate.renames]"
            for old, new in options.renames:
                yield f"{json.dumps(old)} = {json.dumps(new)}"

    @cached_property
    def _words_of_plugins(self) -> tuple[str, ...]:
        """The words that rules of other packages look for; without any, no rule is loaded."""
        if not has_plugins():
            return ()
        from trtmigrate.rules import all_rules  # lazily: most runs have no such rules
        from trtmigrate.rules.plugins import PluginError

        try:
            return tuple(
                word for r in all_rules() if not r.code.startswith("TRT") for word in r.gate
            )
        except PluginError as error:
            raise Failure(str(error)) from None

    def _file(self, folder: Path) -> Path | None:
        if self._flags["no_config"]:
            return None
        if self._flags["config"]:
            return Path(self._flags["config"])
        return self._surroundings.configuration(folder)

    def _resolved(self, folder: Path) -> Options:
        file = self._file(folder)
        if file not in self._loaded:
            self._loaded[file] = self._with_flags(file)
        options = self._loaded[file]
        if options.target == config.AUTO:
            options = replace(options, target=_required_target(folder))
        if options.formatter == config.AUTO:
            options = replace(options, formatter=self._surroundings.formatter(folder))
        if options.line_length is None and not self._flags["no_config"]:
            return replace(options, line_length=self._surroundings.line_length(folder))
        return options

    def _with_flags(self, file: Path | None) -> Options:
        """Return what a configuration says, and the command line on top."""
        flags = self._flags
        usual = Options() if flags["no_config"] else Options(formatter=config.AUTO)
        options = config.load(file, usual) if file else usual
        _check_codes(options.codes(), str(file))
        select, ignore = _codes(flags["select"]), _codes(flags["ignore"])
        if flags["no_requirements"]:
            ignore += ("TRT8",)
        _check_codes((*select, *ignore), "--select or --ignore")
        try:
            return replace(
                options,
                target=config.valid_target(flags["target"] or options.target),
                select=select or options.select,
                ignore=options.ignore + ignore,
                only_safe=options.only_safe or flags["only_safe"],
                drop_old=options.drop_old or flags["drop_old"],
                docs=options.docs or flags["docs"],
                todo=(options.todo or flags["todo"])
                and not (flags["add_ignores"] or flags["interactive"]),
                add_ignores=flags["add_ignores"],
                file_timeout=flags["file_timeout"] or options.file_timeout,
                file_memory=flags["file_memory"] or options.file_memory,
                gate=self._words_of_plugins,
                exclude=options.exclude + path_patterns(flags["exclude"], os.getcwd()),
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from None


def _required_target(folder: Path) -> str:
    """Return the release that the project of a folder requires. Raises ClickException."""
    from trtmigrate.requirements.release import release_of_project  # lazily: loads the api data

    found = release_of_project(folder)
    if found is None:
        raise Failure(
            f"the target is auto, and no requirement of {folder.resolve()} or a folder above says "
            "which TensorRT it takes, nor is one installed: give the release, --target 10"
        )
    try:
        return config.valid_target(found.target)
    except ValueError as error:
        raise Failure(f"the target is auto: {found.source}: {error}") from None


def _codes(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for value in values for code in value.split(","))


def _check_codes(codes: Sequence[str], where: str) -> None:
    if not codes:
        return
    from trtmigrate.rules import all_rules  # lazily: most runs name no code

    unknown = config.unknown_codes(codes, [rule.code for rule in all_rules()])
    if unknown:
        raise click.UsageError(f"{where}: no rule has the code {unknown[0]!r}")
