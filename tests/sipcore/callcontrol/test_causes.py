import pytest

from sipcore.callcontrol.causes import Failure, best, cause_of, passed_on


@pytest.mark.parametrize(
    ("status", "cause"),
    [(404, 1), (486, 17), (408, 18), (480, 31), (403, 21), (484, 28), (488, 88), (503, 41)],
)
def test_causes_are_callmanagers(status: int, cause: int) -> None:
    assert cause_of(status) == cause


def test_unknown_failures_have_a_cause_by_class() -> None:
    assert (cause_of(499), cause_of(599), cause_of(699)) == (127, 41, 41)


@pytest.mark.parametrize(
    ("received", "told"),
    [(302, 480), (401, 480), (407, 480), (503, 500), (486, 486), (404, 404), (603, 603)],
)
def test_what_only_we_could_act_on_is_not_passed_on(received: int, told: int) -> None:
    assert passed_on(received) == told


@pytest.mark.parametrize(
    ("statuses", "chosen"),
    [
        ((480, 603), 603),
        ((500, 404), 404),
        ((302, 486), 486),
        ((408, 486, 404), 486),
        ((486, 484), 484),
        ((404, 480), 404),
        ((503, 502), 503),
    ],
)
def test_best_failure_is_chosen_as_a_proxy_does(statuses: tuple[int, ...], chosen: int) -> None:
    failures = [Failure(status, "SEP", status) for status in statuses]
    assert best(failures).status == chosen
