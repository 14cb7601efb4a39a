using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;
using Skyline.Testing;

namespace Skyline.Server.Tests.Metrics;

/// <summary>What Prometheus gets, who gets it, and that the dashboard asks for what there is; and what load balancers are told.</summary>
public sealed partial class MetricsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A scrape after a build: counts begin with the first, so there is one before it.</summary>
    static async Task<string> Scraped(Site site)
    {
        await site.Http().GetStringAsync("metrics", Ct);
        await site.Built(name: "watched");
        await site.Submit("waits");
        return await site.Http().GetStringAsync("metrics", Ct);
    }

    [Fact]
    public async Task A_scrape_says_what_is_and_what_happened_and_promtool_finds_nothing_wrong_with_it()
    {
        await using var site = await Site.Open();
        var text = await Scraped(site);

        Assert.Equal(1, Value(text, "skyline_queue_runs", "channel=\"default\""));
        Assert.Equal(1, Value(text, "skyline_builders", "state=\"here\""));
        Assert.Equal(0, Value(text, "skyline_outbox_deliveries", "kind=\"webhook\""));
        Assert.True(Value(text, "skyline_storage_bytes", "kind=\"database\"") > 0);
        // Added up at the first scrape, and then not for a while.
        Assert.Equal(0, Value(text, "skyline_storage_bytes", "kind=\"packages\""));
        // Of this process: other tests' builds are counted too.
        Assert.True(Value(text, "skyline_runs_total", "outcome=\"succeeded\"") >= 1);
        Assert.True(Value(text, "skyline_builds_total", "outcome=\"complete\"") >= 1);
        Assert.True(Value(text, "skyline_leases_total") >= 1);
        Assert.True(Value(text, "skyline_build_duration_seconds_count", "outcome=\"complete\"") >= 1);
        Assert.True(Value(text, "skyline_run_wait_duration_seconds_count") >= 1);
        Assert.True(Value(text, "skyline_snapshot_publish_duration_seconds_count") >= 1);
        Assert.True(Value(text, "skyline_database_writes_total") > 1);
        Assert.Contains("http_server_request_duration_seconds_bucket", text, StringComparison.Ordinal);
        Assert.DoesNotContain("watched", text, StringComparison.Ordinal);
        var check = await Tool.Run("promtool", ["check", "metrics"], Ct, text);
        Assert.True(check is { ExitCode: 0, Output: "" }, check.Output);
    }

    static double Value(string text, string name, string label = "") =>
        double.Parse(Assert.Single(Sample().Matches(text), sample => sample.Groups[1].Value == name && sample.Groups[2].Value.Contains(label, StringComparison.Ordinal)).Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([a-z_]+)(\{[^}]*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [Fact]
    public async Task Every_query_of_the_dashboard_names_metrics_that_there_are()
    {
        await using var site = await Site.Open();
        var known = Named().Matches(await Scraped(site)).Select(line => line.Groups[1].Value).ToHashSet();
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging", "grafana", "skyline.json"), Ct));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();

        Assert.True(queries.Count >= 12);
        var asked = queries.SelectMany(query => Metric().Matches(query).Select(name => name.Value)).Distinct().ToList();
        Assert.All(queries, query => Assert.Matches(Metric(), query));
        Assert.Empty(asked.Except(known));
        Assert.True(asked.Count >= 12);
    }

    [Fact]
    public async Task Others_than_the_networks_that_are_named_need_an_administrators_token()
    {
        await using var site = await Site.Open(null, null, "--Skyline:MetricsFrom=192.0.2.0/24");
        var viewer = (await site.Admin.AddPerson(new NewPerson("pat", "viewer"), Ct)).Token;

        using var refused = await site.Http().GetAsync("metrics", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("MetricsFrom", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Http(viewer).GetAsync("metrics", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http(site.AdminToken).GetAsync("metrics", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_server_is_ready_unless_something_that_requests_need_is_not_and_it_says_what()
    {
        await using var site = await Site.Open();
        Assert.Equal("Ready\n", await site.Http().GetStringAsync("readyz", Ct));

        Directory.Move(Path.Combine(site.Data, "blobs"), Path.Combine(site.Data, "gone"));
        Assert.Contains("Files cannot be kept", await NotReady(site), StringComparison.Ordinal);
        Directory.Move(Path.Combine(site.Data, "gone"), Path.Combine(site.Data, "blobs"));
        await site.Part<Database>().Write(tx => tx.Execute("DROP TABLE ready"), Ct);
        Assert.Contains("The database cannot be written", await NotReady(site), StringComparison.Ordinal);
        Assert.Equal("Healthy\n", await site.Http().GetStringAsync("healthz", Ct));
    }

    [Fact]
    public async Task A_full_disk_is_a_reason_to_send_nothing_and_none_to_start_it_anew()
    {
        await using var site = await Site.Open(null, null, $"--Skyline:DiskReserveBytes={long.MaxValue / 2}");

        Assert.Contains("The disk is full", await NotReady(site), StringComparison.Ordinal);
        Assert.Equal("Healthy\n", await site.Http().GetStringAsync("healthz", Ct));
    }

    static async Task<string> NotReady(Site site)
    {
        using var answer = await site.Http().GetAsync("readyz", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Ct);
    }

    [GeneratedRegex(@"^([a-z_]+)(?:\{| )", RegexOptions.Multiline)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b(?:skyline|http_server|kestrel)_[a-z_]+")]
    private static partial Regex Metric();
}
