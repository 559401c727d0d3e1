"""The command as people and programs run it: a process, its output and its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import jsonschema
import pytest
from click.testing import CliRunner

from bot import resources, schemas
from bot.cli import main

SAMPLES = resources.config() / "samples"
STRIKE = SAMPLES / "port-strike.txt"
DAM = SAMPLES / "river-dam.html"


def command(
    *arguments: str | Path, data: Path | None = None, stdin: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run `communique`, in a folder without a configuration."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=surroundings(data, **environ),
    )


def surroundings(data: Path | None = None, **environ: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COMMUNIQUE", "COV_"))}
    return kept | ({"COMMUNIQUE_DATA": str(data)} if data else {}) | environ


def records(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = DAM.read_bytes()
        self.send_response(200 if self.path == "/dam" else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        del format, arguments


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_briefs_come_as_one_line_of_json_for_each_source_in_order() -> None:
    run = command("brief", STRIKE, "none.txt", DAM, "--format", "json")
    strike, none, dam = records(run.stdout)
    assert run.returncode == 1
    assert none == {
        "source": "none.txt",
        "error": {"kind": "no_such_file", "message": "There is no such file: check its name."},
    }
    text = STRIKE.read_text(encoding="utf-8")
    for brief, source in ((strike, STRIKE), (dam, DAM)):
        jsonschema.validate(brief, schemas.of("brief"))
        assert brief["source"] == str(source)
    for item in strike["evidence"]:  # type: ignore[attr-defined]
        assert text[item["start"] : item["end"]] == item["quote"]
    assert strike["article"]["id"] == "port-strike"  # type: ignore[index]
    assert dam["article"]["outlet"] == "The Lindhafen Courier"  # type: ignore[index]


def test_a_text_from_the_standard_input_is_briefed_for_reading() -> None:
    run = command("brief", "-", stdin=STRIKE.read_text(encoding="utf-8"))
    assert run.returncode == 0
    assert run.stderr == ""
    assert run.stdout.startswith("Dockers reject Marenza Terminals' offer")
    for heading in ("Bottom line.", "Parties.", "Demands", "Risk signals", "Quotes from"):
        assert heading in run.stdout


def test_a_file_whose_name_is_no_utf8_is_read_and_named_in_utf8(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"strike\xfe.txt")
    file.write_bytes(STRIKE.read_bytes())
    run = command("brief", file, "--format", "json")
    assert (run.returncode, run.stderr) == (0, "")
    (brief,) = records(run.stdout)
    assert brief["source"] == str(tmp_path / "strike\ufffd.txt")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chat", "--library", "workspace:T1"], "own library"),
        (["chat", "--library", ""], "empty"),
        (["list", "--library", " "], "empty"),
        (["show", ""], "empty"),
        (["forget", "one", ""], "empty"),
    ],
)
def test_a_name_that_cannot_be_one_is_wrong_usage(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_name_that_is_no_utf8_is_no_held_article(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path)]
    for word in ("show", "forget"):
        result = CliRunner().invoke(main, [word, *data, os.fsdecode(b"\xff")])
        assert result.exit_code == 1
        assert "No such article" in result.stderr


def test_a_folder_of_templates_that_is_not_there_is_wrong_configuration(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["brief", str(STRIKE)], env={"COMMUNIQUE_TEMPLATES": str(tmp_path / "none")}
    )
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_an_article_is_read_with_its_facts() -> None:
    run = command("read", DAM, "--format", "json")
    (record,) = records(run.stdout)
    assert record["title"] == "Ostrany threatens to close Aldra gates as Velmark masses troops"
    assert record["byline"] == "Marek Ullin"
    assert str(record["published"]).startswith("2031-05-06")
    assert record["site"] == "The Lindhafen Courier"
    assert record["canonical_url"] == "https://courier.example/world/aldra-gates"
    assert "newsletter" not in str(record["text"])
    assert set(record) == {
        "source", "title", "byline", "published", "published_basis", "site", "lang", "canonical_url", "text",
    }  # fmt: skip


def test_what_is_added_is_listed_shown_and_forgotten(tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_text(
        json.dumps(
            {
                "id": "a-1",
                "headline": "Pilots reject roster",
                "text": "The pilots' guild rejected the roster on Monday.",
            }
        )
        + "\n\n{broken\n",
        encoding="utf-8",
    )
    store = tmp_path / "store"
    run = command("add", STRIKE, archive, "--format", "json", data=store)
    strike, first, broken = records(run.stdout)
    assert run.returncode == 1
    assert (strike["id"], first["id"]) == ("port-strike", "a-1")
    assert broken["error"]["kind"] == "bad_line"  # type: ignore[index]
    again = command("add", STRIKE, data=store)
    assert "Already held since" in again.stdout
    listed = records(command("list", "--format", "json", data=store).stdout)
    assert {it["id"] for it in listed} == {"a-1", "port-strike"}
    shown = command("show", "port-strike", "--format", "json", data=store)
    jsonschema.validate(records(shown.stdout)[0], schemas.of("brief"))
    assert command("forget", "a-1", "nothing", data=store).returncode == 1
    assert command("show", "a-1", data=store).returncode == 1
    assert command("list", "--library", "other", data=store).stdout == ""


def test_a_question_is_answered_from_the_library_with_quotes_that_stand_in_its_articles(
    tmp_path: Path,
) -> None:
    assert command("add", STRIKE, data=tmp_path).returncode == 0
    run = command("ask", "What does the union demand?", "--format", "json", data=tmp_path)
    (answer,) = records(run.stdout)
    assert (run.returncode, run.stderr) == (0, "")
    jsonschema.validate(answer, schemas.of("answer"))
    assert answer["articles_used"] == ["port-strike"]
    text = STRIKE.read_text(encoding="utf-8")
    for citation in answer["citations"]:  # type: ignore[attr-defined]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert any("14 percent" in c["quote"] for c in answer["citations"])  # type: ignore[attr-defined]
    elsewhere = command("ask", "What does the union demand?", "--library", "other", data=tmp_path)
    assert elsewhere.returncode == 0
    assert elsewhere.stdout.startswith("Not stated")
    assert command("ask", "?!", data=tmp_path).returncode == 2


def test_the_chat_reads_answers_and_explains(tmp_path: Path) -> None:
    run = command(
        "chat", "--data", tmp_path, stdin=f"{STRIKE}\nwhy 1\nlsit\nlist\nWho is demanding 14 percent?\nquit\n"
    )
    assert run.returncode == 0
    assert (
        run.stdout.index("Dockers reject")
        < run.stdout.index("Why [1] stands")
        < run.stdout.index("Did you mean “list”")
    )
    assert "1. Dockers reject" in run.stdout.replace(" 1 Dockers", "1. Dockers")
    assert "1 of 1 article used" in run.stdout


def test_an_address_inside_the_network_is_refused_unless_it_is_allowed(site: str) -> None:
    run = command("brief", f"{site}/dam", "--format", "json")
    (record,) = records(run.stdout)
    assert run.returncode == 1
    assert record["error"]["kind"] == "blocked"  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (["brief"], {}, "Missing argument"),
        (["breif"], {}, "No such command"),
        (["brief", "x.txt", "--format", "xml"], {}, "--format"),
        (["list"], {"COMMUNIQUE_HEALTH_PORT": "many"}, "health.port"),
        (["list", "--config", "none.toml"], {}, "There is no configuration file"),
    ],
)
def test_a_wrong_call_gets_one_sentence_and_exit_code_2(
    arguments: list[str], environ: dict[str, str], said: str
) -> None:
    run = CliRunner().invoke(main, arguments, env=environ)
    assert (run.exit_code, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize(
    ("arguments", "data", "said"),
    [
        (["list"], "/dev/null/x", "data directory"),
        (["show", "x"], None, "No such article"),
        (["brief", "."], None, "That is a folder"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence_and_exit_code_1(
    tmp_path: Path, arguments: list[str], data: str | None, said: str
) -> None:
    run = command(*arguments, data=Path(data) if data else tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_the_schemas_are_printed() -> None:
    for name in schemas.NAMES:
        assert CliRunner().invoke(main, ["schema", name]).stdout == schemas.text(name)


def test_the_doctor_finds_nothing_wrong_and_says_how_to_mend_what_is(tmp_path: Path) -> None:
    run = command("doctor", data=tmp_path, COMMUNIQUE_HEALTH_PORT="0")
    assert (run.returncode, run.stderr) == (0, "")
    assert "[wrong]" not in run.stdout
    assert "rules" in run.stdout
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "brief.md.j2").write_text("{{ title", encoding="utf-8")
    run = command("doctor", data=tmp_path, COMMUNIQUE_TEMPLATES=str(mine), COMMUNIQUE_HEALTH_PORT="0")
    assert run.returncode == 1
    assert "[wrong] reading: The template brief.md.j2 fails" in run.stdout
    run = command("doctor", COMMUNIQUE_HEALTH_PORT="x")
    assert "[wrong] configuration: health.port" in run.stdout


async def test_the_service_is_healthy_until_it_is_told_to_end(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "run",
        stderr=subprocess.PIPE,
        env=surroundings(tmp_path, COMMUNIQUE_HEALTH_PORT="0"),
    )  # fmt: skip
    assert process.stderr is not None
    async with asyncio.timeout(60):
        url = (await process.stderr.readline()).decode().strip().removeprefix("Health: ")
        assert "No chat platform is configured" in (await process.stderr.readline()).decode()
        async with httpx.AsyncClient(trust_env=False) as client:
            while (answer := await client.get(url)).status_code == 503:
                assert answer.json()["checks"] == {"store": "ok", "workers": "starting"}
            assert answer.json() == {"status": "ready", "checks": {"store": "ok", "workers": "ok"}}
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert b"Traceback" not in await process.stderr.read()


def test_doctor_asks_the_language_model_one_real_question(tmp_path: Path) -> None:
    from bot import checkup, config
    from tests.bot.endpoint import Endpoint, serving

    async def look(endpoint: Endpoint) -> checkup.Finding:
        async with serving(endpoint):
            model = {"base_url": endpoint.url, "name": "m-1"}
            settings = config.Config.model_validate({"engine": "both", "model": model, "data": tmp_path})
            return await checkup._model(settings)

    well = Endpoint(answer=lambda _: '{"ready": true}')
    found = asyncio.run(look(well))
    assert (found.wrong, len(well.seen)) == (False, 1)
    assert "120 tokens, counted by the endpoint" in found.said
    refused = asyncio.run(look(Endpoint(always="key")))
    assert refused.wrong
    assert "MODEL_API_KEY" in refused.said


def test_an_engine_that_has_no_model_is_refused() -> None:
    from bot import config

    with pytest.raises(config.ConfigError, match=r"needs model\.base_url and model\.name"):
        config.load(None, {"COMMUNIQUE_ENGINE": "both"})
