"""The address bar follows every change, and what it shows opens the same page again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import Opener, address, readout, until, wait_ready


def choose(name: str, label: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_role("combobox", name=name, exact=True).select_option(
        label=label
    )


def click(role: str, name: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]


def press(name: str, key: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_role("slider", name=name, exact=True).press(key)


#: What is done one after the other, and what the link says of it from then on.
CHANGES: dict[str, Callable[[Page], object]] = {
    "dataset=spiral": lambda page: page.get_by_role("radio", name="Spiral", exact=True).check(
        force=True
    ),
    "features=x1,x2,x1*x2": click("checkbox", "x1*x2"),
    "layers=4:relu,2:relu": choose("Activation", "ReLU"),
    "layers=5:relu,2:relu": click("button", "Add neuron to hidden layer 1"),
    "learning_rate=0.1": choose("Learning rate", "0.1"),
    "optimizer=adam": choose("Optimizer", "Adam"),
    "initializer=zeros": choose("Initializer", "Zeros"),
    "regularizer=l2": choose("Regularization", "L2"),
    "train_share=60": press("Training share", "ArrowRight"),
    "noise=5": press("Noise", "ArrowRight"),
    "batch_size=11": press("Batch size", "ArrowRight"),
    "standardize=false": click("switch", "Standardize inputs"),
    "shuffle=false": click("switch", "Shuffle each epoch"),
    "weight_seed=0.": click("button", "Re-roll weights"),
    "data_seed=0.": click("button", "Regenerate"),
    "show_test_data=true": click("checkbox", "Show test data"),
    "discretize=true": click("checkbox", "Discretize output"),
    "contours=true": click("checkbox", "Contours"),
    "speed=1": press("Speed", "Home"),
    "speed=0": press("Speed", "End"),
    "problem=regression": choose("Problem type", "Regression"),
}
#: What a later change writes anew.
PASSING = {"layers=4:relu,2:relu", "speed=1", "dataset=spiral"}


def test_the_address_follows_every_change(opened: Opener):
    page = opened("#v=1")
    for part, change in CHANGES.items():
        assert part not in address(page)
        change(page)
        until(lambda: part in address(page), f"{part} in {address(page)}")  # noqa: B023
    link = address(page)
    assert {part for part in CHANGES if part not in link} == PASSING


def test_it_has_the_speed_and_the_stop_conditions_which_open_again(opened: Opener):
    page = opened("#v=1&dataset=xor&speed=20")
    page.get_by_role("button", name="Run until…").click()
    page.get_by_label("Stop at epoch").fill("2")
    page.get_by_role("button", name="Set", exact=True).click()
    until(lambda: address(page).endswith("#v=1&dataset=xor&speed=20&until_epoch=2"), "both")
    link = address(page)
    page.goto("about:blank")
    page.goto(link)
    wait_ready(page)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(readout(page, "Epoch")).to_contain_text("2")


def test_undo_takes_the_address_back(opened: Opener):
    page = opened("#v=1&dataset=xor")
    CHANGES["features=x1,x2,x1*x2"](page)
    until(lambda: "features" in address(page), "changed")
    page.keyboard.press("Control+z")
    until(lambda: address(page).endswith("#v=1&dataset=xor"), "taken back")
