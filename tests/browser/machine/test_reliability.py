"""How far the classifier can be trusted, wherever it is used; what its record lacks is a dash."""

import pytest
from driving import open_tab

from vae.checkpoints import load_classifier


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (None, "classifier: accuracy \u2013, calibration error \u2013"),
        ({"accuracy": 0.9955}, "classifier: accuracy 99.55%, calibration error \u2013"),
        (
            {"accuracy": 0.99, "calibration_error": 0.0031},
            "classifier: accuracy 99.00%, calibration error 0.3%",
        ),
    ],
)
def test_what_a_record_lacks_is_a_dash(engine, figures, words):
    found = engine.evaluate(
        """async (figures) => {
          const { tellReliability } = await import("/web/machine/reliability.js");
          const root = document.createElement("div");
          root.innerHTML = '<p class="reliability"></p>';
          const session = { on: (_, tell) => (session.tell = tell), classifier: null };
          tellReliability(root, session);
          if (figures) session.classifier = { record: { figures } };
          session.tell();
          return root.textContent.replace(/\\s+/g, " ");
        }""",
        figures,
    )
    assert found == words


def test_it_stands_on_the_stage_and_in_every_tab_that_reads(page):
    page.wait_for_selector(".bars[data-reads]")
    accuracy = f"accuracy {load_classifier().record.figures['accuracy']:.2%}"
    assert accuracy in page.locator(".stage .reliability").inner_text()
    for tab in ("Draw", "Sample", "Compare"):
        open_tab(page, tab)
        told = page.locator(f"#{tab.lower()} .reliability").filter(visible=True)
        assert accuracy in told.inner_text()
    told.get_by_role("button", name="calibration error").click()
    page.get_by_test_id("glossary").filter(has_text="how often it is right").wait_for()
