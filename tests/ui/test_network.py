"""Where the app listens, and at which address a browser finds it."""

import socket
from urllib.request import proxy_bypass

import pytest

from vae.ui.network import address, check_port, host_for_others, without_proxy


@pytest.mark.parametrize(
    "host, root_path, expected",
    [
        ("127.0.0.1", "", "http://127.0.0.1:7860/"),
        ("127.0.0.1", "/vae", "http://127.0.0.1:7860/vae/"),
        ("::1", "", "http://[::1]:7860/"),
        ("192.0.2.7", "", "http://192.0.2.7:7860/"),
        ("0.0.0.0", "https://example.org/vae", "https://example.org/vae/"),
    ],
)
def test_the_address_to_open(host, root_path, expected):
    assert address(host, 7860, root_path) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_what_listens_on_this_machine_alone_is_no_address_for_others(host):
    assert host_for_others(host) is None


def test_without_a_network_everybody_is_this_machine(monkeypatch):
    def unreachable(*_):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert host_for_others("0.0.0.0") is None
    assert address("0.0.0.0", 7860) == "http://127.0.0.1:7860/"
    assert address("::", 7860) == "http://[::1]:7860/"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.7", "a" * 300])
def test_where_nothing_can_listen_a_sentence_says_so(host):
    with pytest.raises(ValueError, match=r"cannot listen on .*--port.*--host"):
        check_port(host, 7860)


@pytest.mark.parametrize("port", [-1, 65536, 10**12])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(ValueError, match=f"{port}: expected --port from 0 to 65535"):
        check_port("::1", port)


def test_what_goes_to_this_machine_goes_by_no_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://proxy.example.org")
    monkeypatch.setenv("no_proxy", "intranet.example.org")
    without_proxy("192.0.2.7")
    for host in ("127.0.0.1", "localhost", "192.0.2.7", "intranet.example.org"):
        assert proxy_bypass(host)
    assert not proxy_bypass("example.org")
