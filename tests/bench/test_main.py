import pytest

from bench import __main__ as program


def test_rows_can_be_chosen() -> None:
    assert program.options([]).only is None
    assert program.options(["--only", "calls", "--only", "start"]).only == ["calls", "start"]
    assert program.options(["--quick"]).quick


def test_a_row_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.options(["--only", "nothing"])
    assert "invalid choice" in capsys.readouterr().err
