"""Of the report of repairs: what customers judged, which playbooks were followed, net promoters, as
they are told over the API."""

from collections.abc import Mapping

from insights.change import NetPromoters
from insights.measures.held import is_told
from insights.measures.items import Item, Lowest
from insights.measures.playbooks import Used
from insights.measures.promoters import Promoters, Twice
from insights.measures.report import Recovery
from insights.shares import Share
from insights.told_json import Json, beside_json, compared_json, paired_json, rounded, share_told


def items_json(found: Recovery) -> Json:
    return {name: _item(one) for name, one in found.items.items()} | {
        "lowest": _lowest(found.lowest)
    }


def _item(item: Item) -> Json:
    low, high = item.mean.interval or (None, None)
    told = {
        "answered": share_told(item.answered),
        "good": share_told(item.good),
        "mean": rounded(item.mean.value),
        "mean_low": rounded(low),
        "mean_high": rounded(high),
    }
    if item.gestures is None:
        return told
    return told | {"with_gesture": compared_json(item.gestures)}


def _lowest(found: Lowest) -> Json:
    told = found.pairs.is_told
    return {
        "item": found.name if told else None,
        "next": found.next if told else None,
        "is_lowest": found.is_lowest,
        **paired_json(found.pairs),
    }


def promoters_json(found: Promoters) -> Json:
    return {
        "before": net_json(found.before),
        "all": _twice(found.all),
        "reached": _twice(found.reached),
        "unreached": _twice(found.unreached),
        "beside": beside_json(found.beside),
    }


def net_json(found: NetPromoters) -> Json:
    """From -1 to 1."""
    told = is_told(found.whole)
    low, high = (found.interval if told else None) or (None, None)
    return {
        "number": found.whole if told or not found.whole else None,
        "promoters": found.promoters if told else None,
        "detractors": found.detractors if told else None,
        "nps": rounded(found.value) if told else None,
        "low": rounded(low),
        "high": rounded(high),
        "is_held": bool(found.whole) and not told,
    }


def _twice(found: Twice) -> Json:
    return {
        **paired_json(found.change),
        "before": net_json(found.before),
        "after": net_json(found.later),
    }


def playbooks_json(found: Recovery, names: Mapping[str, str]) -> Json:
    return {
        "on_record": share_told(Share(found.playbooks.number, found.eligible)),
        **_used(found.playbooks),
        "by_playbook": [
            {
                "key": one.playbook,
                "name": names.get(one.playbook, ""),
                "version": one.version,
                "is_held": one.is_held,
                **_used(one),
            }
            for one in found.by_playbook
        ],
    }


def _used(one: Used) -> Json:
    held = one.is_held
    return {
        "followed": share_told(one.followed, is_held=held),
        "left": share_told(one.left, is_held=held),
        "unsaid": share_told(one.unsaid, is_held=held),
        "response": share_told(one.response, is_held=held),
        "won_back": compared_json(one.won_back, is_held=held),
    }
