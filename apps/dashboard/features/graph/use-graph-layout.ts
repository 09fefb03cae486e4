import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import ELK from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { elkGraph, graphLayout, type GraphLayout, type GraphShape } from "./graph-layout.ts";

/** Where everything goes; reckoned in a worker, once for every shape of the graph. */
export function useGraphLayout(shape: GraphShape): UseQueryResult<GraphLayout> {
  return useQuery({
    queryKey: ["graph-layout", JSON.stringify(shape)],
    queryFn: async () => {
      const elk = new ELK({ workerFactory: () => new Worker(workerUrl) });
      try {
        return graphLayout(await elk.layout(elkGraph(shape)));
      } finally {
        elk.terminateWorker();
      }
    },
    placeholderData: (before) => before,
    structuralSharing: false,
  });
}
