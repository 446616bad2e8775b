"""The days, times and stretches that a mail asks for, in the words of people."""

from datetime import date, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.asks.when.days import days as days_of
from inboxtriage.triage.asks.when.holidays import holiday
from inboxtriage.triage.asks.when.stances import as_written, lists
from inboxtriage.triage.asks.when.timeframe import timeframe as timeframe_of
from inboxtriage.triage.asks.when.times import times as times_of
from inboxtriage.triage.reading import sentences

SENT = datetime(2026, 11, 18, 9, 30)  # a Wednesday  # noqa: DTZ001
WEEK = DAYS[:5]


def days(text: str, sent: datetime | None = SENT) -> tuple[str, ...]:
    return days_of(sentences(text), sent)


def times(text: str) -> tuple[str, ...]:
    return times_of(sentences(text))


def frame(text: str, sent: datetime | None = SENT) -> tuple[str | None, str | None, str] | None:
    found = timeframe_of(sentences(text), sent)
    return (found.start, found.end, found.words) if found is not None else None


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Do you see people on Saturdays?", ("sat",)),
        ("Wed or Fri mornings", ("wed", "fri")),
        ("Could it be Friday, or Monday?", ("mon", "fri")),
        ("are you open sat", ("sat",)),
        ("Only weekends work for us.", ("sat", "sun")),
        ("Are weekday evenings possible?", WEEK),
        ("Mon-Thu after 5:30 pm would be best", ("mon", "tue", "wed", "thu")),
        ("I can come Monday through Thursday", ("mon", "tue", "wed", "thu")),
        ("I am free Friday to Monday", ("mon", "fri", "sat", "sun")),
        ("I could do Mon-Wed-Fri", ("mon", "wed", "fri")),
        ("every other Wednesday would be ideal", ("wed",)),
        ("I have Sundays off", ("sun",)),
        ("¿Atiende los sábados?", ("sat",)),
        ("¿Podría ser de lunes a jueves?", ("mon", "tue", "wed", "thu")),
        ("Quisiera un turno entre semana", WEEK),
        ("Je cherche un rendez-vous le mardi", ("tue",)),
    ],
)
def test_days_asked_for_are_found(text: str, asked: tuple[str, ...]) -> None:
    assert days(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "I work Mondays to Fridays",
        "I can't do Tuesdays",
        "not Friday please",
        "I'm off to work on Monday",
        "trabajo de lunes a viernes",
        "El jueves no puedo.",
        "I have been awake since Monday",
        "My son came home from college last Friday",
        "I wrote to you on Tuesday",
        "Please cancel Thursday.",
        "Call me back on Monday",
        "He sat in my kitchen. Can you help?",
        "Mon mari cherche une place",
        "The deadline is Friday",
        "I need it done by Friday",
    ],
)
def test_days_on_which_they_cannot_come_or_of_which_they_only_tell_are_not_asked_for(text: str) -> None:
    assert days(text) == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I work Mondays to Fridays, do you have anything on Saturday?", ("sat",)),
        ("I can't do Tuesdays but Thursdays work", ("thu",)),
        ("We can't do Tuesday, so Thursday mornings.", ("thu",)),
        ("the voicemail I left Thursday asked if you have Saturday openings", ("sat",)),
        ("El jueves no puedo, ¿te va el viernes?", ("fri",)),
        ("my husband is out Friday and Saturday and Sunday is the only day", ("sun",)),
    ],
)
def test_each_clause_of_a_sentence_speaks_for_its_own_days(text: str, asked: tuple[str, ...]) -> None:
    assert days(text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Can we move Thursday to Friday?", ("fri",)),
        ("Can we move Thursday?", ("thu",)),
        ("Can I come Thursday instead of Tuesday?", ("thu",)),
        ("can i come tuesday rather than monday or friday", ("tue",)),
        ("¿Podemos cambiar la cita del martes al jueves?", ("thu",)),
        ("¿Puedo cambiar el jueves por el viernes?", ("fri",)),
    ],
)
def test_of_an_appointment_that_is_moved_the_new_day_is_asked_for(text: str, asked: tuple[str, ...]) -> None:
    assert days(text) == asked


