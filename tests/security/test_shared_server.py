"""Users of a shared server log in, and reach nothing that is another's."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from visitors import PASSWORDS, call, logged_in, visitor

from advisor.errors import BadInput
from advisor.settings import Settings
from advisor.users.accounts import Accounts, folder_of
from advisor.users.tenants import settings_of
from ui.server import Serving, check_exposure, check_users, serve

PATHS = ["/", "/config", "/gradio_api/info", "/gradio_api/file=/etc/passwd", "/gradio_api/upload_progress",
         "/theme.css", "/gradio_api/queue/data?session_hash=x", "/monitoring", "/gradio_api/runs"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_sees_the_login_and_nothing_else(shared: Serving, path: str) -> None:
    assert visitor(shared).get(path).status_code in (303, 401)


def test_health_is_open_and_says_nothing_private(shared: Serving) -> None:
    client = visitor(shared)
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").json()["ready"] is True


def test_a_wrong_password_is_refused_and_five_have_to_wait(shared: Serving, shared_home: Path) -> None:
    client = visitor(shared)
    tries = [client.post("/login", data={"name": "eve", "password": "x"}).status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]
    notes = [json.loads(line) for line in (shared_home / "audit.jsonl").read_text().splitlines()]
    assert [n["what"] for n in notes if n["user"] == "eve"] == ["login refused"] * 5


@pytest.fixture
def ana(shared: Serving, forgiven: None) -> httpx.Client:
    return logged_in(shared, "ana")


@pytest.fixture
def ben(shared: Serving, forgiven: None) -> httpx.Client:
    return logged_in(shared, "ben")


@pytest.fixture
def forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses that failed before in this module may try again."""
    monkeypatch.setattr("ui.login.Throttle.blocked", lambda self, key: False)


def test_the_cookie_is_for_the_server_alone(shared: Serving, forgiven: None) -> None:
    answer = visitor(shared).post("/login", data={"name": "ana", "password": PASSWORDS["ana"]})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_one_user_cannot_open_the_conversation_of_another(ana: httpx.Client, ben: httpx.Client) -> None:
    told = call(ana, "send", "Hello, this is the secret of ana", None)
    conversation = told[-2]["output"]["data"]
    number = next(v for v in conversation if isinstance(v, str) and len(v) == 32)
    assert "secret of ana" in json.dumps(call(ana, "load", number, None))
    assert "secret of ana" not in json.dumps(call(ben, "load", number, None))
    assert "secret of ana" in json.dumps(call(ana, "load", None, None))
    assert "secret of ana" not in json.dumps(call(ben, "load", None, None))


def test_each_user_has_a_folder_of_its_own(shared_home: Path, ana: httpx.Client) -> None:
    call(ana, "load", None, None)
    assert (shared_home / "users" / folder_of("ana") / "conversations.sqlite").is_file()


@pytest.mark.parametrize("name", ["../../etc", "..", "a/b", "", "A" * 500, "ana\0", "äöü"])
def test_no_name_leads_out_of_the_users_folder(home: Path, name: str) -> None:
    found = settings_of(name, Settings(home=home)).home
    assert found.resolve().parent == (home / "users").resolve()


@pytest.mark.parametrize("number", ["../../../tmp/x", "a/b", "x" * 65, "a\0b"])
def test_an_id_of_a_conversation_is_no_path(ana: httpx.Client, number: str) -> None:
    told = call(ana, "load", number, None)
    assert told[-2]["success"] is False


def test_files_of_the_server_and_of_others_are_not_given_out(shared: Serving, shared_home: Path, ana, ben) -> None:
    page = shared.page
    mine = page.files / folder_of("ana") / "c" / "decision.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("what ana decided")
    from gradio.processing_utils import save_file_to_cache

    kept = save_file_to_cache(str(mine), cache_dir=_cache())
    assert ana.get(f"/gradio_api/file={kept}").text == "what ana decided"
    assert ben.get(f"/gradio_api/file={kept}").status_code == 404
    for other in (shared_home / "users.json", shared_home / "secret", "/etc/passwd", f"{mine.parent}/../../x"):
        assert ana.get(f"/gradio_api/file={other}").status_code in (403, 404)


