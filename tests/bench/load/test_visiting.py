from bench.load.visiting import Answer, form_values

PAGE = """
<form id="other"><input name="x" value="no"></form>
<form id="record">
  <input type="hidden" name="csrf" value="t"><input name="name" value="A &amp; B">
  <input type="checkbox" name="on" checked><input type="checkbox" name="off">
  <select name="chosen"><option value="1">1</option><option value="2" selected>2</option></select>
  <select name="first"><option value="">none</option><option value="x">x</option></select>
</form>
<input name="outside" value="no">
"""


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    assert form_values(PAGE) == {
        "csrf": "t",
        "name": "A & B",
        "on": "on",
        "chosen": "2",
        "first": "",
    }


def test_the_weight_of_a_page_is_counted_in_octets() -> None:
    assert Answer(200, 1.0, "ö").octets == 2
