from collections.abc import Container

from django.urls import path

from tickets.rules import api as rules
from tickets.sla.models import Policy
from tickets.work.api.access import AccessRead
from tickets.work.api.bulk import BulkDetail, BulkList, ConfirmBulk, UndoBulk
from tickets.work.api.causes import RootCauseDetail, RootCauseList
from tickets.work.api.customers import (
    CustomerConsents,
    CustomerDetail,
    JoinCustomer,
    PartCustomer,
)
from tickets.work.api.feedback import FeedbackDetail, feedback_door
from tickets.work.api.feedback_files import FeedbackFileBytes, FeedbackFilePreview
from tickets.work.api.fields import TicketFieldDetail, TicketFieldList
from tickets.work.api.files import TicketFile, TicketFilePreview, TicketFiles
from tickets.work.api.joining import JoinPreview, MergePreview, PartPreview
from tickets.work.api.letters import (
    LetterTemplateList,
    LetterTemplatePreview,
    LetterTemplateVersions,
)
from tickets.work.api.macros import MacroDetail, MacroList
from tickets.work.api.mails import (
    MailAgain,
    MailDetail,
    MailList,
    MailRaw,
    TicketMail,
    TicketMailRaw,
    TicketMails,
)
from tickets.work.api.news import NewsChoices, NewsList, NewsSeen
from tickets.work.api.policy_moves import RunningPromises
from tickets.work.api.quarantine import ConfirmHeld, QuarantineList, ReleaseHeld
from tickets.work.api.side import SideDetail, SideList, SideTakeBack
from tickets.work.api.status_link import TicketStatusLink
from tickets.work.api.tags import (
    TagChangeDetail,
    TagChangeList,
    TagChangePreview,
    TagList,
    UndoTagChange,
)


def known_policies() -> Container[str]:
    return set(Policy.objects.current().values_list("slug", flat=True))


urlpatterns = [
    path("access", AccessRead.as_view()),
    path("feedback", feedback_door),
    path("feedback/<uuid:pk>", FeedbackDetail.as_view()),
    path("feedback/<uuid:pk>/files/<int:number>", FeedbackFileBytes.as_view()),
    path("feedback/<uuid:pk>/files/<int:number>/preview", FeedbackFilePreview.as_view()),
    path("customers/<uuid:pk>", CustomerDetail.as_view()),
    path("customers/<uuid:pk>/join", JoinCustomer.as_view()),
    path("customers/<uuid:pk>/join/preview", JoinPreview.as_view()),
    path("customers/<uuid:pk>/part/preview", PartPreview.as_view()),
    path("customers/<uuid:pk>/part", PartCustomer.as_view()),
    path("customers/<uuid:pk>/consents", CustomerConsents.as_view()),
    path("fields", TicketFieldList.as_view()),
    path("fields/<slug:slug>", TicketFieldDetail.as_view()),
    path("letter-templates", LetterTemplateList.as_view()),
    path("letter-templates/preview", LetterTemplatePreview.as_view()),
    path("letter-templates/versions", LetterTemplateVersions.as_view()),
    path("me/news", NewsList.as_view()),
    path("me/news/seen", NewsSeen.as_view()),
    path("me/news-choices", NewsChoices.as_view()),
    path("bulk-acts", BulkList.as_view()),
    path("bulk-acts/<int:pk>", BulkDetail.as_view()),
    path("bulk-acts/<int:pk>/confirm", ConfirmBulk.as_view()),
    path("bulk-acts/<int:pk>/undo", UndoBulk.as_view()),
    path("macros", MacroList.as_view()),
    path("macros/<int:pk>", MacroDetail.as_view()),
    path("mails", MailList.as_view()),
    path("mails/<int:pk>", MailDetail.as_view()),
    path("mails/<int:pk>/again", MailAgain.as_view()),
    path("mails/<int:pk>/raw", MailRaw.as_view()),
    path("quarantine", QuarantineList.as_view()),
    path("quarantine/<uuid:pk>/release", ReleaseHeld.as_view()),
    path("quarantine/<uuid:pk>/confirm", ConfirmHeld.as_view()),
    path("tags", TagList.as_view()),
    path("tag-changes", TagChangeList.as_view()),
    path("tag-changes/preview", TagChangePreview.as_view()),
    path("tag-changes/<int:pk>", TagChangeDetail.as_view()),
    path("tag-changes/<int:pk>/undo", UndoTagChange.as_view()),
    path("tickets/<str:ref>/merge/preview", MergePreview.as_view()),
    path("tickets/<str:ref>/side", SideList.as_view()),
    path("tickets/<str:ref>/side/<int:pk>", SideDetail.as_view()),
    path("tickets/<str:ref>/side/<int:pk>/take-back", SideTakeBack.as_view()),
    path("tickets/<str:ref>/files", TicketFiles.as_view()),
    path("tickets/<str:ref>/files/<int:pk>", TicketFile.as_view()),
    path("tickets/<str:ref>/files/<int:pk>/preview", TicketFilePreview.as_view()),
    path("tickets/<str:ref>/status-link", TicketStatusLink.as_view()),
    path("tickets/<str:ref>/mails", TicketMails.as_view()),
    path("tickets/<str:ref>/mails/<int:pk>", TicketMail.as_view()),
    path("tickets/<str:ref>/mails/<int:pk>/raw", TicketMailRaw.as_view()),
    path("root-causes", RootCauseList.as_view()),
    path("root-causes/<slug:slug>", RootCauseDetail.as_view()),
    path("sla-policies/<slug:slug>/running", RunningPromises.as_view()),
    *rules.routes(known_policies),
]
