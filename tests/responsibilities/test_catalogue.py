"""The shipped duties, questions and templates hold together."""

import pytest

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import catalogue
from responsibilities.catalogue import Template

TEMPLATES = list(catalogue.templates().values())


def test_there_are_seventy_duties_in_eleven_categories_and_thirteen_questions() -> None:
    assert (len(catalogue.duties()), len(catalogue.categories()), len(catalogue.questions()), len(TEMPLATES)) == (70, 11, 13, 5)


def test_every_duty_belongs_to_a_category_and_its_key_holds_a_dot() -> None:
    known = {category.key for category in catalogue.categories()}
    assert {duty.category for duty in catalogue.duties().values()} == known
    assert all("." in key for key in catalogue.duties())


def test_every_question_is_answered_by_a_duty() -> None:
    asked = {key for duty in catalogue.duties().values() for key in duty.asks}
    assert asked == {question.key for question in catalogue.questions()}
    assert all(question.duties for question in catalogue.questions())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_a_template_states_every_duty_once_or_excludes_it(template: Template) -> None:
    stated = {rule.duty for rule in template.rules}
    excluded = {one.duty for one in template.exclusions}
    assert stated | excluded == set(catalogue.duties())
    assert not stated & excluded


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
def test_a_template_names_one_accountable_party_and_hours_for_work_alone(template: Template) -> None:
    accountable = [rule.duty for rule in template.rules if rule.letter is Letter.A and not rule.place]
    assert len(accountable) == len(set(accountable)) == len({rule.duty for rule in template.rules})
    assert all((rule.hours is not None) == (rule.letter is Letter.R) for rule in template.rules)


def test_a_lead_is_who_the_template_names() -> None:
    rules = [rule for rule in catalogue.template("full-co-managed").rules if rule.duty == "people.leavers" and rule.letter is Letter.R]
    assert {(rule.party, rule.hours, rule.lead) for rule in rules} == {
        (Party.INTERNAL, Hours.BUSINESS, True),
        (Party.PROVIDER, Hours.ALWAYS, False),
    }
