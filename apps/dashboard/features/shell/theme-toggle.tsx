import { Moon, Sun, SunMoon } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";

const storageKey = "omoios.theme";
const themes = {
  system: { icon: SunMoon, next: "light", says: "as the system" },
  light: { icon: Sun, next: "dark", says: "light" },
  dark: { icon: Moon, next: "system", says: "dark" },
} as const;
type Theme = keyof typeof themes;

/** Light, dark, or as the system; kept in this browser. */
export function ThemeToggle(): ReactNode {
  const [theme, setTheme] = useState(currentTheme);
  const { icon: Icon, next, says } = themes[theme];
  const change = (): void => {
    setTheme(next);
    applyTheme(next);
  };
  return (
    <Button variant="ghost" size="icon" onClick={change} aria-label={`Theme: ${says}. Change to ${themes[next].says}`}>
      <Icon className="icon" aria-hidden />
    </Button>
  );
}

function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function applyTheme(theme: Theme): void {
  if (theme === "system") {
    delete document.documentElement.dataset["theme"];
    localStorage.removeItem(storageKey);
    return;
  }
  document.documentElement.dataset["theme"] = theme;
  localStorage.setItem(storageKey, theme);
}
