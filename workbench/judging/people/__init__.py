"""People as judges: who rates what, what they gave, files of ratings, and where they disagree."""

from workbench.judging.people.adjudication import Dispute, disputes
from workbench.judging.people.assignment import Assigned, Task, assign
from workbench.judging.people.desk import SKIPPED, Desk
from workbench.judging.people.exporting import export_ratings, people_ratings
from workbench.judging.people.importing import BadRow, Imported, import_ratings
from workbench.judging.people.items import Item
from workbench.judging.people.overview import rater_progress
from workbench.judging.people.raters import ADJUDICATION, judge_of, rater_of
from workbench.judging.people.standing import Given, Own, Progress, Standing

__all__ = [
    "ADJUDICATION",
    "SKIPPED",
    "Assigned",
    "BadRow",
    "Desk",
    "Dispute",
    "Given",
    "Imported",
    "Item",
    "Own",
    "Progress",
    "Standing",
    "Task",
    "assign",
    "disputes",
    "export_ratings",
    "import_ratings",
    "judge_of",
    "people_ratings",
    "rater_of",
    "rater_progress",
]
