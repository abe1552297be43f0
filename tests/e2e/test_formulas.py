"""Formulas as features: typed, looked at before they are used, changed, and gone."""

import re

from playwright.sync_api import Page, expect

from .conftest import Opener, address, epoch, until, wait_ready

SUGGESTIONS = 8


def open_dialog(page: Page) -> Page:
    page.get_by_role("button", name="+ Formula").click()
    expect(page.get_by_role("dialog", name="Add a formula")).to_be_visible()
    return page


def typed(page: Page, text: str) -> None:
    page.get_by_label("A formula of x1 and x2").fill(text)


def says(page: Page, words: str) -> None:
    expect(page.locator(".formula-says")).to_contain_text(re.compile(words))


def test_a_formula_becomes_a_feature_that_is_drawn_and_trained_on(opened: Opener):
    page = open_dialog(opened("#v=1"))
    typed(page, "sqrt(x1**2 + x2^2)")
    says(page, r"From 0\.\d+ to 8\.5 on the plot")
    page.keyboard.press("Enter")
    feature = page.get_by_role("checkbox", name="sqrt(x1^2+x2^2)")
    expect(feature).to_be_checked()
    until(lambda: "features=x1,x2,sqrt(x1^2+x2^2)" in address(page), "the address has it")
    page.get_by_role("button", name="Step").click()
    until(lambda: epoch(page) == 1, "it trains")
    page.reload()
    wait_ready(page)
    expect(feature).to_be_checked()


def test_an_error_points_at_the_character_and_enter_selects_it(opened: Opener):
    page = open_dialog(opened("#v=1"))
    typed(page, "1+sqr(x1)")
    says(page, r"Got “sqr\(” at character 3, expected a function.*did you mean sqrt\?")
    expect(page.locator(".formula-echo mark")).to_have_text("sqr(")
    box = page.get_by_label("A formula of x1 and x2")
    expect(box).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert box.evaluate("input => [input.selectionStart, input.selectionEnd]") == [2, 6]
    page.keyboard.type("sqrt(")
    says(page, r"half of the plot.*write sqrt\(abs\(x1\)\)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="+ Formula")).to_be_focused()
    assert "features" not in address(page)


def test_what_was_typed_quickly_is_taken_as_soon_as_it_is_approved_of(opened: Opener):
    page = open_dialog(opened("#v=1"))
    page.get_by_label("A formula of x1 and x2").fill("tan(x1)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="tan(x1)")).to_be_checked()


def test_every_suggestion_is_a_formula(opened: Opener):
    page = open_dialog(opened("#v=1"))
    chips = page.get_by_role("group", name="For example").get_by_role("button")
    expect(chips).to_have_count(SUGGESTIONS)
    for index in range(SUGGESTIONS):
        chips.nth(index).click()
        expect(page.get_by_label("A formula of x1 and x2")).to_have_value(
            chips.nth(index).inner_text()
        )
        says(page, "on the plot")


def test_a_function_of_the_list_is_put_in_where_the_cursor_is(opened: Opener):
    page = open_dialog(opened("#v=1"))
    typed(page, "2*x1")
    page.get_by_text("All that can be used").click()
    page.get_by_label("A formula of x1 and x2").select_text()
    page.get_by_role("button", name="tanh", exact=True).click()
    expect(page.get_by_label("A formula of x1 and x2")).to_have_value("tanh(2*x1)")
    says(page, "on the plot")


def test_a_formula_is_changed_switched_off_and_removed(opened: Opener):
    page = opened("#v=1&features=x1,x1^3,abs(x2)")
    page.get_by_role("button", name="Change the formula x1^3").click()
    dialog = page.get_by_role("dialog", name="Change the formula")
    typed(page, "x2^3")
    dialog.get_by_role("button", name="Change", exact=True).click()
    until(lambda: "features=x1,x2^3,abs(x2)" in address(page), "it is changed in its place")

    feature = page.get_by_role("checkbox", name="x2^3")
    feature.click()
    until(lambda: "features=x1,abs(x2)" in address(page), "it is switched off")
    expect(feature).not_to_be_checked()
    feature.click()
    until(lambda: "features=x1,abs(x2),x2^3" in address(page), "and on again")

    page.wait_for_timeout(1100)  # changes in quick succession are taken back as one
    page.get_by_role("button", name="Change the formula x2^3").click()
    dialog.get_by_role("button", name="Remove", exact=True).click()
    until(lambda: "features=x1,abs(x2)" in address(page), "it is removed")
    expect(feature).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(feature).to_be_checked()


def test_a_link_may_hide_the_way_to_add_one(opened: Opener):
    page = opened("#v=1&hidden=formula")
    expect(page.get_by_role("button", name="+ Formula")).to_be_hidden()


def test_a_formula_leaves_tensorflow_playground_mode_and_says_so(opened: Opener):
    page = open_dialog(opened("#dataset=xor&seed=0.3"))
    typed(page, "x1^3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("which does not have: feature “x1^3”")).to_be_visible()
