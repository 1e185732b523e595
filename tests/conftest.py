"""Settings of every test run."""

from __future__ import annotations

import os

from hypothesis import settings
from publishing import checkout, hub, made

__all__ = ["checkout", "hub", "made"]  # fixtures of more than one file

# The same examples in every run, so that a change and nothing else turns a test red; `HYPOTHESIS_PROFILE=explore`
# draws new ones.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))
