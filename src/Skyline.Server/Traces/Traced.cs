using System.Data;
using System.Diagnostics;
using Skyline.Server.Storage;

namespace Skyline.Server.Traces;

/// <summary>
/// A build's way from its submission to its publication, as one trace: submit, and below it queue, lease, judge, sign and publish; below the lease the builder's run, and below that its
/// phases, as the builder told them. Spans are made when they are over, with the times at which they were: so a server that starts anew goes on with the same trace, and a builder, who
/// may be anybody's, needs no way to the collector. While nobody collects, nothing is made and nothing is kept.
/// </summary>
static class Traced
{
    public const string Name = "Skyline";

    static readonly ActivitySource source = new(Name);

    public static bool On => source.HasListeners();

    /// <returns>What its children name as their parent.</returns>
    public static string? Root(string name, long from, long to, params ReadOnlySpan<(string Name, object? Value)> tags) => Span(name, null, from, to, false, tags);

    public static string? Child(string name, string? parent, long from, long to, params ReadOnlySpan<(string Name, object? Value)> tags) => parent is null ? null : Span(name, parent, from, to, false, tags);

    public static string? Failed(string name, string? parent, long from, long to, params ReadOnlySpan<(string Name, object? Value)> tags) => parent is null ? null : Span(name, parent, from, to, true, tags);

    static string? Span(string name, string? parent, long from, long to, bool failed, ReadOnlySpan<(string Name, object? Value)> tags)
    {
        if (!On) return null;
        // The web server has one of its own, which nobody collects.
        var around = Activity.Current;
        Activity.Current = null;
        try
        {
            using var span = source.StartActivity(name, ActivityKind.Internal, parent is not null && ActivityContext.TryParse(parent, null, isRemote: true, out var of) ? of : default, startTime: from.ToTime());
            if (span is null) return null;
            foreach (var (tag, value) in tags) span.SetTag(tag, value);
            if (failed) span.SetStatus(ActivityStatusCode.Error);
            span.SetEndTime(Math.Max(from, to).ToTime().UtcDateTime);
            return span.Id;
        }
        finally
        {
            Activity.Current = around;
        }
    }

    /// <summary>With the build, so that whoever goes on with it tells it as part of the same.</summary>
    public static void Keep(IDbTransaction tx, long build, string? parent)
    {
        if (parent is not null) tx.Execute("INSERT INTO build_traces (build_id, parent) VALUES (@build, @parent) ON CONFLICT DO NOTHING", new { build, parent });
    }

    public static void KeepRun(IDbTransaction tx, long run, string? parent)
    {
        if (parent is not null) tx.Execute("INSERT INTO run_traces (run_id, parent) VALUES (@run, @parent) ON CONFLICT (run_id) DO UPDATE SET parent = @parent", new { run, parent });
    }

    public static string? OfBuild(IDbConnection db, long build) => db.One<string>("SELECT parent FROM build_traces WHERE build_id = @build", new { build });

    public static string? OfRun(IDbConnection db, long run) => db.One<string>("SELECT parent FROM run_traces WHERE run_id = @run", new { run });
}
