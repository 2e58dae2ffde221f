"""What a reader of a verdict has to know beside the differences."""

from __future__ import annotations

from typing import Any

from trtmigrate.verify.backend import crosses
from trtmigrate.verify.options import Options
from trtmigrate.verify.result import SideResult


def notes_on(old: SideResult, new: SideResult, options: Options) -> list[str]:
    """Return notes on the engines of both sides."""
    notes = []
    builds, others = old.record.builds, new.record.builds
    if new.record.stand_ins:
        notes.append(
            "AFTER's TensorRT has no builder: the build code was not run on that side, "
            "the engines of BEFORE stood in for what it builds"
        )
    elif others and not options.rebuild:
        notes.append(
            "AFTER ran with the engines that BEFORE built; "
            "--rebuild compares what its own build code makes"
        )
    if len(builds) != len(others):
        notes.append(f"BEFORE built {len(builds)} engines, AFTER {len(others)}")
    if crosses(old.place, new.place) and not all(build.compatible for build in builds):
        notes.append("an engine of BEFORE could not be built for another release to open")
    for mine, other in zip(builds, others, strict=False):
        if mine.network and other.network and mine.network != other.network:
            notes.append(
                f"build {mine.number}: the networks differ: {_network(mine.network)} in BEFORE, "
                f"{_network(other.network)} in AFTER"
            )
    notes += [
        f"the engine is a guess from the code of BEFORE: {one['guess']}; --engine says it better"
        for one in options.engines
        if "guess" in one
    ]
    return notes + stand_in_notes(old, new)


def stand_in_notes(old: SideResult, new: SideResult) -> list[str]:
    """Return notes on what was missing and had a stand-in."""
    notes = []
    mine, others = old.record.missing, new.record.missing
    for side, found in (
        ("both sides", [one for one in mine if one in others]),
        ("BEFORE", [one for one in mine if one not in others]),
        ("AFTER", [one for one in others if one not in mine]),
    ):
        for kind in dict.fromkeys(kind for kind, _ in found):
            names = ", ".join(dict.fromkeys(name for other, name in found if other == kind))
            notes.append(f"missing, with a stand-in on {side}: {kind} {names}")
    return notes


def _network(network: dict[str, Any]) -> str:
    tensors = [
        f"{mode} {name} {dtype} {shape}"
        for mode in ("inputs", "outputs")
        for name, dtype, shape in network[mode]
    ]
    return f"{network['layers']} layers, " + ", ".join(tensors)
