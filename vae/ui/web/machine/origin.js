/** Where the latent vector on the stage comes from, in words: no digit is shown without saying why. */

/** @type {Object<string, string>} */
export const ORIGINS = {
  example: "z is the code of a test digit.",
  address: "z comes with the link.",
  prior: "z is drawn from the prior p(z).",
  "prior mean": "z is the mean of the prior p(z).",
  encodings: "z is drawn from where digits are encoded.",
  dot: "z is the code of a test digit: a dot of the map.",
  "class mean": "z is the mean code of a class, which may decode to another: classes overlap.",
  path: "z lies on the path between the pins.",
  roam: "z walks where the prior has its mass.",
  sample: "z is one of the samples.",
  posterior: "z is the code of x, read from q(z|x).",
  drawn: "z is drawn from q(z|x).",
  moved: "z was moved away from q(z|x).",
  left: "z stays where your last digit put it.",
  "moved by itself": "z was moved by you.",
};
