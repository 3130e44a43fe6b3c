"""MNIST: handwritten digits. LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
document recognition", 1998."""

from vae.data.examples import DIGITS
from vae.data.idx import IDXSet

MNIST = IDXSet(
    name="mnist",
    title="MNIST",
    classes=DIGITS,
    counts=(60_000, 10_000),
    source="Yann LeCun, Corinna Cortes and Christopher J.C. Burges, 1998; CC BY-SA 3.0.",
    torchvision="MNIST",
    checksums=(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
