"""The tab “Formulas”: each model and its place in one divergence of joint distributions."""

from __future__ import annotations

import streamlit as st

from dashboard.language import say

WHOLE = r"""KL\big(p(x,z)\,\|\,q(x,z)\big) = KL\big(\tilde p(x)\,\|\,q(x)\big)
+ \mathbb E_{\tilde p(x)}\,KL\big(p(z|x)\,\|\,q(z|x)\big)
\;\ge\; KL\big(\tilde p(x)\,\|\,q(x)\big)"""
CARDS: tuple[tuple[str, str, str], ...] = (
    (
        "EM: a mixture",
        r"p(x,z)=\tilde p(x)\,q_{\text{old}}(z|x),\qquad q(x,z)=q(x|z)\,q(z)",
        "z is the number of a component. The second term is made 0 exactly (E step), then the "
        "first is lowered (M step): the bound never rises. Choose “Plane: EM” to see each step.",
    ),
    (
        "VAE",
        r"p(x,z)=\tilde p(x)\,p(z|x)\\ \mathbb E_{\tilde p(x)}\Big[\mathbb E_{p(z|x)}"
        r"[-\ln q(x|z)] + KL\big(p(z|x)\,\|\,q(z)\big)\Big]",
        "p(z|x) is a network of limited form, so that the second term stays above 0. Pages VAE "
        "clusters and VAE samples train it.",
    ),
    (
        "GAN",
        r"\min_D\; \mathbb E_{\tilde p}[-\ln D(x)]+\mathbb E_{q}[-\ln(1-D(x))]\\ "
        r"\min_G\; \mathbb E_z[-\ln D(G(z))] + KL\big(q(x)\,\|\,q^o(x)\big)",
        "z is one bit: real or generated. D's optimum is p̃/(p̃ + q°), where q° is the generator "
        "that D was trained on. The bound holds for it, and so a step of G has to stay near q°.",
    ),
    (
        "The dropped term",
        r"KL\big(q(x)\,\|\,q^o(x)\big)\;\approx\;\lambda\,\mathbb E_z\lVert G(z)-G_o(z)\rVert^2",
        "The standard GAN leaves it out, and holds G back by other means: small steps, clipping, "
        "normalisation. Here λ is a slider, and the tab “λ tested” says what it is worth.",
    ),
    (
        "Least squares",
        r"\min_D\; \mathbb E_{\tilde p}(D(x)-1)^2+\mathbb E_q D(x)^2\\ "
        r"\min_G\; \mathbb E_z(D(G(z))-1)^2",
        "Another divergence in the place of KL; the term in λ is added to it alike.",
    ),
    (
        "WGAN-GP",
        r"\min_D\; \mathbb E_q D-\mathbb E_{\tilde p}D+w\,\mathbb E(\lVert\nabla D\rVert-c)^2\\ "
        r"\min_G\; -\mathbb E_z D(G(z))",
        "D is a critic whose slope is held near c. With c = 1 the balance of two numbers is lost, "
        "with c = 0 it attracts: choose “Two numbers” to see both.",
    ),
    (
        "AAE",
        r"\mathbb E_{\tilde p(x)}[-\ln q(x|z)]-\lambda\,\mathbb E_{\tilde p(x)}\ln D(E(x))",
        "The VAE whose KL(p(z) ‖ q(z)) is judged by a discriminator on z. Choose "
        "“Items: AAE, ALI” to train it.",
    ),
    (
        "ALI, BiGAN",
        r"\min_D\; \mathbb E[-\ln D(x,E(x))-\ln(1-D(G(z),z))]\\ "
        r"\min_{G,E}\; \mathbb E[-\ln(1-D(x,E(x)))-\ln D(G(z),z)]",
        "The whole joint divergence by one discriminator on pairs; nothing is copied. Choose "
        "“Items: AAE, ALI” to train it.",
    ),
    (
        "O-GAN",
        r"D(x)=\operatorname{avg}E(x),\qquad -\lambda\,\rho\big(z,\,E(G(z))\big)\\ "
        r"\hat x=G\big(\mathcal N(E(x))\big)",
        "The discriminator's other numbers are set to use: their correlation with z makes them a "
        "code. Choose “Items: O-GAN” to train it.",
    ),
)


def show() -> None:
    """The divergence that all have in common, then a card for each model."""
    st.latex(WHOLE)
    st.caption(
        say(
            "p: data and encoder. q: prior and generator. Every model below lowers this, and "
            "differs in what z is, and in which of the conditionals it can write down."
        )
    )
    for start in range(0, len(CARDS), 2):
        for place, (name, formula, text) in zip(
            st.columns(2, gap="medium"), CARDS[start : start + 2], strict=False
        ):
            with place.container(border=True):
                st.markdown(f"## {say(name)}")
                st.latex(rf"\begin{{gathered}} {formula} \end{{gathered}}")
                st.caption(say(text))
