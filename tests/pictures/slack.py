"""Block Kit → HTML → a picture, so that messages can be looked at without a workspace.

    python -m tests.pictures.slack FOLDER

briefs the sample articles, asks a question, asks for help, makes a mistake and opens Home in a fake Slack, and writes a
page for each (and a picture where Chromium is installed). Fonts and distances are about Slack's; blocks that it does not
know are shown as their JSON, so that nothing is overlooked.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_STYLE = """
body{font:15px/1.46 Lato,'Liberation Sans','DejaVu Sans',sans-serif;color:#1d1c1d;background:#fff;margin:0;padding:16px 20px;width:640px}
.m{display:flex;gap:8px;margin-bottom:14px}.t{margin-left:44px;border-left:2px solid #ddd;padding-left:12px}
.a{width:36px;height:36px;border-radius:6px;background:#1f3a4d;color:#fff;text-align:center;line-height:36px;font-weight:700;flex:none}
.n{font-weight:900}.app{font-size:10px;background:#e8e8e8;color:#616061;border-radius:2px;padding:1px 3px;margin:0 4px}
.w{font-size:12px;color:#616061}h3{font-size:18px;line-height:1.33;margin:4px 0 6px;font-weight:900}
.b{margin:6px 0}.c{font-size:12px;color:#616061;margin:4px 0}ul,ol{margin:2px 0;padding-left:26px}
blockquote{margin:4px 0;border-left:4px solid #ddd;padding-left:12px}.x button{font:700 13px Lato,'Liberation Sans',sans-serif;
border:1px solid #bbb;border-radius:4px;background:#fff;padding:4px 12px;margin:4px 8px 0 0}.x .primary{background:#007a5a;color:#fff}
pre{background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:8px;white-space:pre-wrap}hr{border:0;border-top:1px solid #ddd}
.e{color:#616061;font-size:12px}.f{margin:10px 0}.f b{display:block}.i{border:1px solid #bbb;border-radius:4px;padding:6px 10px;color:#616061}
table{border-collapse:collapse}td{border:1px solid #ddd;padding:4px 8px}.s{display:flex;justify-content:space-between;gap:12px}
"""

_HEIGHT = "<script>document.title=document.documentElement.scrollHeight</script>"


def page(messages: Sequence[dict[str, Any]]) -> str:
    """Messages of the bot, one under the other; `thread_ts` sets one in, `user` marks what one person alone sees."""
    body = "".join(
        f'<div class="m{" t" if m.get("thread_ts") else ""}"><div class="a">C</div><div>'
        f'<span class="n">Communiqué</span><span class="app">APP</span><span class="w">08:00</span>'
        + ('<div class="e">Only visible to you</div>' if m.get("whispered") else "")
        + (_blocks(m["blocks"]) if m.get("blocks") else f'<div class="b">{_text(m.get("text", ""))}</div>')
        + "</div></div>"
        for m in messages
    )
    return _html(body)


def view(it: dict[str, Any]) -> str:
    """A form or the Home tab."""
    title = f"<h3>{_text(it['title']['text'])}</h3>" if "title" in it else ""
    submit = (
        f'<div class="x"><button class="primary">{_text(it["submit"]["text"])}</button></div>'
        if "submit" in it
        else ""
    )
    return _html(title + _blocks(it["blocks"]) + submit)


def picture(source: Path) -> Path | None:
    """A picture of a page beside it; None without Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        return None
    target = source.with_suffix(".png")
    flags = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
    ]
    page_ = source.resolve().as_uri()
    dom = subprocess.run(
        [*flags, "--window-size=690,100", "--dump-dom", page_],
        check=True,
        capture_output=True,
        timeout=60,
        text=True,
    ).stdout
    height = re.search(r"<title>(\d+)</title>", dom)
    size = f"--window-size=690,{height[1] if height else 2_000}"
    subprocess.run(
        [*flags, size, f"--screenshot={target}", page_], check=True, capture_output=True, timeout=60
    )
    return target


def _html(body: str) -> str:
    return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><body>{body}{_HEIGHT}'


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _blocks(blocks: Iterable[dict[str, Any]]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{_text(block['text']['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "context":
            return f'<div class="c">{" ".join(_text(e["text"]) for e in block["elements"])}</div>'
        case "section":
            beside = _element(block["accessory"]) if "accessory" in block else ""
            fields = "".join(f"<div>{_text(f['text'])}</div>" for f in block.get("fields", []))
            text = _text(block["text"]["text"]) if "text" in block else ""
            return f'<div class="b s"><div>{text}{fields}</div><div class="x">{beside}</div></div>'
        case "actions":
            return f'<div class="b x">{"".join(_element(e) for e in block["elements"])}</div>'
        case "rich_text":
            return f'<div class="b">{"".join(_rich(e) for e in block["elements"])}</div>'
        case "input":
            hint = f'<div class="c">{_text(block["hint"]["text"])}</div>' if "hint" in block else ""
            return f'<div class="f"><b>{_text(block["label"]["text"])}</b>{_element(block["element"])}{hint}</div>'
        case "table":
            rows = "".join(
                "<tr>" + "".join(f"<td>{_block(cell)}</td>" for cell in row) + "</tr>"
                for row in block["rows"]
            )
            return f"<table>{rows}</table>"
        case _:
            return f"<pre>{html.escape(json.dumps(block, indent=1))}</pre>"


def _element(element: dict[str, Any]) -> str:
    match element["type"]:
        case "button":
            return f'<button class="{element.get("style", "")}">{_text(element["text"]["text"])}</button>'
        case "plain_text_input":
            shown = element.get("initial_value") or element.get("placeholder", {}).get("text", "")
            return f'<div class="i">{_text(shown)}</div>'
        case "static_select":
            chosen = element.get("initial_option") or {"text": {"text": "…"}}
            return f'<div class="i">{_text(chosen["text"]["text"])} ▾</div>'
        case "timepicker":
            return f'<div class="i">{_text(element.get("initial_time", "–"))} ▾</div>'
        case "checkboxes" | "radio_buttons":
            on = [o["value"] for o in element.get("initial_options", [])] + [
                (element.get("initial_option") or {}).get("value")
            ]
            return "<br>".join(
                ("☑ " if o["value"] in on else "☐ ") + _text(o["text"]["text"]) for o in element["options"]
            )
        case "conversations_select":
            return f'<div class="i">{_text(element["placeholder"]["text"])} ▾</div>'
        case _:
            return f"<pre>{html.escape(json.dumps(element))}</pre>"


def _rich(element: dict[str, Any]) -> str:
    inner = element["elements"]
    match element["type"]:
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            items = "".join(f"<li>{''.join(_run(r) for r in item['elements'])}</li>" for item in inner)
            return f'<{tag} style="margin-left:{24 * element.get("indent", 0)}px">{items}</{tag}>'
        case "rich_text_quote":
            return f"<blockquote>{''.join(_run(r) for r in inner)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{''.join(_run(r) for r in inner)}</pre>"
        case _:
            return f"<div>{''.join(_run(r) for r in inner)}</div>"


def _run(run: dict[str, Any]) -> str:
    text = _text(run.get("text") or run.get("url", ""))
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if run.get("style", {}).get(style):
            text = f"<{tag}>{text}</{tag}>"
    return f'<a href="{html.escape(run["url"])}">{text}</a>' if run["type"] == "link" else text


async def _samples(folder: Path) -> None:
    import tempfile

    from tests.bench.slack import service
    from tests.bot.slack.fake import ANNA, ANNAS_DM, BOT, FakeSlack

    samples = Path("config/samples")
    async with FakeSlack().serve() as slack:
        with tempfile.TemporaryDirectory() as data:
            async with service(slack, Path(data)):
                for number, name in enumerate(("port-strike.txt", "takeover-bid.txt"), 1):
                    before = len(slack.shown(ANNAS_DM))
                    file = slack.upload(name, "text/plain", (samples / name).read_bytes())
                    await slack.says("", channel=ANNAS_DM, files=[file])
                    await slack.until_briefed(ANNAS_DM, number)
                    await _calm(slack)
                    _write(folder, f"brief-{name.partition('.')[0]}", slack.shown(ANNAS_DM)[before:])
                for word, text in (
                    ("answer", "What does the union demand?"), ("not-stated", "When is the next round of talks?"),
                    ("help", "help"), ("hello", "hello"), ("error", "lsit"), ("list", "list"), ("settings", "settings"),
                    ("status", "status"),
                ):  # fmt: skip
                    before = len(slack.shown(ANNAS_DM))
                    await slack.says(text, channel=ANNAS_DM)
                    await slack.until(lambda n=before: len(slack.shown(ANNAS_DM)) > n, 60)
                    await _calm(slack)
                    _write(folder, word, slack.shown(ANNAS_DM)[before:])
                await slack.says(f"<@{BOT}> https://intranet.example/x")
                _write(folder, "refused", [e | {"whispered": True} for e in await slack.until_whispered()])
                await slack.event(
                    {"type": "app_home_opened", "user": ANNA, "channel": ANNAS_DM, "tab": "home"}
                )
                first = slack.shown(ANNAS_DM)[0]
                answer = next(m for m in slack.shown(ANNAS_DM) if slack.words(m).startswith("Stated"))
                _write(folder, "readme", [first, answer | {"thread_ts": first["ts"]}])
                _keep(folder / "home.html", view(await slack.until(lambda: slack.homes.get(ANNA))))


async def _calm(slack: Any) -> None:
    """Until nothing more is said."""
    count = -1
    while count != len(slack.calls):
        count = len(slack.calls)
        await asyncio.sleep(3)


def _write(folder: Path, name: str, messages: Sequence[dict[str, Any]]) -> None:
    _keep(folder / f"{name}.html", page(messages))


def _keep(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    target_ = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    target_.mkdir(parents=True, exist_ok=True)
    asyncio.run(_samples(target_))
    for page_ in sorted(target_.glob("*.html")):
        print(picture(page_) or page_)
