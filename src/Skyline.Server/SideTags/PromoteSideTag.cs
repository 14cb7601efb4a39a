using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>
/// All that a side tag has itself goes into another tag, all at once: checked as of one moment, and written in one transaction that
/// looks whether it is that moment still. Of two who promote at once one finds the other's work done; killed anywhere, nothing has
/// happened or all of it, and the snapshots follow.
/// </summary>
public sealed class PromoteSideTag(Database database, PromotionGates gates, Bells bells, TimeProvider time)
{
    const int Tries = 5;

    public async Task<(SideTagPromotion? Outcome, Refusal? Why)> Promote(string name, PromotionOrder order, long person, bool preview, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var (plan, why) = database.Read(db => PromotionPlan.Of(db, name, order, person));
            if (plan is null) return (null, why);
            var rules = await gates.Of(plan, order, signing: !preview, ct);
            if (preview) return (database.Read(db => Shown(db, plan, order, rules)), null);
            if (rules.Any(rule => !rule.Passed)) return (null, PromotionGates.WhyNot(plan, rules));
            var (written, refusal) = await database.Write(tx => Write(tx, plan, order, person), ct);
            if (refusal is not null) return (null, refusal);
            if (!written) continue;
            bells.Ring(Bells.Tags);
            return (Outcome(plan, false, rules, []), null);
        }
        return (null, new(409, $"'{name}', or the tag that it goes into, changed again each of the {Tries} times that it was checked; nothing was promoted. Try again when there is less going on in them."));
    }

    /// <returns>False if something has changed since it was checked: it is to be checked anew.</returns>
    (bool Written, Refusal? Why) Write(IDbTransaction tx, PromotionPlan checkedPlan, PromotionOrder order, long person)
    {
        var (plan, why) = PromotionPlan.Of(tx.Connection!, checkedPlan.Side.Name, order, person);
        if (plan is null) return (false, why);
        if (plan.Moment != checkedPlan.Moment) return (false, null);
        if (PromotionGates.Built(tx.Connection!, plan) is { Passed: false } built) return (false, PromotionGates.WhyNot(plan, [built]));
        WriteActs.Write(tx, plan.Acts(tx.Connection!, order.SkipInstallCheck ? PromotionPlan.Unchecked : ""), person, time.Stamp());
        return (true, null);
    }

    static SideTagPromotion Shown(IDbConnection db, PromotionPlan plan, PromotionOrder order, IReadOnlyList<PromoteGate> rules) =>
        Outcome(plan, true, rules, PreviewActs.Of(db, [.. plan.Acts(db).Where(act => act.Tag.Id == plan.Into.Id)]));

    static SideTagPromotion Outcome(PromotionPlan plan, bool preview, IReadOnlyList<PromoteGate> rules, IReadOnlyList<RepoChanges> changes) =>
        new(preview, rules.All(rule => rule.Passed), plan.Into.Name, [.. plan.Builds.Select(build => build.Nvr)], rules, changes);
}
