/** Sample: the distribution of z as an experiment, in one to four sets of samples. */

import { DistributionControls } from "./controls.js";
import { Colours } from "../canvas/colours.js";
import { paintDensity } from "./density.js";
import { Evaluation } from "./evaluation.js";
import { EvaluationTable } from "./evaluation-table.js";
import { Experiment } from "./experiment.js";
import { saveBlob } from "../export/files.js";
import { unhurried } from "../canvas/schedule.js";
import { paintNorms } from "../machine/norms.js";
import { SampleSetFigure } from "./sample-set-figure.js";
import { summary } from "./reader.js";
import { SampleMap } from "./map.js";
import { samplesAsCSV, samplesAsNPZ, samplesAsPNG, sampleStem } from "./files.js";
import { Shares } from "./shares.js";
import { COUNT } from "./sample-set.js";
import { MOST_PANELS, MOST_SEED } from "../state/specs.js";
import { Sweep } from "./sweep.js";

export function mount(element, session) {
  new SampleTab(element.querySelector(".sample"), session);
}

/** Holds the parts of the tab together: all of them show the experiment's selected set of samples. */
class SampleTab {
  #evaluation = null;
  #latent = 0;
  #seen = false;

  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.figures = [];
    this.experiment = new Experiment(session);
    this.experiment.labelled = true;
    this.colours = new Colours(root, () => this.#repaint());
    this.#mountControls();
    this.shares = new Shares(root.querySelector(".shares"));
    this.map = new SampleMap(root.querySelector(".layers-of-map"), this.experiment);
    this.sweep = new Sweep(root.querySelector(".sweep"), this.experiment);
    this.table = new EvaluationTable(root.querySelector(".evaluation"), (name, spec) => this.#put(name, spec), session.facts);
    this.density = unhurried(() => this.#paintDensity());
    // What lies further down may lag behind a drag, and rests while nobody sees it.
    this.landing = unhurried(() => this.#paintLanding(), 8);
    this.#mountSets();
    this.#mountSave();
    this.#watchSize();
  }

  get sampleSet() {
    return this.experiment.sampleSet;
  }

  #mountControls() {
    const { root, experiment } = this;
    const refuse = (sentence) => (root.querySelector(".message").textContent = sentence);
    this.controls = new DistributionControls(root.querySelector(".controls"), this.session.facts, {
      changed: (change) => this.sampleSet?.set(change),
      refused: refuse,
    });
    root.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
    mountSeed(root, refuse, experiment);
    this.latent = root.querySelector(".latent-of-density");
    this.latent.addEventListener("change", () => {
      this.#latent = Number(this.latent.value);
      this.#plots();
    });
    const labels = root.querySelector(".labels");
    labels.addEventListener("click", () => {
      experiment.labelled = !experiment.labelled;
      labels.setAttribute("aria-pressed", experiment.labelled);
      this.figures.forEach((figure) => figure.paintOver());
    });
    root.querySelector(".add").addEventListener("click", () => experiment.add());
  }

  #mountSets() {
    const { experiment } = this;
    experiment.addEventListener("sets", () => this.#setsChanged());
    experiment.addEventListener("select", () => {
      this.figures.forEach((figure) => figure.place());
      this.#follow();
    });
    experiment.addEventListener("change", () => {
      this.root.querySelector(".seed-value").value = experiment.seed;
      this.sweep.refresh();
    });
    if (experiment.sampleSets.length) this.#setsChanged();
  }

  /** A figure for every set of samples, those that stay left as they are. */
  #setsChanged() {
    const { experiment, root, colours } = this;
    const known = new Map(this.figures.map((figure) => [figure.sampleSet, figure]));
    this.figures = experiment.sampleSets.map((sampleSet) => {
      const found = known.get(sampleSet);
      known.delete(sampleSet);
      return found ?? this.#figureFor(sampleSet, root, experiment, colours);
    });
    known.forEach((figure) => figure.close());
    root.querySelector(".sample-sets").dataset.count = this.figures.length;
    root.querySelector(".add").disabled = this.figures.length === MOST_PANELS;
    this.figures.forEach((figure) => figure.place());
    this.#follow();
  }

  #figureFor(sampleSet, root, experiment, colours) {
    const article = root.querySelector(".sample-set-template").content.firstElementChild.cloneNode(true);
    root.querySelector(".sample-sets").append(article);
    const figure = new SampleSetFigure(article, sampleSet, experiment, colours);
    figure.showEvaluation(this.#evaluation);
    sampleSet.addEventListener("opened", () => sampleSet === this.sampleSet && this.#follow());
    sampleSet.addEventListener("drawn", () => sampleSet === this.sampleSet && this.#plots());
    sampleSet.addEventListener("read", () => sampleSet === this.sampleSet && this.#showShares());
    return figure;
  }

  /** The controls and the plots show the selected set of samples. */
  #follow() {
    const { sampleSet, experiment, root } = this;
    if (!sampleSet?.model) return;
    const which = root.querySelector(".which");
    which.hidden = experiment.sampleSets.length === 1;
    which.textContent = `Samples ${experiment.selected + 1}, ${sampleSet.name}`;
    this.controls.show(sampleSet);
    this.#mountLatents();
    this.sweep.refresh();
    this.#plots();
    this.#showShares();
  }

  #mountLatents() {
    const { model, statistics } = this.sampleSet;
    if (this.latent.dataset.model === model.name) return;
    this.latent.dataset.model = model.name;
    const { kl } = statistics;
    const order = Array.from({ length: model.latents }, (_, i) => i);
    if (kl) order.sort((a, b) => kl.data[b] - kl.data[a]);
    this.latent.replaceChildren(...order.map((i) =>
      new Option(kl ? `latent ${i}, KL ${kl.data[i].toFixed(2)} nats` : `latent ${i}`, i)));
    if (this.#latent >= model.latents || this.#latent === 0) [this.#latent] = order;
    this.latent.value = this.#latent;
  }

  #plots() {
    this.density();
    this.landing();
  }

  /** Whether the digits on the page are those of the model that the set of samples has now. */
  get #ready() {
    const { sampleSet } = this;
    return sampleSet?.sampler && sampleSet.pictures && sampleSet.z.length === COUNT * sampleSet.model.latents;
  }

  #paintDensity() {
    if (!this.#ready) return;
    this.root.querySelector(".has-encodings").hidden = !this.sampleSet.marginals;
    paintDensity(this.root.querySelector(".density canvas"), this.colours, this.sampleSet, this.#latent);
  }

  #paintLanding() {
    if (!this.#ready || !this.#seen) return;
    paintNorms(this.root.querySelector(".norms canvas"), this.colours, this.sampleSet);
    this.map.show(this.sampleSet);
  }

  #showShares() {
    const { reading, name } = this.sampleSet;
    const { session, root } = this;
    const reads = session.reads(name);
    root.querySelector(".shares").hidden = !reads;
    root.querySelector(".shares-absent").textContent = reads
      ? ""
      : `The classifier reads digits alone; ${name} was trained on ${session.summary(name)?.data_set}.`;
    this.shares.show(reading && summary(reading).counts);
  }

  #repaint() {
    this.#plots();
    this.figures.forEach((figure) => figure.paintOver());
  }

