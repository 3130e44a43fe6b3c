"""`python -m vae.evaluation` writes weights/evaluation.json: what every model generates from every
distribution, measured by the shipped classifiers."""

import argparse
import sys
from collections.abc import Sequence

from tqdm import tqdm

from vae import checkpoints, cli, sampling
from vae.data import Examples, title
from vae.evaluation import generation
from vae.evaluation.judge import Judge
from vae.evaluation.losses import posterior
from vae.evaluation.results import Table
from vae.model import VAE

SAMPLES, SEEDS = 10_000, (0, 1, 2)


def fill(
    table: Table, names: Sequence[str], distributions: Sequence[str], judge: Judge, train: Examples
) -> None:
    """Measures what the table lacks of these models under these distributions.

    A model without an encoder has no encodings, and so no distribution fitted to them. One of other
    images than digits is left out, for the classifier reads digits alone.
    """
    if table.floor is None:
        table.floor = generation.floor(judge, train, SAMPLES, SEEDS)
    table.write()
    models = {name: checkpoints.load(name, table.weights) for name in names}
    models = {name: model for name, model in models.items() if model.record.of_digits}
    stored = {name: checkpoints.load_statistics(name, table.weights) for name in models}
    jobs = []
    for name, model in models.items():
        possible = [
            one for one in distributions if isinstance(model, VAE) or one not in sampling.FITTED
        ]
        jobs += [(name, one) for one in table.missing(name, model.config.prior, possible)]
    with tqdm(jobs, smoothing=0) as bar:
        for name, one in bar:
            bar.set_description(f"{name}, {one}")
            model, statistics = models[name], stored[name]
            if one == "encodings":  # of all training digits, for the reference are test digits
                q = posterior(model, train)
                statistics = statistics | {"encodings.mean": q.mean, "encodings.std": q.stddev}
            spec = generation.distributions()[one]
            figures = generation.evaluate(judge, model, spec, statistics, SAMPLES, SEEDS)
            table.put(name, model.config.prior, one, figures)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = cli.parser(
        "vae.evaluation",
        "Measures what models generate from distributions of z, and writes evaluation.json beside "
        "them. What is measured already is kept.",
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names (default: all)")
    parser.add_argument(
        "--distributions",
        nargs="+",
        metavar="NAME",
        default=list(generation.distributions()),
        help="some of: " + ", ".join(generation.distributions()),
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    try:
        known = checkpoints.list_models(options.weights)
        for given, names in (
            (options.models, known),
            (options.distributions, generation.distributions()),
        ):
            if unknown := [name for name in given if name not in names]:
                raise ValueError(f"expected some of {', '.join(names)}, got {unknown[0]!r}")
        for name in options.models:
            record = checkpoints.load(name, options.weights).record
            if not record.of_digits:
                raise ValueError(
                    f"{name}: expected a model of digits, which the classifier reads, got one of "
                    f"{title(record.data_set)}"
                )
        train, test = cli.digits(options)
        classifier = checkpoints.load_classifier(options.weights)
        second = checkpoints.load_classifier(options.weights, checkpoints.SECOND_CLASSIFIER)
        judge = Judge(classifier, second, test)
        conditions = {
            "classifier": classifier.hash,
            "second_classifier": second.hash,
            "samples": SAMPLES,
            "seeds": list(SEEDS),
            "reference": f"the {len(test):,} test digits of MNIST",
            "floor": f"{SAMPLES:,} training digits of MNIST at random",
        }
        table = Table(options.weights, conditions)
        fill(table, options.models or known, options.distributions, judge, train)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"vae.evaluation: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vae.evaluation: interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    cli.done(table.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
