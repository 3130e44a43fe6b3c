"""The packs in a browser: they are the same modules, few, kept, and enough when the server goes."""

from driving import LAB
from playwright.sync_api import Page

from vae.ui.facts import TABS
from vae.ui.packs import WEB, pack

READY = '[data-testid="stage"][data-ready="1"]'
# All but the one that begins the page and the one that is no module of the page.
MODULES = sorted(
    path.relative_to(WEB).as_posix()
    for path in WEB.rglob("*.js")
    if path.name not in ("page.js", "worker.js")
)
# What a module exports as the browser itself has it, and as the packs have it; a function is told
# by its name.
EXPORTS = """async ([names, root]) => {
  const told = (module) => Object.entries(module)
    .map(([name, value]) => `${name} ${typeof value} ${value?.name ?? ""}`).sort();
  const { $packed } = await import(`${root}/page.js`);
  await Promise.all(%r.map((name) => import(`${root}/${name}/${name}.js`)));
  const found = {};
  for (const name of names) {
    const written = await import(`/web/${name}`);
    found[name] = [told(written), $packed[name] ? told($packed[name]) : null];
  }
  return found;
}""" % [*TABS]


def test_packed_modules_export_what_the_browser_itself_finds_in_their_sources(page: Page):
    root = next(url for url in page.requested if "/packed/" in url).rsplit("/", 1)[0]
    found = page.evaluate(EXPORTS, [MODULES, root])
    seen = 0
    for name, (written, packed) in found.items():
        assert packed in (None, written), name
        seen += packed is not None
    assert seen > 100


# What came of ours, by address, with the bytes that it took from the server.
RECEIVED = """() => Object.fromEntries(performance.getEntriesByType("resource")
  .filter(({name}) => /\\/(web|packed|weights)\\//.test(name))
  .map(({name, transferSize}) => [name, transferSize]))"""
ALL = f"""() => {{
  const received = Object.keys(({RECEIVED})());
  return received.filter((name) => name.includes("/packed/")).length >= {3 + len(TABS)}
    && received.some((name) => name.includes("classifier"));
}}"""


def received(page: Page) -> dict[str, int]:
    """What came of ours until nothing more is fetched, and its bytes."""
    page.wait_for_selector(READY)
    page.wait_for_function(ALL)
    page.wait_for_load_state("networkidle")
    return page.evaluate(RECEIVED)


def test_the_page_asks_for_few_packs_and_for_no_source(page: Page):
    packs = [url for url in received(page) if "/weights/" not in url]
    assert [url for url in packs if "/web/" in url] == []
    # The first page, what is shared, what follows fingers, and the tabs.
    assert len(packs) == 3 + len(TABS)


def test_a_reload_and_a_second_visit_fetch_nothing_of_ours_again(page: Page, app_url: str):
    assert all(size > 0 for url, size in received(page).items() if "/packed/" in url)
    page.reload()
    assert {url: size for url, size in received(page).items() if size} == {}
    page.goto("about:blank")
    page.goto(app_url + LAB)
    assert {url: size for url, size in received(page).items() if size} == {}


def test_tabs_that_nobody_opened_open_when_the_server_has_gone(page: Page):
    received(page)
    page.context.set_offline(True)
    for name, title in TABS.items():
        page.get_by_role("tab", name=title, exact=True).click()
        page.wait_for_selector(f"#{name} [data-mounted]")
        assert page.locator(f"#{name} > .failed, #{name} [data-mounted] > .failed").count() == 0


def test_a_debugger_finds_the_sources_behind_the_packs(page: Page, app_url: str):
    root = next(url for url in page.requested if "/packed/" in url).rsplit("/", 1)[0]
    answer = page.request.get(f"{root}/page.js.map")
    source = answer.json()["sections"][0]["map"]["sources"][0]
    address = page.evaluate("([path, map]) => new URL(path, map).href", [source, answer.url])
    assert page.request.get(address).text() == (WEB / address.split("/web/")[1]).read_text()


def test_the_tag_is_that_of_these_sources(page: Page):
    tag = pack(tuple(f"{name}/{name}.js" for name in TABS)).tag
    assert any(f"/packed/{tag}/" in url for url in page.requested)
