"""Access groups, root causes and gesture limits."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.models import AccessGroup, Change, Membership, User
from accounts.roles import GroupRole
from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from desk.admission import admins_write, caller
from desk.answers import SeeOther
from desk.changes import changes_of
from desk.forms.admin import GroupForm, MemberForm, SlugForm
from desk.forms.base import Said
from desk.pages.admin.shelf import done, reads_or_sends, shelve
from feedback.intake.models import Source
from tickets.rules.actions import archive_unnamed_group
from tickets.rules.models import RuleVersion
from tickets.work.actions.causes import archive_root_cause, write_root_cause
from tickets.work.models import RootCause


@reads_or_sends
@admins_write
def groups(request: HttpRequest) -> HttpResponse:
    form = SlugForm.of(request)
    if form.carries_out(
        lambda said: actions.create_group(**said, now=moment(), by=caller(request))
    ):
        return done(request, "admin-group", form.cleaned_data["slug"])
    rows = AccessGroup.objects.prefetch_related("memberships").order_by("-archived_at", "name")
    return shelve(request, "groups/list", {"rows": rows}, form=form)


@reads_or_sends
@admins_write
def group(request: HttpRequest, slug: str) -> HttpResponse:
    found = _group(slug)
    form = GroupForm.of(request, initial=_as_it_is(found))
    if form.carries_out(lambda said: _change(found, said, request)):
        return done(request, "admin-group", slug)
    return _group_page(request, found, form, _member_form(None))


@reads_or_sends
@admins_write
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Joins the group, or changes the role there."""

    def join(said: Said) -> Membership:
        person = User.objects.get(pk=said["person"])
        role, me = GroupRole(said["role"]), caller(request)
        return actions.set_role(person=person, group=found, role=role, now=moment(), by=me)

    found, form = _group(slug), _member_form(request)
    if form.carries_out(join):
        return done(request, "admin-group", slug)
    return _group_page(request, found, GroupForm(initial=_as_it_is(found)), form)


@require_POST
@admins_write
def leave(request: HttpRequest, slug: str, pk: int) -> SeeOther:
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotHere()
    actions.leave_group(person=person, group=_group(slug), now=moment(), by=caller(request))
    return done(request, "admin-group", slug)


@require_POST
@admins_write
def archive_group(request: HttpRequest, slug: str) -> SeeOther:
    """Archives it, or, where it is archived, brings it back."""
    found, me = _group(slug), caller(request)
    if found.archived_at:
        actions.restore_group(group=found, now=moment(), by=me)
    else:
        archive_unnamed_group(group=found, now=moment(), by=me)
    return done(request, "admin-group", slug)


def _as_it_is(found: AccessGroup) -> Said:
    return {"name": found.name, "accept_within_s": found.accept_within_s}


@transaction.atomic
def _change(found: AccessGroup, said: Said, request: HttpRequest) -> None:
    """What is left out stays as it is."""
    now, me = moment(), caller(request)
    actions.rename_group(group=found, name=said["name"], now=now, by=me)
    if (seconds := said["accept_within_s"]) is not None:
        actions.set_accept_within(group=found, seconds=seconds, now=now, by=me)


def _group(slug: str) -> AccessGroup:
    found = AccessGroup.objects.filter(slug=slug).first()
    if found is None:
        raise NotHere()
    return found


def _member_form(request: HttpRequest | None) -> MemberForm:
    people = User.objects.active().order_by("name")
    offered = [(person.pk, f"{person.name} ({person.email})") for person in people]
    sent = request.POST if request and request.method == "POST" else None
    return MemberForm(offered, sent, auto_id="member-%s")


def _group_page(
    request: HttpRequest, found: AccessGroup, form: GroupForm, member: MemberForm
) -> HttpResponse:
    held = Membership.objects.filter(group=found).select_related("user").order_by("user__name")
    context = {
        "row": found,
        "members": held,
        "member_form": member,
        "form": form,
        "changes": changes_of(Change.About.GROUP, found.slug),
        "rules": RuleVersion.objects.current().filter(then__ticket=True, then__group=found.slug),
        "sources": Source.objects.filter(owners=found).order_by("name"),
    }
    return shelve(request, "groups/edit", context, form=member if member.is_bound else form)


@reads_or_sends
@admins_write
def causes(request: HttpRequest) -> HttpResponse:
    form = SlugForm.of(request)
    if form.carries_out(lambda said: write_root_cause(**said, now=moment())):
        return done(request, "admin-causes")
    rows = RootCause.objects.order_by("-archived_at", "name")
    return shelve(request, "causes/list", {"rows": rows}, form=form)


@require_POST
@admins_write
def archive_cause(request: HttpRequest, slug: str) -> SeeOther:
    archive_root_cause(_cause(slug), now=moment())
    return done(request, "admin-causes")


def _cause(slug: str) -> RootCause:
    found = RootCause.objects.filter(slug=slug).first()
    if found is None:
        raise NotHere()
    return found
