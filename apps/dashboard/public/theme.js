// A theme the person chose holds before the first paint; without one the system decides.
const theme = localStorage.getItem("omoios.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
