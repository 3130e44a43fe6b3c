/** Sample: the distribution of z as an experiment, in one to four sets of samples. */

import { DistributionControls } from "./controls.js";
import { Colours } from "../canvas/colours.js";
import { find } from "../canvas/find.js";
import { Evaluation } from "./evaluation.js";
import { EvaluationTable } from "./evaluation-table.js";
import { Experiment } from "./experiment.js";
import { saveBlob } from "../export/files.js";
import { tellReliability } from "../machine/reliability.js";
import { SampleSetFigure } from "./sample-set-figure.js";
import { summary } from "./reader.js";
import { samplesAsCSV, samplesAsNPZ, samplesAsPNG, sampleStem } from "./files.js";
import { Plots } from "./plots.js";
import { Shares } from "./shares.js";
import { MOST_PANELS, MOST_SEED } from "../state/specs.js";
import { Sweep } from "./sweep.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("./sample-set.js").SampleSet} SampleSet
 */

/**
 * @param {HTMLElement} element
 * @param {Session} session which has begun: it knows the facts
 */
export function mount(element, session) {
  const { facts } = session;
  if (facts) new SampleTab(find(element, ".sample"), session, facts);
  tellReliability(element, session);
}

/** Holds the parts of the tab together: all of them show the experiment's selected set of samples. */
class SampleTab {
  /** @type {Evaluation|null} */
  #evaluation = null;

  /**
   * @param {HTMLElement} root
   * @param {Session} session
   * @param {import("../state/facts.js").Facts} facts
   */
  constructor(root, session, facts) {
    this.root = root;
    this.session = session;
    /** @type {SampleSetFigure[]} */
    this.figures = [];
    this.experiment = new Experiment(session);
    this.controls = new DistributionControls(find(root, ".workbench"), facts, {
      changed: (change) => this.sampleSet?.set(change),
      refused: (sentence) => this.#refuse(sentence),
    });
    this.colours = new Colours(root, () => this.#repaint());
    this.#mountControls();
    this.shares = new Shares(find(root, ".shares"));
    this.plots = new Plots(root, session, this.experiment, this.colours);
    this.sweep = new Sweep(find(root, ".sweep", HTMLDetailsElement), this.experiment, facts);
    const table = find(root, ".evaluation", HTMLDetailsElement);
    this.table = new EvaluationTable(table, (name, spec) => this.#put(name, spec), session);
    this.#mountSets();
    this.#mountSave();
    this.#watchSize();
  }

  get sampleSet() {
    return this.experiment.sampleSet;
  }

  #mountControls() {
    const { root, experiment } = this;
    find(root, ".controls").addEventListener("submit", (event) => event.preventDefault());
    mountSeed(root, (sentence) => this.#refuse(sentence), experiment);
    const labels = find(root, ".labels");
    const press = () => labels.setAttribute("aria-pressed", String(experiment.labelled));
    labels.addEventListener("click", () => {
      experiment.labelled = !experiment.labelled;
      this.session.show({ readings: experiment.labelled ? undefined : "0" });
      press();
      this.figures.forEach((figure) => figure.paintOver());
    });
    press();
    find(root, ".add").addEventListener("click", () => experiment.add());
  }

  /** @param {string} sentence what was refused and why; "" when all is fine again */
  #refuse(sentence) {
    find(this.root, ".message").textContent = sentence;
  }

  #mountSets() {
    const { experiment } = this;
    experiment.addEventListener("sets", () => this.#setsChanged());
    experiment.addEventListener("select", () => {
      this.figures.forEach((figure) => figure.place());
      this.#follow();
    });
    experiment.addEventListener("change", () => {
      find(this.root, ".seed-value", HTMLInputElement).value = String(experiment.seed);
      this.sweep.refresh();
    });
    if (experiment.sampleSets.length) this.#setsChanged();
  }

  /** A figure for every set of samples, those that stay left as they are. */
  #setsChanged() {
    const { experiment, root } = this;
    const known = new Map(this.figures.map((figure) => [figure.sampleSet, figure]));
    this.figures = experiment.sampleSets.map((sampleSet) => {
      const found = known.get(sampleSet);
      known.delete(sampleSet);
      return found ?? this.#figureFor(sampleSet);
    });
    known.forEach((figure) => figure.close());
    find(root, ".sample-sets").dataset.count = String(this.figures.length);
    find(root, ".add", HTMLButtonElement).disabled = this.figures.length === MOST_PANELS;
    this.figures.forEach((figure) => figure.place());
    this.#follow();
  }

