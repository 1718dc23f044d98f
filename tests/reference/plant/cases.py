"""How many cases a comparison of a plant model with its twin takes."""

from hypothesis import settings

TWIN_CASES = settings(max_examples=min(10 * settings.default.max_examples, 10_000))
"""Decorate a comparison with it.

1,000 cases under the profile `ci`, 10,000 under `deep`, 300 under `instrumented`, 500 at a desk.

A case takes microseconds, so ten times what the profile asks of other tests. The profile is chosen by the
environment, HYPOTHESIS_PROFILE=deep, or by pytest's --hypothesis-profile.
"""
