"""The pages with 100,000 phones: how soon each is there, and how much comes over the wire."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench import children, office, site, usage
from bench.load.steady import percentile
from bench.load.visiting import Answer, Visitor, form_values
from bench.measuring import Bench, Result
from bench.servers import web
from bench.servers.ccmadmin import CallServer

TARGET_MS = 100.0
PAGE_TARGET_KB = 100.0
KIND = "digest"

Visit = Callable[[Visitor, int], Iterator[Answer]]


@dataclass
class Seen:
    """What one kind of visit took, the server's part in it, and the largest page that came."""

    ms: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0
    largest: int = 0

    def note(self, answer: Answer) -> None:
        if answer.status not in (200, 302):
            raise RuntimeError(f"{answer.status} came: {answer.body[:500]}")
        self.ms.append(answer.ms)
        self.largest = max(self.largest, answer.octets)


def measure(bench: Bench) -> list[Result]:
    server = office_site(bench)
    port = children.free_port()
    with (
        server.running(),  # what pages tell of phones, they know from a call server that lives
        web.running(server, port) as process,
        closing(Visitor(port)) as visitor,
    ):
        visitor.sign_in(office.ADMINISTRATOR, office.PASSWORD)
        return [
            result(name, visited(bench, visitor, process.pid, name, visit))
            for name, visit in visits(bench.sizes.many).items()
        ]


def office_site(bench: Bench) -> CallServer:
    """Return the site with many phones, with names and a past added to it once."""
    many = bench.sizes.many
    server = bench.site(many, KIND)
    mark = server.folder / "office"
    if not mark.exists():
        bench.say("adding names, spare numbers and the change log")
        server.bind(many)
        server.program("bench.office", str(many))
        mark.touch()
    return server


def visited(bench: Bench, visitor: Visitor, pid: int, name: str, visit: Visit) -> Seen:
    """Pay a visit so often; the first one of each worker, which fills its caches, counts too."""
    bench.say(f"pages: {name}")
    seen = Seen()
    before = usage.cpu_s(pid)
    for turn in range(bench.sizes.visits):
        for answer in visit(visitor, turn):
            seen.note(answer)
    seen.cpu_ms = 1000 * (usage.cpu_s(pid) - before) / bench.sizes.visits
    return seen


def result(name: str, seen: Seen) -> Result:
    p95, kilobytes = percentile(seen.ms, 0.95), seen.largest / 1000
    return Result(
        f"page: {name}",
        f"p95 at most {TARGET_MS:.0f} ms, {PAGE_TARGET_KB:.0f} kB",
        f"p95 {p95:.0f} ms, half within {percentile(seen.ms, 0.5):.0f} ms",
        "",
        f"{p95:.0f} ms, {kilobytes:.0f} kB",
        p95 <= TARGET_MS and kilobytes <= PAGE_TARGET_KB,
        f"the server's CPU time for each visit: {seen.cpu_ms:.0f} ms",
    )


def visits(many: int) -> dict[str, Visit]:
    """Return every kind of visit by name; a turn decides which record it is about."""
    phones, users = "/device/phone/", "/usermgmt/end_user/"
    numbers, log = "/callrouting/directory_number/", "/serviceability/change_log/"
    last = many // 50

    def spread(turn: int) -> int:
        return turn * 7919 % many

    return {
        "phones, first page": pages(lambda turn: listed(phones)),
        "phones, page 2,000": pages(lambda turn: listed(phones, page=last)),
        "phones, any page": pages(lambda turn: listed(phones, page=1 + spread(turn) // 50)),
        "phones by description, any page": pages(
            lambda turn: listed(phones, sort="description", page=1 + spread(turn) // 50)
        ),
        "phones by device pool, last page": pages(
            lambda turn: listed(phones, sort="device_pool__name", page=last)
        ),
        "phones, 100 rows": pages(lambda turn: listed(phones, rows=100, page=1 + turn)),
        "phones whose description contains a word": pages(
            lambda turn: found(phones, "description", "contains", f"room {turn}")
        ),
        "phones by directory number": pages(
            lambda turn: found(
                phones, "lines__directory_number__number", "begins", site.number(spread(turn))[:-1]
            )
        ),
        "end users, page 2,000": pages(lambda turn: listed(users, page=last)),
        "end users by last name": pages(
            lambda turn: found(users, "last_name", "begins", office.last_name(spread(turn)))
        ),
        "end users by department, any page": pages(
            lambda turn: listed(users, sort="department", page=1 + spread(turn) // 50)
        ),
        "directory numbers, page 2,000": pages(lambda turn: listed(numbers, page=last)),
        "directory numbers ending in": pages(
            lambda turn: found(numbers, "number", "ends", site.number(spread(turn))[-4:])
        ),
        "change log, first page": pages(lambda turn: listed(log)),
        "change log, page 2,000": pages(lambda turn: listed(log, page=last)),
        "search for a number": pages(lambda turn: searched(site.number(spread(turn)))),
        "search for a user by name": pages(
            lambda turn: searched(f"{office.first_name(turn)} {office.last_name(spread(turn))}")
        ),
        "search for a device": pages(lambda turn: searched(site.device(spread(turn))[3:])),
        "search for a description": pages(lambda turn: searched(f"room {spread(turn) % 997}")),
        "search for an address": pages(lambda turn: searched("127.0.0.1")),
        "search for what is not there": pages(lambda turn: searched(f"nothing{turn}")),
        "phone": pages(lambda turn: f"/device/phone/{site.device(spread(turn))}/"),
        "end user": pages(lambda turn: f"/usermgmt/end_user/{site.number(spread(turn))}/"),
        "directory number": pages(lambda turn: f"{numbers}{site.number(spread(turn))}/"),
        "home": pages(lambda turn: "/"),
        "save of a phone": save_phone(spread),
        "add a phone": add_phone(many),
    }


def pages(path: Callable[[int], str]) -> Visit:
    def visit(visitor: Visitor, turn: int) -> Iterator[Answer]:
        yield visitor.get(path(turn))

    return visit


def listed(path: str, **query: object) -> str:
    """Return the URL of a list; one without a query would bring the last search back."""
    return f"{path}?{urlencode(query or {'page': 1})}"


def found(path: str, name: str, operator: str, text: str) -> str:
    return listed(path, field=name, operator=operator, text=text)


def searched(text: str) -> str:
    return f"/search/?{urlencode({'q': text})}"


def save_phone(spread: Callable[[int], int]) -> Visit:
    def visit(visitor: Visitor, turn: int) -> Iterator[Answer]:
        path = f"/device/phone/{site.device(spread(turn))}/"
        values = form_values(visitor.get(path).body)
        yield visitor.post(path, {**values, "description": f"Visited {turn}"})

    return visit


def add_phone(many: int) -> Visit:
    def visit(visitor: Visitor, turn: int) -> Iterator[Answer]:
        path = "/device/phone/-/add/?" + urlencode({"type": site.MODEL})
        values = form_values(visitor.get(path).body)
        name = site.device(2 * many + turn)
        profile = {"phone_security_profile": "Bench"}
        yield visitor.post(path, {**values, **profile, "name": name})

    return visit
