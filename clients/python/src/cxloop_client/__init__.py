"""Sends feedback to a cxloop service, each submission once, whatever breaks in between."""

from cxloop_client._batch import BatchResult
from cxloop_client._client import AsyncClient, Client
from cxloop_client._courier import Courier
from cxloop_client._errors import (
    Away,
    BatchBrokeOff,
    Conflict,
    CxloopError,
    Fault,
    Forbidden,
    NotFound,
    Problem,
    Refused,
    TooLarge,
    TooMany,
    Unanswered,
    UnknownKey,
    Unreadable,
)
from cxloop_client._outbox import Flushed, Outbox, RefusedSubmission
from cxloop_client._receipt import Receipt
from cxloop_client._signing import sign
from cxloop_client._submission import BatchItem, Customer, KeyedScore, Score, Submission
from cxloop_client._version import VERSION as __version__

__all__ = [
    "AsyncClient",
    "Away",
    "BatchBrokeOff",
    "BatchItem",
    "BatchResult",
    "Client",
    "Conflict",
    "Courier",
    "Customer",
    "CxloopError",
    "Fault",
    "Flushed",
    "Forbidden",
    "KeyedScore",
    "NotFound",
    "Outbox",
    "Problem",
    "Receipt",
    "Refused",
    "RefusedSubmission",
    "Score",
    "Submission",
    "TooLarge",
    "TooMany",
    "Unanswered",
    "UnknownKey",
    "Unreadable",
    "__version__",
    "sign",
]
