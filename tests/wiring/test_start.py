import gc


def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage() -> None:
    assert gc.get_freeze_count() > 50_000
