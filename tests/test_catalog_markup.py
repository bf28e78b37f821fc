"""Messages as markup: what may stand in a msgstr, and what becomes of it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from brochure.catalog.markup import TAG, TAGS, UNSEEN, Words, faults, markup, plain

FAULTS = {
    "same": ("<b>a</b>", "<b>ក</b>", []),
    "no tags": ("a", "ក", []),
    "line breaks are free": ("a b c", "ក ខ<br>គ", ["the tag <br> is not in the source text"]),
    "fewer line breaks": ("a<br>b<br>c", "ក<br>ខ", []),
    "more line breaks": ("a<br>b", "ក<br>ខ<br>គ", []),
    "tag missing": ("<b>a</b>", "ក", [
        "the tag <b> of the source text is missing", "the tag </b> of the source text is missing"]),
    "tag too often": ("<b>a</b>", "<b>ក</b><b>ខ</b>", ["the tag <b> stands 2 times, in the source text 1 times",
                                                        "the tag </b> stands 2 times, in the source text 1 times"]),
    "another tag": ("a", "<i>ក</i>", ["the tag <i> is not in the source text", "the tag </i> is not in the source text"]),
    "not allowed": ("a", "<u>ក", ["the tag <u> may not be used",
                                  "the tags are not closed in the order in which they were opened"]),
    "capitals": ("<b>a</b>", "<B>ក</B>", ["the tag <B> may not be used", "the tag </B> may not be used",
                                           "the tag <b> of the source text is missing",
                                           "the tag </b> of the source text is missing"]),
    "attribute": ("<b>a</b>", "<b style='x'>ក</b>", ["the tag <b style='x'> may not be used"]),
    "attribute of the source": ("<b class=x>a</b>", "<b class=x>ក</b>", ["the tag <b class=x> may not be used"]),
    "self-closing": ("a<br>b", "ក<br/>ខ<br />គ", []),
    "crossed": ("<b><i>a</i></b>", "<b><i>ក</b></i>", ["the tags are not closed in the order in which they were opened"]),
    "not closed": ("<b>a</b>", "<b>ក", ["the tag </b> of the source text is missing",
                                         "the tags are not closed in the order in which they were opened"]),
    "less-than sign": ("a < b", "ក < ខ", []),
    "placeholder": ("%(a)s", "ក %(a)s", []),
    "placeholder twice": ("%(a)s", "%(a)s%(a)s", []),
    "placeholder missing": ("%(a)s %(b)s", "%(b)s", ["the placeholder %(a)s of the source text is missing"]),
    "placeholder unknown": ("%(a)s", "%(a)s %(z)s", ["the placeholder %(z)s is not in the source text (there: %(a)s)"]),
    "placeholder unknown, none known": ("a", "%(z)s", ["the placeholder %(z)s is not in the source text"]),
    "placeholder in Khmer digits": ("%(a)s", "%(ក)s", ["the placeholder %(ក)s is not in the source text (there: %(a)s)",
                                                       "the placeholder %(a)s of the source text is missing"]),
    "placeholder of another kind": ("%(a)s", "%(a)d", ["the placeholder %(a) must end in s: %(a)s"]),
    "placeholder very wide": ("%(a)s", "%(a)50000000s", ["the placeholder %(a) must end in s: %(a)s"]),
    "bare percent signs": ("100%", "១០០% %s %d %%", []),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(name: str) -> None:
    msgid, msgstr, expected = FAULTS[name]
    assert list(faults(msgid, msgstr)) == expected


@pytest.mark.parametrize(("text", "html", "bare"), [
    ("<b>a</b> & <c>", "<b>a</b> &amp; &lt;c&gt;", "a & <c>"),
    ("a<br>b<br/>c", "a<br>b<br>c", "a b c"),
    ('<b onclick="x">a</b>', '&lt;b onclick=&#34;x&#34;&gt;a</b>', "a"),
    ("a&nbsp;b&#x200B;c&zwsp;d&wj;e&#x2060;f&NBSP;", "a\u00a0b\u200bc\u200bd\u2060e\u2060f\u00a0",
     "a\u00a0bcdef\u00a0"),
    ("&lt; &amp; &#65;", "&amp;lt; &amp;amp; &amp;#65;", "&lt; &amp; &#65;"),
    ("{{ 7*7 }}{% x %}{# y #}", "{{ 7*7 }}{% x %}{# y #}", "{{ 7*7 }}{% x %}{# y #}"),
])
def test_markup_and_plain(text: str, html: str, bare: str) -> None:
    assert markup(text) == Markup(html)
    assert plain(text) == bare


def test_fill() -> None:
    words = Words(markup("<b>%(a)s</b> 100% %% %(b)s"), "k", "km")
    filled = words.fill(a="<i>", b=Markup("<sup>2</sup>"), unused="x")
    assert filled == Markup("<b>&lt;i&gt;</b> 100% % <sup>2</sup>")
    assert (filled.key, filled.lang) == ("k", "km")


def test_a_value_is_not_filled_again() -> None:
    assert Words("%(a)s").fill(a="%(b)s", b="x") == "%(b)s"


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"common\.as_of needs date: write fill\(date=…\)"):
        Words("As of %(date)s", "common.as_of").fill(day="x")


@given(st.lists(st.sampled_from([*"<>/&;b%()s \"'", "br", "<b>", "script", "ក", "&nbsp;", " on=x", "-->", "<!--"]), max_size=30))
def test_nothing_but_allowed_tags_ever_becomes_markup(parts: list[str]) -> None:
    rest = str(markup("".join(parts)))
    for name in TAGS:
        rest = rest.replace(f"<{name}>", "").replace(f"</{name}>", "")
    assert "<" not in rest and ">" not in rest and '"' not in rest and "'" not in rest


OLD_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>")


@given(st.text(st.sampled_from("<>/ab-1 ='\"é\n"), max_size=30))
def test_a_tag_is_found_as_the_simple_pattern_finds_it(text: str) -> None:
    assert [m.groups() for m in TAG.finditer(text)] == [m.groups() for m in OLD_TAG.finditer(text)]


@pytest.mark.parametrize("text", ["<" + "a" * 60_000, "<a" + " " * 60_000, "<a" * 30_000, "</" + "a-" * 30_000])
def test_a_long_text_takes_no_longer_than_it_is(text: str) -> None:
    start = time.process_time()
    assert TAG.search(text) is None
    assert plain(text) == text.translate(UNSEEN)
    assert time.process_time() - start < 2  # with the square of the length it takes twenty
