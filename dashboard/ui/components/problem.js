/** @import { View } from "./types" */

/** Says below a figure what went wrong. @param {View} view @param {unknown} error */
export function complain({ host, options }, error) {
  console.error(error);
  const why = error instanceof Error ? error.message : String(error);
  const problem = host.querySelector(".vs-figure-problem") ?? document.createElement("div");
  problem.className = "vs-figure-problem";
  problem.textContent = options.problem.replace("{why}", why);
  host.append(problem);
}
