"""Word vectors of every kind, and what is asked of them."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.digests.texts import NEWS, PLAIN
from core.lengths import directions
from core.specs import Spec
from core.text.vocabulary import vocabulary
from core.vectors.evaluate.analogies import answers, plane
from core.vectors.evaluate.benchmarks import (
    ANALOGY_SETS,
    PAIR_SETS,
    pairs_of,
    questions_of,
    sections,
)
from core.vectors.evaluate.explained import bands, compare
from core.vectors.evaluate.freedom import cosines, loss, moved, norms, sample_of
from core.vectors.evaluate.keywords import by_sum, by_tfidf, by_tree, found_in
from core.vectors.evaluate.scores import scored
from core.vectors.models.factorised import factorise, reconstruct, vectors
from core.vectors.models.fitting import fit
from core.vectors.models.model import Model, space
from core.vectors.search.exact import top_k, top_k_batch
from core.vectors.search.expression import parse
from core.vectors.search.graph import neighbours_among
from core.vectors.search.nearest import answer, shelved_answer
from core.vectors.specs import (
    PARTS,
    SECOND_ORDER,
    SIMILARITIES,
    Explicit,
    Glove,
    PpmiSvd,
    Query,
    SimplerGlove,
    Word2Vec,
)
from core.vectors.store.exports import projector, safetensors, word2vec_binary, word2vec_text
from core.vectors.store.readers.formats import load

PPMI = PpmiSvd().replace(source="lee-news", min_count=10, dim=20)
WORD2VEC = Word2Vec(corpus=NEWS, dim=10, passes=2)
GLOVE = Glove(counts=PLAIN, dim=10, epochs=3)
SIMPLER = SimplerGlove(counts=PLAIN, dim=10, epochs=3)
EXPLICIT = Explicit(counts=PLAIN, size=60, dim=10, iterations=10)
TREE = "hierarchical softmax"
MODELS: dict[str, Spec] = {
    "ppmi-svd": PPMI,
    "ppmi-svd p=1": PPMI.replace(exponent=1.0),
    "ppmi-svd with contexts": PPMI.replace(add_context=True, shift=5.0),
    "word2vec": WORD2VEC,
    "word2vec cbow": WORD2VEC.replace(architecture="cbow"),
    "word2vec tree": WORD2VEC.replace(output=TREE),
    "word2vec cbow tree": WORD2VEC.replace(architecture="cbow", output=TREE),
    "word2vec settings": WORD2VEC.replace(
        window=2, boundary="line", negatives=2, noise=1.0, sample=0.0, rate=0.05, seed=3
    ),
    "glove": GLOVE,
    "glove by coordinate": GLOVE.replace(adagrad="coordinate", eta=0.05, seed=1),
    "simpler glove": SIMPLER,
    "simpler glove two vectors": SIMPLER.replace(two_vectors=True, truncate=False, seed=1),
    "explicit sgns": EXPLICIT,
    "explicit mle": EXPLICIT.replace(objective="mle", temperature=3.0, seed=1),
}
EXPLAINED = [name for name in MODELS if not re.search("p=1|contexts|cbow|tree", name)]
"""Those with a target for their inner products."""
TEXT = "The government of Australia said police would help the people in Afghanistan today."


def entries() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for name, spec in MODELS.items():
        found[f"model {name}"] = partial(_model, spec)
        found[f"scores {name}"] = partial(scored, spec)
        if name in EXPLAINED:
            found[f"explained {name}"] = partial(_explained, spec)
    found["factors"] = partial(_factors, PPMI)
    found["vectors of PPMI-SVD"] = partial(vectors, PPMI.replace(smoothing=0.75, window=2))
    return {**found, **_neighbours(), **_asked(), **_files()}


def parts_of(model: Model) -> object:
    """What a model holds, by meaning rather than by the fields of its class."""
    tree = model.tree and (model.tree.theta, model.tree.points, model.tree.codes, model.tree.starts)
    return (
        model.words, model.counts, model.word, model.context, model.word_bias, model.context_bias,
        tree, model.history, model.optimum, model.lowercase, model.simplified,
    )  # fmt: skip


def _model(spec: Spec) -> object:
    model = fit(spec)
    known = [part for part in PARTS if part == "word" or model.context.size]
    return parts_of(model), [(space(model, p).word, space(model, p).norms) for p in known]


def _factors(spec: PpmiSvd) -> object:
    svd = factorise(spec.factors)
    some = np.arange(30)
    return svd, reconstruct(svd, 10, some, some + 5)


def _explained(spec: Spec) -> object:
    comparison = compare(spec)
    return comparison, bands(comparison, fit(spec).counts)


def _neighbours() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for similarity in SIMILARITIES:
        for text in ("government", "police + australia - 0.5 * people"):
            query = Query(expression=text, similarity=similarity, basis=300, k=20)
            found[f"neighbours {similarity}: {text}"] = partial(answer, PPMI, query)
    for alpha in (0.0, 0.9):
        query = Query(expression="government", similarity="conditional", alpha=alpha, least=1.0)
        found[f"neighbours conditional {alpha:g}"] = partial(answer, PPMI, query)
    for similarity in SECOND_ORDER:
        query = Query(
            expression="government", similarity=similarity, basis=300, exclude_inputs=False
        )
        for part in PARTS:
            found[f"neighbours in GloVe {similarity} {part}"] = partial(_in_glove, part, query)
    return found


def _in_glove(part: str, query: Query) -> object:
    return shelved_answer(fit(GLOVE), part, query)


def _asked() -> dict[str, Callable[[], object]]:
    return {
        "expression": _expression,
        "search": _search,
        "analogies": _analogies,
        "lists of words": lambda: (
            [[(p.a, p.b, p.score) for p in pairs_of(name)] for name in PAIR_SETS],
            [sections(questions_of(name)) for name in ANALOGY_SETS],
            [[(q.a, q.b, q.c, q.d) for q in questions_of(name)] for name in ANALOGY_SETS],
        ),
        "keywords": _keywords,
        "freedom": _freedom,
        "graph": _graph,
    }


def _expression() -> object:
    words = vocabulary(NEWS)
    texts = ("government", "police - australia", "2*(police + people) − 0.5 × new", "“new” + year")
    return [parse(text, words.find) for text in texts], words.near("goverment")


def _search() -> object:
    rng = np.random.default_rng(0)
    V = rng.standard_normal((3000, 24)).astype(np.float32)
    scale, bias = rng.random((2, 3000)).astype(np.float32)
    return (
        top_k(V, V[3], 12, exclude=(3, 5)),
        top_k(V, V[4], 12, scale=scale, bias=bias),
        top_k_batch(V, V[:9], 7, skip=np.arange(9)),
    )


def _analogies() -> object:
    rows, words = space(fit(PPMI)), vocabulary(NEWS)
    asked = [words.find(word) for word in ("australia", "australian", "afghanistan")]
    many = [answers(rows, asked, 10, exclude_inputs=inputs) for inputs in (True, False)]
    return many, plane(rows, [*asked, int(many[0][0].ids[0])], asked)


def _keywords() -> object:
    model, words = fit(MODELS["word2vec tree"]), vocabulary(NEWS)
    counts, unknown = found_in(TEXT, words, NEWS.text)
    by = (by_tree(model, counts), by_sum(space(model), counts), by_tfidf(NEWS, words, counts))
    return sorted(counts.items()), unknown, [(one.ids, one.scores) for one in by]


def _freedom() -> object:
    model, records = fit(GLOVE), sample_of(GLOVE)
    turned = moved(model, 1.0)
    return (
        records, [loss(m, records) for m in (model, turned)], parts_of(turned),
        cosines(space(model)), norms(model, space(model)),
    )  # fmt: skip


def _graph() -> object:
    rows = space(fit(PPMI))
    return neighbours_among(directions(rows.word, rows.norms), 10)


def _files() -> dict[str, Callable[[], object]]:
    writers: dict[str, Any] = {
        "v.txt": word2vec_text,
        "v.bin": word2vec_binary,
        "v.safetensors": safetensors,
    }
    found: dict[str, Callable[[], object]] = {
        f"vectors file {name}": partial(_written, writer, name) for name, writer in writers.items()
    }
    found["vectors file projector"] = _projector
    found["vectors file v.npy"] = _matrix_and_list
    return found


def _written(writer: Any, name: str) -> object:
    model = fit(GLOVE)
    content = writer(model.words, model.word)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        read = load(path, name)
        return content, read.words, np.asarray(read.matrix)


def _projector() -> object:
    """What the zip holds: the zip itself tells the time."""
    with zipfile.ZipFile(io.BytesIO(projector(fit(GLOVE).words, fit(GLOVE).word))) as packed:
        return [(name, packed.read(name)) for name in packed.namelist()]


def _matrix_and_list() -> object:
    model = fit(GLOVE)
    with tempfile.TemporaryDirectory() as folder:
        matrix, words = Path(folder) / "v.npy", Path(folder) / "words.txt"
        np.save(matrix, model.word)
        words.write_text("\n".join(model.words), encoding="utf-8")
        read = load(matrix, "v.npy", words)
        return read.words, np.asarray(read.matrix)
