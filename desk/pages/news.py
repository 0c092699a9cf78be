"""What happened on tickets that are one's own or that one watches."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxloop.kernel.moment import moment
from desk.admission import caller
from desk.answers import SeeOther, see, show
from desk.counting import count_up_to
from desk.kudos import news_of
from desk.paging import page_of
from tickets.kudos.actions.hand import see_kudos
from tickets.kudos.models import Kudos
from tickets.work.actions.follow import see_news
from tickets.work.door import get_ticket_for
from tickets.work.shown import news_for


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    page = page_of(news_for(caller(request)), request, order="-pk")
    context = {"page": page, "room": "news", "praise": news_of(caller(request))}
    return show(request, "news/page.html", context)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """For the bell of a page that is open."""
    unseen = news_for(caller(request)).filter(seen_at=None)
    praise = Kudos.objects.unseen_by(caller(request))
    found = count_up_to({"unseen": unseen, "praise": praise})
    return show(request, "news/count.html", {"unseen": sum(found.values())})


@require_POST
def read(request: HttpRequest, ref: str) -> HttpResponse:
    """What is new of this ticket was read: from the list, on the way to it; or on its own page."""
    ticket = get_ticket_for(caller(request), ref)
    see_news(caller(request), now=moment(), tickets=[ticket.pk])
    return HttpResponse(status=204) if "HX-Request" in request.headers else see("ticket", ref)


@require_POST
def read_all(request: HttpRequest) -> SeeOther:
    see_news(caller(request), now=moment())
    see_kudos(caller(request), now=moment())
    messages.success(request, _("All of it is marked as read."))
    return see("news")
