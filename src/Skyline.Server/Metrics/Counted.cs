using System.Diagnostics.Metrics;

namespace Skyline.Server.Metrics;

/// <summary>What is counted as it happens. Until somebody asks for metrics nobody listens, and a count costs a glance at that.</summary>
static class Counted
{
    public const string Meter = "Skyline";

    static readonly Meter meter = new(Meter);
    static readonly Counter<long> leases = meter.CreateCounter<long>("skyline.leases", null, "Runs that were given to builders.");
    static readonly Counter<long> runs = meter.CreateCounter<long>("skyline.runs", null, "Runs that ended, by how.");
    static readonly Counter<long> builds = meter.CreateCounter<long>("skyline.builds", null, "Builds that ended, by how.");
    static readonly Histogram<double> waits = meter.CreateHistogram<double>("skyline.run.wait.duration", "s", "How long runs waited for a builder.");
    static readonly Histogram<double> runTimes = meter.CreateHistogram<double>("skyline.run.duration", "s", "How long runs took on their builders, by how they ended.");
    static readonly Histogram<double> buildTimes = meter.CreateHistogram<double>("skyline.build.duration", "s", "From a build's submission to its end, by how it ended.");
    static readonly Histogram<double> publishes = meter.CreateHistogram<double>("skyline.snapshot.publish.duration", "s", "How long making and publishing a tag's snapshot took.");

    public static void Leased(long milliseconds)
    {
        leases.Add(1);
        waits.Record(Seconds(milliseconds));
    }

    public static void RunEnded(string state, long? milliseconds)
    {
        runs.Add(1, Outcome(state));
        if (milliseconds is { } took) runTimes.Record(Seconds(took), Outcome(state));
    }

    public static void BuildEnded(string state, long milliseconds)
    {
        builds.Add(1, Outcome(state));
        buildTimes.Record(Seconds(milliseconds), Outcome(state));
    }

    public static void Published(TimeSpan took) => publishes.Record(took.TotalSeconds);

    static double Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000.0;

    static KeyValuePair<string, object?> Outcome(string state) => new("outcome", state.ToLowerInvariant());
}
