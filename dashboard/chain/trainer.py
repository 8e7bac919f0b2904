"""The controls of each kind of model, its formula, and the spec they make."""

from __future__ import annotations

import streamlit as st

from core.specs import Spec
from core.vectors.specs import Explicit, Glove, PpmiSvd, SimplerGlove, Word2Vec
from dashboard import state
from dashboard.chain import stages as chain
from dashboard.chain.views import TrainView
from dashboard.language import say
from dashboard.ui import controls

NAMES = {
    "word2vec": "word2vec (SGNS, CBOW)",
    "glove": "GloVe",
    "simpler": "Simpler GloVe",
    "explicit": "SGNS as a whole matrix",
    "ppmi-svd": "PPMI-SVD",
}
KINDS: dict[str, type[Spec]] = {
    "word2vec": Word2Vec,
    "glove": Glove,
    "simpler": SimplerGlove,
    "explicit": Explicit,
    "ppmi-svd": PpmiSvd,
}
FORMULAS = {
    "negative sampling": r"\begin{gathered}\mathcal L = -\log\sigma(\langle w, c\rangle) - "
    r"\sum_{i=1}^{k}\log\sigma(-\langle w, c_i\rangle)\\ c_i \sim \#c^{\,\alpha}\end{gathered}",
    "hierarchical softmax": r"\mathcal L = -\log p(o\mid w) = -\sum_{t}"
    r"\log\sigma\big(\pm\langle w, \theta_t\rangle\big)",
    "glove": r"\begin{gathered}J = \tfrac12\sum_{ij} f(X_{ij})\big("
    r"\langle w_i, c_j\rangle + b_i + \tilde b_j - \log X_{ij}\big)^2\\ "
    r"f(x)=\min\big(1,(x/x_{\max})^{p}\big)\end{gathered}",
    "simpler": r"J = \tfrac12\sum_{i\ne j} f(X_{ij})\big(\langle v_i, v_j\rangle - "
    r"\mathrm{PMI}_{ij}\big)^2",
    "sgns": r"\begin{gathered}\mathcal L = -\sum_{ij}\big[N_{ij}\log\sigma(\psi_{ij}) + N^-_{ij}"
    r"\log\sigma(-\psi_{ij})\big]\\ \psi=\langle w_i,c_j\rangle,\quad "
    r"\psi^\star = \mathrm{PMI}-\log k\end{gathered}",
    "mle": r"\begin{gathered}\mathcal L = -\sum_{ij}(p_ip_j)^{1/\tau-1}\big["
    r"p_{ij}\psi_{ij} - p_ip_j e^{\psi_{ij}}\big]\\ \psi^\star=\mathrm{PMI}\end{gathered}",
    "ppmi-svd": r"\begin{gathered}M=\max(\mathrm{PMI}-\log k,0)\approx U_d\Sigma_d V_d^\top\\ "
    r"W=U_d\Sigma_d^{\,p},\; C=V_d\Sigma_d^{\,p}\end{gathered}",
}
MEANING = {
    "negative sampling": "Each pair within the window is told apart from k noise words. By gensim.",
    "hierarchical softmax": "Words are the leaves of a Huffman tree, a prediction the path to one. "
    "By gensim.",
    "glove": "Weighted least squares on log counts; AdaGrad with the sum of g², as published.",
    "simpler": "One vector a word, fitted to PMI itself; the missing diagonal leaves ‖v‖ free to "
    "follow −log P(w).",
    "sgns": "What negative sampling minimises in expectation, summed over every cell, nothing "
    "sampled. The work grows with the square of the vocabulary.",
    "mle": "Maximum likelihood of the counts over every cell (Hilbert-MLE).",
    "ppmi-svd": "No training: the truncated SVD of the PPMI matrix.",
}


def kind() -> str:
    """Which model, as a row of choices."""
    return controls.pick(TrainView, "model_kind", "Model", names=NAMES, compact=False)


def panel(kind: str) -> Spec:
    """All controls of a kind of model. Raises SpecError where they do not fit together."""
    chain.corpus()
    if kind == "word2vec":
        _word2vec()
    elif kind == "ppmi-svd":
        chain.counts()
        chain.association(measures=("ppmi",))
        chain.vectors()
    else:
        chain.counts()
        {"glove": _glove, "simpler": _simpler, "explicit": _explicit}[kind]()
    return state.spec(KINDS[kind])


