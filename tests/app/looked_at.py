"""The links by which each page is looked at whole: `from looked_at import OPENED`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.adversarial import Gan, Inference, OGan, Plane
from core.features import InfoMax, encoders
from core.features.encoders import Encoded, Vectors
from core.features.judgement import Contest, Outcome, compared
from core.latent import Items, Vae
from core.sequences import Parting, Sentences, TextGroups
from core.series import SeriesNet, SeriesParting, Spectra
from core.text import Source, Text
from core.text_classes import Division, Reading, TextClasses
from dashboard.images.views import DIFFERENCES

WORDS = {"source": "lee-news", "words": "120", "seeds": "2"}
SMALL = {"kind": "synthetic", "height": "40", "width": "30", "noise": "0.05", "seeds": "2"}
VAE = Vae(Items(most=200), clusters=4, latent=3, width=16, vae_epochs=3, vae_batch=64)
TRAINED = (
    *(VAE.replace(vae_seed=seed) for seed in (0, 1)),
    VAE.replace(binary=True, likelihood="bernoulli"),
)
SENTENCES = Sentences(
    Parting(TextGroups(Text(Source("lee-news")), most_each=6)),
    sentence_dim=8, embedding_dim=8, sentence_epochs=2,
)  # fmt: skip
READ = SENTENCES.to_query()
REVIEWS = TextClasses(Division(Reading(read_characters=15), 200), token_dim=4, body_dim=8,
                      class_epochs=1)  # fmt: skip
JUDGED = REVIEWS.to_query()
ENCODERS = (SENTENCES, SENTENCES.replace(loss="softmax"))
SPECTRA = SeriesNet(
    SeriesParting(Spectra(spectra_count=80, spectra_points=64, snr=30.0)), blocks=1, channels=2,
    vector_dim=4, net_epochs=3, cross_epochs=2,
)  # fmt: skip
SERIES = SPECTRA.to_query() | {"method_kernels": "50", "luck_seeds": "2"}
GAN = Gan(Plane(points=200), gan_width=8, gan_batch=16, gan_updates=20, gan_epochs=2)
GAME = GAN.to_query() | {"anchors": "0 1", "claim_seeds": "2"}
OGAN = OGan(Items(most=100), ogan_latent=4, ogan_width=8, ogan_batch=16, ogan_updates=10,
            ogan_epochs=2)  # fmt: skip
INFERENCE = Inference(Items(most=100), inference_latent=4, inference_width=8, inference_batch=16,
                      inference_updates=10, inference_epochs=2)  # fmt: skip
LINEUP = Contest(
    Encoded(
        InfoMax(Items(most=160), info_latent=6, info_channels=4, critic_width=8, info_negatives=7,
                info_batch=16, info_epochs=3, info_seed=40),
        rival_epochs=1,
    ),
    voters=3,
)  # fmt: skip
FEATURES = LINEUP.to_query()


def compare_quickly() -> Outcome:
    """The comparison of LINEUP, its rivals that learn replaced by parts of the items."""

    def part(first: int) -> Callable[..., Vectors]:
        return lambda spec, data, on_step: Vectors(data.x[:, first : first + 7], 1.0)

    with pytest.MonkeyPatch.context() as patch:
        for place, name in enumerate(("vae", "clusters", "codes", "aae", "ogan")):
            patch.setitem(encoders._MAKERS, name, part(7 * place + 16))
        return compared(LINEUP)


RUN, _, BINARY = (vae.to_query() for vae in TRAINED)
EVERYTHING = {"differs": " ".join(DIFFERENCES)}
NEWS = {"source": "lee-news", "min_count": "20"}
SWEEP = {
    "swept": "PpmiSvd?source=lee-news&min_count=20&dim=5",
    "axes": "association.counts.window = 2, 5",
    "objectives": "WordSim-353",
}
OPENED = {  # by page, the links that show its parts; a page that is not named is opened as it is
    "corpus": ({"source": "lee-news", "search": "police"},),
    "start": ({"source": "lee-news", "path_word": "police", "most": "200", "vae_epochs": "3"},),
    "path": ({"source": "lee-news", "path_word": "police", "most": "200", "vae_epochs": "3"},),
    "heatmap": (
        {
            "source": "lee-news",
            "row_list": "police court sydney nosuchword",
            "shift": "2.0",
            "smoothing": "0.75",
            "least_g2": "3.0",
            "order": "clustered",
            "measure": "ppmi",
            "cell_word": "police",
            "cell_context": "court",
            "window": "99",
        },
        {
            "source": "lee-news",
            "row_mode": "neighbourhood",
            "row_word": "police",
            "column_mode": "partners",
            "column_word": "police",
            "order": "frequency",
        },
        {"source": "lee-news", "row_mode": "frequency", "row_count": "5", "measure": "npmi"},
    ),
    "neighbours": (
        {"source": "lee-news", "expression": "police + court", "similarity": "euclidean"},
        {
            "source": "lee-news",
            "expression": "police",
            "similarity": "context correlation",
            "compare": "yes",
            "b_similarity": "conditional",
        },
        {"source": "lee-news", "expression": "polise"},
    ),
    "map": (
        {
            "source": "lee-news",
            "map_words": "100",
            "map_word": "police",
            "lasso": "police court",
            "removed": "2",
        },
        {
            "source": "lee-news",
            "map_words": "100",
            "map_method": "umap",
            "shuffled": "yes",
            "map_colour": "cluster",
            "map_word": "nosuchword",
            "stable_seeds": "2",
        },
        {
            "source": "lee-news",
            "map_words": "100",
            "map_method": "axes",
            "x_axis": "police",
            "y_axis": "court",
            "map_colour": "hubness",
        },
    ),
    "tours": ({}, {"tour": "no-such-tour", "step": "1"}),
    "lowrank": (
        {"kind": "hilbert", "size": "40", "rank": "12", "seeds": "2"},
        WORDS | {"kind": "ppmi", "road": "cur", "middle": "skeleton", "chooser": "matched"},
        WORDS | {"kind": "vectors", "dim": "20", "road": "id", "chooser": "deim"},
        SMALL | {"road": "projection", "spectrum": "step", "norm": "spectral"},
        SMALL | {"road": "cr", "terms": "sampled", "draws": "4", "right": "gaussian"},
        SMALL | {"road": "cr", "terms": "greedy", "refitted": "yes", "draws": "2"},
        SMALL | {"sketch": "range", "lines": "randomised;id sketched"},
        {"kind": "photograph", "seeds": "1"},
    ),
    "similar": (
        {},
        {"space": "space"},
        {"p_basis": "eigenvectors"},
        {"p_basis": "eigenvectors", "a11": "2", "a12": "1", "a21": "0", "a22": "2"},
    ),
    "bounds": (
        {},
        {"integrand": "well", "centre": "1.0"},
        {"integrand": "ripple"},
        {"integrand": "own", "polynomial": "x^4 + x"},
        {"integrand": "own", "polynomial": "x^3"},
        {"integrand": "own", "polynomial": "x^2 + y"},
        {"question": "evidence"},
        {"question": "mixture", "half_step": "0"},
        {"question": "mixture", "half_step": "1"},
        {"question": "mixture"},
    ),
    "descent": (
        {"eta": "0.5", "descent_steps": "40", "walker_time": "2", "breadth": "2.0"},
        {"surface": "logistic", "eta": "2.0", "clock": "own", "motion": "kramers"},
        {
            "surface": "rosenbrock",
            "eta": "0.01",
            "landscape": "bowl",
            "scaled": "yes",
            "walker_step": "0.2",
            "barrier": "3.0",
            "sigma": "2.0",
            "motion": "kramers",
        },
    ),
    "latent": (RUN | {"vae_seed": "91"}, RUN, RUN | {"map_colour": "doubt"}),
    "latent_samples": (RUN | {"vae_seed": "91"}, RUN, RUN | {"enlarged": "1"}),
    "latent_judgement": (RUN | {"vae_seed": "91"}, RUN, BINARY),
    "latent_pair": (
        RUN | {"vae_seed": "91"},
        RUN,
        RUN | EVERYTHING,
        RUN | {"pair_colour": "label"},
    ),
    "generators": (
        GAME | {"gan_seed": "91"},
        GAME | {"warped": "yes"},
        GAME | {"scene": "dirac", "dirac_game": "wgan-gp", "dirac_anchor": "0.5"},
        GAME | {"scene": "dirac", "dirac_slope": "0.0", "motion": "in turn"},
        OGAN.to_query() | {"scene": "items"},
        GAME | {"scene": "mixture", "plane_kind": "picture"},
        GAME | {"plane_kind": "drawn", "plane_drawn": "8080a0a0"},
        INFERENCE.to_query() | {"scene": "inference"},
    ),
    "codes": (
        {},
        {"turn": "130", "plane_pull": "rotation"},
        {"turn": "20", "size_ratio": "0.1", "quantiser": "fsq"},
    ),
    "features": (FEATURES | {"info_seed": "91"}, FEATURES),
    "models": (
        NEWS,
        NEWS | {"model_kind": "glove"},
        NEWS | {"model_kind": "simpler"},
        NEWS | {"model_kind": "explicit"},
        NEWS | {"model_kind": "ppmi-svd"},
    ),
    "explain": (NEWS | {"dim": "20"},),
    "scores": (NEWS | {"dim": "20", "first": "man", "second": "government", "third": "people"},),
    "keywords": (NEWS | {"dim": "20"},),
    "sentences": (
        READ | {"sentence_seed": "91", "margin": "0.9", "circle_classes": "8"},
        READ,
        READ | {"loss": "softmax"},
        {"grouping": "labels", "group_file": "nosuch.csv", "group_digest": "0" * 64},
    ),
    "spectra": (
        SERIES | {"series_seed": "91", "shown_kind": "star"},
        SERIES | {"looked_among": "all"},
        SERIES | {"shown_kind": "galaxy", "redshift": "0.1", "medium": "air"},
        SERIES | {"shown_kind": "unknown"},
        {"series": "own", "series_name": "nosuch.csv", "series_digest": "0" * 64},
    ),
    "text_classes": (
        JUDGED | {"class_rate": "0.02"},
        JUDGED | {"rivalry_seeds": "2"},
        {"texts_of": "table", "group_file": "nosuch.csv", "group_digest": "0" * 64},
    ),
    "discovery": (
        {"source": "lee-news", "longest_word": "8"},
        {"source": "lee-news", "found_by": "cohesion", "typed": "thecourtsaid"},
        {"source": "lee-news", "found_by": "entropy", "typed": "the court said"},
        {"source": "lee-news", "joined": "no"},
    ),
    "collection": (
        {"item_row": "3"},
        {
            "rows_from": "digits",
            "row_colour": "agreement",
            "filters": '[["in","digit",["3","5"]],["between","ink",[0.2,0.4]]]',
            "item_row": "5",
        },
        {"rows_from": "digits", "embedding": "nosuch"},
    ),
    "doubt": (
        {"rows_from": "digits", "split_column": "digit"},
        {"label_column": "nosuch"},
    ),
    "two_embeddings": (
        {"rows_from": "digits", "item_row": "5", "two_colour": "column:digit"},
        {"b_by": "texts", "better_k": "5"},
        {"rows_from": "digits", "b_by": "column"},
    ),
    "compare": (NEWS | {"dim": "20", "b_dim": "10", "pair_words": "500", "repeats": "2"},),
    "sweeps": (SWEEP,),
}
