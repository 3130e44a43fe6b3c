"""`python -m vae.studies.vae_and_gan`: see `comparison`."""

import sys

from vae.studies.vae_and_gan.comparison import main

if __name__ == "__main__":
    sys.exit(main())
