"""How the page fetches a checkpoint: what it needs, once, and what it says where that fails."""

import pytest
from node import NodeError
from parity import CONFIGS, OPEN, RECORD, STATISTIC, STATISTICS, check_parity, untrained

from vae.checkpoints import Record


def test_only_what_is_needed_is_fetched_and_nothing_twice(engine, shelf, web_root):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    size = (shelf.folder / "dense.safetensors").stat().st_size
    engine.evaluate(OPEN, url)
    spans = sorted((begin, end) for _, begin, end in web_root.sent)
    assert len(spans) == 2
    assert spans[0][1] <= spans[1][0]
    assert sum(end - begin for begin, end in spans) < 0.55 * size


def test_a_server_without_ranges_is_asked_once(engine, shelf, web_root):
    model = untrained(CONFIGS["dense"])
    shelf.save("dense.safetensors", model, STATISTIC, RECORD)
    check_parity(engine, f"{shelf.plain_url}/dense.safetensors", model, count=2)
    size = (shelf.folder / "dense.safetensors").stat().st_size
    web_root.sent.clear()
    engine.evaluate(STATISTICS, f"{shelf.plain_url}/dense.safetensors")
    assert web_root.sent == [("dense.safetensors", 0, size)]


def test_a_header_longer_than_the_first_request(engine, shelf, web_root):
    model = untrained(CONFIGS["gaussian"])
    history = [{"epoch": float(epoch), "total": epoch / 7} for epoch in range(5000)]
    record = Record("tests", "A long history.", history=history)
    url = shelf.save("long.safetensors", model, STATISTIC, record)
    assert engine.evaluate(OPEN, url)["record"]["history"] == history
    check_parity(engine, url, model, count=2)
    check_parity(engine, f"{shelf.plain_url}/long.safetensors", model, count=2)


def test_a_file_that_shrinks_after_it_was_opened(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    body = (shelf.folder / "dense.safetensors").read_bytes()
    engine.evaluate(
        """async (url) => {
          const {openCheckpoint} = await import("/web/engine/checkpoint.js");
          globalThis.opened = await openCheckpoint(url);
        }""",
        url,
    )
    shelf.write("dense.safetensors", body[:100_000])
    with pytest.raises(NodeError, match=r"dense\.safetensors: is damaged: it is truncated"):
        engine.evaluate("() => globalThis.opened.tensors('decoder.')")


def test_a_file_that_is_not_there_is_named(engine, shelf):
    complaint = r"Error: no\.safetensors: cannot be fetched \(the server answered 404\)"
    with pytest.raises(NodeError, match=complaint):
        engine.evaluate(OPEN, f"{shelf.url}/no.safetensors?version=2#top")


def test_a_server_that_is_not_there_is_named(engine):
    with pytest.raises(NodeError, match=r"Error: some model\.safetensors: cannot be fetched"):
        engine.evaluate(OPEN, "http://127.0.0.1:9/some%20model.safetensors")
