// One load of plotly.js per browser page, shared by all figures.
function loadPlotly(src) {
  window.vectorscopePlotly ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.vectorscopePlotly = undefined; // the next figure tries again
      reject(new Error(`${src} could not be loaded; is server.enableStaticServing on?`));
    };
    document.head.append(script);
  });
  return window.vectorscopePlotly;
}