def test_any_day_except_one_asks_for_the_other_six() -> None:
    assert days("any day except Wednesday") == tuple(day for day in DAYS if day != "wed")
    assert days("Any weekday but Monday works for me") == ("tue", "wed", "thu", "fri")
    assert days("Any day works for me") == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Is November 24 open?", ("2026-11-24",)),
        ("Are you free on the 24th?", ("2026-11-24",)),
        ("Do you have anything Tuesday the 24th?", ("2026-11-24",)),
        ("would 24 Nov work", ("2026-11-24",)),
        ("Could I come on 11/24 at 4?", ("2026-11-24",)),
        ("¿Puede ser el 24 de noviembre?", ("2026-11-24",)),
        ("¿Podría ser el 24/11?", ("2026-11-24",)),
        ("¿El lunes 23 te viene bien?", ("2026-11-23",)),
        ("Could it be Thursday the 3rd or a Friday?", ("fri", "2026-12-03")),
        ("Would January 4 work?", ("2027-01-04",)),
    ],
)
def test_a_date_is_given_in_place_of_its_day_of_the_week(text: str, asked: tuple[str, ...]) -> None:
    assert days(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "Are you open 24/7?",
        "Do you do 50/50?",
        "Could my 5th grader come?",
        "Is there parking on 12th Street?",
        "Can I pay the 3rd session later?",
        "Was there room on November 3?",
    ],
)
def test_numbers_that_are_no_dates_and_dates_just_past_are_not_asked_for(text: str) -> None:
    assert days(text) == ()


