"""The address of a list, as it filters it."""

from django.http import HttpRequest, QueryDict


def said_in(request: HttpRequest) -> QueryDict:
    """A form sends its blank fields too; a blank one filters nothing."""
    said = request.GET.copy()
    for name in [name for name in said if not str(said[name]).strip()]:
        del said[name]
    return said
