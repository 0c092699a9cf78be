"""Complaint handling laws, as policies to begin from. Pure.

Each is what its text says at least; whether it binds a house, and what else does, is for that house
to know. Days of business are counted by giving the policy a calendar whose open days are whole.
"""

from dataclasses import dataclass
from typing import Any

from tickets.sla.targets import DAY

WEEK = 7 * DAY


@dataclass(frozen=True)
class Statute:
    """`targets` in seconds, as a policy keeps them; `note` says how the law counts."""

    slug: str
    name: str
    law: str
    note: str
    targets: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        told = {"slug": self.slug, "name": self.name, "law": self.law, "note": self.note}
        return {**told, "targets": self.targets}


STATUTES = (
    Statute(
        "uk-fca-disp",
        "Complaint to a financial firm in the UK",
        "FCA Handbook, DISP 1.6.2R",
        "Eight weeks from receipt to the final response, in calendar days.",
        {"resolve_s": 8 * WEEK},
    ),
    Statute(
        "eu-psd2",
        "Complaint about a payment service in the EU",
        "Directive (EU) 2015/2366, Article 101(2)",
        "Fifteen business days from receipt: choose a calendar whose open days are whole.",
        {"resolve_s": 15 * DAY},
    ),
    Statute(
        "us-reg-z",
        "Billing error on a credit account in the US",
        "12 CFR 1026.13(c) (Regulation Z)",
        "Thirty days to acknowledge; two complete billing cycles to resolve, never over 90 days.",
        {"acknowledge_s": 30 * DAY, "resolve_s": 90 * DAY},
    ),
    Statute(
        "us-reg-e",
        "Error in an electronic fund transfer in the US",
        "12 CFR 1005.11(c)(1) (Regulation E)",
        "Ten business days to determine it: choose a calendar whose open days are whole.",
        {"resolve_s": 10 * DAY},
    ),
)
BY_SLUG = {statute.slug: statute for statute in STATUTES}
