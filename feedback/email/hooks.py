"""Where providers post mails. 200 means kept; what repeating does not mend is answered with the one
status at which the provider stops, and all else so that it tries again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import View

from cxloop.kernel.bodies import draining, read_body, refuse_larger
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import CxloopError, Refused, TooLarge, Unreadable
from cxloop.kernel.moment import moment
from cxloop.kernel.problems import problem
from feedback.email.actions.hooks import Doubted, hook_at, note_refusal
from feedback.email.models import Mail, MailHook

logger = logging.getLogger(__name__)

LARGEST = 40 * 1024 * 1024


class MailHookView(View):
    """In front of a view of django-anymail, of which it uses what that reads and not its signal."""

    provider = ""
    stops_at = 0
    hook: MailHook | None = None

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            with draining(request):
                self.hook = hook_at(self.provider, key)
                mail = self.take(request, self.hook)
        except CxloopError as error:
            return self._refuse(request, error)
        return JsonResponse({"kept": mail.pk})

    def take(self, request: HttpRequest, hook: MailHook) -> Mail:
        raise NotImplementedError

    def whole_body(self, request: HttpRequest) -> bytes:
        """One that breaks off may come whole the next time; a too large one is so for good."""
        with self.for_good(TooLarge):
            refuse_larger(request, LARGEST)
            return read_body(request, largest=LARGEST)

    @contextmanager
    def for_good(self, *kinds: type[CxloopError]) -> Iterator[None]:
        """What these say no repetition mends; without any, all that a content can be wrong in."""
        kinds = kinds or (Refused, TooLarge, Unreadable)
        try:
            yield
        except kinds as error:
            error.status = self.stops_at
            raise

    def _refuse(self, request: HttpRequest, error: CxloopError) -> HttpResponse:
        reason = error.reason if isinstance(error, Doubted) else error.code
        said = (self.provider, reason, address_of(request), error.detail)
        logger.warning("a mail of %s was refused: %s, from %s: %s", *said)
        if self.hook is not None:
            note_refusal(self.hook, reason, now=moment())
        answer = problem(error, request)
        if isinstance(error, Doubted):
            answer["WWW-Authenticate"] = 'Basic realm="cxloop"'
        return answer
