// The queue works without this file. With it, a filter left blank does not stand in the address.
(() => {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-leaves-out-blanks], form.sorting")) return;
    const fields = [...event.target.elements].filter((field) => field.name && !field.value);
    for (const field of fields) field.disabled = true;
    // Whoever comes back to this page finds them again.
    setTimeout(() => fields.forEach((field) => { field.disabled = false; }));
  });
})();
