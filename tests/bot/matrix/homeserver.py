"""A real homeserver for the tests: Synapse on a free port of 127.0.0.1, its files in a folder of the test run.

    python -m tests.bot.matrix.homeserver FOLDER PID    serves until the process PID is gone

All workers of one test run share it. It ends with the run, whatever becomes of that.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_CHECKOUT = Path(__file__).parents[3]
_START_S = 90.0  # 2 to 5 s, on a machine that does nothing else
_SERVER = "localhost"
_RATES = (
    "message",
    "registration",
    "admin_redaction",
    "invites",
    "joins",
    "login",
    "key_requests",
    "room_creation",
    "reports",
    "media_create",
    "third_party_invite",
    "3pid_validation",
    "presence",
)


class Unavailable(Exception):
    """No Synapse is installed for the tests, or it does not start; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    password: str
    token: str
    device_id: str


@dataclass(frozen=True, slots=True)
class Homeserver:
    url: str
    secret: str
    pid: int
    name: str = _SERVER

    def register(self, who: str = "person", *, admin: bool = False) -> Account:
        """A new account, named by `who` and a number that nobody had."""
        user, password = f"{who}-{secrets.token_hex(4)}", secrets.token_hex(8)
        with httpx.Client(base_url=self.url, timeout=30, trust_env=False) as http:
            nonce = http.get("/_synapse/admin/v1/register").json()["nonce"]
            kind = "admin" if admin else "notadmin"
            signed = f"{nonce}\0{user}\0{password}\0{kind}".encode()
            answer = http.post(
                "/_synapse/admin/v1/register",
                json={
                    "nonce": nonce,
                    "username": user,
                    "password": password,
                    "admin": admin,
                    "displayname": who.capitalize(),
                    "mac": hmac.new(self.secret.encode(), signed, hashlib.sha1).hexdigest(),
                },
            )
        answer.raise_for_status()
        made = answer.json()
        return Account(made["user_id"], password, made["access_token"], made["device_id"])


def shared(folder: Path, run_pid: int) -> Homeserver:
    """The homeserver of this test run, started by whoever comes first. Raises Unavailable.

    `folder` is the same for all workers of the run; `run_pid` is the process that it ends with.
    """
    synapse()
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _launch(folder, run_pid, ready)
    return Homeserver(**json.loads(ready.read_text()))


def synapse() -> Path:
    """Python of the environment that Synapse is in: COMMUNIQUE_TEST_SYNAPSE names its folder. Raises Unavailable."""
    place = Path(os.environ.get("COMMUNIQUE_TEST_SYNAPSE") or _CHECKOUT / ".venv-synapse")
    python = place / "bin" / "python"
    if not python.exists():
        raise Unavailable(f"no Synapse in {place}: `make synapse` installs it")
    return python


def _launch(folder: Path, run_pid: int, ready: Path) -> None:
    with (folder / "launcher.log").open("w") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.matrix.homeserver", str(folder), str(run_pid)],
            cwd=_CHECKOUT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # it outlives this worker, which only has to notice its end
    threading.Thread(target=launcher.wait, daemon=True).start()
    end = time.monotonic() + _START_S
    while not ready.exists():
        if launcher.poll() is not None or time.monotonic() > end:
            launcher.terminate()
            raise Unavailable(f"Synapse does not start: see {folder}/homeserver.log")
        time.sleep(0.05)


def _configuration(folder: Path, port: int, secret: str) -> dict[str, Any]:
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
    (folder / "log.yaml").write_text(
        json.dumps(
            {
                "version": 1,
                "handlers": {"err": {"class": "logging.StreamHandler"}},
                "root": {"level": "WARNING", "handlers": ["err"]},
            }
        )
    )
    return {
        "server_name": _SERVER,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "pid_file": str(folder / "synapse.pid"),
        "listeners": [
            {
                "port": port,
                "type": "http",
                "tls": False,
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "signing_key_path": str(folder / "signing.key"),
        "report_stats": False,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "bcrypt_rounds": 4,
        "max_upload_size": "60M",
        **{f"rc_{name}": {"per_second": 1000, "burst_count": 1000} for name in _RATES},
        "rc_login": {
            kind: {"per_second": 1000, "burst_count": 1000}
            for kind in ("address", "account", "failed_attempts")
        },
        "rc_joins": {kind: {"per_second": 1000, "burst_count": 1000} for kind in ("local", "remote")},
        "rc_invites": {
            kind: {"per_second": 1000, "burst_count": 1000} for kind in ("per_room", "per_user", "per_issuer")
        },
    }


def _serve(folder: Path, run_pid: int) -> None:
    """Run Synapse as a child until the test run is gone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = secrets.token_hex(16)
    configured = folder / "homeserver.yaml"
    configured.write_text(json.dumps(_configuration(folder, port, secret)))
    with (folder / "homeserver.log").open("w") as log:
        server = subprocess.Popen(
            [str(synapse()), "-m", "synapse.app.homeserver", "-c", str(configured)],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": ""},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        while server.poll() is None and not _answers(url):
            time.sleep(0.05)
        made = folder / "ready.tmp"
        made.write_text(json.dumps({"url": url, "secret": secret, "pid": server.pid}))
        made.rename(folder / "ready.json")
        while server.poll() is None and _lives(run_pid):
            time.sleep(0.5)
    finally:
        server.send_signal(signal.SIGKILL)  # its database goes with the folder
        server.wait()


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/health", timeout=1, trust_env=False).is_success
    return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