def test_without_the_day_of_the_mail_only_a_date_with_its_year_is_known() -> None:
    assert days("Could I come Tuesday the 24th?", None) == ("tue",)
    assert days("Could I come on November 24, 2026?", None) == ("2026-11-24",)
    assert frame("Could we get in this week?", None) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Anything after five?", ("17:00-",)),
        ("Do you have a slot after 5:30 pm?", ("17:30-",)),
        ("Do you do evenings?", ("17:00-",)),
        ("It would have to be after work", ("17:00-",)),
        ("Is there anything before 9?", ("-09:00",)),
        ("Mornings only.", ("-12:00",)),
        ("Do you have an early morning?", ("-09:00",)),
        ("Could it be an afternoon?", ("12:00-17:00",)),
        ("any lunchtime is fine", ("12:00-14:00",)),
        ("Can you do between 3 and 5?", ("15:00-17:00",)),
        ("I could do 8 to 10 am or 7-9 in the evening", ("08:00-10:00", "19:00-21:00")),
        ("Tuesdays, 10 to 11:30.", ("10:00-11:30",)),
        ("Is 11 to 1 pm free?", ("11:00-13:00",)),
        ("around 10am works", ("09:30-10:30",)),
        ("Could I come at 4?", ("16:00-",)),
        ("Could I come at noon?", ("12:00-",)),
        ("Would half past five work?", ("17:30-",)),
        ("Can I come at 530?", ("17:30-",)),
        ("Do you have anything at 18h?", ("18:00-",)),
        ("evenings after 8 please", ("20:00-",)),
        ("mornings, before 11", ("-11:00",)),
        ("Is there anything after 5 or on mornings?", ("17:00-", "-12:00")),
        ("Could he come 3:30 or later?", ("15:30-",)),
        ("¿Tiene citas por la mañana?", ("-12:00",)),
        ("¿Atiende por la tarde?", ("12:00-20:00",)),
        ("¿Hay algo después de las 5?", ("17:00-",)),
        ("¿Tiene algo entre las 3 y las 5 y media?", ("15:00-17:30",)),
        ("¿Se puede a las ocho de la noche?", ("20:00-",)),
        ("¿tiene algo la semana del 18 en la mañana?", ("-12:00",)),
        ("Quisiera un espacio por las noches", ("19:00-",)),
    ],
)
def test_times_of_day_are_found(text: str, asked: tuple[str, ...]) -> None:
    assert times(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "call me any time after ten",
        "You can reach me after 5",
        "Good morning, do you take new clients?",
        "Buenas tardes, ¿tiene cupo?",
        "Morning!",
        "I can't sleep at night",
        "I woke at 3 in the morning again",
        "He called me at 4 yesterday",
        "Could we come for 5 sessions?",
        "I need help with my son, he is 10",
        "Is it $120 at 50 minutes?",
        "My number is 555-0123, can you help?",
        "Could we do 2-3 sessions?",
        "Can you come to 12 Harbor St?",
        "I can't do mornings.",
        "¿Está cerca de la 103?",
    ],
)
def test_greetings_calls_stories_and_other_numbers_are_no_times(text: str) -> None:
    assert times(text) == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I work until 6 so it would have to be after that", ("18:00-",)),
        ("I can't get off before 4", ("16:00-",)),
        ("Salgo de trabajar a las 4, tendría que ser después.", ("16:00-",)),
        ("I work until 6, do you have anything after 6:30?", ("18:30-",)),
        ("Neither of us can do weekdays before seven.", ("19:00-",)),
    ],
)
def test_an_hour_before_which_they_cannot_come_counts_where_no_other_is_asked_for(
    text: str, asked: tuple[str, ...]
) -> None:
    assert times(text) == asked


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("Could we get in this week?", ("2026-11-18", "2026-11-22", "this week")),
        ("Any openings next week?", ("2026-11-23", "2026-11-29", "next week")),
        ("I need them this week or next", ("2026-11-18", "2026-11-29", "this week or next")),
        ("Could you see him today or tomorrow?", ("2026-11-18", "2026-11-19", "today or tomorrow")),
        ("Can I see you this Friday or Saturday?", ("2026-11-20", "2026-11-21", "this Friday or Saturday")),
        ("Are you free next Tuesday?", ("2026-11-24", "2026-11-24", "next Tuesday")),
        ("Anything before the 12th?", ("2026-11-18", "2026-12-11", "before the 12th")),
        ("I need it done by Friday", ("2026-11-18", "2026-11-20", "by Friday")),
        ("Is there room until the end of the month?", ("2026-11-18", "2026-11-30", "until the end of the month")),
        ("Is there anything within two weeks?", ("2026-11-18", "2026-12-02", "within two weeks")),
        ("Could you see us in two weeks?", ("2026-11-30", "2026-12-06", "in two weeks")),
        ("Anything in the next few days?", ("2026-11-18", "2026-11-22", "the next few days")),
        ("We need to start as soon as possible", ("2026-11-18", None, "as soon as possible")),
        ("Do you have a place next month?", ("2026-12-01", "2026-12-31", "next month")),
        ("Is there a place in January?", ("2027-01-01", "2027-01-31", "in January")),
        ("Do you have room starting in January?", ("2027-01-01", None, "starting in January")),
        ("Could I begin in the new year?", ("2027-01-01", None, "begin in the new year")),
        ("Could it be after the holidays?", ("2027-01-02", None, "after the holidays")),
        ("We could do any time after the 15th", ("2026-12-16", None, "after the 15th")),
        ("Could you see me before Thanksgiving?", ("2026-11-18", "2026-11-25", "before Thanksgiving")),
        ("Is there room before Easter?", ("2026-11-18", "2027-03-27", "before Easter")),
        ("between the 3rd and the 10th?", ("2026-12-03", "2026-12-10", "between the 3rd and the 10th")),
        ("Could I come while I'm in town 3-10 December?", ("2026-12-03", "2026-12-10", "3-10 December")),
        ("Do you have space 2 Dec to 5 Jan?", ("2026-12-02", "2027-01-05", "2 Dec to 5 Jan")),
        ("Could it be the week of the 15th?", ("2026-12-14", "2026-12-20", "the week of the 15th")),
        ("¿Tiene algo esta semana?", ("2026-11-18", "2026-11-22", "esta semana")),
        ("¿Puede ser la PRÓXIMA semana?", ("2026-11-23", "2026-11-29", "la PRÓXIMA semana")),
        ("¿Hay chance antes del 12?", ("2026-11-18", "2026-12-11", "antes del 12")),
        ("¿Tiene lugar en enero?", ("2027-01-01", "2027-01-31", "en enero")),
        ("¿Podría empezar a partir de enero?", ("2027-01-01", None, "a partir de enero")),
        ("¿Habría algo en quince días?", ("2026-12-03", "2026-12-03", "en quince días")),
        ("Necesitamos empezar lo antes posible.", ("2026-11-18", None, "lo antes posible")),
        ("¿puedes verme mañana?", ("2026-11-19", "2026-11-19", "mañana")),
    ],
)
def test_the_stretch_of_time_is_counted_from_the_day_of_the_mail(
    text: str, stretch: tuple[str | None, str | None, str]
) -> None:
    assert frame(text) == stretch


