"""Undo over REST: by revision, whole requests, refusals with what is in the way."""

from ccmadmin.models import ChangeLog, DirectoryNumber, RoutePartition
from ccmadmin.services import records
from ccmadmin.services.changes import Actor
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, codes, problems, token_of
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.site import administrator


def newest() -> ChangeLog:
    return ChangeLog.objects.latest("sequence")


def address(change: ChangeLog, query: str = "") -> str:
    return f"change-log/{change.sequence}/-/undo/{query}"


def test_a_change_is_undone_and_the_answer_is_the_new_change(script: Caller) -> None:
    script.post("route-partitions/", {"name": "PT_A"})
    script.patch("route-partitions/PT_A/", {"description": "Inside"})
    entry = newest()
    done = script.post(address(entry), None, X_Comment="a mistake")
    assert done.status_code == 200
    answer = done.json()
    (change,) = answer["changes"]
    assert (answer["revision"], answer["warnings"]) == (change["sequence"], [])
    assert (change["undoes"], change["comment"], change["source"]) == (
        entry.sequence,
        "a mistake",
        "api",
    )
    assert RoutePartition.by_key("PT_A").description == ""
    logged = script.get(f"change-log/{entry.sequence}/").json()
    assert logged["undone_by"] == change["sequence"]


def test_get_tells_what_undoing_would_write(script: Caller) -> None:
    script.post("route-partitions/", {"name": "PT_A"})
    told = script.get(address(newest()))
    assert told.status_code == 200
    assert [change["action"] for change in told.json()["changes"]] == ["delete"]
    assert RoutePartition.objects.exists()
    assert newest().action == "create"


def test_all_that_a_request_changed_is_undone_in_one(script: Caller) -> None:
    for name in ("PT_A", "PT_B"):
        script.post("route-partitions/", {"name": name}, X_Request_Id="deploy-7")
    done = script.post(address(newest(), "?whole_request=true"), None)
    assert [change["key"] for change in done.json()["changes"]] == ["PT_B", "PT_A"]
    assert not RoutePartition.objects.exists()


def test_a_later_change_in_the_way_is_told_whole(script: Caller) -> None:
    script.post("route-partitions/", {"name": "PT_A"})
    script.patch("route-partitions/PT_A/", {"description": "Inside"})
    entry = newest()
    script.patch("route-partitions/PT_A/", {"description": "Outside"})
    refused = script.post(address(entry), None)
    assert (refused.status_code, codes(refused)) == (409, {"": "changed-since"})
    assert [change["sequence"] for change in refused.json()["changes"]] == [newest().sequence]


def test_a_rule_in_the_way_is_told_with_its_field(script: Caller) -> None:
    partition = site.add_partition("PT_A")
    number = site.add_number("1002", partition)
    number.route_partition = None
    entry = records.save(number, actor=site.ACTOR)
    records.delete(partition, actor=site.ACTOR)
    assert entry is not None
    refused = script.post(address(entry), None)
    assert refused.status_code == 409
    assert problems(refused) == {"route_partition": "There is no Partition “PT_A”."}
    assert codes(refused) == {"route_partition": "not-allowed"}


def test_a_change_is_undone_once(script: Caller) -> None:
    script.post("route-partitions/", {"name": "PT_A"})
    entry = newest()
    script.post(address(entry), None)
    again = script.post(address(entry), None)
    assert again.status_code == 409
    assert problems(again) == {"": f"Revision {entry.sequence} is undone already."}


def test_the_right_is_that_of_the_records_page(script: Caller) -> None:
    reader = Caller(token_of(administrator("reader", ["Standard CCM Read Only"])))
    site.add_partition("PT_A")
    refused = reader.post(address(newest()), None)
    assert refused.status_code == 403
    assert "callrouting/route_partition" in problems(refused)[""]
    assert reader.get(address(newest())).status_code == 200
    assert Caller().post(address(newest()), None).status_code == 401
    assert RoutePartition.objects.exists()


def test_without_the_right_nothing_is_told_of_what_is_in_the_way(script: Caller) -> None:
    reader = Caller(token_of(administrator("reader", ["Standard CCM Read Only"])))
    site.add_partition("PT_A")
    entry = newest()
    script.post(address(entry), None)
    assert reader.post(address(entry), None).status_code == 403


def test_a_token_for_reading_may_look_and_not_undo(installed: None) -> None:
    user = administrator()
    reader = Caller(token_of(user, scope="read"))
    site.add_partition("PT_A")
    assert reader.get(address(newest())).status_code == 200
    assert codes(reader.post(address(newest()), None)) == {"": "token-read-only"}


def test_wrong_revisions_and_words_are_named(script: Caller) -> None:
    site.add_partition("PT_A")
    for key in ("99999999", "latest", "9" * 30):
        missing = script.post(f"change-log/{key}/-/undo/", None)
        assert missing.status_code == 404
        assert problems(missing) == {"": f"There is no revision {key}."}
    wrong = script.post(address(newest(), "?whole_request=perhaps"), None)
    assert problems(wrong) == {"whole_request": "“perhaps” is neither true nor false."}
    nobody = ChangeLog.objects.filter(model="PhoneModel").first()
    assert nobody is not None
    assert "Nobody may update" in problems(script.post(address(nobody), None))[""]


def test_the_rights_are_asked_for_every_record_of_a_request(installed: None) -> None:
    partitions = group_for("callrouting/route_partition", may_update=True)
    actor = Actor(user="x", source="api", request_id="r-1")
    records.save(DirectoryNumber(number="1002"), actor=actor)
    records.save(RoutePartition(name="PT_A"), actor=actor)
    entry = newest()
    half = Caller(token_of(administrator("half", [partitions])))
    refused = half.post(address(entry, "?whole_request=true"), None)
    assert refused.status_code == 403
    assert "callrouting/directory_number" in problems(refused)[""]
    assert RoutePartition.objects.exists()
    assert half.post(address(entry), None).status_code == 200
