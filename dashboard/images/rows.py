"""The rows of the navigation for the pages about models of pictures and tables."""

from __future__ import annotations

from dashboard.page_row import SOURCE, Page, Slider

LATENT = ("core.latent.specs.Vae", "dashboard.images.views.LatentView")
FEW = "vae_epochs=3"
ROWS = (
    Page(
        "latent",
        "VAE clusters",
        "An autoencoder that sorts what it sees, trained as you watch.",
        ":material/bubble_chart:",
        specs=LATENT,
        slider=Slider("Epoch shown", FEW, button="Train"),
        tabs=("Table", *SOURCE),
    ),
    Page(
        "latent_samples",
        "VAE samples",
        "What each cluster generates, beside what it holds.",
        ":material/apps:",
        specs=LATENT,
        slider=Slider("Temperature τ", FEW, button="Train"),
        tabs=("Clusters", "Traversal", "Walks", *SOURCE),
    ),
    Page(
        "latent_judgement",
        "VAE judged",
        "Do the clusters mean anything, and what does z tell?",
        ":material/balance:",
        specs=LATENT,
        slider=Slider("Draws M", FEW, button="Train", tab="Density"),
        tabs=("Clusters", "Baselines", "Density", "Information", *SOURCE),
    ),
    Page(
        "latent_pair",
        "VAE repeated",
        "The same items through two models: what stays, and what was luck?",
        ":material/compare:",
        task="Compare",
        specs=(
            "core.latent.specs.Vae",
            "dashboard.images.views.SecondRun",
            "dashboard.images.views.PairView",
        ),
        slider=Slider("Temperature τ", FEW, button="Train", tab="Samples"),
        tabs=("Clusters", "Samples", "Latents", "Seeds", *SOURCE),
    ),
    Page(
        "codes",
        "Codes",
        "A picture as a grid of codes: what keeps a codebook from collapsing?",
        ":material/grid_view:",
        specs=(
            "core.quantised.specs.Codes",
            "dashboard.images.views.PlaneView",
            "dashboard.images.views.CodesView",
        ),
        slider=Slider("Angle between z and q"),
        tabs=("Idea", "Training", "One picture", "Methods", "Samples", *SOURCE),
    ),
    Page(
        "generators",
        "Generators",
        "A generator against a discriminator, and the term that the GAN forgot.",
        ":material/swords:",
        specs=(
            "core.adversarial.claim.Claim",
            "core.adversarial.dirac.Dirac",
            "core.adversarial.mixture.Mixed",
            "core.adversarial.inference_specs.Inference",
            "core.adversarial.rivals.Rivals",
            "core.adversarial.specs.OGan",
            "dashboard.images.views.GeneratorsView",
        ),
        slider=Slider("Start θ", "scene=dirac"),
        tabs=("λ tested", "Models compared", "Formulas", "Table", *SOURCE),
    ),
    Page(
        "features",
        "Features",
        "Vectors learnt without labels, side by side on items that none of them saw.",
        ":material/fingerprint:",
        specs=("core.features.judgement.Contest", "dashboard.images.views.FeaturesView"),
        slider=Slider("Epoch shown", "info_epochs=3", button="Train", tab="Training"),
        tabs=("Training", "Neighbours‹of items›", "Judged", *SOURCE),
    ),
)
