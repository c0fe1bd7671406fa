from bench import machine


def test_the_machine_has_a_processor_memory_and_a_system() -> None:
    assert machine.processor()
    assert machine.memory_gib() > 0
    assert machine.system()
    assert machine.others_busy() >= 0
