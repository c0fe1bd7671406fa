from ccmadmin.sipservice.kept import Kept


class Maker:
    def __init__(self) -> None:
        self.made: list[int] = []

    def make(self, number: int) -> str:
        self.made.append(number)
        return f"record {number}, {len(self.made)}"


def test_a_record_is_made_once() -> None:
    maker = Maker()
    kept = Kept(maker.make)
    assert kept.get(3) is kept.get(3)
    assert maker.made == [3]


def test_a_dropped_record_is_made_anew() -> None:
    maker = Maker()
    kept = Kept(maker.make)
    kept.get(3)
    kept.drop(3)
    kept.drop(4)
    assert kept.get(3) == "record 3, 2"


def test_all_records_can_be_dropped() -> None:
    maker = Maker()
    kept = Kept(maker.make)
    kept.get(3)
    kept.get(4)
    kept.drop_all()
    assert len(kept) == 0
    assert kept.get(3) == "record 3, 3"


def test_only_so_many_are_kept() -> None:
    kept = Kept(Maker().make, most=3)
    sizes = []
    for number in range(8):
        assert kept.get(number) == f"record {number}, {number + 1}"
        sizes.append(len(kept))
    assert sizes == [1, 2, 3, 1, 2, 3, 1, 2]