  /** @param {SampleSet} sampleSet */
  #figureFor(sampleSet) {
    const { root, experiment, colours } = this;
    const template = find(root, ".sample-set-template", HTMLTemplateElement).content;
    const sets = find(root, ".sample-sets");
    sets.append(template.cloneNode(true));
    const article = /** @type {HTMLElement} */ (sets.lastElementChild);
    const figure = new SampleSetFigure(article, sampleSet, experiment, colours);
    figure.showEvaluation(this.#evaluation);
    sampleSet.addEventListener("opened", () => sampleSet === this.sampleSet && this.#follow());
    sampleSet.addEventListener("drawn", () => sampleSet === this.sampleSet && this.plots.paint());
    sampleSet.addEventListener("read", () => sampleSet === this.sampleSet && this.#showShares());
    return figure;
  }

  /** The controls and the plots show the selected set of samples. */
  #follow() {
    const { sampleSet, experiment, root } = this;
    if (!sampleSet?.model) return;
    const which = find(root, ".which");
    which.hidden = experiment.sampleSets.length === 1;
    which.textContent = `Samples ${experiment.selected + 1}, ${sampleSet.name}`;
    this.controls.show(sampleSet);
    this.plots.offer(sampleSet.model);
    this.sweep.refresh();
    this.plots.paint();
    this.#showShares();
  }

  #showShares() {
    const { reading, name } = this.sampleSet;
    const { session, root } = this;
    const reads = session.library.reads(name);
    find(root, ".shares").hidden = !reads;
    find(root, ".shares-absent").textContent = reads
      ? ""
      : `The classifier reads digits alone; ${name} was trained on ${session.library.summary(name)?.data_set}.`;
    this.shares.show(reading && summary(reading).counts);
  }

  #repaint() {
    this.plots.paint();
    this.figures.forEach((figure) => figure.paintOver());
  }

  /**
   * From the table into the selected set of samples.
   * @param {string} name
   * @param {Spec} spec
   */
  #put(name, spec) {
    const { experiment, sampleSet } = this;
    if (name !== sampleSet.name) experiment.setModel(experiment.selected, name);
    sampleSet.set({ spec, temperature: 1 });
  }

  #mountSave() {
    const { session, experiment } = this;
    /** @typedef {import("./files.js").DrawnSet} DrawnSet */
    /** @type {Object<string, (hash: string) => Blob|Promise<Blob>>} */
    const made = {
      png: () => samplesAsPNG(find(this.figures[experiment.selected].root, ".samples", HTMLCanvasElement)),
      npz: (hash) => samplesAsNPZ(/** @type {DrawnSet} */ (this.sampleSet), hash),
      csv: (hash) => samplesAsCSV(/** @type {DrawnSet} */ (this.sampleSet), hash),
    };
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-take]"))) {
      button.addEventListener("click", async () => {
        const { pictures, drawn } = this.sampleSet ?? {};
        const { take } = button.dataset;
        if (!pictures || !drawn || !take) return;
        const name = `${sampleStem({ drawn })}.${take}`;
        saveBlob(await made[take](session.library.hashes[drawn.name] ?? ""), name);
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
    // On a phone the stage stays at the top, and the digits under it.
    const stage = find(document, "#stage-column");
    new ResizeObserver(() =>
      this.root.style.setProperty("--stage-height", `${stage.clientHeight}px`)).observe(stage);
  }

  async #open() {
    this.experiment.show();
    this.#evaluation = await Evaluation.fetch(this.session.library.hashes);
    this.table.use(this.#evaluation, Object.keys(this.#evaluation?.models ?? {}));
    this.figures.forEach((figure) => figure.showEvaluation(this.#evaluation));
  }
}

/**
 * @param {HTMLElement} root
 * @param {(sentence: string) => void} refuse
 * @param {Experiment} experiment
 */
function mountSeed(root, refuse, experiment) {
  const input = find(root, ".seed-value", HTMLInputElement);
  input.addEventListener("input", () => {
    const seed = input.valueAsNumber;
    const fits = seed >= 0 && seed <= MOST_SEED && Number.isInteger(seed);
    input.toggleAttribute("aria-invalid", !fits);
    refuse(fits ? "" : `The seed must be a whole number from 0 to ${MOST_SEED}.`);
    if (fits) experiment.reseed(seed);
  });
  input.addEventListener("change", () => {
    input.value = String(experiment.seed);
    input.removeAttribute("aria-invalid");
    refuse("");
  });
  find(root, ".again").addEventListener("click", () => {
    refuse("");
    experiment.reseed(crypto.getRandomValues(new Uint32Array(1))[0]);
  });
}
