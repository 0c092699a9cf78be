"""The newest words of a mail, cut from what they answer and from the signature. Pure.

Simple and careful: where nothing would be left, or the mail hands something on, all of it stays.
"""

import re

MOST_HEADER_LINES = 4
_NEARLY_FULL = 60
_RULE = re.compile(r"^\s*[-_=*]{3,}\s*$")

# "On 21 Nov 2026, Kim <kim@shop.example> wrote:" as mail programs say it.
_WROTE = re.compile(
    r"""
    ^\s*(?:
        On\b.+\bwrote | Am\b.+\bschrieb\b.* | Le\b.+\ba\s+écrit | El\b.+\bescribió
      | Il\b.+\bha\s+scritto\b.* | Em\b.+\bescreveu\b.* | Op\b.+\bschreef\b.* | Den\b.+\bskrev\b.*
      | (?:W\s+dniu|Dnia)\b.+\bnapisał.* | Dne\b.+\bnapsal.* | Vào\b.+\bđã\s+viết
      | (?:\w{2,4}[.,]*\s)?\d.+(?:작성|쓴\s*글|のメール|\bkirjoitti|\bнаписал\S*|\bпишет|\byazdı)
      | .+(?:さんは書きました|写道|寫道)
    )\s*[:：]\s*$
    """,
    re.VERBOSE | re.DOTALL,
)
# "2026-11-21 9:00 Kim <kim@shop.example>:" says the same without a verb.
_WROTE_THEN = re.compile(r"^(?=.*(?<!\d)\d{4}(?!\d))(?=.*\d{1,2}[:.]\d{2})(?=.*\S@\S).+>?[:：]\s*$")
# Some leave out the colon, and then name the address.
_WROTE_BARE = re.compile(r"^\s*On\b.+\b\d{4}\b.+<\S+@\S+>\s+wrote\s*$", re.DOTALL)
# A time of day or an address: "On Monday I wrote:" is a sentence of the customer's own.
_DATED = re.compile(r"@|\d{1,2}[:.h]\d{2}|오[전후]")

_ORIGINAL = re.compile(
    r"^\s*[-_]{2,}\s*(?:"
    r"Original\s+Message|Original\s+Appointment|Ursprüngliche\s+Nachricht|Message\s+d['’]origine"
    r"|Mensaje\s+original|Messaggio\s+originale|Mensagem\s+original|Oorspronkelijk\s+bericht"
    r"|Oryginalna\s+wiadomość|Ursprungligt\s+meddelande|Oprindelig\s+meddelelse"
    r"|Opprinnelig\s+melding|Alkuperäinen\s+viesti|Исходное\s+сообщение|Orijinal\s+İleti"
    r"|원본\s*메(?:일|시지)|元のメッセージ|原始邮件|原始郵件"
    r")\s*[-_]{2,}\s*$",
    re.IGNORECASE,
)

# Outlook puts the old mail's headers above it, and nothing else.
_FROM = re.compile(
    r"^\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od|От|보낸\s?사람|差出人|发件人|寄件者|Kimden|Lähettäjä)"
    r"\s?[:：]",
)
_SENT = re.compile(
    r"^\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé(?:\s+le)?|Enviad[oa](?:\s+el)?|Fecha|Data|Inviato|Verzonden"
    r"|Skickat|Sendt|Wysłano|Отправлено|Дата|보낸\s?(?:날짜|시간)|날짜|送信日時|日時|发送时间"
    r"|寄件日期|Gönderilme|Lähetetty)\s?[:：]",
)

_FORWARD = re.compile(r"^\s*(?:\[?(?:fwd?|wg|tr|rv|enc|i|전달|転送|转发|轉寄)\]?\s*[:：])", re.I)

