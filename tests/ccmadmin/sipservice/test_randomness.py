from ccmadmin.sipservice.randomness import SystemTokens


def test_tokens_have_the_length_asked_for_and_do_not_repeat() -> None:
    tokens = SystemTokens()
    made = {tokens.hex(8) for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {16}
