"""No result is lost to a bad disk, and none is believed that is damaged."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from squares import Square, counted, files, square

from core import buffers, cache
from core.files import checksum

pytestmark = pytest.mark.usefixtures("empty_cache")


class TestDamage:
    """Whatever happened to a file, the remedy is to compute anew and to store that."""

    def spoil(self, empty_cache: Path, how: Callable[[Path], Any]) -> list[Square]:
        compute, calls = counted(square)
        compute(Square())
        cache.forget_memory()
        how(files(empty_cache, "*.result")[0])
        for _ in range(2):
            np.testing.assert_array_equal(compute(Square()), square(Square()))
            cache.forget_memory()
        return calls

    def test_one_flipped_bit(self, empty_cache: Path) -> None:
        def flip(path: Path) -> None:
            content = bytearray(path.read_bytes())
            content[-1] ^= 1
            path.write_bytes(content)

        assert len(self.spoil(empty_cache, flip)) == 2

    @pytest.mark.parametrize("length", [0, 1, 100])
    def test_truncated(self, empty_cache: Path, length: int) -> None:
        assert len(self.spoil(empty_cache, lambda path: os.truncate(path, length))) == 2

    def test_missing_checksum(self, empty_cache: Path) -> None:
        assert len(self.spoil(empty_cache, lambda path: path.with_suffix(".crc").unlink())) == 2

    def test_missing_file_beside_its_checksum(self, empty_cache: Path) -> None:
        assert len(self.spoil(empty_cache, lambda path: path.unlink())) == 2

    def test_a_valid_checksum_of_something_that_is_no_result(self, empty_cache: Path) -> None:
        def replace(path: Path) -> None:
            path.write_bytes(b"not a pickle")
            path.with_suffix(".crc").write_text(checksum(path))

        assert len(self.spoil(empty_cache, replace)) == 2

    def test_half_written_file_is_ignored(self, empty_cache: Path) -> None:
        def halve(path: Path) -> None:
            path.rename(path.with_name(path.name + ".0123.part"))

        assert len(self.spoil(empty_cache, halve)) == 2

    def test_abandoned_parts_are_swept(self, empty_cache: Path) -> None:
        compute, _ = counted(square)
        compute(Square(1))
        home = files(empty_cache, "*.result")[0].parent
        fresh, old = home / "a.result.1.part", home / "b.result.2.part"
        for part in (fresh, old):
            part.write_bytes(b"x")
        os.utime(old, (0, 0))
        cache.forget_memory()  # a process that starts looks at all files
        compute(Square(2))
        assert fresh.exists() and not old.exists()


@pytest.fixture
def no_disk(empty_cache: Path) -> None:
    """A cache folder that nothing can be written to or read from, not even by root."""
    shutil.rmtree(empty_cache)
    empty_cache.write_text("a file where the folder should be")


class TestBadDisk:
    def test_no_folder_costs_speed_not_the_result(self, no_disk: None) -> None:
        compute, calls = counted(square)
        for _ in range(2):
            np.testing.assert_array_equal(compute(Square()), square(Square()))
        assert len(calls) == 1  # memory still serves
        assert not compute.stored(Square(4))
        assert cache.size() == 0
        cache.clear()
        compute(Square())
        assert len(calls) == 2

    def test_read_only_where_there_is_no_disk(self, no_disk: None) -> None:
        compute, _ = counted(square)
        assert not compute(Square()).flags.writeable

    @pytest.mark.parametrize("method", ["write", "replace"])
    def test_full_disk(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, method: str
    ) -> None:
        def full(source: Any, target: Path) -> None:
            if method == "write":
                Path(target).write_bytes(b"as much as there was room for")
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(*{"write": (buffers, "write"), "replace": (os, "replace")}[method], full)
            compute, calls = counted(square)
            np.testing.assert_array_equal(compute(Square()), square(Square()))
        assert files(empty_cache, "*.*") == []
        cache.forget_memory()
        compute(Square())
        assert len(calls) == 2
        assert len(files(empty_cache, "*.result")) == 1

    def test_read_only_folder_still_serves(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compute, calls = counted(square)
        compute(Square())
        cache.forget_memory()

        def refuse(*arguments: Any, **options: Any) -> None:
            raise PermissionError(30, "Read-only file system")

        with monkeypatch.context() as patch:
            patch.setattr(os, "utime", refuse)
            patch.setattr(Path, "unlink", refuse)
            np.testing.assert_array_equal(compute(Square()), square(Square()))
            assert len(calls) == 1
            files(empty_cache, "*.result")[0].write_bytes(b"damaged")
            cache.forget_memory()
            patch.setattr(os, "replace", refuse)
            np.testing.assert_array_equal(compute(Square()), square(Square()))
            assert len(calls) == 2

    def test_what_cannot_be_stored_leaves_nothing_behind(self, empty_cache: Path) -> None:
        compute, _ = counted(lambda spec: threading.Lock())
        with pytest.raises(TypeError):
            compute(Square())
        assert files(empty_cache, "*.*") == []


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/dev/fd"))


class TestDescriptors:
    def test_a_map_a_file_or_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(buffers, "SMALL", 60_000)
        monkeypatch.setattr(cache, "WORTH_A_MAP", 0)
        monkeypatch.setattr(buffers, "MOST_MAPS", len(buffers._maps) + 5)

        def many(spec: Square) -> list[np.ndarray]:
            return [np.full(spec.side, float(n)) for n in range(300)]

        compute, _ = counted(many)
        before = descriptors()
        compute(Square(3))
        assert descriptors() == before, "a small file is read into memory"
        compute(Square(40))
        assert descriptors() == before + 1
        for side in range(41, 60):
            result = compute(Square(side))
            assert [array[0] for array in result] == list(range(300))
            assert not any(array.flags.writeable for array in result)
        assert descriptors() == before + 5
        cache.forget_memory()
        del result
        assert descriptors() == before

    @pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError()])
    def test_a_good_file_stays_where_it_cannot_be_read_now(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        compute, calls = counted(square)
        compute(Square())
        (path,) = files(empty_cache, "*.result")
        changed = path.stat().st_ino
        cache.forget_memory()

        def fail(path: Path, *arguments: Any) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(buffers, "read", fail)
            patch.setattr(buffers, "write", fail if isinstance(error, OSError) else buffers.write)
            np.testing.assert_array_equal(compute(Square()), square(Square()))
        cache.forget_memory()
        compute(Square())
        assert len(calls) == 2
        assert not isinstance(error, OSError) or path.stat().st_ino == changed

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_arrays_lie_where_kernels_want_them(self, tmp_path: Path, order: Any) -> None:
        arrays = [np.ones((3, n), np.float64, order) for n in range(1, 5)]
        for array in arrays:
            array[:] = np.arange(array.size).reshape(array.shape)
        mapped = np.memmap(tmp_path / "mapped", np.int16, "w+", shape=(7,))
        mapped[:] = range(7)
        written = {"arrays": arrays, "mapped": mapped, "text": "α"}
        assert buffers.write(buffers.parts_of(written), tmp_path / "value") == checksum(
            tmp_path / "value"
        )
        value = buffers.read(tmp_path / "value")
        assert type(value["mapped"]) is np.ndarray and value["text"] == "α"
        np.testing.assert_equal(value["mapped"], mapped)
        for got, array in zip(value["arrays"], arrays, strict=True):
            np.testing.assert_equal(got, array)
            assert got.flags.aligned and got.flags.f_contiguous == array.flags.f_contiguous


class TestSize:
    def test_least_recently_used_goes_first(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compute, calls = counted(lambda spec: np.full(10_000, spec.side, np.int64))
        for side in (1, 2, 3):
            compute(Square(side))
            for path in files(empty_cache, "*.result"):  # as if a day had passed
                os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 86400))
        cache.forget_memory()
        compute(Square(1))  # used again
        monkeypatch.setenv("VECTORSCOPE_CACHE_GB", "0.0002")
        compute(Square(4))
        cache.forget_memory()
        assert [compute.stored(Square(side)) for side in (1, 2, 3, 4)] == [True, False, False, True]
        assert cache.size() <= 200_000
        assert len(files(empty_cache, "*.crc")) == 2
        assert len(calls) == 4

    def test_the_files_are_looked_at_once_a_hundredth_of_the_limit(
        self, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks: list[int] = []
        evict = cache._evict
        monkeypatch.setattr(cache, "_evict", lambda: (looks.append(len(calls)), evict()))
        monkeypatch.setenv("VECTORSCOPE_CACHE_GB", "0.025")  # a hundredth holds three results
        compute, calls = counted(lambda spec: np.full(10_000, spec.side, np.int64))
        for side in range(1, 10):
            compute(Square(side))
        assert looks == [1, 5, 9]
        assert cache.size() <= 0.025e9

    def test_the_newest_stays_whatever_its_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VECTORSCOPE_CACHE_GB", "0")
        compute, _ = counted(square)
        compute(Square(1))
        compute(Square(2))
        assert not compute.stored(Square(1)) or compute.ready(Square(1))
        assert compute.stored(Square(2))
        assert 0 < cache.size() < 1000

    def test_a_malformed_limit_is_the_usual_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VECTORSCOPE_CACHE_GB", "plenty")
        compute, _ = counted(square)
        assert compute(Square()) is not None
        assert cache._limit() == 10e9

    def test_clear(self, empty_cache: Path) -> None:
        compute, calls = counted(square)
        compute(Square())
        assert cache.size() == files(empty_cache, "*.result")[0].stat().st_size
        cache.clear()
        assert cache.size() == 0
        assert not compute.stored(Square())
        compute(Square())
        assert len(calls) == 2
