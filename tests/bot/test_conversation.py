"""What people are answered in a room, from the message to what stands there, over the real store and outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot import wiring
from bot.commands import failure
from bot.log import cause
from bot.net.errors import Denied
from bot.ports import Attachment, Incoming, Room
from tests import golden, shown
from tests.bot.chatting import ANNA, BEN, LINK, OTHER, ROOM, Chat, chatting

PASTE = "Dockers down tools\n\n" + "The dockers of Port Ellan downed tools on Monday over their pay. " * 8


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with chatting(tmp_path) as chat:
        yield chat


async def test_a_link_is_answered_with_its_brief_and_the_quotes_follow_in_its_thread(chat: Chat) -> None:
    first, *rest = await chat.say(f"please read <{LINK}>")
    assert first.text.startswith(f"**{shown.TITLE}**")
    assert first.thread is None
    assert rest
    assert {m.thread for m in rest} == {first.id}
    assert any("[5] “Ostrany will not open the gates" in m.text for m in rest)


async def test_in_a_thread_everything_stays_in_the_thread(chat: Chat) -> None:
    messages = await chat.say(LINK, thread="m77")
    assert {m.thread for m in messages} == {"m77"}


async def test_each_of_several_links_gets_its_brief_or_its_reason_in_order(chat: Chat) -> None:
    messages = await chat.say(f"{LINK} https://courier.example/gone and {OTHER}")
    heads = [m.text for m in messages if m.thread is None]
    assert heads[0].startswith(f"**{shown.TITLE}**")
    assert heads[1] == "https://courier.example/gone: There is no page at that address: check the link."
    assert "Another article" in heads[2]


async def test_one_bad_link_is_one_sentence_to_who_asked(chat: Chat) -> None:
    (message,) = await chat.say("https://courier.example/gone")
    assert message.text == "There is no page at that address: check the link."
    (record,) = [r for r in await chat.store.deliveries.log() if r.kind == "error"]
    assert record.state == "sent"


async def test_a_text_from_behind_a_paywall_is_taken_like_a_link(chat: Chat) -> None:
    first, *_ = await chat.say(PASTE)
    assert first.text.startswith("**Dockers down tools**")
    assert await chat.store.library.count(await chat.store.rooms.reads(ROOM.id)) == 1


async def test_a_file_is_taken_like_a_link(chat: Chat) -> None:
    file = Attachment("aldra.txt", "text/plain", shown.TEXT.encode())
    first, *_ = await chat.say("", attachments=(file,))
    assert first.text.startswith(f"**{shown.TITLE}**")


async def test_an_article_that_is_held_is_shown_without_being_read_again(chat: Chat) -> None:
    await chat.say(LINK)
    first, *_ = await chat.say(f"{LINK}#comments", person=BEN)
    assert "Already held since 4 Mar 2031" in first.text
    assert len(chat.reader.briefed) == 1


async def test_a_changed_text_is_kept_as_a_new_version_and_said(chat: Chat) -> None:
    await chat.say(LINK)
    chat.web.pages[LINK] = shown.TEXT + "\nVelmark recalled its envoy in the evening.\n"
    first, *_ = await chat.say(LINK)
    assert "this is version 2" in first.text


async def test_a_page_that_went_away_is_shown_as_it_was_held(chat: Chat) -> None:
    await chat.say(LINK)
    chat.web.pages[LINK] = Denied("courier.example wants a login: paste the text.")
    first, *_ = await chat.say(LINK)
    assert first.text.startswith(f"**{shown.TITLE}**")
    assert "The page cannot be read now" in first.text


async def test_nearly_the_same_text_is_named(chat: Chat) -> None:
    await chat.say(LINK)
    chat.web.pages[OTHER] = shown.TEXT + "\nWith a line of the agency's own.\n"
    first, *_ = await chat.say(OTHER)
    assert f"Nearly the same text as “{shown.TITLE}”" in first.text


async def test_why_speaks_of_the_last_brief_of_the_room(chat: Chat) -> None:
    await chat.say(LINK)
    (message,) = await chat.say("why [5]?")
    assert "rule not-while" in message.text


async def test_why_in_a_thread_speaks_of_that_threads_brief(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    await chat.say(OTHER)
    (message,) = await chat.say("why 5", thread=first.id)
    assert shown.TITLE in message.text
    (message,) = await chat.say("why 5")
    assert "Another article altogether" in message.text


async def test_why_dropped_lists_what_was_not_let_through(chat: Chat) -> None:
    await chat.say(LINK)
    (message,) = await chat.say("why dropped")
    assert "the number 5,000 is in none of its quotes" in message.text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("why", "Say which number"),
        ("why me", "Say which number"),
        ("why 99", "from 1 to 11"),
        ("why 0", "from 1 to 11"),
        ("show 7", "No such article is held here"),
        ("forget", "Say which article"),
        ("forget nothing", "No such article is held here"),
        ("add", "There is no link in that"),
        ("lsit", "Did you mean “list”? For example: list"),
        ("hepl me", "Did you mean “help”?"),
        ("xyzzy", "I do not know “xyzzy”"),
    ],
)
async def test_a_wrong_command_gets_a_sentence_that_says_what_to_do(
    chat: Chat, text: str, answer: str
) -> None:
    await chat.say(LINK)
    (message,) = await chat.say(text)
    assert answer in message.text


async def test_why_without_any_brief_says_so(chat: Chat) -> None:
    (message,) = await chat.say("why 1")
    assert "There is no brief here yet" in message.text


async def test_a_question_is_answered_with_a_quote_and_what_was_read(chat: Chat) -> None:
    await chat.say(LINK)
    await chat.say(OTHER)
    for question in ("ask advice to leave Ostrany", "Who gave the advice to leave Ostrany?"):
        (message,) = await chat.say(question)
        golden.same("answered.md", message.text)


@pytest.mark.parametrize("text", ["ask", "ask ?!", "ask \n"])
async def test_a_question_without_words_is_told_how_to_ask(chat: Chat, text: str) -> None:
    (message,) = await chat.say(text)
    assert "Say what you want to know" in message.text


async def test_an_empty_library_is_said_to_be_empty(chat: Chat) -> None:
    (message,) = await chat.say("Who gave the advice to leave?")
    assert message.text.startswith("**Not stated** in the 0 articles I hold")


async def test_a_question_in_a_briefs_thread_is_about_that_brief_first(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    chat.web.pages[OTHER] = (
        "More on Ostrany\n\nThe advice to leave Ostrany stands, say its neighbours in the evening."
    )
    await chat.say(OTHER)
    (message,) = await chat.say("who gave the advice to leave Ostrany", thread=first.id)
    assert message.thread == first.id
    assert "officials in Lindhafen" in message.text
    assert "neighbours" not in message.text
    assert "1 of 1 article used" in message.text


async def test_what_the_briefs_article_does_not_say_the_others_are_asked(chat: Chat) -> None:
    first, *_ = await chat.say(LINK)
    chat.web.pages[OTHER] = (
        "More on Ostrany\n\nThe advice to leave Ostrany stands, say its neighbours in the evening."
    )
    await chat.say(OTHER)
    held = await chat.store.library.holdings(await chat.store.rooms.reads(ROOM.id))
    chat.respondent.silent = {it.id for it in held if it.title == shown.TITLE}
    (message,) = await chat.say("who gave the advice to leave Ostrany", thread=first.id)
    assert "neighbours" in message.text
    assert "1 of 2 articles used" in message.text


async def test_a_follow_up_knows_the_questions_of_its_thread_and_of_no_other(chat: Chat) -> None:
    await chat.say(LINK)
    await chat.say("Who gave the advice to leave?", thread="t1")
    await chat.say("and what did Ostrany reply?", thread="t1", person=BEN)
    await chat.say("and what did Velmark reply?", thread="t2")
    assert chat.respondent.earlier == [(), ("Who gave the advice to leave?",), ()]


async def test_outside_of_threads_a_follow_up_is_the_same_persons_and_soon(chat: Chat) -> None:
    await chat.say(LINK)
    await chat.say("Who gave the advice to leave?")
    await chat.say("and what did Ostrany reply?", person=BEN)
    await chat.say("and what did Velmark reply?")
    chat.clock.jump(3600)
    await chat.say("and what did the farmers reply?")
    assert chat.respondent.earlier == [(), (), ("Who gave the advice to leave?",), ()]


async def test_a_forgotten_article_takes_the_questions_about_it_along(chat: Chat) -> None:
    await chat.say(LINK)
    await chat.say("Who gave the advice to leave?", thread="t1")
    await chat.say(f"forget {LINK}")
    await chat.say("and what did Ostrany reply?", thread="t1")
    assert chat.respondent.earlier[-1] == ()


async def test_list_and_show_agree_on_the_numbers(chat: Chat) -> None:
    (empty,) = await chat.say("list")
    assert "No articles are held here yet" in empty.text
    await chat.say(LINK)
    await chat.say(OTHER)
    (listed,) = await chat.say("list")
    golden.same("list.md", listed.text)
    first, *_ = await chat.say("show 2")
    assert first.text.startswith(f"**{shown.TITLE}**")
    first, *_ = await chat.say(f"show {LINK}?utm_source=mail")
    assert first.text.startswith(f"**{shown.TITLE}**")


async def test_who_brought_an_article_may_have_it_forgotten_and_nobody_else(chat: Chat) -> None:
    await chat.say(LINK)
    (message,) = await chat.say(f"forget {LINK}", person=BEN)
    assert "Only who brought that article" in message.text
    (message,) = await chat.say(f"forget {LINK}")
    assert message.text.startswith("Forgotten")
    assert shown.TITLE not in message.text
    (message,) = await chat.say("list")
    assert "No articles" in message.text


async def test_the_bots_own_messages_about_what_is_forgotten_disappear(chat: Chat) -> None:
    await chat.say(LINK)
    await chat.say("Who gave the advice to leave Ostrany?")
    await chat.say("status")
    await chat.say(f"forget {LINK}")
    left = [m.text for m in chat.platform.shown()]
    assert [text.partition("\n")[0][:16] for text in left] == ["**Status**", "Forgotten, with "]
    assert shown.TITLE not in "".join(left)


async def test_another_room_sees_nothing_of_it(chat: Chat) -> None:
    await chat.say(LINK)
    elsewhere = Room("fake:r2", "fake", "private")
    (message,) = await chat.say("list", room=elsewhere)
    assert "No articles" in message.text
    (message,) = await chat.say(f"show {LINK}", room=elsewhere)
    assert "No such article" in message.text
    (message,) = await chat.say("why 1", room=elsewhere)
    assert "There is no brief here yet" in message.text
    (message,) = await chat.say("Who gave the advice to leave Ostrany?", room=elsewhere)
    assert "Not stated" in message.text
    assert "officials" not in message.text
    first, *_ = await chat.say(LINK, room=elsewhere)
    assert "Already held" not in first.text


async def test_help_names_every_command(chat: Chat) -> None:
    (message,) = await chat.say("help")
    golden.same("help.md", message.text)
    (empty,) = await chat.say("")
    assert empty.text == message.text


async def test_status_counts_what_is_held_here(chat: Chat) -> None:
    await chat.say(LINK)
    (message,) = await chat.say("status")
    golden.same("status.md", message.text.replace(wiring.version(), "VERSION"))


async def test_an_event_that_was_seen_is_not_answered_again(chat: Chat) -> None:
    assert await chat.say("help", event="fake:same")
    assert await chat.say("help", event="fake:same") == []


async def test_a_message_over_which_the_process_died_is_answered_by_the_next(chat: Chat) -> None:
    await chat.store.inbound.begin("fake:died", now=chat.clock.now())
    (message,) = await chat.say("help", event="fake:died")
    assert "add" in message.text
    assert await chat.say("help", event="fake:died") == []


async def test_a_message_over_which_three_processes_died_is_given_up_and_its_writer_told(chat: Chat) -> None:
    for _ in range(3):
        await chat.store.inbound.begin("fake:deadly", now=chat.clock.now())
    (message,) = await chat.say("help", event="fake:deadly")
    assert "fault of mine" in message.text
    assert await chat.say("help", event="fake:deadly") == []


async def test_what_the_platform_could_not_make_sense_of_is_answered_with_its_sentence(chat: Chat) -> None:
    told = "I cannot decrypt your message: write it again."
    message = Incoming("fake:e-trouble", ROOM, ANNA, "", trouble=told)
    for _ in range(2):
        await chat.intake.handle(message, chat.platform)
        await chat.outbox.deliver_due()
    assert [shown.text for shown in chat.platform.shown()] == [told]


async def test_a_message_that_was_not_meant_for_the_bot_is_left_alone(chat: Chat) -> None:
    assert await chat.say(LINK, addressed=False) == []


async def test_a_room_that_wants_it_has_the_links_of_its_members_briefed_in_silence_about_bad_ones(
    chat: Chat,
) -> None:
    gone = "https://courier.example/gone"
    await chat.say("hello")
    await chat.store.settings.put(ROOM.id, "auto_brief", True, by="fake:anna", now=chat.clock.now())
    first, *_ = await chat.say(f"list of the day: {LINK}", addressed=False)
    assert first.text.startswith(f"**{shown.TITLE}**")
    assert await chat.say(f"see {gone}", addressed=False) == []
    assert await chat.say("list", addressed=False) == []
    assert await chat.say(OTHER, addressed=False, room=Room("fake:r2", "fake", "private")) == []


async def test_who_asks_for_too_much_is_told_when_to_go_on_and_nobody_else(chat: Chat) -> None:
    for _ in range(60):
        (message,) = await chat.say("status")
        chat.clock.jump(-0.9)
    (message,) = await chat.say("status")
    assert message.text == "You are sending more than I can see to for one person: try again in 54 seconds."
    (message,) = await chat.say("status", person=BEN)
    assert message.text.startswith("**Status**")
    chat.clock.jump(60)
    (message,) = await chat.say("status")
    assert message.text.startswith("**Status**")


async def test_an_error_that_is_reported_is_kept_with_its_quote_until_the_article_is_forgotten(
    chat: Chat,
) -> None:
    await chat.say(LINK)
    (message,) = await chat.say("report 5 the number is old", person=BEN)
    assert message.text.startswith("Thank you")
    await chat.say("report the title is cut")
    title, number = await chat.store.feedback.all()
    assert (title.evidence, title.text) == (None, "the title is cut")
    assert (number.evidence, number.text, number.person) == ("e5", "the number is old", BEN.id)
    await chat.say(f"forget {LINK}")
    assert await chat.store.feedback.all() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("report", "Say what is wrong"),
        ("report 3", "Say what is wrong"),
        ("report 99 the date", "no number 99"),
    ],
)
async def test_a_report_that_says_nothing_is_told_how(chat: Chat, text: str, said: str) -> None:
    await chat.say(LINK)
    (message,) = await chat.say(text)
    assert said in message.text


async def test_a_greeting_is_answered_with_what_the_bot_is_for(chat: Chat) -> None:
    (message,) = await chat.say("hello")
    golden.same("welcome.md", message.text)


async def test_more_links_than_ten_are_cut_and_said(chat: Chat) -> None:
    links = [f"https://courier.example/{n}" for n in range(12)]
    messages = await chat.say(" ".join(links))
    assert len(messages) == 11
    assert "I have read the first 10" in messages[-1].text


async def test_a_fault_is_confessed_and_its_cause_logged_without_any_text(chat: Chat) -> None:
    chat.web.pages[LINK] = RuntimeError(f"secret words of {shown.TITLE}")
    with structlog.testing.capture_logs() as logs:
        (message,) = await chat.say(LINK, event="fake:bad")
    assert "fake:bad" in message.text
    (entry,) = [log for log in logs if log["event"] == "failed"]
    assert entry["error"] == "RuntimeError"
    assert "secret" not in str(logs)


def test_a_cause_names_the_place_and_not_the_words() -> None:
    with pytest.raises(ValueError) as caught:
        raise ValueError("secret")
    found = cause(caught.value)
    assert found["error"] == "ValueError"
    assert "test_conversation.py" in str(found["at"])
    assert "secret" not in str(found)


def test_an_answer_to_hostile_words_is_inert() -> None:
    assert failure("<!channel> *x*").document.markdown == "\\<!channel\\> \\*x\\*"


async def test_what_a_brief_offers_can_be_said_under_it(chat: Chat) -> None:
    brief, *_ = await chat.say(LINK)
    assert [action.label for action in brief.actions] == ["Quotes", "Ask", "Follow", "Report error"]
    for action in brief.actions:
        answers = await chat.say(action.command, thread=brief.id)
        assert answers
        assert not any("I do not know" in answer.text for answer in answers)


async def test_quotes_are_those_of_the_brief_in_whose_thread_they_are_asked_for(chat: Chat) -> None:
    brief, *thread = await chat.say(LINK)
    await chat.say(PASTE)
    (quotes,) = await chat.say("quotes", thread=brief.id)
    assert quotes.text == thread[-1].text


async def test_without_a_brief_there_are_no_quotes(chat: Chat) -> None:
    (answer,) = await chat.say("quotes")
    assert "There is no brief here yet" in answer.text