@pytest.mark.parametrize(
    "text",
    [
        "I have been crying for the last two weeks",
        "We have lived here since January",
        "He died in May",
        "My hours changed this week",
        "How are you today?",
        "¿Atiende por la mañana?",
        "How many weeks is the wait?",
        "Could she come once in a week?",
        "Skip us this week",
        "Do you see people on Saturdays?",
        "Broke up in May",
        "Could this may be the culprit?",
    ],
)
def test_what_has_been_and_what_is_no_stretch_is_none(text: str) -> None:
    assert frame(text) is None


def test_of_several_stretches_the_one_that_ends_first_counts_and_of_equals_the_first() -> None:
    assert frame("Is there room this month? Ideally this week?") == ("2026-11-18", "2026-11-22", "this week")
    assert frame("As soon as possible. Could it be before the 12th?") == ("2026-11-18", "2026-12-11", "before the 12th")
    assert frame("Could we meet by Sunday? Is this week full?") == ("2026-11-18", "2026-11-22", "by Sunday")


def test_a_year_rolls_over() -> None:
    assert frame("Anything before the 5th?", on(2026, 12, 30)) == ("2026-12-30", "2027-01-04", "before the 5th")
    assert frame("Do you have room this week?", on(2026, 12, 30)) == ("2026-12-30", "2027-01-03", "this week")
    assert frame("Is there a place next month?", on(2026, 12, 30)) == ("2027-01-01", "2027-01-31", "next month")
    assert days("Is the 5th free?", on(2026, 12, 30)) == ("2027-01-05",)
    assert days("Would February 29 work?", on(2027, 12, 30)) == ("2028-02-29",)


def test_of_a_sunday_this_week_is_the_week_that_begins() -> None:
    assert frame("Could we get in this week?", on(2026, 11, 22)) == ("2026-11-22", "2026-11-29", "this week")


def test_a_hard_wrap_within_the_words_hides_nothing() -> None:
    assert frame("Would there be anything at all for a couple that is in some trouble this\nweek or next?") == (
        "2026-11-18",
        "2026-11-29",
        "this\nweek or next",
    )


SUNDAY = datetime(2026, 11, 22, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "on_days", "at"),
    [
        ("Could you push our Monday 10 o'clock to the afternoon, or to Wednesday?", ("wed",), ("12:00-17:00",)),
        ("can we do 4 instead of 3 on weds??", ("wed",), ("16:00-",)),
        ("Can we push Thursday to 6 instead of 5?", ("thu",), ("18:00-",)),
        ("Can we move our 3pm to 5pm?", (), ("17:00-",)),
        ("Could we move Tuesday's 4 pm to Thursday at 5 pm?", ("thu",), ("17:00-",)),
        ("Can I move from Tuesday at 3 to Thursday at 4?", ("thu",), ("16:00-",)),
        ("Can I change my 10am on Friday to 2pm?", ("fri",), ("14:00-",)),
        ("I have to move from Tuesday night to Saturday morning", ("sat",), ("-12:00",)),
        ("I need to reschedule my Tuesday 3pm appointment. Do you have Thursday?", ("thu",), ()),
        ("¿Podemos cambiar la cita del martes a las 3 al jueves a las 5?", ("thu",), ("17:00-",)),
        ("Could I swap the 8th to the 15th?", ("2026-12-15",), ()),
        ("Can we move to Monday 2 to 3?", ("mon",), ("14:00-15:00",)),
    ],
)
def test_of_an_appointment_that_is_moved_neither_the_old_day_nor_the_old_hour_is_asked_for(
    text: str, on_days: tuple[str, ...], at: tuple[str, ...]
) -> None:
    assert days(text, SUNDAY) == on_days
    assert times(text) == at


