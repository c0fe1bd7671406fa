"""Kamailio as a registrar with digest: auth_db asks PostgreSQL, usrloc writes back to it."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import children, site
from bench.children import HOST
from bench.cores import Cores
from bench.servers import postgresql
from bench.servers.postgresql import Database

SCHEMA = Path("/usr/share/kamailio/postgres")
TABLES = ("standard", "auth_db", "usrloc")
# What it takes by itself; with four it was sometimes faster here, and sometimes not.
WORKERS = 8

CONFIGURATION = """\
debug=0
log_stderror=yes
children={workers}
listen=udp:127.0.0.1:{port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "db_postgres.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "auth.so"
loadmodule "auth_db.so"
modparam("usrloc", "db_url", "{url}")
modparam("usrloc", "db_mode", 2)
modparam("auth", "nonce_expire", 600)
modparam("auth_db", "db_url", "{url}")
modparam("auth_db", "calculate_ha1", 0)
modparam("auth_db", "password_column", "ha1")
modparam("auth_db", "load_credentials", "")
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (!is_method("REGISTER")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
  if (!www_authenticate("{realm}", "subscriber")) {{ www_challenge("{realm}", "1"); exit; }}
  if (!save("location")) {{ sl_reply_error(); }}
  exit;
}}
"""


@dataclass(frozen=True)
class Kamailio:
    """`pids` are the roots of all its processes: its own and the database's."""

    port: int
    pids: tuple[int, int]
    database: Database


@contextlib.contextmanager
def running(folder: Path, cores: Cores, phones: int) -> Iterator[Kamailio]:
    """Run it with so many subscribers, who are those of `bench.site`."""
    folder.mkdir(parents=True)
    with postgresql.running(folder, cores) as database:
        load(database, phones)
        port, path = children.free_port(), folder / "kamailio.cfg"
        path.write_text(
            CONFIGURATION.format(workers=WORKERS, port=port, url=database.url, realm=site.REALM)
        )
        memory = ["-m", "512", "-M", "16"]
        words = ["kamailio", "-DD", "-E", "-f", str(path), *memory, "-w", str(folder)]
        command = cores.on_server_core([*words, "-P", str(folder / "kamailio.pid")])
        log = folder / "kamailio.log"
        with children.running(command, log) as process:
            children.wait_for(lambda: children.listens(port), process, log)
            yield Kamailio(port, (process.pid, database.pid), database)


def load(database: Database, phones: int) -> None:
    for name in TABLES:
        database.execute((SCHEMA / f"{name}-create.sql").read_text())
    rows = (f"{site.number(i)}\t{HOST}\t{ha1(i)}\n" for i in range(phones))
    copy = "COPY subscriber (username, domain, ha1) FROM STDIN;\n"
    database.execute(f"{copy}{''.join(rows)}\\.\nANALYZE;\n")


def ha1(index: int) -> str:
    text = f"{site.number(index)}:{site.REALM}:{site.password(index)}"
    return hashlib.md5(text.encode()).hexdigest()


def version() -> str:
    return children.run(["kamailio", "-v"]).split()[2]
