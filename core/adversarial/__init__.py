"""Games of a generator against a discriminator: on points of a plane, of two numbers, on items."""

from typing import TYPE_CHECKING

from core.gathering import gather

if TYPE_CHECKING:
    from core.adversarial.claim import Claim, run_claim
    from core.adversarial.dirac import Dirac, portrait
    from core.adversarial.inference import fit_inference
    from core.adversarial.inference_specs import Inference
    from core.adversarial.mixture import Mixed, ascend
    from core.adversarial.orthogonal import fit_items
    from core.adversarial.rivals import Rivals, rivals
    from core.adversarial.specs import Gan, OGan, Plane
    from core.adversarial.training import fit
    from core.items.specs import Items

__all__ = [
    "Claim", "Dirac", "Gan", "Inference", "Items", "Mixed", "OGan", "Plane", "Rivals", "ascend",
    "fit", "fit_inference", "fit_items", "portrait", "rivals", "run_claim",
]  # fmt: skip

gather(__name__)