def test_numbers_that_are_compared_but_are_no_hours_are_no_times() -> None:
    assert times("Can we do 4 sessions instead of 3?") == ()
    assert times("Could we do 90 instead of 60?") == ()
    assert times("Do you have anything December 3 or 4 in the morning?") == ("-12:00",)


def test_from_the_old_day_of_an_appointment_no_stretch_begins() -> None:
    assert frame("Can I move from Tuesday at 3 to Thursday at 4?", SUNDAY) is None
    assert frame("Can we move Thursday to next week?", SUNDAY) == ("2026-11-23", "2026-11-29", "next week")


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("Any openings first week of January?", ("2027-01-01", "2027-01-07", "first week of January")),
        ("Anything the second week of January?", ("2027-01-08", "2027-01-14", "the second week of January")),
        ("Anything in the third week of December?", ("2026-12-15", "2026-12-21", "the third week of December")),
        ("Anything the last week of December?", ("2026-12-25", "2026-12-31", "the last week of December")),
        ("Is the second week of next month free?", ("2026-12-08", "2026-12-14", "the second week of next month")),
        ("Any openings in mid-January?", ("2027-01-10", "2027-01-20", "mid-January")),
        ("Could we start in late January?", ("2027-01-20", "2027-01-31", "late January")),
        ("Is early January possible?", ("2027-01-01", "2027-01-10", "early January")),
        ("Could you start before mid December?", ("2026-11-22", "2026-12-09", "before mid December")),
        ("Is there anything by the end of May?", ("2026-11-22", "2027-05-31", "by the end of May")),
        ("Could it be the week of the 10th?", ("2026-12-07", "2026-12-13", "the week of the 10th")),
        ("Could we start the week of January 4?", ("2027-01-04", "2027-01-10", "start the week of January 4")),
        ("¿Tiene algo la segunda semana de enero?", ("2027-01-08", "2027-01-14", "la segunda semana de enero")),
        ("¿Hay lugar a mediados de enero?", ("2027-01-10", "2027-01-20", "a mediados de enero")),
        ("¿Hay lugar a finales de enero?", ("2027-01-20", "2027-01-31", "a finales de enero")),
        ("Could I come the week after Thanksgiving?", ("2026-11-30", "2026-12-06", "the week after Thanksgiving")),
        ("Could we meet the week before Christmas?", ("2026-12-18", "2026-12-24", "the week before Christmas")),
        ("Is group on Thanksgiving week?", ("2026-11-23", "2026-11-29", "Thanksgiving week")),
        ("Could I come before Thanksgiving?", ("2026-11-22", "2026-11-25", "before Thanksgiving")),
        ("Do you have a slot before Juneteenth?", ("2026-11-22", "2027-06-18", "before Juneteenth")),
    ],
)
def test_weeks_and_parts_of_a_month_and_weeks_beside_a_feast_are_their_own_stretches(
    text: str, stretch: tuple[str, str, str]
) -> None:
    assert frame(text, SUNDAY) == stretch


