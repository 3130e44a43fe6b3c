"""What a trained model is worth.

`losses`: the bound's terms over a data set. `statistics`: where a model puts the images.
`measures`: how two clouds of features compare. `judge`: generated images seen through the
classifier. `generation`: every distribution of z, measured. `results`: weights/evaluation.json,
which `python -m vae.evaluation` writes. `doubt`: when a picture may be no digit.
"""
