from contextlib import closing
from pathlib import Path

import pytest

from bench import children, office
from bench.cores import Cores
from bench.load.visiting import Visitor
from bench.servers import web
from bench.servers.ccmadmin import CallServer

pytestmark = pytest.mark.external


def test_the_pages_of_a_data_folder_answer(tmp_path: Path) -> None:
    server = CallServer(tmp_path, Cores())
    server.fill(5, "digest")
    server.program("bench.office", "5")
    port = children.free_port()
    with web.running(server, port), closing(Visitor(port)) as visitor:
        visitor.sign_in(office.ADMINISTRATOR, office.PASSWORD)
        answer = visitor.get("/device/phone/")
        assert answer.status == 200
        assert "SEP000001000003" in answer.body
