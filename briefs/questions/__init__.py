"""What a question asks: for whom, when, how many, whether; about which names; and what it takes from earlier ones."""

from briefs.questions.follow_ups import resolve
from briefs.questions.models import Ask, AskKind, Question, Unit, UnitRole
from briefs.questions.reading import MAX_CHARS, QuestionReader

__all__ = ["MAX_CHARS", "Ask", "AskKind", "Question", "QuestionReader", "Unit", "UnitRole", "resolve"]
