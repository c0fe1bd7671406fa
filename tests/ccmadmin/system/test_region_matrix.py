"""Region Matrix: codec and video between every two regions."""

from django.urls import reverse

from ccmadmin.models import Region
from ccmadmin.services import records
from ccmadmin.system.region_matrix import SHOWN
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, problems
from tests.ccmadmin.visitor import sign_in, text_of

URL = reverse("system/region_matrix")


def add_region(name: str, **to: str) -> Region:
    """Add a region with a codec to each of the others in `to`."""
    region = Region(name=name)
    rows = [{"other_region": other, "audio_codec": codec} for other, codec in to.items()]
    records.save(region, actor=site.ACTOR, lists={"relationships": rows})
    return region


def test_a_relationship_shows_from_both_sides_and_leads_to_its_keeper(installed: None) -> None:
    add_region("Oslo", Default="G.729")
    shown = sign_in().get(URL)
    text = text_of(shown)
    assert "Default System Default G.729 Oslo G.729 System Default" in text
    cells = {
        (pair.region, pair.other_region): href
        for _name, cells in shown.context["rows"]
        for pair, href in cells
    }
    assert cells["Default", "Oslo"] == cells["Oslo", "Default"] == "/system/region/Oslo/"


def test_names_narrow_it_down_and_across(installed: None) -> None:
    add_region("Oslo")
    add_region("Bergen")
    shown = sign_in().get(URL, {"down": "o", "across": "B"})
    assert [column.name for column in shown.context["columns"]] == ["Bergen"]
    assert [name for name, _cells in shown.context["rows"]] == ["Oslo"]


def test_many_regions_are_not_all_drawn(installed: None) -> None:
    for n in range(SHOWN + 2):
        add_region(f"Region {n:02}")
    shown = sign_in().get(URL)
    assert len(shown.context["rows"]) == len(shown.context["columns"]) == SHOWN
    assert "3 more down and 3 more across" in text_of(shown)


def test_no_region_begins_so(installed: None) -> None:
    assert "No region's name begins so." in text_of(sign_in().get(URL, {"down": "zz"}))


def test_rest_lists_the_relationships(script: Caller) -> None:
    add_region("Oslo", Default="G.729")
    assert script.get("region-matrix/").json()["results"] == [
        {
            "region": "Oslo",
            "other_region": "Default",
            "audio_codec": "G.729",
            "video_call_bandwidth": None,
        }
    ]


def test_two_regions_keep_one_relationship_between_them(script: Caller) -> None:
    add_region("Oslo", Default="G.729")
    row = {"other_region": "Oslo", "audio_codec": "G.711"}
    refused = script.patch("regions/Default/", {"relationships": [row]})
    assert refused.status_code == 400
    told = problems(refused)["relationships.0.other_region"]
    assert told == "The relationship with “Oslo” is kept on that region. Change it there."
    itself = {"other_region": "Default", "audio_codec": "G.722"}
    assert script.patch("regions/Default/", {"relationships": [itself]}).status_code == 200
