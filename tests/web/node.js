/**
 * Evaluates functions for Python: a line of JSON in, {script, argument}, and a line out, {value} or
 * {error}. Numbers that JSON lacks go as {"$number": "Infinity"}.
 */

import { createInterface } from "node:readline";

const revive = (key, value) => (value?.$number ? Number(value.$number) : value);

function plain(key, value) {
  if (ArrayBuffer.isView(value)) return Array.from(value, (one) => plain("", one));
  const isOdd = typeof value === "number" && !Number.isFinite(value);
  return isOdd ? { $number: String(value) } : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { script, argument } = JSON.parse(line, revive);
  let answer;
  try {
    answer = { value: (await eval(script)(argument)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer, plain)}\n`);
}
