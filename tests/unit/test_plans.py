"""Plans: a payer asked about, held against the practice's own list. A plain yes only where the list says so."""

import pytest

from inboxtriage.reply.asked import Plan, plan
from inboxtriage.triage.asks.payers import payers


def statuses(asked: str, *entries: str) -> dict[str, str]:
    return {name: plan(name, entries).status for name in payers([asked])}


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("Aetna", "Aetna"),
        ("Aetna", "Aetna HMO"),
        ("Aetna (all plans)", "Aetna"),
        ("BCBS of Illinois", "BCBSIL"),
        ("BCBSIL", "Blue Cross and Blue Shield of Illinois, PPO"),
        ("BCBS Massachusetts", "Blue Cross Blue Shield of Mass"),
        ("Blue Cross Blue Shield (BCBS)", "blu cross"),
        ("Humana and Medicare", "Humana"),
        ("Aetna Medicare Advantage", "Aetna Medicare"),
        ("UnitedHealthcare/Optum", "UHC"),
        ("UnitedHealthcare/Optum", "Optum"),
        ("UnitedHealthcare (Optum)", "UnitedHealthcare"),
        ("UMR (UnitedHealthcare)", "UMR"),
        ("Mutual of Omaha", "Mutual of Omaha"),
        ("BCBS FEP", "FEP Blue"),
        ("Medicare Part B", "Medicare"),
    ],
)
def test_an_entry_for_the_whole_payer_is_a_yes(entry: str, asked: str) -> None:
    assert list(statuses(asked, entry).values()) == ["in"]


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("Aetna (PPO only)", "Aetna HMO"),
        ("Aetna - PPO", "Aetna"),
        ("Aetna PPO", "Aetna PPO"),
        ("Aetna (EPO/PPO)", "Aetna"),
        ("Aetna (through Headway)", "Aetna"),
        ("BCBS Massachusetts", "Blue Cross"),
        ("BCBS Massachusetts", "blu cross"),
        ("Blue Cross and Blue Shield of Illinois", "BCBS"),
        ("Blue Cross/Blue Shield of Illinois", "BCBS"),
        ("BCBS", "BCBSTX"),
        ("BCBS", "BCBS FEP"),
        ("BCBS (Anthem)", "BCBS"),
        ("Anthem", "BCBS of Connecticut"),
        ("Aetna", "Aetna Better Health"),
        ("Aetna", "Aetna Medicare"),
        ("Aetna (Medicare)", "Aetna"),
        ("Humana (Medicare, Medicaid)", "Medicaid"),
        ("Medicare", "Medicare Advantage"),
        ("Medicare", "a Medicare Advantage plan from Humana"),
        ("Humana", "a Medicare Advantage plan from Humana"),
        ("UnitedHealthcare", "UnitedHealthcare Community Plan"),
        ("UMR (UnitedHealthcare)", "UnitedHealthcare"),
        ("Optum", "Optum EAP"),
    ],
)
def test_an_entry_for_some_of_its_plans_or_for_a_relative_depends(entry: str, asked: str) -> None:
    found = payers([asked])
    assert [plan(name, [entry]) for name in found] == [Plan(found[0], "some", (entry,))]


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("BCBS Massachusetts", "Anthem BCBS of Connecticut"),
        ("BCBS of Illinois", "BCBSTX"),
        ("BCBS of Texas", "BCBS FEP"),
        ("Humana", "Medicare Advantage"),
        ("Aetna Medicare", "Humana Medicare"),
        ("Cigna", "Aetna"),
    ],
)
def test_an_entry_for_another_payer_is_a_no(entry: str, asked: str) -> None:
    assert list(statuses(asked, entry).values()) == ["out"]


def test_a_payer_and_its_parent_named_in_one_breath_get_one_answer() -> None:
    assert statuses("Do you take UMR (UnitedHealthcare)?", "UnitedHealthcare") == {"UMR": "some"}
    assert statuses("We have UnitedHealthcare/Optum.", "UnitedHealthcare") == {"Optum": "some"}


def test_a_payer_and_its_parent_asked_about_apart_get_two() -> None:
    assert statuses("UnitedHealthcare or Optum?", "UnitedHealthcare") == {"UnitedHealthcare": "in", "Optum": "some"}


def test_an_entry_is_told_once() -> None:
    assert plan("BCBS", ["BCBS PPO", "Anthem", "Cigna"]) == Plan("BCBS", "some", ("BCBS PPO", "Anthem"))


def test_an_entry_for_no_known_payer_is_held_against_its_own_words() -> None:
    assert plan("Sunny Side Mutual", ["Sunny Side Mutual"]).status == "in"
    assert plan("Aetna", ["Sunny Side Mutual"]).status == "out"
