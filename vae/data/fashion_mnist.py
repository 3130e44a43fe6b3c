"""Fashion-MNIST: clothes, laid out as MNIST. Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel
Image Dataset for Benchmarking Machine Learning Algorithms", 2017."""

from vae.data.idx import IDXSet

FASHION_MNIST = IDXSet(
    name="fashion-mnist",
    title="Fashion-MNIST",
    classes=(
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    counts=(60_000, 10_000),
    source="Han Xiao, Kashif Rasul and Roland Vollgraf, Zalando SE, 2017; MIT licence.",
    torchvision="FashionMNIST",
)
