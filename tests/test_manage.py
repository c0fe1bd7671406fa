"""manage.py as the shell sees it."""

import os
import signal

import pytest
from django.core import management
from django.core.exceptions import ImproperlyConfigured

import manage


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 128 + signal.SIGINT, ""),
        (
            ImproperlyConfigured("X is wrong: mend it"),
            os.EX_CONFIG,
            "ccmadmin: X is wrong: mend it\n",
        ),
    ],
)
def test_what_is_no_mistake_of_the_program_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    told: str,
) -> None:
    def fail(words: list[str]) -> None:
        raise error

    monkeypatch.setattr(management, "execute_from_command_line", fail)
    with pytest.raises(SystemExit) as ended:
        manage.main()
    assert ended.value.code == status
    assert capsys.readouterr().err == told
