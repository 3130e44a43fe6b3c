/** Sample: the distribution of z as an experiment, in one to four panels. */

import { Choice } from "./controls.js";
import { Colours } from "../canvas/colours.js";
import { paintDensity } from "./density.js";
import { Evaluation } from "./evaluation.js";
import { EvaluationTable } from "./evaluation-table.js";
import { Experiment } from "./experiment.js";
import { saveBlob } from "../export/files.js";
import { unhurried } from "../canvas/schedule.js";
import { paintNorms } from "../machine/norms.js";
import { Panel } from "./samples-panel.js";
import { summary } from "./reader.js";
import { SampleMap } from "./map.js";
import { samplesAsCSV, samplesAsNPZ, samplesAsPNG, sampleStem } from "./files.js";
import { Shares } from "./shares.js";
import { COUNT } from "./samples.js";
import { MOST_PANELS, MOST_SEED } from "../state/specs.js";
import { Sweep } from "./sweep.js";

export function mount(element, session) {
  new Bench(element.querySelector(".sample"), session);
}

/** Holds the parts of the tab together: all of them show the experiment's selected panel. */
class Bench {
  #evaluation = null;
  #latent = 0;
  #seen = false;

  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.panels = [];
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
    this.looks = unhurried(() => this.#paintLooks(), 8);
    this.#mountPanels();
    this.#mountSave();
    this.#watchSize();
  }

  get sheet() {
    return this.experiment.sheet;
  }

  #mountControls() {
    const { root, experiment } = this;
    const refuse = (sentence) => (root.querySelector(".message").textContent = sentence);
    this.choice = new Choice(root.querySelector(".controls"), this.session.facts, {
      changed: (change) => this.sheet?.set(change),
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
      this.panels.forEach((panel) => panel.paintOver());
    });
    root.querySelector(".add").addEventListener("click", () => experiment.add());
  }

  #mountPanels() {
    const { experiment } = this;
    experiment.addEventListener("panels", () => this.#panelsChanged());
    experiment.addEventListener("select", () => {
      this.panels.forEach((panel) => panel.place());
      this.#follow();
    });
    experiment.addEventListener("change", () => {
      this.root.querySelector(".seed-value").value = experiment.seed;
      this.sweep.refresh();
    });
    if (experiment.sheets.length) this.#panelsChanged();
  }

  /** A panel for every sheet, those that stay left as they are. */
  #panelsChanged() {
    const { experiment, root, colours } = this;
    const known = new Map(this.panels.map((panel) => [panel.sheet, panel]));
    this.panels = experiment.sheets.map((sheet) => {
      const found = known.get(sheet);
      known.delete(sheet);
      return found ?? this.#panelFor(sheet, root, experiment, colours);
    });
    known.forEach((panel) => panel.close());
    root.querySelector(".panels").dataset.count = this.panels.length;
    root.querySelector(".add").disabled = this.panels.length === MOST_PANELS;
    this.panels.forEach((panel) => panel.place());
    this.#follow();
  }

  #panelFor(sheet, root, experiment, colours) {
    const article = root.querySelector(".panel-template").content.firstElementChild.cloneNode(true);
    root.querySelector(".panels").append(article);
    const panel = new Panel(article, sheet, experiment, colours);
    panel.showEvaluation(this.#evaluation);
    sheet.addEventListener("opened", () => sheet === this.sheet && this.#follow());
    sheet.addEventListener("drawn", () => sheet === this.sheet && this.#plots());
    sheet.addEventListener("read", () => sheet === this.sheet && this.#showShares());
    return panel;
  }

  /** The controls and the plots show the selected panel. */
  #follow() {
    const { sheet, experiment, root } = this;
    if (!sheet?.model) return;
    const which = root.querySelector(".which");
    which.hidden = experiment.sheets.length === 1;
    which.textContent = `Panel ${experiment.selected + 1}, ${sheet.name}`;
    this.choice.show(sheet);
    this.#mountLatents();
    this.sweep.refresh();
    this.#plots();
    this.#showShares();
  }

  #mountLatents() {
    const { model, statistics } = this.sheet;
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
    this.looks();
  }

  /** Whether the digits on the page are those of the model that the panel has now. */
  get #ready() {
    const { sheet } = this;
    return sheet?.sampler && sheet.pictures && sheet.z.length === COUNT * sheet.model.latents;
  }

  #paintDensity() {
    if (!this.#ready) return;
    this.root.querySelector(".has-encodings").hidden = !this.sheet.marginals;
    paintDensity(this.root.querySelector(".density canvas"), this.colours, this.sheet, this.#latent);
  }

  #paintLooks() {
    if (!this.#ready || !this.#seen) return;
    paintNorms(this.root.querySelector(".norms canvas"), this.colours, this.sheet);
    this.map.show(this.sheet);
  }

  #showShares() {
    const { reading } = this.sheet;
    this.shares.show(reading && summary(reading).counts);
  }

  #repaint() {
    this.#plots();
    this.panels.forEach((panel) => panel.paintOver());
  }

  /** From the table into the selected panel. */
  #put(name, spec) {
    const { experiment, sheet } = this;
    if (name !== sheet.name) experiment.setModel(experiment.selected, name);
    sheet.set({ spec, temperature: 1 });
  }

  #mountSave() {
    const { session, experiment } = this;
    const made = {
      png: () => samplesAsPNG(this.panels[experiment.selected].root.querySelector(".samples")),
      npz: (hash) => samplesAsNPZ(this.sheet, hash),
      csv: (hash) => samplesAsCSV(this.sheet, hash),
    };
    for (const button of this.root.querySelectorAll("[data-take]")) {
      button.addEventListener("click", async () => {
        if (!this.sheet?.pictures) return;
        const { take } = button.dataset;
        const name = `${sampleStem(this.sheet)}.${take}`;
        saveBlob(await made[take](session.hashes[this.sheet.drawn.name] ?? ""), name);
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
      this.looks();
    }).observe(this.root.querySelector(".looks"));
    // On a phone the stage stays at the top, and the digits under it.
    const stage = document.querySelector("#stage-column");
    new ResizeObserver(() =>
      this.root.style.setProperty("--stage-height", `${stage.clientHeight}px`)).observe(stage);
  }

  async #open() {
    this.experiment.show();
    this.#evaluation = await Evaluation.fetch(this.session.hashes);
    this.table.use(this.#evaluation, Object.keys(this.#evaluation?.models ?? {}));
    this.panels.forEach((panel) => panel.showEvaluation(this.#evaluation));
  }
}

function mountSeed(root, refuse, experiment) {
  const field = root.querySelector(".seed-value");
  field.addEventListener("input", () => {
    const seed = field.valueAsNumber;
    const fits = seed >= 0 && seed <= MOST_SEED && Number.isInteger(seed);
    field.toggleAttribute("aria-invalid", !fits);
    refuse(fits ? "" : `The seed must be a whole number from 0 to ${MOST_SEED}.`);
    if (fits) experiment.reseed(seed);
  });
  field.addEventListener("change", () => {
    field.value = experiment.seed;
    field.removeAttribute("aria-invalid");
    refuse("");
  });
  root.querySelector(".again").addEventListener("click", () => {
    refuse("");
    experiment.reseed(crypto.getRandomValues(new Uint32Array(1))[0]);
  });
}
