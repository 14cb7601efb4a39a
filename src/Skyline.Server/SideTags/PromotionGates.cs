using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>The rules of a promotion: all that is built is built, it can be signed, nothing is older than what is there, and all can be installed.</summary>
public sealed class PromotionGates(Database database, SigningKeys keys, SignPackages sign, InstallCheck installs)
{
    const int MostDetails = 50;

    /// <param name="signing">Whether to sign now what is not signed with the other tag's key yet, or only to say whether it could be.</param>
    internal async Task<IReadOnlyList<PromoteGate>> Of(PromotionPlan plan, PromotionOrder order, bool signing, CancellationToken ct)
    {
        var built = database.Read(db => Built(db, plan));
        // What is not there cannot be looked at.
        if (!built.Passed) return [built];
        var signed = await Signed(plan, signing, ct);
        var newer = database.Read(db => Newer(db, plan, order.AllowOlder));
        var installable = order.SkipInstallCheck ? new PromoteGate(InstallCheck.Rule, true, true, "An administrator passed by the check that all can be installed.", [])
            : signed.Passed ? await installs.Check(plan, ct)
            : new(InstallCheck.Rule, false, false, "Whether all can be installed is checked once all can be signed.", []);
        return [built, signed, newer, installable];
    }

    internal static PromoteGate Built(IDbConnection db, PromotionPlan plan)
    {
        string[] wrong =
        [
            .. db.All<(long Id, string Nvr, string State)>("SELECT id, nvr, state FROM builds WHERE target_id = @TargetId AND scratch = 0 AND state IN ('Waiting', 'Building', 'Publishing') ORDER BY id", plan.Side)
                .Select(build => $"{build.Nvr} (build {build.Id}) is {build.State.ToLowerInvariant()}."),
            // Between its waves nothing may be queued for a moment.
            .. plan.Side.Batch is { } batch ? [$"Batch {batch} is built in it and is not over."] : Array.Empty<string>(),
            .. plan.Builds.Where(build => build.State is not ("Complete" or "Publishing")).Select(build => $"{build.Nvr} (build {build.Id}) is {build.State.ToLowerInvariant()}."),
            .. plan.Builds.Where(build => build.Draft).Select(build => $"{build.Nvr} is a draft; make it the real one first: skyline build promote {build.Id}."),
            .. plan.Builds.Where(build => build.PackagesRemovedAt is not null).Select(build => $"Retention has removed the packages of {build.Nvr} (build {build.Id})."),
            .. Twins.WhyNot(db, plan.Into, [.. plan.Builds.Select(build => build.Known)]).Select(twin => twin.Sentence),
            .. WhyClosed(db, plan),
        ];
        return Gate("built", wrong, $"{Count(plan.Builds.Count, "build")} of '{plan.From.Name}' {(plan.Builds.Count == 1 ? "is" : "are")} complete and accepted, and none is on its way.",
            $"Not everything in '{plan.From.Name}' is ready:");
    }

    /// <summary>What the other tag does not take. (Of thousands of builds it is asked for all at once, as far as that goes: the transaction asks too.)</summary>
    static IEnumerable<string> WhyClosed(IDbConnection db, PromotionPlan plan)
    {
        if (WhyNotInto.Locked(plan.Into, $"Nothing is promoted into '{plan.Into.Name}'") is { } locked) return [locked.Sentence];
        if (plan.Into.DemandsListed) return plan.Builds.Select(build => WhyNotInto.Package(db, plan.Into, build.Package, $"{build.Nvr} is not promoted")?.Sentence).OfType<string>();
        var there = OwnBuilds.Of(db, plan.Into, [.. plan.Builds.Select(build => build.Known)]);
        return plan.Builds.Select(build => there.WhyBlocked(build.Known)?.Sentence).OfType<string>();
    }

    async Task<PromoteGate> Signed(PromotionPlan plan, bool signing, CancellationToken ct)
    {
        try
        {
            var key = await keys.Of(plan.Into.Id, ct);
            var rpms = database.Read(db => Unsigned(db, plan, key.Id));
            if (signing && rpms.Count > 0) await sign.SignMissing(rpms, key, ct);
            var with = $"the key of '{plan.Into.Name}', {key.Signer.Public.Fingerprint}";
            return new("signed", true, false, signing || rpms.Count == 0 ? $"All packages are signed with {with}." : $"{Count(rpms.Count, "package")} {(rpms.Count == 1 ? "is" : "are")} to be signed with {with}.", []);
        }
        catch (Exception refused) when (refused is SigningRefusedException or InvalidOperationException)
        {
            return new("signed", false, false, $"Not all packages can be signed for '{plan.Into.Name}': {refused.Message}", []);
        }
    }