def _cache() -> str:
    from gradio.utils import get_upload_folder

    return get_upload_folder()


def test_an_upload_is_bounded(ana: httpx.Client) -> None:
    files = {"files": ("big.csv", b"x" * (21 << 20))}
    assert ana.post("/gradio_api/upload", files=files).status_code == 413


def test_another_sites_page_cannot_act_for_a_user(ana: httpx.Client) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "x"}
    answer = ana.post("/gradio_api/queue/join", json=body, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_name_that_points_here_is_not_ours(shared: Serving) -> None:
    assert visitor(shared).get("/config", headers={"Host": "evil.example"}).status_code == 403


def test_every_answer_forbids_calls_elsewhere(shared: Serving, ana: httpx.Client) -> None:
    headers = ana.get("/").headers
    assert "img-src 'self' data: blob:" in headers["content-security-policy"]
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"] != ana.get("/").headers["x-request-id"]


def test_a_removed_user_and_a_changed_password_end_what_was_open(home: Path) -> None:
    accounts = Accounts(home)
    accounts.add("ana", "a first long password")
    token = accounts.token("ana")
    assert accounts.user_of(token) == "ana"
    assert accounts.user_of(token, now=4e9) is None
    assert accounts.user_of(token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    accounts.add("ana", "a second long password")
    assert accounts.user_of(token) is None
    fresh = accounts.token("ana")
    accounts.remove("ana")
    assert accounts.user_of(fresh) is None


def test_passwords_are_hashed_and_their_file_is_private(home: Path) -> None:
    accounts = Accounts(home)
    accounts.add("ana", "a first long password")
    assert "first" not in accounts.file.read_text()
    assert accounts.file.stat().st_mode & 0o077 == 0
    assert accounts.verify("ana", "a first long password") and not accounts.verify("ana", "another")
    assert not accounts.verify("nobody", "a first long password")


@pytest.mark.parametrize(("name", "password"), [("../x", "long enough indeed"), ("ana", "short"), ("", "long enough")])
def test_bad_names_and_passwords_are_refused(home: Path, name: str, password: str) -> None:
    with pytest.raises(BadInput):
        Accounts(home).add(name, password)


def test_a_page_without_login_stays_on_this_machine(home: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5"):
        with pytest.raises(BadInput, match="--shared"):
            check_exposure(Settings(home=home), host, open_to_all=False)
    check_exposure(Settings(home=home), "127.0.0.1", open_to_all=False)
    check_exposure(Settings(home=home), "0.0.0.0", open_to_all=True)
    check_exposure(Settings(home=home, shared=True), "0.0.0.0", open_to_all=False)


def test_a_shared_server_needs_users_or_a_login_proxy(home: Path) -> None:
    with pytest.raises(BadInput, match="advisor users add"):
        serve(Settings(home=home, shared=True), host="127.0.0.1", port=0)
    with pytest.raises(BadInput, match="trusted_proxies"):
        check_users(Settings(home=home, shared=True, user_header="X-User"))


def test_the_servers_keys_are_lent_only_where_the_operator_says_so(home: Path, monkeypatch) -> None:
    monkeypatch.setenv("OTHER_KEY", "a key of the server")
    endpoints = {"free": {"base_url": "http://127.0.0.1:1/v1", "model": "m"},
                 "paid": {"base_url": "https://x.example/v1", "api_key_env": "OTHER_KEY", "model": "m"}}  # fmt: skip
    base = {"home": home, "openai_api_key": "sk-a-key-of-the-server", "endpoints": endpoints, "judge_model": "paid/m"}
    own = settings_of("ana", Settings(**base))
    assert own.openai_api_key is None and list(own.endpoints) == ["free"] and own.judge_model is None
    lent = settings_of("ana", Settings(shared_keys=True, **base))
    assert lent.openai_api_key is not None and "paid" in lent.endpoints
