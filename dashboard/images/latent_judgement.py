"""VAE judged: do the clusters mean anything, how likely are the items, what does z tell?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.items.data import Loaded, load
from core.latent.addition import added
from core.latent.baselines import METHODS, Baseline, Spread, baseline, spread
from core.latent.density import Densities, scan
from core.latent.information import informed
from core.latent.specs import Vae
from core.latent.training import fit
from dashboard import state
from dashboard.images.parts import items_preview, judgement, latent_panel, likelihood, vae_run
from dashboard.images.parts.latent_notices import say_collapsed, say_steered
from dashboard.images.views import LatentView
from dashboard.language import say
from dashboard.spec_code import constructor
from dashboard.ui import address, code_tab, layout, live_run, provenance_tab
from dashboard.ui.live_run import EVERY, LiveRun
from dashboard.ui.tabs import page_tabs
from dashboard.ui.work import errors_shown


def stage(spec: Vae) -> None:
    """The buttons of the run."""
    with errors_shown():
        live_run.bar(vae_run.TRAINER, spec)


def _untrained(spec: Vae, data: Loaded) -> None:
    text = "Press Train to see whether {K} clusters of these {n:,} items {K:means|mean} anything."
    alone = "Press Train to see how much z tells of these {n:,} items."
    K = spec.components
    items_preview.draw(spec.items, data, say(text if K > 1 else alone, n=len(data.x), K=K))


def _tabs(run: LiveRun, data: Loaded) -> None:
    page_tabs(
        {
            "Clusters": partial(judgement.agreement, run, data),
            "Baselines": partial(judgement.baselines, run, data),
            "Density": partial(likelihood.density, run, data),
            "Information": partial(likelihood.information, run, data),
            "Code": partial(_code, run, data),
            "Provenance": partial(provenance_tab.show, run.spec),
        },
    )


def _code(run: LiveRun, data: Loaded) -> None:
    lines = [
        f"from core.latent import {vae_run.imports(run.spec)}, fit, judge, load",
        "",
        f"spec = {constructor(run.spec)}",
        "last = fit(spec).result",
        "cluster = last.cluster",
    ]
    several = run.spec.components > 1
    if len(data.labels) and several:
        lines += [
            "judgement = judge(cluster, load(spec.items).labels[: len(cluster)], spec.components)",
            "print(judgement.accuracy, judgement.purity, judgement.nmi, judgement.ari)",
        ]
    else:
        lines.append("print(cluster)")
    lines += ["from core.latent.judgement import silhouette", "",
              "print(silhouette(last.mean, cluster))"]  # fmt: skip
    if added.stored(run.spec):
        lines += ["from core.latent.addition import added", "", "print(added(spec))"]
    by_seed = Spread(run.spec.replace(vae_seed=0))
    rivals = [Baseline(run.spec.items, method, run.spec.clusters) for method in METHODS]
    known = [rival.method for rival in rivals if several and baseline.stored(rival)]
    seeds = several and spread.stored(by_seed)
    if seeds or known:
        lines += ["from core.latent.baselines import Baseline, Spread, baseline, spread", ""]
    if seeds:
        lines.append("print(spread(Spread(spec.replace(vae_seed=0))).values)")
    if known:
        lines += [f"for method in {known!r}:",
                  "    rival = Baseline(spec.items, method, spec.clusters)",
                  "    print(method, baseline(rival).values)"]  # fmt: skip
    if scan.stored(Densities(run.spec)):
        lines += ["from core.latent.density import Densities, scan", "",
                  "print(scan(Densities(spec)).log_p)"]  # fmt: skip
    if informed.stored(run.spec):
        lines += ["from core.latent.information import informed", "",
                  "information = informed(spec)",
                  "print(information.mutual, information.mismatch, information.most)"]  # fmt: skip
    code_tab.show("\n".join(lines) + "\n")


def main() -> None:
    screen, side = layout.columns()
    with side, errors_shown():
        spec = latent_panel.panel()
    with screen, errors_shown():
        data = latent_panel.items(spec.items)
        if data is not None:
            live = live_run.running(vae_run.TRAINER, spec) is not None
            st.fragment(stage, run_every=EVERY if live else None)(spec)
            run = live_run.run_of(vae_run.TRAINER, spec)
            if run is None:
                _untrained(spec, data)
            elif not fit.stored(run.spec):
                st.info(say("The model is judged once its training is complete."))
            else:
                say_steered(run)
                say_collapsed(run, -1)
                _tabs(run, data if run.fresh else load(run.spec.items))
    address.publish(state.spec(Vae), state.spec(LatentView))


main()
