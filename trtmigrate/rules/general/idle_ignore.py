"""Find ignore comments that suppress nothing.

What changed: nothing in TensorRT. `# trtmigrate: ignore[CODE]` with a code that no rule has, or at
code without such a finding, looks as if something had been decided there. Such comments are left
over when the code has been migrated, or are slips of the pen, and hide what is found there later.

Before:

    names = [engine.get_tensor_name(0)]  # trtmigrate: ignore[TRT103]

After: (not rewritten)

Not rewritten when: always. Remove the comment, or the code from its brackets. A comment is not
reported if it suppresses a finding for any target, also one of a rule that is not selected. Only a
comment that names TRT010 suppresses the finding about itself.

Safety: manual.
"""

from __future__ import annotations

from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

# Migrated files hold these comments, too, and need hold nothing else that concerns a rule.
GATE = ("trtmigrate: ignore", "trtmigrate:ignore")

RULE = Rule("TRT010", "Ignore comment that suppresses nothing", Safety.MANUAL, gate=GATE)
