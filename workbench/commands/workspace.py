"""``workbench app``: the page over a workspace."""

from __future__ import annotations

from workbench.commands.options import Place


def serve(
    *,
    port: int | None = None,
    browser: bool = True,
    host: str = "127.0.0.1",
    share: bool = False,
    auth: str | None = None,
    place: Place | None = None,
) -> None:
    """Open the app: chat with checkpoints and compare runs, at a local address.

    Parameters
    ----------
    port:
        Port to listen at; the first free one from 7860 on if not given.
    browser:
        Whether to open the page in the browser.
    host:
        Address to listen at; one that others can reach needs --auth.
    share:
        Make a link that can be opened from anywhere, through Gradio's servers; needs --auth.
    auth:
        Name that visitors must give, with the password in WORKBENCH_PASSWORD, which is asked
        for where it is not set.
    """
    from workbench.app.access import Access
    from workbench.app.app import launch

    access = Access(host, port, share, auth, browser)
    launch((place or Place()).open(), access)