def explain(spec: Spec) -> None:
    """The formula of what would be trained, and one sentence on it."""
    if isinstance(spec, Word2Vec):
        name = spec.output
    elif isinstance(spec, Explicit):
        name = spec.objective
    else:
        name = next(name for name, kind in KINDS.items() if isinstance(spec, kind))
    st.latex(FORMULAS[name])
    st.caption(say(MEANING[name]), text_alignment="center")


def _dim(kind: type[Spec]) -> None:
    controls.slider(kind, "dim", "Dimension d", high=300, log=True)


def _seed(kind: type[Spec]) -> None:
    key = state.seed("seed", 0)
    value = st.number_input(say("Seed"), 0, 10_000, st.session_state[key], key=key)
    state.keep("seed", int(value))


def _word2vec() -> None:
    chain.stage("2", "Training")
    controls.pick(Word2Vec, "architecture", "Architecture", names={"cbow": "CBOW"})
    output = controls.pick(
        Word2Vec, "output", "Output",
        names={"negative sampling": "negatives", "hierarchical softmax": "tree"},
    )  # fmt: skip
    _dim(Word2Vec)
    controls.slider(Word2Vec, "window", "Window L (tokens)")
    if output == "negative sampling":
        controls.slider(Word2Vec, "negatives", "Negatives k", high=20)
    controls.slider(Word2Vec, "passes", "Passes over the text", log=True)
    with st.expander(say("More on training")):
        controls.choose(
            Word2Vec, "sample", "Subsampling t", [0.0, 1e-2, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5],
            format=lambda t: f"{t:.0e}" if t else say("off"),
        )  # fmt: skip
        if output == "negative sampling":
            controls.slider(Word2Vec, "noise", "Noise exponent α", step=0.05, format="{:.2f}")
        controls.slider(Word2Vec, "rate", "First learning rate", step=0.0001, log=True,
                        format="{:.4f}")  # fmt: skip
        controls.slider(
            Word2Vec, "workers", "Workers", high=8,
        )  # fmt: skip
        controls.pick(Word2Vec, "boundary", "No window reaches across a", compact=False)
        _seed(Word2Vec)


def _glove() -> None:
    chain.stage("3", "Training")
    _dim(Glove)
    _weights(Glove)
    controls.slider(Glove, "epochs", "Epochs", high=100, log=True)
    with st.expander(say("More on training")):
        controls.slider(Glove, "eta", "Learning rate η", step=0.001, high=0.5, log=True,
                        format="{:.3f}")  # fmt: skip
        controls.pick(Glove, "adagrad", "AdaGrad keeps a sum for each",
                      names={"row": "vector", "coordinate": "number"})  # fmt: skip
        _seed(Glove)


def _simpler() -> None:
    chain.stage("3", "Training")
    _dim(SimplerGlove)
    _weights(SimplerGlove)
    controls.toggle(SimplerGlove, "truncate", "Weights end at 1")
    controls.slider(SimplerGlove, "epochs", "Epochs", high=100, log=True)
    with st.expander(say("More on training")):
        controls.toggle(SimplerGlove, "two_vectors", "A second vector as context")
        controls.slider(SimplerGlove, "step", "Learning rate η", step=0.001, high=0.5, log=True,
                        format="{:.3f}")  # fmt: skip
        _seed(SimplerGlove)


def _explicit() -> None:
    chain.stage("3", "Training")
    objective = controls.pick(
        Explicit, "objective", "Loss", names={"sgns": "SGNS", "mle": "likelihood"}
    )
    controls.slider(Explicit, "size", "Words", high=5000, log=True, format="{:,}")  # fmt: skip
    _dim(Explicit)
    if objective == "sgns":
        controls.slider(Explicit, "negatives", "Negatives k", high=20)
    controls.slider(Explicit, "iterations", "Steps of L-BFGS", high=2000, log=True)
    with st.expander(say("More on training")):
        if objective == "sgns":
            controls.slider(Explicit, "noise", "Noise exponent α", step=0.05, format="{:.2f}")
        else:
            controls.slider(Explicit, "temperature", "Temperature τ", step=0.5, format="{:.1f}")
        _seed(Explicit)


def _weights(kind: type[Spec]) -> None:
    controls.slider(kind, "x_max", "x_max", step=0.1, high=1000.0, log=True, format="{:.1f}")
    controls.slider(kind, "power", "Weight exponent p", step=0.05, high=1.5, format="{:.2f}")
