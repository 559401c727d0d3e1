"""Question + what a search found → Answer, every sentence of it tied to a verbatim quote, or an honest "not stated".

plan = answerer.plan("What does the union demand?")
found = [store.search(search) for search in plan.searches]
answer = answerer.answer(plan, found, held=12)
"""

from briefs.answer.answerer import Answerer, Plan, Search
from briefs.answer.lines import Candidate

__all__ = ["Answerer", "Candidate", "Plan", "Search"]
