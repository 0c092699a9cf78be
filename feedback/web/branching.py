"""Questions that follow an answer, on a page without scripts: as a stylesheet. Pure.

Keys and values hold letters, digits, dots, hyphens and underscores alone, so none of them ends its
quotes. Where a browser knows no `:has`, all questions stand there.
"""

from collections.abc import Iterator

from feedback.web.forms import FormDocument, Question, fulfilling


def branching_of(form: FormDocument) -> str:
    """Blank where nothing depends on anything."""
    rules = list(_rules(form))
    shown = "\n".join(rules)
    return (
        f"@supports selector(:has(a)) {{\n.when {{ display: none; }}\n{shown}\n}}\n"
        if rules
        else ""
    )


def _rules(form: FormDocument) -> Iterator[str]:
    for at, question in enumerate(form.questions):
        if question.when:
            led = "".join(f":has({inputs})" for inputs in _leading_to(question, form))
            yield f"form{led} .when-{at} {{ display: block; }}"


def _leading_to(question: Question, form: FormDocument) -> Iterator[str]:
    """What must be chosen, question before question."""
    while question.when:
        before = form.named(question.when.question)
        values = ", ".join(f'[value="{value}"]' for value in fulfilling(before, question.when))
        yield f'input[name="{before.key}"]:is({values}):checked'
        question = before
