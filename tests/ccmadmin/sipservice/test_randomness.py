from ccmadmin.sipservice.randomness import POOL_OCTETS, SystemTokens


def test_tokens_have_the_length_asked_for_and_do_not_repeat() -> None:
    tokens = SystemTokens()
    made = {tokens.hex(8) for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {16}


def test_no_octet_is_handed_out_twice_when_the_pool_ends() -> None:
    tokens = SystemTokens()
    made = [tokens.hex(7) for _ in range(POOL_OCTETS)]
    assert len(set(made)) == len(made)
    assert len(tokens.hex(2 * POOL_OCTETS)) == 4 * POOL_OCTETS
