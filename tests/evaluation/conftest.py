"""A few digits to evaluate by."""

import pytest


@pytest.fixture
def digits(make_digits):
    return make_digits(120)