    static IReadOnlyList<long> Unsigned(IDbConnection db, PromotionPlan plan, long key) => [.. plan.Builds.Select(build => build.Id).Chunk(500).SelectMany(some => db.All<long>("""
        SELECT r.id FROM rpms r WHERE r.build_id IN @some AND NOT EXISTS (SELECT 1 FROM signed_rpms s WHERE s.rpm_id = r.id AND s.key_id = @key) ORDER BY r.id
        """, new { some, key }))];

    static PromoteGate Newer(IDbConnection db, PromotionPlan plan, bool allowed)
    {
        // Of several builds of a package the one that was tagged last is what comes to be installed.
        var latest = plan.Builds.GroupBy(build => build.Package).ToDictionary(package => package.Key, package => package.Last());
        var order = Inheritance.Order(db, plan.Into.Id);
        var held = latest.Keys.Chunk(500).SelectMany(some => EffectiveBuilds.Read(db, order, plan.Into.HoldsAll, some)).ToList();
        var there = Versions(db, held).Where(one => one.Build is var build && !plan.Builds.Any(own => own.Id == build)).GroupBy(one => (one.Package, one.Name)).ToDictionary(one => one.Key, one => one.MaxBy(version => version.Evr)!);
        string[] older = [.. Versions(db, [.. latest.Values.Select(build => build.Id)])
            .Where(one => there.TryGetValue((one.Package, one.Name), out var newer) && one.Evr < newer.Evr).DistinctBy(one => one.Build)
            .Select(one => $"{one.Nvr} has {one.Name} {one.Evr}, and '{plan.Into.Name}' holds {there[(one.Package, one.Name)].Evr} of {there[(one.Package, one.Name)].Nvr}.")];
        if (older.Length > 0 && allowed) return new("newer", true, true, $"{Count(older.Length, "package")} {(older.Length == 1 ? "is" : "are")} older than what '{plan.Into.Name}' holds, and that was allowed.", Some(older));
        return Gate("newer", older, $"No package is older than what '{plan.Into.Name}' holds.", "Packages would go back to an older version (--allow-older lets them):");
    }

    sealed record Version(long Build, string Nvr, string Package, string Name, Evr Evr);

    static IReadOnlyList<Version> Versions(IDbConnection db, IReadOnlyList<long> builds) => [.. builds.Chunk(500).SelectMany(some => db.All<Row>("""
        SELECT b.id AS Build, b.nvr AS Nvr, b.package AS Package, r.name AS Name, r.epoch AS Epoch, r.version AS Ver, r.release AS Release FROM rpms r JOIN builds b ON b.id = r.build_id WHERE r.build_id IN @some ORDER BY r.id
        """, new { some })).Select(row => new Version(row.Build, row.Nvr, row.Package, row.Name, new((int)row.Epoch, row.Ver, row.Release)))];

    sealed record Row(long Build, string Nvr, string Package, string Name, long Epoch, string Ver, string Release);

    internal static PromoteGate Gate(string rule, IReadOnlyList<string> wrong, string good, string bad) =>
        wrong.Count == 0 ? new(rule, true, false, good, []) : new(rule, false, false, $"{bad} {string.Join(' ', wrong.Take(3))}{(wrong.Count > 3 ? $" There are {wrong.Count - 3} more." : "")}", Some(wrong));

    static IReadOnlyList<string> Some(IReadOnlyList<string> all) => [.. all.Take(MostDetails)];

    internal static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What stands against the promotion, in one sentence or more.</summary>
    internal static Refusal WhyNot(PromotionPlan plan, IReadOnlyList<PromoteGate> gates) =>
        new(409, $"'{plan.From.Name}' was not promoted into '{plan.Into.Name}'. {string.Join(' ', gates.Where(gate => !gate.Passed).Select(gate => gate.Says))}");
}
