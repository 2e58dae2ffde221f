"""What is told of a finding whose code the edit of another finding takes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.editing.tensor_names import reachable
from trtmigrate.facts import Facts

_GONE = "goes with code that the target never reaches"


def vanished(
    facts: Facts, edits: list[Edit], proposals: list[Proposal]
) -> Iterator[tuple[Proposal, Proposal, bool]]:
    """Yield each finding, what is told of it, and whether another edit took its code away."""
    in_doubt = any(p.edit is None and not p.remains for p in proposals)
    present = reachable(facts.module, edits) if edits and in_doubt else set()
    for proposal in proposals:
        read = facts.reads.get(proposal.node)
        dead = read is not None and read.dead
        stays = proposal.edit is not None or proposal.remains or proposal.node in present
        gone = bool(edits) and not stays
        if gone and proposal.advice and (dead or facts.drop_old):
            name = proposal.member.split(".")[-1]
            yield proposal, replace(proposal, advice=False, message=f"{name} {_GONE}"), True
        else:
            yield proposal, proposal, gone and not proposal.advice
