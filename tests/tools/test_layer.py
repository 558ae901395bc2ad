"""The layer holds what a function may load, also what it loads only when something is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.build_layer import LEFT_OUT
from tools.uv import ROOT

TELL = """
from samspill.bootstrap import StackLetters
from samspill.notices.kinds import Kind
from samspill.notices.notice import Notice
import datetime
now = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
for kind in Kind:
    notice = Notice(tenant="t", kind=kind, flow="f", connection="c", label="x", started_at=now, since=now, ill_at=now)
    for language in ("nb", "en", "de"):
        for edge in ("start", "end"):
            assert StackLetters("samspill", "us").of(notice, edge, language).text
"""


def test_every_kind_of_notice_is_put_into_words_by_what_is_in_the_layer(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "shared" / "samspill", tmp_path / "samspill", ignore=shutil.ignore_patterns(*LEFT_OUT))
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    done = subprocess.run([sys.executable, "-c", TELL], env=env, check=False, capture_output=True, text=True)
    assert done.stderr == ""
