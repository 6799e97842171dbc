// Shows the part of the table that is about one kommun. Every figure stands in the page: nothing is computed here.
"use strict";
(() => {
  const parts = [...document.querySelectorAll("#prova tbody")];
  const list = document.getElementById("prova-kommun");
  const said = document.getElementById("prova-sagt");
  const option = (value, text) => list.append(new Option(text, value));
  option("", "Alla kommuner");
  for (const part of parts) option(part.dataset.kod, part.dataset.namn);
  const show = () => {
    for (const part of parts) part.hidden = list.value !== "" && part.dataset.kod !== list.value;
    said.textContent = list.value === "" ? "Alla kommuner visas." : `${list.selectedOptions[0].text} visas.`;
  };
  list.addEventListener("change", () => {
    history.replaceState(null, "", list.value === "" ? location.pathname : `#${list.value}`);
    show();
  });
  const asked = location.hash.slice(1);
  if (parts.some((part) => part.dataset.kod === asked)) list.value = asked;
  document.getElementById("prova-val").hidden = false;
  show();
})();
