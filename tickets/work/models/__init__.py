"""What the room keeps: tickets, the feedback they answer and why, their history, the work."""

from tickets.work.models.attachment import ENCLOSING, RECEIVED, Attachment, AttachmentQuerySet
from tickets.work.models.bulk import BulkAct, BulkItem
from tickets.work.models.field import FieldValue, TicketField, value_row
from tickets.work.models.handover import HandedFor, Handover, HandoverQuerySet
from tickets.work.models.history import TimelineEntry
from tickets.work.models.joining import Joining
from tickets.work.models.letters import LetterTemplate, LetterTemplateQuerySet
from tickets.work.models.link import TicketLink
from tickets.work.models.macro import Macro, MacroQuerySet
from tickets.work.models.mention import Mention
from tickets.work.models.news import News, NewsChoice, Watch
from tickets.work.models.side import SideMessage, SideThread
from tickets.work.models.tagging import TagChange
from tickets.work.models.ticket import PRIORITY_WORDS, Priority, Ticket, TicketQuerySet, TicketShare
from tickets.work.models.triage import SearchText, TicketFeedback, Triage
from tickets.work.models.work import Contact, PolicyMove, Resolution, RootCause, Turn, Unasked, Wait

__all__ = [
    "ENCLOSING",
    "PRIORITY_WORDS",
    "RECEIVED",
    "Attachment",
    "AttachmentQuerySet",
    "BulkAct",
    "BulkItem",
    "Contact",
    "FieldValue",
    "HandedFor",
    "Handover",
    "HandoverQuerySet",
    "Joining",
    "LetterTemplate",
    "LetterTemplateQuerySet",
    "Macro",
    "MacroQuerySet",
    "Mention",
    "News",
    "NewsChoice",
    "PolicyMove",
    "Priority",
    "Resolution",
    "RootCause",
    "SearchText",
    "SideMessage",
    "SideThread",
    "TagChange",
    "Ticket",
    "TicketFeedback",
    "TicketField",
    "TicketLink",
    "TicketQuerySet",
    "TicketShare",
    "TimelineEntry",
    "Triage",
    "Turn",
    "Unasked",
    "Wait",
    "Watch",
    "value_row",
]
