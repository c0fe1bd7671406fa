import pytest

from bench import imports, site
from ccmadmin.models import ChangeLog, Phone

pytestmark = pytest.mark.django_db(databases=["default", "runtime"])


def test_an_imported_phone_goes_through_the_services() -> None:
    site.prepare(1, is_digest=True)
    imports.add(5, site.phone_values())
    assert Phone.by_key(site.device(5)).lines.count() == 1
    written = ChangeLog.objects.filter(source="import").values_list("model", flat=True)
    assert list(written.order_by("sequence")) == ["EndUser", "DirectoryNumber", "Phone"]
