using System.Collections.Concurrent;
using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Notes what a builder says of itself when it asks for work: pages show it, claims go by it, and waiting tasks explain themselves by it.</summary>
public sealed class GreetBuilder(Database database, Bells bells, TimeProvider time)
{
    /// <summary>With a clock further off than this, what a builder makes would be of another time: certificates, timestamps, its log.</summary>
    public static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    /// <summary>Who says the same again is noted so often, in milliseconds: that it is here must be known to the minute (<see cref="Builds.WhyWaiting.Away"/>), not to the moment.</summary>
    const long Seldom = 5_000;

    readonly ConcurrentDictionary<long, (string Said, long At)> noted = new();

    /// <returns>Null, or why this builder gets no work.</returns>
    public async Task<Refusal?> Greet(long builder, LeaseRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var report = Said.Bounded(request.Report);
        var clock = report is not null && (report.Clock - now).Duration() > MostSkew ? WrongClock(report.Clock, now) : null;
        var noWork = clock ?? report?.Trouble ?? (report is not null && report.FreeDiskBytes < report.KeepsFreeBytes ? FullDisk(report) : null);
        if (IsNoted(builder, request, report, noWork) is false) await Note(builder, request, report, noWork, ct);
        return clock is null ? null : new(409, $"This builder gets no work: {clock}.");
    }

    /// <summary>What one says next is noted, whatever it said before: it was removed.</summary>
    public void Forget(long builder) => noted.TryRemove(builder, out _);

    bool IsNoted(long builder, LeaseRequest request, BuilderReport? report, string? noWork) =>
        noted.TryGetValue(builder, out var last) && time.Stamp() - last.At is >= 0 and < Seldom && last.Said == Same(request, report, noWork);

    /// <summary>All that matters of what it says: its clock goes on, and its disk changes while it builds.</summary>
    static string Same(LeaseRequest request, BuilderReport? report, string? noWork) => string.Join('\n',
        string.Join(' ', request.Arches), string.Join(' ', request.Engines ?? []), request.Version, request.Isolation, $"{request.Protocol}", noWork,
        report is null ? "" : JsonSerializer.Serialize(report with { Clock = default, FreeDiskBytes = 0 }, SkylineJson.Default.BuilderReport));

    async Task Note(long builder, LeaseRequest request, BuilderReport? report, string? noWork, CancellationToken ct)
    {
        // What waits for a builder of a new architecture needs its repositories pinned for that now.
        if (await database.Write(tx => Note(tx, builder, request, report, noWork), ct)) bells.Ring(Bells.Work);
        if (Same(request, report, noWork) is { Length: < 8192 } same) noted[builder] = (same, time.Stamp());
    }

    /// <returns>Whether the builder has become able to build what it could not.</returns>
    bool Note(IDbTransaction tx, long builder, LeaseRequest request, BuilderReport? report, string? noWork)
    {
        var now = time.Stamp();
        tx.Execute("""
            UPDATE builders SET last_seen_at = @now, version = @version, isolation = @isolation, report = @said, slots = @slots, clock_skew = @skew, no_work = @noWork WHERE id = @builder
            """, new
        {
            builder, now, noWork, version = Said.Line(request.Version), isolation = Said.Line(request.Isolation), slots = report?.Slots ?? 1,
            said = report is null ? null : JsonSerializer.Serialize(report, SkylineJson.Default.BuilderReport), skew = report?.Clock.ToUnixTimeMilliseconds() - now,
        });
        var learned = tx.Execute("UPDATE builders SET protocol = @Protocol WHERE id = @builder AND protocol <> @Protocol", new { builder, request.Protocol });
        var native = Said.Names(request.Arches);
        var foreign = (report?.ForeignArches ?? []).Except(native).ToList();
        var engines = Said.Names(request.Engines ?? ["overlay"]);
        tx.Execute("DELETE FROM builder_engines WHERE builder_id = @builder AND engine NOT IN @engines", new { builder, engines });
        tx.Execute("DELETE FROM builder_arches WHERE builder_id = @builder AND arch NOT IN @arches", new { builder, arches = native.Concat(foreign) });
        var added = engines.Select(engine => tx.Execute("INSERT INTO builder_engines (builder_id, engine) VALUES (@builder, @engine) ON CONFLICT DO NOTHING", new { builder, engine })).ToList().Sum();
        return learned + added + native.Select(arch => Arch(arch, false)).ToList().Sum() + foreign.Select(arch => Arch(arch, true)).ToList().Sum() > 0;

        int Arch(string arch, bool isForeign) => tx.Execute("""
            INSERT INTO builder_arches (builder_id, arch, is_foreign) VALUES (@builder, @arch, @isForeign)
            ON CONFLICT (builder_id, arch) DO UPDATE SET is_foreign = @isForeign WHERE builder_arches.is_foreign <> @isForeign
            """, new { builder, arch, isForeign });
    }

    static string FullDisk(BuilderReport report) => $"{Sizes.Bytes(report.FreeDiskBytes)} free of the {Sizes.Bytes(report.KeepsFreeBytes)} that it keeps free";

    static string WrongClock(DateTimeOffset its, DateTimeOffset ours) =>
        $"its clock says {its.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC and this server's {ours.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; they are more than {MostSkew.TotalMinutes:0} minutes apart, so set the one that is wrong, as with chrony";
}
