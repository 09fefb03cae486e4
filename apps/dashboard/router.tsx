import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { DashboardLayout } from "./routes/dashboard-layout.tsx";
import { specTabs } from "./features/spec/spec-tabs.ts";
import { taskTabs } from "./features/task/task-tabs.ts";
import { Home } from "./routes/home.tsx";
import { NotFound } from "./routes/not-found.tsx";
import { PageFault } from "./routes/page-fault.tsx";
import { Root } from "./routes/root.tsx";
import { SignIn } from "./routes/sign-in.tsx";
import { SpecList } from "./routes/spec-list.tsx";

/** A label in an address may need the project it belongs to. */
const ofProject = z.object({ project: z.string().optional().catch(undefined) });

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });
const auth = createRoute({ getParentRoute: () => root, id: "_auth" });
const dashboard = createRoute({ getParentRoute: () => root, id: "_dashboard", component: DashboardLayout });

const signIn = createRoute({ getParentRoute: () => auth, path: "/sign-in", component: SignIn });
const home = createRoute({ getParentRoute: () => dashboard, path: "/", component: Home });
const specs = createRoute({ getParentRoute: () => dashboard, path: "/specs", component: SpecList });
const spec = createRoute({
  getParentRoute: () => dashboard,
  path: "/specs/$spec",
  validateSearch: ofProject.extend({ tab: z.enum(specTabs).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./routes/spec.tsx"), "SpecPage"),
});
const pullRequest = createRoute({
  getParentRoute: () => dashboard,
  path: "/specs/$spec/pull-request",
  validateSearch: ofProject,
  component: lazyRouteComponent(() => import("./routes/pull-request.tsx"), "PullRequestPage"),
});
const task = createRoute({
  getParentRoute: () => dashboard,
  path: "/tasks/$task",
  validateSearch: ofProject.extend({
    attempt: z.int().optional().catch(undefined),
    tab: z.enum(taskTabs).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./routes/task.tsx"), "TaskPage"),
});
const newFeature = createRoute({
  getParentRoute: () => dashboard,
  path: "/new",
  validateSearch: z.object({ spec: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./routes/new-feature.tsx"), "NewFeaturePage"),
});

const routes = root.addChildren([
  auth.addChildren([signIn]),
  dashboard.addChildren([home, newFeature, specs, spec, pullRequest, task]),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
