"""The web app: the only place that imports gradio. `build(zoo)` gives the page."""

from vae.ui.page import build, launch

__all__ = ["build", "launch"]
