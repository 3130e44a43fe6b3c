"""Nothing that anybody sends makes the server fail."""

from collections.abc import Iterator

import httpx
import pytest
from fuzzing import API, GOOD, fuzz, targets
from processes import App, complaints, logged_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with logged_app(tmp_path_factory.mktemp("app") / "log") as app:
        yield app


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_malformed_requests_are_answered_and_leave_no_trace(target, app):
    answers = fuzz(app.url, target, min(50, target.most // 4))
    assert answers.failed == []
    assert complaints(app.log) == []
    assert sum(answers.statuses.values()) >= 5


@pytest.mark.parametrize("way", ["call/decode", "queue/join"])
def test_a_session_without_a_name_is_refused_in_a_sentence(app, way):
    asked = {"data": GOOD["decode"], "fn_index": 0, "session_hash": ""}
    answer = httpx.post(f"{app.url}{API}/{way}", json=asked, trust_env=False)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("session_hash: a name was expected")
    assert complaints(app.log) == []
