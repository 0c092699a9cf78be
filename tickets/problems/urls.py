from django.urls import path
from drf_spectacular.utils import extend_schema

from tickets.problems.api import announcements, problems, shapes, tickets
from tickets.problems.lifecycle import MOVES

_one = "problems/<int:pk>/announcements/<int:number>"


def _verb(name: str) -> type[problems.ProblemVerb]:
    """A class of its own, described by its own body."""
    about = MOVES[name].about if name in MOVES else "It stands in no list and gathers no more."
    described = extend_schema(
        request=problems.VERBS[name][0],
        responses=shapes.Problem,
        operation_id=f"problems_{name}",
        description=about,
    )
    made = type(f"Problem{name.title()}", (problems.ProblemVerb,), {"verb": name})
    return described(made)


def _act(name: str) -> type[announcements.AnnouncementVerb]:
    described = extend_schema(
        request=shapes.NoBody,
        responses=shapes.Announcement,
        operation_id=f"problems_announcements_{name}",
    )
    made = type(f"Announcement{name.title()}", (announcements.AnnouncementVerb,), {"verb": name})
    return described(made)


urlpatterns = [
    path("problems", problems.ProblemList.as_view()),
    path("problems/<int:pk>", problems.ProblemDetail.as_view()),
    *(path(f"problems/<int:pk>/{name}", _verb(name).as_view()) for name in problems.VERBS),
    path("problems/<int:pk>/history", problems.ProblemHistory.as_view()),
    path("problems/<int:pk>/watch", problems.ProblemWatch.as_view()),
    path("problems/<int:pk>/tickets", tickets.TicketList.as_view()),
    path("problems/<int:pk>/tickets/<str:ref>", tickets.TicketInProblem.as_view()),
    path("problems/<int:pk>/suggestions", tickets.SuggestionList.as_view()),
    path("problems/<int:pk>/announcements", announcements.AnnouncementList.as_view()),
    path(_one, announcements.AnnouncementDetail.as_view()),
    path(f"{_one}/preview", announcements.AnnouncementPreview.as_view()),
    *(path(f"{_one}/{name}", _act(name).as_view()) for name in announcements.ACTS),
]