  /** From the table into the selected set of samples. */
  #put(name, spec) {
    const { experiment, sampleSet } = this;
    if (name !== sampleSet.name) experiment.setModel(experiment.selected, name);
    sampleSet.set({ spec, temperature: 1 });
  }

  #mountSave() {
    const { session, experiment } = this;
    const made = {
      png: () => samplesAsPNG(this.figures[experiment.selected].root.querySelector(".samples")),
      npz: (hash) => samplesAsNPZ(this.sampleSet, hash),
      csv: (hash) => samplesAsCSV(this.sampleSet, hash),
    };
    for (const button of this.root.querySelectorAll("[data-take]")) {
      button.addEventListener("click", async () => {
        if (!this.sampleSet?.pictures) return;
        const { take } = button.dataset;
        const name = `${sampleStem(this.sampleSet)}.${take}`;
        saveBlob(await made[take](session.hashes[this.sampleSet.drawn.name] ?? ""), name);
      });
    }
  }

  /** Nothing is fetched or decoded before the tab is opened. */
  #watchSize() {
    new ResizeObserver(() => {
      if (!this.root.clientWidth) return;
      if (!this.experiment.visible) this.#open();
      this.#repaint();
    }).observe(this.root);
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#seen = isIntersecting;
      this.landing();
    }).observe(this.root.querySelector(".landing"));
    // On a phone the stage stays at the top, and the digits under it.
    const stage = document.querySelector("#stage-column");
    new ResizeObserver(() =>
      this.root.style.setProperty("--stage-height", `${stage.clientHeight}px`)).observe(stage);
  }

  async #open() {
    this.experiment.show();
    this.#evaluation = await Evaluation.fetch(this.session.hashes);
    this.table.use(this.#evaluation, Object.keys(this.#evaluation?.models ?? {}));
    this.figures.forEach((figure) => figure.showEvaluation(this.#evaluation));
  }
}

function mountSeed(root, refuse, experiment) {
  const input = root.querySelector(".seed-value");
  input.addEventListener("input", () => {
    const seed = input.valueAsNumber;
    const fits = seed >= 0 && seed <= MOST_SEED && Number.isInteger(seed);
    input.toggleAttribute("aria-invalid", !fits);
    refuse(fits ? "" : `The seed must be a whole number from 0 to ${MOST_SEED}.`);
    if (fits) experiment.reseed(seed);
  });
  input.addEventListener("change", () => {
    input.value = experiment.seed;
    input.removeAttribute("aria-invalid");
    refuse("");
  });
  root.querySelector(".again").addEventListener("click", () => {
    refuse("");
    experiment.reseed(crypto.getRandomValues(new Uint32Array(1))[0]);
  });
}