@pytest.mark.parametrize(
    "text", ["Broke up in early May", "Mid-twenties, looking for help", "since early May, can you?"]
)
def test_parts_of_a_month_in_a_story_are_no_stretch(text: str) -> None:
    assert frame(text, SUNDAY) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("openings on December 3 or 4?", ("2026-12-03", "2026-12-04")),
        ("Could I come December 15, 16 or 17?", ("2026-12-15", "2026-12-16", "2026-12-17")),
        ("Are you open on December 3 and 4?", ("2026-12-03", "2026-12-04")),
        ("Is 1/15 or 16 open?", ("2027-01-15", "2027-01-16")),
        ("Is the 3rd or 4th of January open?", ("2027-01-03", "2027-01-04")),
        ("¿Tiene el 3 o 4 de enero?", ("2027-01-03", "2027-01-04")),
        ("Do you have openings on the 11th and the 25th?", ("2026-11-25", "2026-12-11")),
        ("Do you have anything Tuesday, December 1?", ("2026-12-01",)),
        ("Are you free Tues 12/1?", ("2026-12-01",)),
        ("¿Puede el martes 1 de diciembre?", ("2026-12-01",)),
        ("Is Monday March 15 open?", ("2027-03-15",)),
        ("Could I come Friday, or Monday?", ("mon", "fri")),
        ("Could I come on December 3 or the day after?", ("2026-12-03", "2026-12-04")),
        ("Do you have anything on Friday December 4?", ("2026-12-04",)),
        ("Could we do December 5, 9 to 4?", ("2026-12-05",)),
        ("Could it be the 1st and 3rd Thursdays?", ("thu",)),
        ("Would January 5 or 6 sessions do?", ("2027-01-05",)),
    ],
)
def test_every_date_of_a_list_is_asked_for_and_a_date_alone_without_its_day_of_the_week(
    text: str, asked: tuple[str, ...]
) -> None:
    assert days(text, SUNDAY) == asked


def test_a_list_between_two_dates_is_a_stretch_and_no_list() -> None:
    assert days("Anything between December 3 and 4?", SUNDAY) == ()
    assert frame("Anything between December 3 and 4?", SUNDAY) == (
        "2026-12-03",
        "2026-12-04",
        "between December 3 and 4",
    )


def test_sundays_or_weekday_nights_are_both_asked_for_and_a_working_week_is_not() -> None:
    text = "do you do sundays or like weekday nights at 8:30?"
    assert (days(text, SUNDAY), times(text)) == ((*WEEK, "sun"), ("20:30-",))
    text = "I work Monday to Friday till 7"
    assert (days(text, SUNDAY), times(text)) == ((), ("19:00-",))


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("on Thanksgiving", "2026-11-26"),
        ("the day after Thanksgiving", "2026-11-27"),
        ("the day before Thanksgiving", "2026-11-25"),
        ("the Monday after Thanksgiving", "2026-11-30"),
        ("Black Friday", "2026-11-27"),
        ("on Christmas Eve", "2026-12-24"),
        ("on Christmas Day", "2026-12-25"),
        ("Boxing Day", "2026-12-26"),
        ("New Year's Eve", "2026-12-31"),
        ("New Year's Day", "2027-01-01"),
        ("on Martin Luther King Day", "2027-01-18"),
        ("on MLK Day", "2027-01-18"),
        ("on Presidents' Day", "2027-02-15"),
        ("on Good Friday", "2027-03-26"),
        ("Easter Monday", "2027-03-29"),
        ("on Memorial Day", "2027-05-31"),
        ("on Juneteenth", "2027-06-19"),
        ("on July 4th", "2027-07-04"),
        ("on the Fourth of July", "2027-07-04"),
        ("on Labor Day", "2027-09-06"),
        ("on Columbus Day", "2027-10-11"),
        ("on Veterans Day", "2027-11-11"),
        ("en Nochebuena", "2026-12-24"),
        ("en Navidad", "2026-12-25"),
        ("en Año Nuevo", "2027-01-01"),
        ("el Día de Acción de Gracias", "2026-11-26"),
    ],
)
def test_a_feast_is_the_next_date_of_its_name(name: str, day: str) -> None:
    assert days(f"Are you open {name}?", SUNDAY) == (day,)
    assert days(f"Are you open {name}?", None) in {(), ("mon",), ("fri",)}  # without the day of the mail: no date


