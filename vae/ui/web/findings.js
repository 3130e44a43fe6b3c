/** What of the reports holds: each claim, what was measured, and why. */

export function mountFindings() {}
