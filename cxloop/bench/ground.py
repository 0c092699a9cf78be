"""The ground that is measured on: an organisation, fifty rules, and as much feedback as wanted."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import ProgrammingError, connection, transaction

from accounts.actions import create_group, create_person, set_role
from accounts.models import AccessGroup
from accounts.roles import GroupRole
from cxloop.bench.rules import GROUPS, fifty_rules
from cxloop.demo import STANDARD, furnish
from feedback.intake.actions.sources import create_source, issue_source_key
from feedback.intake.models import Channel, Source, SourceKey
from tickets.rules.actions import write_rule

# The floor's tables, with the indexes and the rows of ours.
FLOORS = {
    "intake_customer": "bench_customer",
    "intake_feedback": "bench_floor",
    "intake_arrival": "bench_arrival",
}
AGENTS_A_GROUP = 3
# Feedback that has been judged long ago, by customers who came five times each.
FEEDBACK_A_CUSTOMER = 5


@dataclass(frozen=True)
class Ground:
    """A furnished database, by its URL; `key` is the secret key of its source, in clear."""

    url: str
    source: Source
    key: str

    @property
    def name(self) -> str:
        """Of its database."""
        return urlsplit(self.url).path.lstrip("/")


@transaction.atomic
def lay_ground(url: str, now: datetime) -> Ground:
    """An organisation of six groups that judges by fifty rules, and nothing heard yet."""
    furnish(now)
    groups = [_staff(slug, now) for slug in GROUPS]
    for rule in fifty_rules():
        write_rule(rule, known_policies={STANDARD}, by=None, now=now)
    source = create_source(
        slug="shop", name="Shop", channel=Channel.WEBSITE, owners=groups[:1], now=now
    )
    key = issue_source_key(source, kind=SourceKey.Kind.SECRET, now=now)[1]
    _run(_FUNCTIONS, *(_FLOOR.format(ours=o, floor=f) for o, f in FLOORS.items()))
    return Ground(url, source, key)


def _staff(slug: str, now: datetime) -> AccessGroup:
    group = create_group(slug=slug, name=slug.title(), now=now)
    for number in range(AGENTS_A_GROUP):
        name = f"{slug.title()} {number + 1}"
        person = create_person(
            email=f"{slug}{number}@house.example", name=name, password=None, now=now
        )
        set_role(person=person, group=group, role=GroupRole.AGENT, now=now)
    return group


def store(ground: Ground, count: int) -> None:
    """Past feedback of the last two years, judged; the floor's tables hold the same rows."""
    customers = max(1, count // FEEDBACK_A_CUSTOMER)
    _run(
        _CUSTOMERS.format(mark="B", first=0, count=customers),
        _FEEDBACK.format(
            first=0, count=count, customers=customers, source=ground.source.pk, span="730 days"
        ),
        *(f"INSERT INTO {floor} SELECT * FROM {ours}" for ours, floor in FLOORS.items()),
    )
    tidy()


def trust_what_is_written() -> None:
    """To the end of the transaction no reference is looked up, where we may say so: of a million
    rows that takes longer than writing them."""
    with suppress(ProgrammingError), transaction.atomic():
        _run("SET LOCAL session_replication_role = replica")


def store_customers(count: int) -> None:
    _run(_CUSTOMERS.format(mark="B", first=0, count=count))


def pile_up(ground: Ground, count: int) -> None:
    """A backlog that nobody has judged, of customers who were never heard before: one in five is
    unhappy and opens a ticket."""
    first = 1_000_000_000
    _run(
        _CUSTOMERS.format(mark="N", first=first, count=count),
        _FEEDBACK.format(
            first=first, count=count, customers=count, source=ground.source.pk, span="1 hour"
        ),
        f"INSERT INTO intake_arrival (feedback_id, received_at) "
        f"SELECT id, received_at FROM intake_feedback WHERE form_version >= {first}",
    )
    tidy()


def forget_arrivals() -> None:
    """What was posted and is not to be judged now."""
    _run("TRUNCATE intake_arrival")


def tidy() -> None:
    """What autovacuum would do some minutes later, in the middle of a measurement."""
    _run("VACUUM ANALYZE", "CHECKPOINT")


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# Ids like UUIDv7: ordered by time, and the same for the same number.
_FUNCTIONS = """
CREATE FUNCTION bench_id(kind text, number bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    SELECT (lpad(to_hex(1700000000000 + number), 12, '0') || '7'
            || substr(md5(kind || number), 1, 3) || '8' || substr(md5(kind || number), 4, 15))::uuid
$$
"""
_FLOOR = "CREATE TABLE {floor} (LIKE {ours} INCLUDING ALL)"
_CUSTOMERS = """
INSERT INTO intake_customer (id, trusted, identity, external_id, email, name, phone, locale,
    segment, value, company, do_not_contact, do_not_contact_said, created_at)
SELECT bench_id('customer', n), true, 'id:{mark}-' || n, '{mark}-' || n,
    lower('{mark}') || n || '@example.com', 'Customer ' || n, '',
    (ARRAY['en', 'ko', 'de'])[n % 3 + 1], (ARRAY['gold', 'silver', '', ''])[n % 4 + 1], n % 5000,
    '', false, '', now()
FROM generate_series({first}::bigint, {first}::bigint + {count} - 1) AS n
"""
# One in five scores 2, the others 7 to 10; words as people write them, in two scripts.
_FEEDBACK = """
INSERT INTO intake_feedback (id, source_id, channel, customer_id, received_at, quiet, score_type,
    score_value, score_class, worst_class, score_table, scores, comment, answers, context, tags,
    form, form_version, contactable)
SELECT bench_id('feedback', n), {source}, 'website',
    bench_id('customer', {first}::bigint + n % {customers}),
    now() - interval '{span}' * (1 - (n - {first} + 1.0) / {count}), false,
    'nps', score, class, class, 1, '[]', (ARRAY[
        'The parcel came a week late and nobody could tell me where it was. Order ' || n || '.',
        '배송이 사흘이나 늦었는데 아무 연락이 없어서 정말 답답했어요. 주문 ' || n,
        'Everything went well, thank you! The shop is easy to use and the price was fair. ' || n,
        'I was charged twice for order ' || n || ' and would like my money back, please.',
        '포장이 정말 예뻤고 직원분이 친절했습니다. 다음에도 주문할게요. ' || n,
        'The app signs me out at every payment, which is tiresome when I am on the train. ' || n
    ])[n % 6 + 1], '{{}}',
    jsonb_build_object('url', 'https://shop.example/orders/' || n, 'order_id', 'A-' || n,
        'topic', (ARRAY['delivery', 'billing', 'product', 'app', 'staff', 'price'])[n % 6 + 1]),
    '{{}}', 'after-order', {first}, 'letter'
FROM generate_series({first}::bigint, {first}::bigint + {count} - 1) AS n,
LATERAL (SELECT CASE n % 5 WHEN 0 THEN 2 ELSE 6 + n % 5 END AS score) AS said,
LATERAL (SELECT CASE WHEN score < 7 THEN 'negative' WHEN score < 9 THEN 'neutral'
                     ELSE 'positive' END AS class) AS judged
"""