@pytest.mark.parametrize(
    "text",
    [
        "I've been sad since Labor Day",
        "My husband moved out on Christmas Eve",
        "Not on Christmas Eve please.",
        "Are you doing Thanksgiving dinner?",
        "Are you open before Christmas Eve?",
        "Could you paint it by Thanksgiving?",
    ],
)
def test_a_feast_that_is_told_of_refused_or_a_bound_is_no_day_asked_for(text: str) -> None:
    assert days(text, SUNDAY) == ()


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [  # 5 U.S.C. 6103 for the federal holidays, Easter from the tables of the Book of Common Prayer
        ("11-thu-4", 2027, "2027-11-25"),
        ("11-thu-4+1", 2028, "2028-11-24"),
        ("5-mon-last", 2027, "2027-05-31"),
        ("5-mon-last", 2028, "2028-05-29"),
        ("1-mon-3", 2029, "2029-01-15"),
        ("easter-2", 2024, "2024-03-29"),
        ("easter+0", 2038, "2038-04-25"),
    ],
)
def test_the_rule_of_a_feast_gives_its_date_in_every_year(rule: str, year: int, day: str) -> None:
    assert holiday(rule, date(year, 1, 1)).isoformat() == day


@given(st.sampled_from(sorted(lists("holidays"))), st.dates(date(1970, 1, 1), date(2999, 12, 31)))
def test_every_rule_of_a_feast_gives_a_day_on_or_after_the_mail_and_within_thirteen_months(
    rule: str, sent: date
) -> None:
    assert sent <= holiday(rule, sent) <= sent + timedelta(days=400)


_WORDS = sorted(
    word.replace("\\", "").replace("?", "")
    for name in (
        *("days", "months", "stretches", "bounds", "times", "clock", "counts", "halves"),
        *("holidays", "month_parts", "moves"),
    )
    for words in lists(name).values()
    for word in words
    if not set(word) & set("([^")
)
_PIECES = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(
        [*"?,.-/&:", "or", "and", "can you", "I", "the", "not", "24th", "el 31", "half past", "\n", "2/30"]
    ),
    st.integers(0, 99).map(str),
    st.tuples(st.integers(0, 30), st.integers(0, 70)).map(lambda clock: f"{clock[0]}:{clock[1]:02}"),
    st.text(max_size=8),
)
_TEXTS = st.lists(_PIECES, max_size=14).map(" ".join)
_SENT = st.one_of(st.none(), st.datetimes())


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _SENT)
def test_any_words_on_any_day_give_days_that_exist(text: str, sent: datetime | None) -> None:
    found = days_of([text], sent)
    named = [day for day in found if day in DAYS]
    assert list(found[: len(named)]) == [day for day in DAYS if day in named]
    dates = [date.fromisoformat(day) for day in found[len(named) :]]
    assert dates == sorted(set(dates))


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_any_words_give_times_that_run_forward(text: str) -> None:
    for time in times_of([text]):
        first, last = time.split("-")
        clocks = [datetime.strptime(clock, "%H:%M") for clock in (first, last) if clock]  # noqa: DTZ007
        assert clocks
        assert clocks == sorted(set(clocks))


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _SENT)
def test_any_words_on_any_day_give_a_stretch_that_runs_forward_in_the_words_of_the_writer(
    text: str, sent: datetime | None
) -> None:
    found = timeframe_of([text], sent)
    if found is None:
        return
    assert sent is not None
    assert found.words
    assert found.words in text
    assert found.start is not None
    start = date.fromisoformat(found.start)
    assert start >= sent.date() - timedelta(days=7)  # "the week of the 18th" begins on its Monday
    assert found.end is None or start <= date.fromisoformat(found.end)


@given(st.text(max_size=40), st.data())
def test_words_as_written_stand_in_the_sentence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if text.isascii():
        assert as_written(text, start, end) == text[start:end]


def test_the_longest_mail_is_read_in_linear_time() -> None:
    hostile = ["can you do monday, " * 30 + "at 4 or " * 10] * 300
    begin = perf_counter()
    days_of(hostile, SENT)
    times_of(hostile)
    timeframe_of(hostile, SENT)
    assert perf_counter() - begin < 5
