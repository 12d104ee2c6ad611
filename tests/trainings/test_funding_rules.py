"""The machine of an OPCO file against a model, its due dates and its pieces against the cases of the reference; no database."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.core.kit.holidays import months_after
from trainings.funding import reference, rules
from trainings.funding.dates import Days, due_dates
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.pieces import FileFacts, Period, Piece, hundredths, missing_pieces, under_cape
from trainings.funding.reference import Opco
from trainings.funding.rules import Said, Standing

S = FundingStatus
J = date(2027, 1, 18)
ALWAYS = (Period(date(2020, 1, 1)),)
WORKING = Opco("constructys", "Constructys", 15, "working", 15, False, "jours ouvrés")
COMPLETE = FileFacts(
    starts_on=J, trainee_count=2, agreed_on=date(2026, 12, 1), has_agreement=True, has_frozen_programme=True, nda_number="75331234533",
    siret="90000000100017", opco="constructys", headcount_hundredths=1250, qualiopi=ALWAYS,
)  # fmt: skip
# § 7.1 written a second time, by hand: state → who may act, what comes next
TABLE = {
    "draft": ("employer organiser", "to_complete cancelled"),
    "to_complete": ("employer", "ready cancelled"),
    "ready": ("employer", "filed cancelled"),  # cancelled is ours: docs/decisions/0012-opco-file.md
    "filed": ("employer", "under_review cancelled"),  # from here to more_asked too: the request is withdrawn, § 1.11
    "under_review": ("employer", "more_asked granted partly_granted refused cancelled"),
    "more_asked": ("employer organiser", "under_review cancelled"),
    "granted": ("employer", "running cancelled to_revise"),
    "partly_granted": ("employer", "running cancelled to_revise"),
    "refused": ("employer", "closed draft"),
    "to_revise": ("employer", "under_review cancelled"),
    "running": ("", ""),
    "cancelled": ("", ""),
    "closed": ("", ""),
}


def may(source, target, side):
    sides, found = TABLE[source]
    withdraws = (source, target) == ("more_asked", "cancelled")  # the organiser answers the OPCO, the request is the employer's
    return target in found.split() and side in ("employer" if withdraws else sides).split()


def said(on=date(2026, 12, 20), **words):
    return Said(on=on, **({"reference": "EX-1", "reason": "Parce que.", "reply_by": on + timedelta(days=10)} | words))


def standing(status, **facts):
    return Standing(**({"status": S(status), "starts_on": J, "qualiopi": ALWAYS} | facts))


def on_its_day(target):
    """A day of the fact and a today on which a move has nothing against it."""
    return (J, J) if target == S.RUNNING else (date(2026, 12, 20), date(2026, 12, 20))


def test_only_the_moves_of_the_table_are_possible():
    for source, target, side in product(FundingStatus, FundingStatus, [*Side, None]):
        allowed = may(source, target, side or "")
        day, today = on_its_day(target)

        sentence = rules.refusal(standing(source, filed_on=date(2026, 12, 20)), target, side, said(day), today)

        assert (sentence == "") == allowed, (source, target, side, sentence)
        assert (target in rules.targets(source, side)) == allowed
        assert sentence == "" or sentence.endswith(".")


def test_every_state_leads_to_an_end_or_to_the_first_day():
    for start in FundingStatus:
        seen, queue = {start}, [start]
        while queue:
            for following in rules.MOVES[queue.pop()][1] - seen:
                seen.add(following)
                queue.append(following)
        assert seen & {S.RUNNING, S.CANCELLED, S.CLOSED}


# -- guards -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "refused", "warned"),
    [("2027-01-03", False, False), ("2027-01-04", False, True), ("2027-01-17", False, True), ("2027-01-18", True, False)],
)
def test_a_request_of_constructys_is_on_time_late_or_blocked(day, refused, warned):
    """Case 11: fifteen calendar days before the first day."""
    day, file = date.fromisoformat(day), standing("ready")

    sentence = rules.refusal(file, S.FILED, Side.EMPLOYER, said(day), date(2027, 2, 1))

    assert bool(sentence) == refused
    assert not refused or "à partir du premier jour n’est pas financée" in sentence
    assert rules.warning(file, S.FILED, said(day), reference.opcos()["constructys"]).startswith("Hors délai") == warned
    assert not warned or "à vérifier" in rules.warning(file, S.FILED, said(day), reference.opcos()["constructys"])


def test_the_limit_in_working_days_leaps_over_holidays():
    """Case 12."""
    assert WORKING.last_day(J) == date(2026, 12, 24)
    assert reference.opcos()["constructys"].last_day(J) == date(2027, 1, 3)
    assert rules.warning(standing("ready"), S.FILED, said(date(2026, 12, 26)), WORKING).startswith("Hors délai")


@pytest.mark.parametrize(("count", "refused"), [(0, False), (1, True), (3, True)])
@pytest.mark.parametrize(("source", "target"), [("to_complete", S.READY), ("ready", S.FILED)])
def test_a_missing_piece_stops_a_file_before_filing(source, target, count, refused):
    sentence = rules.refusal(standing(source, missing_count=count), target, Side.EMPLOYER, said(), date(2026, 12, 20))

    assert bool(sentence) == refused
    assert not refused or f"{count}\u00a0pièce" in sentence


@pytest.mark.parametrize(("day", "refused"), [("2027-01-08", False), ("2027-01-12", True)])
def test_the_certificate_is_looked_at_on_the_day_of_the_accord(day, refused):
    """Case 16: R6316-8."""
    file = standing("under_review", filed_on=date(2026, 12, 20), qualiopi=(Period(date(2024, 1, 11), date(2027, 1, 10)),))

    sentence = rules.refusal(file, S.GRANTED, Side.EMPLOYER, said(date.fromisoformat(day)), date(2027, 1, 15))

    assert bool(sentence) == refused
    assert not refused or "R6316-8" in sentence


@pytest.mark.parametrize("target", [S.REFUSED, S.MORE_ASKED])
def test_an_answer_without_its_reason_is_refused(target):
    file = standing("under_review", filed_on=date(2026, 12, 1))

    assert "pourquoi" in rules.refusal(file, target, Side.EMPLOYER, said(reason=" "), date(2026, 12, 20))


def test_filing_and_accord_ask_for_a_number():
    assert "numéro" in rules.refusal(standing("ready"), S.FILED, Side.EMPLOYER, said(reference=""), date(2026, 12, 20))
    file = standing("under_review", filed_on=date(2026, 12, 1))
    assert "numéro" in rules.refusal(file, S.PARTLY_GRANTED, Side.EMPLOYER, said(reference=" "), date(2026, 12, 20))


def test_no_day_to_come_and_no_answer_before_the_filing():
    file = standing("under_review", filed_on=date(2026, 12, 10))

    assert "pas encore venu" in rules.refusal(file, S.GRANTED, Side.EMPLOYER, said(date(2026, 12, 21)), date(2026, 12, 20))
    assert "10 décembre" in rules.refusal(file, S.GRANTED, Side.EMPLOYER, said(date(2026, 12, 9)), date(2026, 12, 20)).replace(
        "\u00a0", " "
    )


def test_the_request_follows_the_signature():
    file = standing("ready", agreed_on=date(2026, 12, 10))

    assert "10\u00a0décembre" in rules.refusal(file, S.FILED, Side.EMPLOYER, said(date(2026, 12, 9)), date(2026, 12, 20))
    assert rules.refusal(file, S.FILED, Side.EMPLOYER, said(date(2026, 12, 10)), date(2026, 12, 20)) == ""


def test_a_complement_has_a_day_that_follows_and_a_short_one_is_said():
    file, day = standing("under_review", filed_on=date(2026, 12, 1)), date(2026, 12, 20)

    assert "jour que l’OPCO donne" in rules.refusal(file, S.MORE_ASKED, Side.EMPLOYER, said(reply_by=None), day)
    assert "suit la demande" in rules.refusal(file, S.MORE_ASKED, Side.EMPLOYER, said(reply_by=day - timedelta(days=1)), day)
    assert rules.refusal(file, S.MORE_ASKED, Side.EMPLOYER, said(reply_by=day + timedelta(days=6)), day) == ""
    assert "R6332-26" in rules.warning(file, S.MORE_ASKED, said(reply_by=day + timedelta(days=6)), None)
    assert rules.warning(file, S.MORE_ASKED, said(reply_by=day + timedelta(days=7)), None) == ""


def test_a_file_runs_from_the_first_day_and_only_on_the_days_of_its_accord():
    file = standing("granted")

    assert "premier jour" in rules.refusal(file, S.RUNNING, Side.EMPLOYER, said(J - timedelta(days=1)), J - timedelta(days=1))
    assert rules.refusal(file, S.RUNNING, Side.EMPLOYER, said(J), J) == ""
    moved = standing("granted", changed="Les dates de la session ont changé")
    assert "ont changé depuis la demande" in rules.refusal(moved, S.RUNNING, Side.EMPLOYER, said(J), J)
    assert rules.refusal(moved, S.TO_REVISE, Side.EMPLOYER, said(J), J) == ""


def test_a_new_request_after_a_refusal_comes_before_the_first_day():
    file = standing("refused", filed_on=date(2026, 12, 1))

    assert rules.refusal(file, S.DRAFT, Side.EMPLOYER, said(J - timedelta(days=1)), J - timedelta(days=1)) == ""
    assert rules.refusal(file, S.DRAFT, Side.EMPLOYER, said(J), J) == rules.TOO_LATE
    assert rules.refusal(file, S.CLOSED, Side.EMPLOYER, said(J), J) == ""


# -- put right, taken back --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", FundingStatus)
def test_the_last_move_is_taken_back_by_who_could_make_it_but_for_an_end_a_new_request_and_what_is_not_filed(status):
    sides = {side for side in Side for before in TABLE if rules.can_revert(status, S(before), side)}
    stays = status in {"draft", "to_complete", "ready", "cancelled", "closed"}

    assert sides == (set() if stays else {Side.EMPLOYER, Side.ORGANISER})
    assert not rules.can_revert(status, None, Side.EMPLOYER), "nobody knows what was before"
    assert not rules.can_revert(status, S.UNDER_REVIEW, Side.ORGANISER)
    assert not rules.can_revert(status, S.UNDER_REVIEW, None)


@pytest.mark.parametrize(
    ("status", "is_granted", "expected"),
    [
        ("ready", False, []), ("filed", False, ["filed"]), ("under_review", False, ["filed"]), ("more_asked", False, ["filed", "more_asked"]),
        ("partly_granted", True, ["filed", "granted"]), ("refused", True, ["filed", "refused"]), ("to_revise", True, ["filed", "granted", "to_revise"]),
        ("running", True, ["filed", "granted"]), ("cancelled", True, []), ("closed", True, []),
    ],
)  # fmt: skip
def test_only_what_a_file_in_this_state_says_is_put_right(status, is_granted, expected):
    assert rules.noted(S(status), is_granted=is_granted) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({S.FILED: {"reference": " "}}, (S.FILED, "reference", "numéro")),
        ({S.FILED: {"on": date(2026, 12, 9)}}, (S.FILED, "on", "signée le")),
        ({S.FILED: {"on": J}}, (S.FILED, "on", "trop tard")),
        ({S.FILED: {"on": date(2026, 12, 31)}}, (S.GRANTED, "on", "la suite ne peut pas la précéder")),
        ({S.GRANTED: {"on": date(2026, 12, 11)}}, (S.GRANTED, "on", "la suite ne peut pas la précéder")),
        ({S.GRANTED: {"on": date(2027, 1, 16)}}, (S.GRANTED, "on", "R6316-8")),
        ({S.GRANTED: {"on": date(2027, 2, 2)}}, (S.GRANTED, "on", "pas encore venu")),
    ],
)
def test_what_is_put_right_meets_the_checks_of_the_move_that_noted_it(changes, expected):
    file = standing(
        "granted", filed_on=date(2026, 12, 12), agreed_on=date(2026, 12, 10), qualiopi=(Period(date(2024, 1, 1), date(2027, 1, 15)),)
    )
    noted = {S.FILED: said(date(2026, 12, 12)), S.GRANTED: said(date(2026, 12, 30))}
    words = {to: Said(**(vars(was) | changes.get(to, {}))) for to, was in noted.items()}

    found = rules.wrong_correction(file, words, list(changes), date(2027, 2, 1))

    assert (found and (found[0], found[1].field)) == (expected and expected[:2])
    assert found is None or expected[2] in found[1]


def test_what_is_not_put_right_is_not_judged_again():
    """The session has come nearer since the filing, the certificate is no longer on the sheet: what was noted was right on its day."""
    file = standing("granted", starts_on=date(2026, 12, 1), filed_on=date(2026, 12, 12), qualiopi=())
    words = {S.FILED: said(date(2026, 12, 12)), S.GRANTED: said(date(2026, 12, 30))}

    assert rules.wrong_correction(file, words, [], J) is None
    assert rules.wrong_correction(file, words, [S.GRANTED], J)[0] == S.GRANTED


class Life(RuleBasedStateMachine):
    """Days go by and people say what they like: whatever happens, what the law asks of a file holds."""

    def __init__(self) -> None:
        super().__init__()
        self.day = J - timedelta(days=90)
        self.file = Standing(S.DRAFT, J, missing_count=2, qualiopi=(Period(date(2024, 1, 1), J - timedelta(days=5)),))
        self.was = [S.DRAFT]
        self.granted_on = self.complete_at_filing = self.filed_for = None
        self.began = False

    @rule(days=st.integers(1, 9))
    def time_goes_by(self, days):
        self.day += timedelta(days=days)

    @precondition(lambda self: self.file.status in {S.GRANTED, S.PARTLY_GRANTED})
    @rule()
    def the_first_day_comes(self):
        self.day = max(self.day, self.file.starts_on)

    @rule(count=st.integers(0, 3))
    def pieces_come_and_go(self, count):
        self.file = self._with(missing_count=count)

    @rule(shift=st.integers(-20, 40))
    def the_session_moves(self, shift):
        starts_on = J + timedelta(days=shift)
        self.file = self._with(starts_on=starts_on, changed="" if self.filed_for in {None, starts_on} else "Les dates ont changé")

    @rule(pick=st.integers(0, 9))
    def all_goes_well(self, pick):
        """The pieces are there and the next thing happens today, for whoever may."""
        usual = [name for name in TABLE[self.file.status][1].split() if name not in {"cancelled", "closed"}]
        if usual:
            self.file = self._with(missing_count=0)
            self._move(S(usual[pick % len(usual)]), Side.EMPLOYER, said(self.day))

    @rule(pick=st.integers(0, 200), side=st.sampled_from([Side.EMPLOYER, *Side, None]), back=st.integers(-1, 9), words=st.booleans())
    def somebody_moves_it(self, pick, side, back, words):
        """Four times in five to a state that the table names, or else to any."""
        usual, every = TABLE[self.file.status][1].split(), list(FundingStatus)
        target = S(usual[pick % len(usual)]) if usual and pick % 5 else every[pick % len(every)]
        told = said(self.day - timedelta(days=back), **({} if words else {"reference": "", "reason": "", "reply_by": None}))
        self._move(target, side, told)

    def _move(self, target, side, told):
        sentence = rules.refusal(self.file, target, side, told, self.day)
        if sentence:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            return
        assert may(self.file.status, target, side)
        facts = {"status": target}
        if target == S.FILED:
            facts["filed_on"], self.complete_at_filing = told.on, self.file.missing_count == 0
        if target == S.FILED or self.file.status == S.TO_REVISE:
            facts["changed"], self.filed_for = "", self.file.starts_on
        if target == S.FILED:
            assert told.on < self.file.starts_on
        if target in {S.GRANTED, S.PARTLY_GRANTED}:
            self.granted_on = told.on
        if target == S.RUNNING:
            self.began = self.day >= self.file.starts_on == self.filed_for
        if target == S.DRAFT:
            facts |= {"filed_on": None, "changed": ""}
            self.granted_on = self.filed_for = None
        self.file = self._with(**facts)
        self.was.append(target)

    @precondition(lambda self: self.file.status in rules.ENDED)
    @rule(to=st.sampled_from(FundingStatus), side=st.sampled_from([*Side]))
    def an_ended_file_stays_ended(self, to, side):
        assert rules.refusal(self.file, to, side, said(self.day), self.day)

    @invariant()
    def no_file_is_filed_with_a_hole(self):
        assert S.FILED not in self.was or self.complete_at_filing

    @invariant()
    def no_accord_outside_the_certificate(self):
        assert self.granted_on is None or self.granted_on <= J - timedelta(days=5)

    @invariant()
    def no_file_runs_before_its_accord_and_its_first_day(self):
        if S.RUNNING in self.was:
            assert {S.GRANTED, S.PARTLY_GRANTED} & set(self.was)
            assert self.began

    @invariant()
    def an_answer_follows_the_filing(self):
        if self.granted_on and self.file.filed_on:
            assert self.granted_on >= self.file.filed_on

    def _with(self, **facts):
        return Standing(**(vars(self.file) | facts))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


# -- due dates --------------------------------------------------------------------------------------------------------
def dates_of(status, opco="constructys", **days):
    known = Days(**({"starts_on": J} | days))
    return {due.key: due for due in due_dates(status, known, reference.opcos().get(opco), reference.due_rules())}


def test_dates_of_a_draft_are_counted_back_from_the_first_day():
    found = {key: due.on for key, due in dates_of("draft").items()}

    assert found == {
        "need": date(2026, 11, 19), "quote": date(2026, 12, 4), "agreement": date(2026, 12, 19), "filing_aim": date(2026, 12, 19),
        "filing_limit": date(2027, 1, 3),
    }  # fmt: skip


def test_a_silent_opco_is_reminded_of_after_two_calendar_months_and_nothing_is_granted():
    """Case 13."""
    found = dates_of("under_review", filed_on=date(2027, 1, 3))

    assert (found["chase"].on, found["answer"].on, found["answer"].basis) == (date(2027, 2, 2), date(2027, 3, 3), "R6332-24")
    assert found["answer"].is_verified
    assert not found["chase"].is_verified
    sentence = rules.refusal(standing("under_review", filed_on=date(2027, 1, 3)), S.RUNNING, Side.EMPLOYER, said(J), date(2027, 4, 1))
    assert sentence


def test_a_limit_of_an_opco_nobody_checked_shows_so():
    assert not dates_of("ready")["filing_limit"].is_verified
    assert dates_of("ready", opco="akto")["filing_limit"].is_verified
    assert dates_of("ready", opco="akto")["filing_limit"].on == date(2026, 12, 19)
    assert dates_of("ready", opco="inconnu")["filing_limit"].on == date(2027, 1, 17)


def test_the_date_of_the_agreement_stops_when_it_is_signed():
    assert "agreement" in dates_of("to_complete")
    assert "agreement" not in dates_of("to_complete", has_agreement=True)
    assert "convening" in dates_of("filed", has_agreement=True)
    assert "convening" not in dates_of("filed", is_convened=True)


@given(st.sampled_from(FundingStatus), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(sorted(reference.opcos())))
def test_dates_follow_the_session_and_end_with_the_file(status, starts_on, opco):
    held = reference.opcos()[opco]
    filed_on = starts_on - timedelta(days=40)
    found = due_dates(status, Days(starts_on, filed_on, filed_on, filed_on), held, reference.due_rules())
    later = due_dates(status, Days(starts_on + timedelta(days=7), filed_on, filed_on, filed_on), held, reference.due_rules())

    assert [due.on for due in found] == sorted(due.on for due in found)
    assert status not in {S.CANCELLED, S.CLOSED, S.RUNNING, S.REFUSED} or not found
    limits = {due.key: due for due in found}
    if "filing_limit" in limits:
        assert limits["filing_aim"].on < limits["filing_limit"].on < starts_on
    moved, from_start = (
        {due.key: due.on for due in later},
        {"need", "quote", "agreement", "filing_aim", "filing_limit", "convening", "start"},
    )
    for due in found:
        assert moved[due.key] - due.on == timedelta(days=7 if due.key in from_start else 0)
    assert "answer" not in limits or limits["answer"].on == months_after(filed_on, 2)


def test_without_a_day_nothing_is_due():
    assert due_dates("draft", Days(), reference.opcos()["akto"], reference.due_rules()) == []


# -- reference --------------------------------------------------------------------------------------------------------
def test_rules_are_data_with_a_source_and_a_day():
    for edition in (reference.opco_edition(), reference.due_edition()):
        assert edition.source
        assert edition.read_on
        assert edition.reviewer == ""
    assert len(reference.opcos()) == 11
    assert all(one.source and one.lead_unit in {"calendar", "working"} for one in reference.opcos().values())
    assert {state for one in reference.due_rules() for state in one.states} <= set(FundingStatus)
    assert {one.by for one in reference.due_rules()} <= {*Side, "opco"}
    assert not reference.opcos()["constructys"].verified  # sources disagree


def test_an_opco_is_found_under_the_name_that_branches_write():
    assert reference.opco_named("L'Opcommerce").key == "opcommerce"
    assert reference.opco_named("OPCO Mobilités").key == "mobilites"
    assert reference.opco_named("Pro-A") is None


# -- pieces -----------------------------------------------------------------------------------------------------------
def codes(**changes):
    return [piece.code for piece in missing_pieces(FileFacts(**(vars(COMPLETE) | changes)))]


def test_a_complete_file_lacks_nothing():
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"starts_on": None}, "days"),
        ({"trainee_count": 0}, "trainees"),
        ({"ineligible": (under_cape("Ada Lopes", "/annuaire/1/"),)}, "eligible"),
        ({"has_frozen_programme": False}, "programme"),
        ({"nda_number": ""}, "nda"),
        ({"qualiopi": ()}, "qualiopi"),
        ({"qualiopi": (Period(date(2020, 1, 1), date(2026, 11, 30)),)}, "qualiopi"),
        ({"siret": ""}, "siret"),
        ({"opco": ""}, "opco"),  # case 15: 9999 or 0804 without a declared OPCO
        ({"headcount_hundredths": None}, "headcount"),
        ({"headcount_hundredths": 5000}, "headcount"),
        ({"has_agreement": False}, "agreement"),
        ({"mentions": None}, "mentions"),
        ({"mentions": (Piece("M11", "le prix de l’action", "D6353-1, I, 2°", True),)}, "M11"),  # case 10
    ],
)
def test_each_piece_that_lacks_is_said_with_its_article(changes, expected):
    assert codes(**changes) == [expected]
    (piece,) = missing_pieces(FileFacts(**(vars(COMPLETE) | changes)))
    assert piece.article
    assert piece.label


@pytest.mark.parametrize(
    ("typed", "kept", "stops"), [("49.999", 4999, False), ("49,99", 4999, False), ("50,00", 5000, True), ("50", 5000, True)]
)
def test_headcount_is_truncated_and_fifty_is_too_many(typed, kept, stops):
    """Case 14: CSS R130-1, then L6332-17; other funds open the door again."""
    assert hundredths(typed) == kept
    assert ("headcount" in codes(headcount_hundredths=kept)) == stops
    assert codes(headcount_hundredths=kept, has_other_funds=True) == []


@given(st.decimals(min_value=0, max_value=99999, places=4, allow_nan=False))
def test_headcount_never_rounds_up(number):
    assert hundredths(f"{number:f}") == int(number * 100)


@pytest.mark.parametrize("text", ["", "douze", "-3", "1e3", "1.2.3", "١٢", "12345678"])
def test_what_is_no_number_of_people_is_refused(text):
    with pytest.raises(ValueError):
        hundredths(text)


@given(st.sets(st.sampled_from(["starts_on", "siret", "opco", "nda_number", "headcount_hundredths"])))
def test_pieces_add_up(names):
    empty = {"starts_on": None, "siret": "", "opco": "", "nda_number": "", "headcount_hundredths": None}

    assert len(codes(**{name: empty[name] for name in names})) == len(names)
