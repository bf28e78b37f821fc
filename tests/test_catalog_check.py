"""The rules for one message: each fires on a bad example, with its code alone, and is silent on a good one."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from factories import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from brochure.catalog.check import fonts, run
from brochure.catalog.check.facts import Facts, Message, masked
from brochure.catalog.check.rules import RULES, SCOPES, SEVERITIES, Finding, rule
from brochure.catalog.check.style import Style
from brochure.catalog.check.terms import Term
from brochure.language import Language
from brochure.writing import Writing

KHMER = Language("km", "Khmer", "km", Writing("km", "០១២៣៤៥៦៧៨៩"))
FRENCH = Language("fr", "French", "fr", Writing("fr"))
ARABIC = Language("ar", "Arabic", "ar", Writing("ar"))
FILE = "locales/km/LC_MESSAGES/bmet.po"
STYLE = Style(("«»", "“”"), "។៕", "?", "!", "៖", dict.fromkeys("។៖៕?!", ""), (("ឱ្យ", "ឲ្យ", "អោយ"),))


def term(source: str, word: str, use: str = "", advice: tuple[str, ...] = ()) -> Term:
    """A row of a glossary."""
    return Term(tuple(source.split("; ")) if source else (), frozenset(advice), word, "", use, 2)


TERMS = (term("medical equipment", "ឧបករណ៍ពេទ្យ"), term("equipment", "ឧបករណ៍"), term("patient", "អ្នកជំងឺ"),
         term("on the job", "នៅកន្លែងធ្វើការ", advice=("on the job",)), term("job", "ការងារ"),
         term("patient", "អ្នកឈឺ", "forbidden"), term("", "ជម្ងឺ", "forbidden"), term("BMET", "BMET", "keep"))
FACTS = Facts(KHMER, STYLE, TERMS, None, fonts.stacks(ROOT / "locales/km/language.css", ROOT / "assets/fonts"))
FRENCH_FACTS = Facts(FRENCH, Style(("«»",), space_before={"!": "\u202f", ":": "\u00a0", "»": "\u00a0"}))
ARABIC_FACTS = Facts(ARABIC, Style.of("ar"))


@dataclass(frozen=True)
class Case:
    """A message and what must be said about it; ``put`` is the whole msgstr after its safe repairs."""

    msgid: str
    msgstr: str
    what: str = ""
    put: str | None = None
    facts: Facts = FACTS
    also: frozenset[str] = frozenset()
    more: dict[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        return Message(FILE, 7, "bmet.one", self.msgid, self.msgstr, **self.more)  # type: ignore[arg-type]  # a case knows


def bad(msgid: str, msgstr: str, what: str = "", put: str | None = None, *also: str, facts: Facts = FACTS,
        **more: object) -> Case:
    """A case; ``also`` are the codes of other rules that speak too."""
    return Case(msgid, msgstr, what, put, facts, frozenset(also), more)


EXPECTED = replace(FACTS, expected={"bmet.one": ("Care now", "bmet")})
TELEPHONE = "Call +855 23 678 900"

BAD: dict[str, list[Case]] = {
    "F07": [bad("Care", "ថែទាំ", "the source text has changed: it is now “Care now”", facts=EXPECTED)],
    "F08": [bad("Care", "ថែទាំ", "the message is not printed any more", facts=replace(FACTS, expected={}))],
    "S01": [bad("<b>Care</b>", "ថែទាំ", "the tag <b> of the source text is missing"),
            bad("<b>Care</b>", "<b>ថែទាំ", "the tag </b> of the source text is missing"),
            bad("Care", "<script>ថែទាំ</script>", "the tag <script> may not be used"),
            bad("<b>Care</b>", "</b>ថែទាំ<b>", "the tags are not closed in the order in which they were opened")],
    "S02": [bad("Care", "ថែទាំ {{ name }}", "“{{ name }}” would be printed as it stands", None, "T06")],
    "S03": [bad("Care", "ថែទាំ&hellip;", "“&hellip;” would be printed as it stands", None, "T06"),
            bad("Care", "ថែ&zwspទាំ", "“&zwsp” would be printed as it stands", "ថែ&zwsp;ទាំ", "T06", "K15")],
    "S04": [bad("Care", "ថែទាំ\ue123", "the character U+E123 means nothing outside one program", None, "L01")],
    "S06": [bad("Care<br>for", "ថែទាំ<brពួកគេ", "“<br” is half a tag, and would be printed as it stands", None, "K15"),
            bad("Care<br>for", "ថែទាំbr>ពួកគេ", "“br>” is half a tag, and would be printed as it stands", None, "K15"),
            bad("Care<br>for", "ថែទាំ< br />ពួកគេ", "“< br />” is half a tag, and would be printed as it stands"),
            bad("Care for", "ថែទាំ </b", "“</b” is half a tag, and would be printed as it stands")],
    "S05": [bad("Care", "ថែទាំ<br>", "a line break stands at the edge of the text", "ថែទាំ", "S01"),
            bad("<b>Care</b>", "<b></b>ថែទាំ", "nothing stands in <b></b>")],
    "P01": [bad("As of %(date)s", "គិតត្រឹម %(daet)s", "the placeholder %(daet)s is not in the source text (there: %(date)s)"),
            bad("As of %(date)s", "គិតត្រឹម", "the placeholder %(date)s of the source text is missing")],
    "P02": [bad("Care", "ថែទាំ %s", "“%s” would be printed as it stands"),
            bad("100% care", "ថែទាំ ១០០%%", "“%%” is printed as one per cent sign", "ថែទាំ ១០០%")],
    "N01": [bad("It costs 300 dollars", "ថ្លៃ ៤០០ ដុល្លារ", "the number 300 of the source text is missing"),
            bad("1,500 jobs", "ការងារ ១.៦០០", "the number 1500 of the source text is missing")],
    "N02": [bad("In 3 steps", "ជាជំហាន", "the number 3 of the source text is missing")],
    "N03": [bad("Some dollars", "៤០០ ដុល្លារ", "the number 400 is not in the source text")],
    "N04": [bad("See https://a.org/b", "មើល https://a.org/c", "the web addresses are not those of the source text")],
    "N05": [bad("Write to a@b.org", "សរសេរទៅ a@b.com", "the e-mail addresses are not those of the source text")],
    "N06": [bad(TELEPHONE, "ហៅ +៨៥៥ ២៣ ៦៧៨ ៩០០", "the telephone number is not in Latin digits", "ហៅ +855 23 678 900"),
            bad(TELEPHONE, "ហៅ +855 23 678 901", "the telephone number +85523678900 of the source text is missing")],
    "N07": [bad("It costs 400 dollars", "ថ្លៃ ៣០០ ដុល្លារ", "the number 300 is the old one; the source text now says 400", None,
                "N01", "T02", old="It costs 300 dollars", fuzzy=True)],
    "N08": [bad("In 2026", "ឆ្នាំ២០2៦", "the number ២០2៦ mixes two kinds of digits")],
    "N09": [bad("In 2026", "ឆ្នាំ 2026", "the number 2026 is not in this language's digits")],
    "T01": [bad("Care", "", "is not translated"), bad("Care", " \n", "is not translated")],
    "T02": [bad("Care", "ថែទាំ", "is marked as fuzzy", fuzzy=True)],
    "T03": [bad("Care", "Care", "is the source text again"),
            bad("Take care of it", "take Care of it", "is the source text again")],
    "T06": [bad("Care", "ថែទាំ maintenance", "the word “maintenance” is not in the source text")],
    "T07": [bad("The pump of a team", "ស្នប់ pump ក្រុម", "the word “pump” is not translated")],
    "T08": [bad("Attention to detail and to the work of others in the whole team", "ការងារ",
                "is much shorter than the source text")],
    "T09": [bad("Care", "ថែទាំឧបករណ៍ទាំងអស់របស់មន្ទីរពេទ្យនៅទូទាំងប្រទេស", "is much longer than the source text")],
    "T10": [bad("Care", "–", "one of source text and translation is signs only")],
    "G01": [bad("The medical equipment", "គ្រឿងពេទ្យ", "“medical equipment” is not translated as in the glossary")],
    "G02": [bad("A patient", "អ្នកឈឺ", "the glossary forbids “អ្នកឈឺ”", None, "G05"),
            bad("Illness", "ជម្\u200bងឺ", "", None, "K10"),
            bad("Illness", "ជម្ងឺ", "the glossary forbids “ជម្ងឺ”")],
    "G03": [bad("A BMET", "ប៊ីអឹម", "“BMET” is missing")],
    "G05": [bad("The equipment", "គ្រឿង", "“equipment” is not translated as in the glossary")],
    "Y01": [bad("Care", "ថែទាំ ", "a space stands at the end", "ថែទាំ"),
            bad("Care", "\u00a0ថែទាំ", "a space stands at the beginning", "ថែទាំ")],
    "Y02": [bad("Care", "ថែទាំ  ល្អ", "more than one space stands here", "ថែទាំ ល្អ"),
            bad("Care", "ថែទាំ\tល្អ", "a tabulator stands here", "ថែទាំ ល្អ")],
    "Y03": [bad("What is it?", "តើអ្វី។", "the source text ends in a question mark, the translation in a full stop"),
            bad("Source:", "ប្រភព", "the source text ends in a colon, the translation in no mark"),
            bad("Wait…", "រង់ចាំ!", "the source text ends in an ellipsis, the translation in an exclamation mark")],
    "Y04": [bad("He repairs it.", "គាត់ជួសជុលវា", "the source text ends in a full stop, the translation in no mark"),
            bad("He repairs it", "គាត់ជួសជុលវា។", "the source text ends in no mark, the translation in a full stop")],
    "Y05": [bad("Care (BMET)", "ថែទាំ (BMET", "the bracket ( has no partner"),
            bad("Care", "ថែទាំ]", "the bracket ] has no partner")],
    "Y06": [bad("“Care” now", "«ថែទាំ ឥឡូវ", "the quotation marks « and » are not in pairs")],
    "Y07": [bad("“Care” now", '"ថែទាំ" ឥឡូវ', '" is not a quotation mark of this language', "«ថែទាំ» ឥឡូវ"),
            bad("“Care” now", "„ថែទាំ ឥឡូវ", "„ is not a quotation mark of this language", "„ថែទាំ ឥឡូវ")],
    "Y08": [bad("Care.", "ថែទាំ ។", "a space stands before ។, not nothing", "ថែទាំ។"),
            bad("Care!", "Soin !", "a space stands before !, not a narrow no-break space", "Soin\u202f!", facts=FRENCH_FACTS),
            bad("Care: it", "Le soin: ça", "nothing stands before :, not a no-break space",
                "Le soin\u00a0: ça", facts=FRENCH_FACTS)],
    "Y09": [bad("Care…", "ថែទាំ...", "three points stand here", "ថែទាំ…")],
    "Y10": [bad("Care – always", "ថែទាំ - ជានិច្ច", "a hyphen stands for a dash", "ថែទាំ – ជានិច្ច")],
    "Y11": [bad("Care", "ថែទាំ ថែទាំ", "the word “ថែទាំ” stands twice")],
    "Y12": [bad("Care", "ថែ\u00adទាំ", "U+00AD (soft hyphen) stands here unseen", "ថែទាំ"),
            bad("Care", "\u200eថែទាំ", "U+200E (left-to-right mark) stands here unseen", "ថែទាំ"),
            bad("Care", "ថែ\u200cទាំ", "U+200C (zero width non-joiner) stands here unseen", "ថែ\u200cទាំ")],
    "Y13": [bad("Care", "\u202bعناية", "U+202B (right-to-left embedding) has no partner", facts=ARABIC_FACTS)],
    "Y14": [bad("Coffee", "Cafe\u0301", "“Cafe\u0301” is written in parts", "Café", facts=FRENCH_FACTS)],
    "Y15": [bad("Coffee", "C\u0430fé", "“C\u0430fé” mixes letters of 2 alphabets", None, "Y16", facts=FRENCH_FACTS)],
    "Y16": [bad("Care", "ថែทាំ", "“ท” is a letter of another script (thai character tho thahan)", None, "L01", "L02")],
    "K01": [bad("Woman", "ស្រ្តី", "the parts of “ស្រ្តី” are not in order", "ស្ត្រី"),
            bad("Look", "មេីល", "the parts of “មេី” are not in order", "មើល")],
    "K02": [bad("Care", "ថែទាំ ក្", "no letter follows U+17D2 in “ំ ក្”", None)],
    "K03": [bad("Care", "ថែ ាទាំ", "the sign U+17B6 stands without its letter", None, "L02"),
            bad("<b>Care</b>", "ថែទ<b>ាំ</b>", "the sign U+17B6 stands without its letter", None, "L02")],
    "K04": [bad("Care", "ថែទាាំ", "the sign U+17B6 stands twice", None, "L02"),
            bad("Care", "ថែទិុ", "“ទិុ” has two vowels", None, "K01", "L02")],
    "K05": [bad("Care", "ថែទាំ៘", "U+17D8 is out of use", "ថែទាំ។ល។")],
    "K06": [bad("Care.", "ថែទាំ.", "a Latin . stands after “ថែទាំ”", "ថែទាំ។")],
    "K07": [bad("Source:", "ប្រភព:", "a Latin : stands after “ប្រភព”", "ប្រភព៖")],
    "K08": [bad("Care.", "ថែទាំ។។", "។ stands twice", "ថែទាំ។")],
    "K09": [bad("Care", "ថែទាំ \u200bល្អ", "U+200B does nothing here", "ថែទាំ ល្អ"),
            bad("Care", "ថែទាំ\u200b\u200bល្អ", "U+200B stands here more than once", "ថែទាំ\u200bល្អ"),
            bad("Care", "ថែទាំ&zwsp; ល្អ", "U+200B does nothing here", "ថែទាំ ល្អ")],
    "K10": [bad("Care", "ថ\u200bែទាំ", "a mark for line breaks stands inside a syllable", "ថែទាំ"),
            bad("Care", "ថ&wj;ែទាំ", "a mark for line breaks stands inside a syllable", "ថែទាំ")],
    "K11": [bad("They repair it well here", "គេ ជួស ជុល វា ឱ្យ ល្អ នៅ ទី នេះ", "spaces stand between all words here")],
    "K12": [bad("He repairs equipment", "KatCYsCuleRKOgµ", "this was typed with an old font", None, "T06", "G05"),
            bad("He repairs it", "KatCYsCul", "this was typed with an old font", None, "T06"),
            bad("Care", "ថែទាំ þëñ", "“þëñ” was typed with an old font")],
    "K13": [bad("Give", "ផ្តល់ឲ្យ", "“ឲ្យ” stands here", "ផ្តល់ឱ្យ"),
            bad("Give", "ធ្វើអោ\u200bយ", "“អោយ” stands here", "ធ្វើឱ្យ")],
    "K14": [bad("Give", "ផ្ដល់", "the subscript is that of ដ", "ផ្តល់")],
    "K15": [bad("The BMET", "បច្ចេកទេសBMET", "no space stands beside “BMET”")],
    "L01": [bad("Care", "ថែទាំ ☂", "no font has “☂” (U+2602, umbrella)")],
    "L02": [bad("Care", "ថែទាាំ", "a dotted circle is printed at “ថែទាាំ”", None, "K04")],
    "U01": [bad("Care", "ថែទាំ", "the comment lint-ok names “X99”, which is no rule", comments=("lint-ok: X99 so",))],
    "U02": [bad("Care", "ថែទាំ ", "the comment lint-ok: Y01 gives no reason", None, "Y01", comments=("lint-ok: Y01",))],
    "U03": [bad("Care", "ថែទាំ", "T02 cannot be silenced", None, "T02", fuzzy=True, comments=("lint-ok: T02 fine",))],
}

GOOD = [
    ("Fewer than 5 < 6", "តិចជាង ៥ < ៦"), ("If a<b then", "បើ a<b នោះ"),
    ("<b>Care</b> for<br>them", "<b>ថែទាំ</b>ពួកគេ"), ("100% care", "ថែទាំ ១០០%"), ("As of %(date)s", "គិតត្រឹម %(date)s"),
    ("It costs 300 dollars", "ថ្លៃ ៣០០ ដុល្លារ"), ("1,500 jobs", "ការងារ ១.៥០០"), ("In three steps", "ជា ៣ ជំហាន"),
    ("See https://a.org/b?c=1.", "មើល https://a.org/b?c=1។"), ("Write to a.b@c.org.", "សរសេរទៅ a.b@c.org។"),
    (TELEPHONE, "ហៅ +855 23 678 900"), ("Call 012 345 678", "ហៅ 012 345 678"),
    ("ISO 9001, A4, 24/7", "ISO 9001, A4, 24/7 ជានិច្ច"),
    ("BMET", "BMET"), ("A BMET", "អ្នកបច្ចេកទេស BMET"), ("BMETs", "BMET ជាច្រើន"), ("What is it?", "តើអ្វី?"),
    ("He said: “Care!”", "គាត់និយាយថា៖ «ថែទាំ!»"), ("He repairs it.", "គាត់ជួសជុលវា។"), ("Care etc.", "ថែទាំ។ល។"),
    ("In 2026 AD", "ឆ្នាំ២០២៦ គ.ស."), ("Care – always", "ថែទាំ – ជានិច្ច"), ("Machines", "ម៉ាស៊ីន និងទីក្រុងធំៗ"),
    ("Women, pumps, rays", "ស្ត្រី ស្នប់ កាំរស្មីអ៊ិច"), ("On the job", "នៅកន្លែងធ្វើការ"),
    ("Train on the job", "រៀននៅពេលធ្វើការ"),
    ("A patient", "<b></b>អ្នក\u200bជំងឺ".replace("<b></b>", "")), ("Medical equipment", "ឧបករណ៍\u200bពេទ្យ"),
    ("Scan (QR code: %(web)s)", "ស្កេន (កូដ QR៖ %(web)s)"), ("Print (Flip on short edge)", "បោះពុម្ព (Flip on short edge)"),
    ("Care, now", "ថែទាំ&zwsp;ឥឡូវ"), ("Care, then", "ថែ&wj;ទាំ"), ("10 °C ± 2", "១០ °C ± ២"), ("On 01-02-2026", "នៅ ០១-០២-២០២៦"),
    ("Call 01.23.45.67.89", "ហៅ 01.23.45.67.89"), ("The fox's tail", "កន្ទុយ"),
]


def said(case: Case) -> list[Finding]:
    return run.of_message(case.message, case.facts)


CASES = [pytest.param(code, case, id=f"{code}-{number}") for code, cases in BAD.items() for number, case in enumerate(cases)]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_bad_example_is_found_by_its_rule_and_no_other(code: str, case: Case) -> None:
    found = said(case)
    mine = [finding for finding in found if finding.code == code]
    assert mine, f"{[(finding.code, finding.what) for finding in found]}"
    assert {finding.code for finding in found} - {code} == case.also
    if case.what:
        assert case.what in [finding.what for finding in mine]
    for finding in mine:
        assert finding.where == f"{FILE}:7"
        assert finding.severity == RULES[code].severity
        if finding.span:
            start, end = finding.span
            assert 0 <= start < end <= len(case.msgstr)
            assert finding.repair is None or finding.repair[0] == case.msgstr[start:end]


@pytest.mark.parametrize(("code", "case"), [param for param in CASES if param.values[1].put is not None])
def test_safe_repairs_mend_it_and_have_nothing_left_to_do(code: str, case: Case) -> None:
    head = b'msgid ""\nmsgstr ""\n\nmsgctxt "a"\nmsgid "A"\n# '
    written = case.msgstr.replace('"', '\\"').replace("\t", "\\t").encode()
    data = head + b'\nmsgstr "' + written + b'"\n\n#. end\n'
    catalog = run.file.Catalog("bmet.po", "km", data, messages=(case.message,))
    assert case.put is not None
    after = run.mended(catalog, case.facts)
    assert after == head + b'\nmsgstr "' + case.put.replace('"', '\\"').encode() + b'"\n\n#. end\n'
    message = replace(case.message, msgstr=case.put)
    assert run.mended(run.file.Catalog("bmet.po", "km", after, messages=(message,)), case.facts) == after


@pytest.mark.parametrize(("msgid", "msgstr"), GOOD)
def test_a_good_example_is_silent(msgid: str, msgstr: str) -> None:
    assert [(finding.code, finding.what) for finding in said(bad(msgid, msgstr))] == []


@pytest.mark.parametrize(("msgid", "msgstr"), [
    ("Care!", "Soin\u202f!"), ("Care: now", "Soin\u00a0: là"), ("At 10:30", "À 10:30"), ("“Care”", "«\u00a0Soin\u00a0»"),
    ("A café", "Le café de l’élève"), ("π is a number", "π est un nombre")])
def test_good_french_is_silent(msgid: str, msgstr: str) -> None:
    assert [(finding.code, finding.what) for finding in said(bad(msgid, msgstr, facts=FRENCH_FACTS))] == []


@pytest.mark.parametrize(("tag", "word"), [("km", "ថែទាំ"), ("th", "ดูแลรักษา"), ("lo", "ຮັກສາ"), ("my", "ကြည့်ရှုသည်"),
                                           ("ar", "العناية"), ("ru", "уход"),
                                           ("ja", "お世話"), ("zh-Hant", "照顧"), ("vi", "chăm sóc")])
def test_no_script_is_wrong_in_itself(tag: str, word: str) -> None:
    facts = Facts(replace(KHMER, tag=tag), Style.of(tag))
    assert [finding.code for finding in said(bad("Care", word, facts=facts))] == []


def test_every_message_rule_has_a_bad_example() -> None:
    assert set(BAD) == {code for code, one in RULES.items() if one.scope == "message"}


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_says_what_it_is_for(code: str) -> None:
    one = RULES[code]
    assert one.severity in SEVERITIES
    assert one.scope in SCOPES
    assert one.why.endswith(".")
    assert 20 < len(one.why) < 200
    assert code[0] in "FSPNTGYKLU" and code[1:].isdecimal() and len(code) == 3


def test_a_rule_without_a_manual_or_with_a_code_in_use_is_refused() -> None:
    def silent(message: Message, facts: Facts) -> object: ...
    with pytest.raises(ValueError, match="Z99 is registered twice, or without"):
        rule("Z99", "warning")(silent)  # type: ignore[type-var]  # on purpose
    silent.__doc__ = "Says something."
    with pytest.raises(ValueError, match="K01 is registered twice"):
        rule("K01", "warning")(silent)  # type: ignore[type-var]  # on purpose
    assert "Z99" not in RULES


def test_a_comment_with_code_and_reason_silences_that_code_alone() -> None:
    message = bad("In 3 steps", "ជាជំហាន ", comments=("lint-ok: N02 written as a word",)).message
    assert [finding.code for finding in run.of_message(message, FACTS)] == ["Y01"]


def test_a_silenced_repair_is_not_made() -> None:
    message = bad("Care", "ថែទាំ ", comments=("lint-ok: Y01 the label before it needs it",)).message
    data = 'msgstr "ថែទាំ "\n'.encode()
    assert run.mended(run.file.Catalog("a.po", "km", data, messages=(replace(message, line=1),)), FACTS) == data


@settings(deadline=None)  # a busy machine is not a fault
@given(st.text(st.sampled_from("កខត្ាិេីំ់៉ ។.:0១<b></br>%(a)s\u200b\u2060&zwsp;\"«»a-"), max_size=40))
def test_any_text_is_examined_and_repaired_to_the_end(text: str) -> None:
    case = bad("Care", text)
    assert len(masked(text)) == len(text)
    data = b'msgstr "' + text.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"\n'
    catalog = run.file.Catalog("a.po", "km", data, messages=(replace(case.message, line=1),))
    after = run.mended(catalog, FACTS)
    mended = after.decode()[8:-2].replace('\\"', '"').replace("\\\\", "\\")
    assert not [f for f in run.of_message(replace(case.message, msgstr=mended), FACTS) if f.safe]


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from([FACTS, FRENCH_FACTS, ARABIC_FACTS]))
def test_no_text_is_too_strange_to_examine(msgid: str, msgstr: str, facts: Facts) -> None:
    for finding in said(bad(msgid, msgstr, facts=facts)):
        assert finding.what and "\n" not in finding.why
        assert finding.span is None or finding.span[1] <= len(msgstr)


def test_the_fonts_are_those_of_the_stylesheet(tmp_path: Path) -> None:
    assert [stack.names for stack in FACTS.stacks] == ["Kantumruy Pro", "Moul, Kantumruy Pro"]
    sheet = tmp_path / "language.css"
    sheet.write_text("/* --x-family: Moul */ p { font-family: 'Moul', serif }")
    assert [stack.names for stack in fonts.stacks(sheet, ROOT / "assets/fonts")] == ["Moul"]
    assert [stack.names for stack in fonts.stacks(tmp_path / "none.css", ROOT / "assets/fonts")] == ["Kantumruy Pro, Moul"]
    assert fonts.stacks(tmp_path / "none.css", tmp_path) == ()