_FROM_A_PHONE = re.compile(
    r"^\s*(?:"
    r"Sent\s+(?:from|via|with)\s.{1,60}|Get\s+Outlook\s+for\s.{1,40}|Von\s+meinem\s.{1,40}\sgesendet"
    r"|Gesendet\s+(?:von|mit)\s.{1,60}|Envoyé\s+(?:de|depuis|à\s+partir\s+de)\s.{1,60}"
    r"|Enviado\s+(?:desde|do|a\s+partir\s+do)\s.{1,60}|Inviato\s+da\S*\s.{1,60}"
    r"|Verzonden\s+(?:vanaf|met|via)\s.{1,60}|Skickat\s+från\s.{1,60}|Sendt\s+fra\s.{1,60}"
    r"|Wysłane\s+z\s.{1,60}|Отправлено\s+(?:с|из)\s.{1,60}|.{1,40}에서\s*(?:보냄|보냈습니다\.?)"
    r"|.{1,40}から送信|发自我的.{1,40}|從我的.{1,40}傳送"
    r")\s*$"
)


def newest_words(text: str, *, subject: str = "") -> str:
    """What is new in the text of a mail. A forwarded mail is told whole: it is what is meant."""
    if _FORWARD.match(subject):
        return text.strip()
    lines = text.splitlines()
    own = _without_the_old(lines)
    if len(own) < len(lines):
        own = _without_its_rule(own)
    return "\n".join(_unsigned(own)).strip() or text.strip()


def _without_the_old(lines: list[str]) -> list[str]:
    """The lines that are neither quoted nor below what is answered."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        length = _header_length(lines, number)
        if _ends_here(lines, number, length) and any(line.strip() for line in kept):
            break
        if not length and not _is_quoted(lines[number]) and not _is_wrapped(lines, number):
            kept.append(lines[number])
        number += length or 1
    return kept


def _without_its_rule(lines: list[str]) -> list[str]:
    """The line that many programs draw above what is answered."""
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines = lines[:-1]
    return lines


def _ends_here(lines: list[str], number: int, length: int) -> bool:
    """Quoted line by line, the old may be answered in between or below; else all of it follows."""
    if length:
        return not _next_is_quoted(lines[number + length :])
    return _begins_the_old(lines, number)


def _header_length(lines: list[str], number: int) -> int:
    """How many lines from here say who wrote what is answered; programs break the long ones."""
    for length in range(1, MOST_HEADER_LINES + 1):
        span = lines[number : number + length]
        if len(span) < length or not span[-1].strip() or _is_quoted(span[-1]):
            return 0
        if _says_who_wrote(span):
            # A sentence of the customer's own may stand right above it.
            begins_later = any(_says_who_wrote(span[later:]) for later in range(1, length))
            is_quote = _DATED.search(" ".join(span)) or _next_is_quoted(lines[number + length :])
            return length if is_quote and not begins_later else 0
    return 0


def _says_who_wrote(span: list[str]) -> bool:
    joined = " ".join(span)[:1000]
    return any(said.match(joined) for said in (_WROTE, _WROTE_THEN, _WROTE_BARE))


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_wrapped(lines: list[str], number: int) -> bool:
    """The end of a quoted line that was too long: the program that broke it forgot its sign."""
    if not 0 < number < len(lines) - 1 or not lines[number].strip():
        return False
    above, below = lines[number - 1], lines[number + 1]
    return _is_quoted(above) and len(above) >= _NEARLY_FULL and _is_quoted(below)


def _next_is_quoted(lines: list[str]) -> bool:
    following = next((line for line in lines if line.strip()), "")
    return _is_quoted(following)


def _begins_the_old(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _ORIGINAL.match(line):
        return True
    following = lines[number + 1 : number + 4]
    if _FROM.match(line):
        return any(map(_SENT.match, following))
    # Some put the date first; then only an address shows that it is no sentence.
    return bool(_SENT.match(line)) and any(_FROM.match(one) and "@" in one for one in following)


def _unsigned(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line.rstrip() in {"--", "__"} and any(above.strip() for above in lines[:number]):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or _FROM_A_PHONE.match(lines[-1])):
        lines = lines[:-1]
    return lines
