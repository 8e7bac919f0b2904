"""Whose turn it is: no threads and no time, only the order."""

from __future__ import annotations

from core.lanes import LONG, SHORT, Lanes

PLENTY = 1e12


def lanes(short: int = 2, long: int = 2) -> Lanes[str]:
    return Lanes(short, long)


def order(queue: Lanes[str], room: float = PLENTY) -> list[str]:
    """In which order all that waits runs, one after the other."""
    served = []
    while admitted := queue.admit(room):
        served += admitted
        for work in admitted:
            queue.leave(work)
    return served


def test_short_work_does_not_wait_for_long_work() -> None:
    queue = lanes()
    for n in range(10):
        queue.enter(f"training {n}", f"visitor {n}", LONG)
    assert queue.admit(PLENTY) == ["training 0", "training 1"]
    queue.enter("heatmap", "newcomer", SHORT)
    assert queue.admit(PLENTY) == ["heatmap"]
    assert queue.place("heatmap") is None and queue.place("training 4") == (LONG, 2)


def test_one_visitor_has_half_of_a_lane() -> None:
    queue = lanes(long=4)
    for n in range(6):
        queue.enter(f"a{n}", "a", LONG)
    assert queue.admit(PLENTY) == ["a0", "a1"]
    queue.enter("b0", "b", LONG)
    assert queue.admit(PLENTY) == ["b0"]
    queue.leave("a1")
    assert queue.admit(PLENTY) == ["a2"]


def test_visitors_take_turns_however_much_one_asks() -> None:
    queue = lanes(short=1)
    for n in range(3):
        queue.enter(f"a{n}", "a", SHORT)
    assert queue.admit(PLENTY) == ["a0"]
    queue.enter("b0", "b", SHORT)
    queue.enter("b1", "b", SHORT)
    queue.enter("c0", "c", SHORT)
    assert [queue.place(work) for work in ("b0", "c0", "a2")] == [(SHORT, n) for n in (0, 1, 4)]
    queue.leave("a0")
    assert order(queue) == ["b0", "c0", "a1", "b1", "a2"]


def test_what_turns_out_long_makes_room_and_yields() -> None:
    queue = lanes(short=1, long=1)
    queue.enter("slow", "a", SHORT)
    queue.admit(PLENTY)
    queue.enter("quick", "b", SHORT)
    assert queue.admit(PLENTY) == []
    queue.lengthen("slow")
    assert queue.admit(PLENTY) == ["quick"] and not queue.must_yield("slow", True)
    queue.lengthen("quick")
    assert queue.must_yield("slow", False) and queue.must_yield("quick", False)
    queue.yielded("slow")
    assert not queue.must_yield("quick", False), "its turn has only begun"
    assert queue.must_yield("quick", True) and queue.place("slow") == (LONG, 0)
    queue.yielded("quick")
    assert queue.admit(PLENTY) == ["slow"] and queue.place("quick") == (LONG, 0)


def test_what_lacks_memory_waits_and_others_pass_it() -> None:
    queue = lanes(long=3)
    queue.enter("first", "a", LONG, 60)
    queue.enter("large", "b", LONG, 80)
    queue.enter("small", "c", LONG, 30)
    assert queue.admit(100) == ["first", "small"]
    queue.leave("first")
    assert queue.admit(70) == []
    queue.leave("small")
    assert queue.admit(70) == ["large"], "nobody holds memory: it is let run, to be refused"


def test_who_comes_again_and_again_does_not_starve_another() -> None:
    queue = lanes(short=1)
    for work, visitor in (("b0", "b"), ("b1", "b"), ("a0", "a"), ("a1", "a"), ("a2", "a")):
        queue.enter(work, visitor, SHORT)
    assert queue.admit(PLENTY) == ["b0"]
    queue.leave("b0")
    assert queue.admit(PLENTY) == ["a0"]
    queue.leave("a0")
    queue.leave("a1")
    queue.leave("a2")
    queue.enter("a3", "a", SHORT)
    assert order(queue) == ["b1", "a3"]


def test_what_left_is_unknown() -> None:
    queue = lanes()
    queue.enter("a0", "a", SHORT)
    queue.leave("a0")
    queue.leave("a0")
    assert queue.admit(PLENTY) == [] and queue.place("a0") is None
