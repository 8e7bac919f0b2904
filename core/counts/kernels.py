"""The compiled inner loops of counting.

The design is inverted: instead of hashing pairs in the order of the text, the
positions of every word are listed first, and each row of the matrix is then
summed in one dense accumulator that fits the processor's cache. Weights are
integers, so sums do not depend on the order of threads.

Imported where it is called, as all compiled code is: loading it takes most of a
second, which pages of stored results need not wait for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

u = np.uint64


@intrinsic
def trailing_zeros(typingctx: Any, word: Any) -> Any:
    """The index of the lowest set bit of a uint64 that is not zero: one instruction."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


@intrinsic
def prefetch(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask for array[index] to be brought into the cache; positions of a word lie far apart."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, args[0])
        pointer = cgutils.get_item_pointer(
            context, builder, signature.args[0], view, [args[1]], wraparound=False
        )
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        flags = [ir.Constant(number, value) for value in (0, 3, 1)]  # read, keep, data
        builder.call(function, [builder.bitcast(pointer, byte), *flags])
        return context.get_dummy_value()

    return types.void(array, index), codegen


@njit(nogil=True, cache=True, error_model="numpy")
def pad(ids, starts, size, window, keep_gaps, out, frequency):
    """Copy the token ids with `window` fillers (id `size`) around every segment.

    Ids of dropped words (≥ size) become fillers too, or are removed unless `keep_gaps`.
    Returns the number of ids written.
    """
    n = 0
    filler = out.dtype.type(size)
    for _ in range(window):
        out[n] = filler
        n += 1
    for s in range(len(starts)):
        end = starts[s + 1] if s + 1 < len(starts) else len(ids)
        begin = n
        for i in ids[starts[s] : end]:
            if i < size:
                out[n] = i
                n += 1
                frequency[i] += 1
            elif keep_gaps:
                out[n] = filler
                n += 1
        if n > begin:
            for _ in range(window):
                out[n] = filler
                n += 1
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def list_positions(padded, size, pointers, positions):
    """Counting sort of the positions by word: `pointers` (size+1,), `positions` (tokens,)."""
    filled = pointers[:-1].copy()
    for p in range(len(padded)):
        i = padded[p]
        if i < size:
            positions[filled[i]] = p
            filled[i] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def count_rows(padded, positions, pointers, first, last, before, after, acc, indices, data, ends):
    """Rows first..last of the co-occurrence matrix, columns in order.

    before, after: weight at distance 1, 2, … on that side (may be empty), in `acc`'s
    type. acc: zeros (size+1,). indices, data: room for the rows; ends[r]: where row
    first+r stops. Returns the number of cells written.
    """
    size = len(acc) - 1
    touched = np.empty(size + 2, np.uint32)
    bits = np.zeros(size // 64 + 1, np.uint64)
    n_before, n_after = u(len(before)), u(len(after))
    one = u(1)
    out = u(0)
    for r in range(first, last):
        own = positions[pointers[r] : pointers[r + 1]]
        prefetched = max(len(own) - 8, 0)
        touched_count = u(0)
        for k in range(len(own)):
            if k < prefetched:
                prefetch(padded, positions[u(pointers[r] + k + 8)])
            p = u(own[k])
            for d in range(n_before):
                c = padded[p - d - one]
                sum_ = acc[c]
                touched[touched_count] = c
                touched_count += u(sum_ == 0)
                acc[c] = sum_ + before[d]
            for d in range(n_after):
                c = padded[p + d + one]
                sum_ = acc[c]
                touched[touched_count] = c
                touched_count += u(sum_ == 0)
                acc[c] = sum_ + after[d]
        if touched_count * u(8) > u(size):
            for c in range(u(size)):
                if acc[c]:
                    indices[out] = c
                    data[out] = acc[c]
                    acc[c] = 0
                    out += one
        else:
            for k in range(touched_count):
                c = u(touched[k])
                bits[c >> u(6)] |= one << (c & u(63))
            bits[u(size) >> u(6)] &= ~(one << (u(size) & u(63)))  # the filler is not a word
            for b in range(u(len(bits))):
                word = bits[b]
                if word:
                    bits[b] = 0
                    while word:
                        c = (b << u(6)) | trailing_zeros(word)
                        word &= word - one
                        indices[out] = c
                        data[out] = acc[c]
                        acc[c] = 0
                        out += one
        acc[size] = 0
        ends[r - first] = out
    return out


@njit(nogil=True, cache=True, error_model="numpy")
def row_sums(indptr, indices, counts, keep, out):
    """Σ over c of n(w, c)·keep_c into `out` (V,); scipy would first make float64 of all counts."""
    for w in range(len(out)):
        total = 0.0
        for k in range(indptr[w], indptr[w + 1]):
            total += counts[k] * keep[indices[k]]
        out[w] = total


@njit(nogil=True, cache=True, error_model="numpy")
def positive_pmi(indptr, indices, counts, row_log, column_log, least, out_indptr, out_indices, out):
    """Cells of max(log n − row_log[w] − column_log[c], 0) that exceed `least` = log k, less log k.

    counts: the stored integers of the CSR (indptr, indices). Returns how many cells were
    written to out_indices, out.
    """
    n = 0
    for w in range(len(indptr) - 1):
        for k in range(indptr[w], indptr[w + 1]):
            c = indices[k]
            value = np.log(np.float64(counts[k])) - row_log[w] - column_log[c] - least
            if value > 0.0:
                out_indices[n] = c
                out[n] = value
                n += 1
        out_indptr[w + 1] = n
    return n
