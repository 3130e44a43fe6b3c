"""KMNIST: ten characters of cursive Japanese, laid out as MNIST. Clanuwat et al., "Deep Learning
for Classical Japanese Literature", 2018."""

from vae.data.idx import IDXSet

KMNIST = IDXSet(
    name="kmnist",
    title="KMNIST",
    classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    counts=(60_000, 10_000),
    source="Center for Open Data in the Humanities, adapted from the Kuzushiji Dataset of the "
    "National Institute of Japanese Literature, 2018; CC BY-SA 4.0.",
    torchvision="KMNIST",
)
