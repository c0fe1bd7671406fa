"""Saving a record that somebody else deleted or renamed meanwhile."""

from django.urls import reverse

from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_form_for_a_deleted_record_says_who_and_gives_back_what_was_typed(
    installed: None,
) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    data = typed(client.get(url), description="a long text")
    records.delete(partition, actor=site.ACTOR)
    answer = client.post(url, data)
    assert answer.status_code == 404
    text = text_of(answer)
    assert f"Not saved. {site.ACTOR.user} deleted Partition “PT_A” at" in text
    assert "Description a long text" in text


def test_a_form_for_a_renamed_record_leads_to_it(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    data = typed(client.get(url))
    partition.name = "PT_B"
    records.save(partition, actor=site.ACTOR)
    answer = client.post(url, data)
    assert f"{site.ACTOR.user} renamed Partition “PT_A” to “PT_B”" in text_of(answer)
    assert answer.context["href"] == url.replace("PT_A", "PT_B")


def test_secrets_are_not_given_back(installed: None) -> None:
    url = reverse("usermgmt/end_user configure", args=["gone"])
    both = {"digest_credentials": "Secret-77", "confirm_digest_credentials": "Secret-77"}
    answer = sign_in().post(url, {"userid": "gone", "last_name": "White", **both})
    assert "There is no End User “gone”." in text_of(answer)
    assert "Last Name White" in text_of(answer)
    assert b"Secret-77" not in answer.content


def test_a_page_that_is_only_looked_at_is_a_plain_404(installed: None) -> None:
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    answer = sign_in().get(url)
    assert (answer.status_code, "typed" in answer.context) == (404, False)


def test_a_link_to_a_deleted_record_leads_to_the_undo_of_it(installed: None) -> None:
    records.delete(site.add_partition("PT_A"), actor=site.ACTOR)
    client = sign_in()
    answer = client.get(reverse("callrouting/route_partition configure", args=["PT_A"]))
    assert answer.status_code == 404
    assert f"{site.ACTOR.user} deleted Partition “PT_A” at" in text_of(answer)
    assert "Not saved" not in text_of(answer)
    newest = client.get(answer.context["history_href"]).context["changes"][0]
    assert newest.undo_href


def test_a_live_part_of_a_deleted_record_is_a_plain_404(installed: None) -> None:
    records.delete(site.add_number("1002"), actor=site.ACTOR)
    url = reverse("callrouting/directory_number live", args=["1002"])
    answer = sign_in().get(url, headers={"X-Requested-With": "live.js"})
    assert (answer.status_code, "history_href" in answer.context) == (404, False)
