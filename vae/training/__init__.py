"""How models are trained.

`recipe` and `presets` say what is trained and how, as data; `trainers` what a step is for a VAE, a
GAN and the classifier; `loop` runs the epochs; `resume` keeps a run's state; `snapshots` a decoder
as it was on the way; `live` lets others follow a run in the page. `train.py` is the command.
"""
