"""What every family of distributions of z knows of itself, so that nobody asks for its name."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.distributions import Distribution

FLOAT = torch.finfo(torch.float32)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a family: its name, and the range of a person's slider, `low` to `high`, which
    is `logarithmic` where the parameter is a scale. positive: whether it must be above 0."""

    name: str
    low: float
    high: float
    logarithmic: bool = False
    positive: bool = False


class Family(ABC):
    """A family of distributions of one real number, independent and alike in every latent.

    A distribution is written down as a plain dictionary, a spec: {"family": name, parameter:
    value}. Values of parameters are tensors of any one shape, or floats; z and u have that shape.
    """

    name: ClassVar[str]
    # Its class in torch, which takes the parameters in their order.
    kind: ClassVar[type[Distribution]]
    parameters: ClassVar[tuple[Parameter, ...]]
    # The least and the largest z.
    support: ClassVar[tuple[float, float]] = (-inf, inf)
    # Whether standardising makes all its distributions alike; `standard` is the one they become.
    location_scale: ClassVar[bool] = False
    standard: ClassVar[tuple[float, ...]] = ()
    # Whether an encoder can give a posterior of this family, and so a model have it as its prior.
    has_posterior: ClassVar[bool] = True
    # Whether noise on what an encoder puts out is defined: `disturbed`.
    can_be_noisy: ClassVar[bool] = False
    # Those that the page offers by name: the values of the parameters.
    offered: ClassVar[tuple[tuple[float, ...], ...]] = ()

    def distribution(self, *values: Tensor) -> Distribution:
        """The distribution with these parameters, of their shape."""
        return self.kind(*values, validate_args=False)

    @abstractmethod
    def quantile(self, values: Sequence[float], u: Tensor) -> Tensor:
        """The z with F(z) = u for every u in (0, 1), float64: the inverse of the cumulative
        distribution function."""

    @abstractmethod
    def rsample(self, q: Distribution, generator: torch.Generator) -> Tensor:
        """One reparametrised draw of q, differentiable in its parameters, shape `q.batch_shape`."""

    def posterior(self, first: Tensor, second: Tensor) -> Distribution:
        """q(z|x) from what an encoder puts out, two numbers a latent, (B, D) each."""
        raise NotImplementedError(f"no encoder gives a {self.name} posterior")

    def values(self, q: Distribution) -> tuple[Tensor, ...]:
        """The parameters of one of the family's distributions, in their order."""
        raise NotImplementedError(f"no encoder gives a {self.name} posterior")

    def from_moments(self, mean: Tensor, std: Tensor) -> Distribution:
        """The distribution of the family with this mean and standard deviation, as a checkpoint
        stores a posterior: in half precision, in which a std may have become 0."""
        raise NotImplementedError(f"no encoder gives a {self.name} posterior")

    def inside(self, z: Tensor) -> Tensor:
        """z where its density is finite."""
        return z

    def slopes(self, p: Distribution, z: Tensor) -> tuple[Tensor, Tensor]:
        """Of log p(z): its gradient, and minus its curvature, which must not depend on z."""
        raise ValueError(f"prior: expected a normal one, got {self.name}")

    def disturbed(self, q: Distribution, generator: torch.Generator) -> Distribution:
        """q with N(0, 1) noise on what the encoder put out, which enters no KL."""
        raise NotImplementedError(f"no noise is defined for a {self.name} posterior")

    def label(self, values: Sequence[float]) -> str:
        """In the notation of books, to three digits."""
        return f"{self.name.capitalize()}({', '.join(f'{value:.3g}' for value in values)})"

    def spec(self, *values: float) -> dict[str, Any]:
        """The distribution with these parameters, written down."""
        names = (parameter.name for parameter in self.parameters)
        return {"family": self.name, **dict(zip(names, map(float, values), strict=True))}

    def read(self, spec: Mapping[str, Any]) -> tuple[float, ...]:
        """The parameters of a spec, in their order. Raises ValueError when one is missing, is not
        finite in float32, or is not above 0 where it must be."""
        return tuple(
            self._number(parameter, spec.get(parameter.name)) for parameter in self.parameters
        )

    def _number(self, parameter: Parameter, value: Any) -> float:
        what = f"{parameter.name} of a {self.name} distribution"
        is_real = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_real and abs(value) <= FLOAT.max):  # NaN compares as false
            raise ValueError(f"{what}: expected a number, got {value!r}")
        if parameter.positive and value < FLOAT.tiny:
            raise ValueError(f"{what}: expected above 0, got {value}")
        return float(value)
