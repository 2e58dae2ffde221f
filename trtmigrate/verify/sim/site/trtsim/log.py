"""Loggers and error recorders: where the library says why it answered False or None."""

from __future__ import annotations

import sys
from typing import Any

from . import enums
from .expose import Native, expose
from .signatures import CLASSES

_LETTERS = {"INTERNAL_ERROR": "F", "ERROR": "E", "WARNING": "W", "INFO": "I", "VERBOSE": "V"}


@expose
class ILogger(Native):
    """The base of loggers, made to be derived from."""

    __slots__ = ()

    def __init__(self) -> None:
        pass

    def log(self, severity: Any, msg: str) -> None:
        raise RuntimeError('Tried to call pure virtual function "ILogger::log"')


@expose
class Logger(ILogger):
    """Writes what is severe enough to stderr."""

    __slots__ = ("_least",)

    def __init__(self, min_severity: Any = None) -> None:
        self._least = min_severity

    @property
    def min_severity(self) -> Any:
        return self._least

    @min_severity.setter
    def min_severity(self, severity: Any) -> None:
        self._least = severity

    def log(self, severity: Any, msg: str) -> None:
        if int(severity) <= int(self._least):
            sys.stderr.write("[TRT] [%s] %s\n" % (_LETTERS.get(severity.name, "?"), msg))


for _name, _value in CLASSES["ILogger.Severity"].__members__.items():  # type: ignore[attr-defined]
    setattr(ILogger, _name, _value)
ILogger.Severity = CLASSES["ILogger.Severity"]  # type: ignore[attr-defined]


@expose
class IErrorRecorder(Native):
    """The base of error recorders; without an override it only refuses, as pure virtuals do."""

    __slots__ = ()
    MAX_DESC_LENGTH = 127

    def __init__(self) -> None:
        pass


def _say(logger: Any, severity: str, message: str) -> None:
    if logger is not None:
        logger.log(enums.value("ILogger.Severity", severity), message)


def error(logger: Any, message: str, recorder: Any = None) -> None:
    """Tell the program's logger, and its error recorder where it has one."""
    if recorder is not None:
        recorder.report_error(enums.value("ErrorCodeTRT", "INVALID_ARGUMENT"), message)
    _say(logger, "ERROR", message)


def warning(logger: Any, message: str) -> None:
    _say(logger, "WARNING", message)


def verbose(logger: Any, message: str) -> None:
    _say(logger, "VERBOSE", message)
