import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** A real OpenSearch node for the tests, on loopback and without passwords: SearchNode folder http-port transport-port. */
public final class SearchNode extends Node {
    private static final String NAME = "hub-test";
    private static final List<Class<? extends Plugin>> MODULES = List.of(
            org.opensearch.transport.Netty4Plugin.class,
            org.opensearch.analysis.common.CommonAnalysisPlugin.class,
            org.opensearch.painless.PainlessPlugin.class,
            org.opensearch.index.reindex.ReindexPlugin.class,
            org.opensearch.index.mapper.MapperExtrasPlugin.class);

    private SearchNode(Environment environment, Collection<Class<? extends Plugin>> modules) {
        super(environment, modules, true);
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder()
                .put("path.home", Path.of(arguments[0]).toAbsolutePath())
                .put("cluster.name", NAME)
                .put("node.name", NAME)
                .put("network.host", "127.0.0.1")
                .put("http.port", arguments[1])
                .put("transport.port", arguments[2])
                .put("discovery.type", "single-node")
                .put("transport.type", "netty4")
                .put("http.type", "netty4")
                .put("cluster.max_shards_per_node", 10_000)
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .build();
        new SearchNode(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> NAME), MODULES).start();
        Thread.currentThread().join();
    }
}
