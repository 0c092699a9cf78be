from tickets.problems.models.announcement import Announcement, Told
from tickets.problems.models.problem import Gathered, Problem, ProblemEntry, ProblemTicket
from tickets.problems.models.watch import Watch, WatchPoint

__all__ = [
    "Announcement",
    "Gathered",
    "Problem",
    "ProblemEntry",
    "ProblemTicket",
    "Told",
    "Watch",
    "WatchPoint",
]
